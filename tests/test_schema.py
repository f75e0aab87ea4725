"""The API against its own description (接口与说明相符): every operation, asked by three seats with
what its schema allows and with what it does not.

Nothing breaks (500), no answer is of a kind the description does not name, and every answer has the
shape it says. What a request changed is undone after it; the examples are the same at every run.
"""

import json
import zlib
from collections.abc import Iterator
from itertools import chain
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.settings import spectacular_settings
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from cases.docket.models import Case, Deadline
from cases.law.moves import Role
from tests.seats import Seat, seat
from tests.town import Cast
from tests.walk import file, walk

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
SEATS = (Role.DESK, Role.SYSADMIN, Role.GRID_WORKER)
EXAMPLES = 2  # of each kind, operation and seat
SHARES = 4  # the operations are dealt to so many tests, for as many workers
_PLAIN = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class _Back(Exception):
    pass


def described() -> dict[str, Any]:
    """The description as `/api/schema/` gives it."""
    generator = SchemaGenerator(api_version=spectacular_settings.VERSION)  # type: ignore[no-untyped-call]
    told = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    found: dict[str, Any] = json.loads(json.dumps(told, default=str))
    return found


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """The door is asked as by a server, within the test's own transaction."""
    ends = (request_started, request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    yield
    for signal in ends:
        signal.connect(close_old_connections)


@pytest.fixture
def seats(town: Cast, settings: Any) -> list[Seat]:
    settings.API_SHARES = {"account": 0, "uploads": 0, "address": 0}
    return [seat(town.posts[role]) for role in SEATS]


@pytest.fixture
def known(town: Cast) -> dict[str, Any]:
    """Something real for what stands in an address."""
    case: Case = walk(town, file(town), "assign")
    deadline = Deadline.objects.filter(case=case).values_list("pk", flat=True)[0]
    return {"number": case.number, "deadline": deadline}


def operations() -> list[Any]:
    schema: Any = schemathesis.openapi.from_dict(described())
    schema.app = get_wsgi_application()
    return [found.ok() for found in schema.get_all_operations()]


@pytest.mark.parametrize("share", range(SHARES))
def test_every_operation_answers_as_described(
    share: int, seats: list[Seat], known: dict[str, Any]
) -> None:
    wrong: list[str] = []
    every = sorted(operations(), key=lambda found: str(found.label))
    assert len(every) > 60
    for place, operation in enumerate(every):
        if place % SHARES == share:
            asked = (_asked(operation, at, mode, known) for at in seats for mode in GenerationMode)
            wrong += chain.from_iterable(asked)
    assert wrong == [], "\n".join(wrong)


def _asked(operation: Any, at: Seat, mode: Any, known: dict[str, Any]) -> Iterator[str]:
    """What went wrong when a seat asked an operation a few times."""
    said: list[str] = []
    token = vars(at.api)["_credentials"]["HTTP_AUTHORIZATION"]

    @seed(zlib.crc32(f"{operation.label} {at} {mode}".encode()))
    @_PLAIN
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        if mode is GenerationMode.POSITIVE:
            _made_real(case, known)
        headers = {"Authorization": token}
        try:
            with transaction.atomic():
                response = case.call(headers=headers)
                case.validate_response(response, checks=CHECKS, headers=headers)
                raise _Back
        except _Back:
            pass  # undone
        except (Exception, FailureGroup) as found:
            said.append(f"{at} {mode.value} {operation.label}: {_why(found)}")

    ask()
    yield from said[:1]


def _why(found: BaseException) -> str:
    if isinstance(found, FailureGroup):
        return " / ".join(f"{e!r} {getattr(e, 'message', '')}" for e in found.exceptions)
    return repr(found)


def _made_real(case: Any, known: dict[str, Any]) -> None:
    for name, value in known.items():
        if name in (case.path_parameters or {}):
            case.path_parameters[name] = value
    headers = case.headers if case.headers is not None else {}
    if "Idempotency-Key" in headers:
        headers["Idempotency-Key"] = str(UUID(int=zlib.crc32(repr(case.body).encode())))
    if "If-Match" in headers:
        headers["If-Match"] = '"3"'


def test_the_description_names_every_answer_a_caller_may_get() -> None:
    told = described()
    for path, item in told["paths"].items():
        for verb, operation in item.items():
            answers = set(operation["responses"])
            assert "429" in answers, (path, verb)
            wait = operation["responses"]["429"]["headers"]["Retry-After"]
            assert wait["schema"] == {"type": "integer", "minimum": 1}
            if any(operation.get("security", [])):
                assert {"401", "403"} <= answers, (path, verb)
            if "requestBody" in operation:
                assert {"400", "413", "415"} <= answers, (path, verb)
            if "{" in path:
                assert "404" in answers, (path, verb)
            names = {p["name"] for p in operation.get("parameters", [])}
            if "If-Match" in names:
                assert {"409", "428"} <= answers, (path, verb)
            for status, answer in operation["responses"].items():
                if status >= "400":
                    assert list(answer["content"]) == ["application/problem+json"], (path, verb)
