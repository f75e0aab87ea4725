"""Self-handling by API (自办接口): as by page, and refused alike."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from cases.docket.models import Case
from cases.law.moves import Role
from tests.conftest import send
from tests.ledger import unchanged
from tests.town import Cast

Api = Callable[..., APIClient]
PATH = "/api/v1/self-reports/"
DONE: dict[str, Any] = {"category": "0301", "title": "垃圾已清", "result": "已当场处理。"}


def test_what_was_put_right_is_entered(town: Cast, api: Api) -> None:
    answer = send(api(Role.GRID_WORKER), PATH, DONE | {"lng": 119.175, "lat": 32.165})
    assert answer.status_code == 201, answer.json()
    case = Case.objects.get(number=answer.json()["number"])
    assert case.state in {"SELF_HANDLED", "HANDLED"}
    assert (case.closed_at is not None) is (case.state == "SELF_HANDLED")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (DONE | {"category": "0201"}, "category"),
        (DONE | {"category": "9999"}, "category"),
        (DONE | {"result": ""}, "result"),
        ({"category": "0301", "title": "x"}, "result"),
        (DONE | {"urgent": True}, "urgent"),
        (DONE | {"lng": 119.175}, "lng"),
    ],
    ids=["fire", "no class", "empty", "none", "unknown field", "half a point"],
)
def test_what_may_not_is_refused_by_name(
    town: Cast, api: Api, body: dict[str, Any], field: str
) -> None:
    with unchanged():
        answer = send(api(Role.GRID_WORKER), PATH, body)
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == [field]


@pytest.mark.parametrize("role", [Role.DESK, Role.LEADER, Role.ENTERPRISE, Role.SUPERVISOR])
def test_who_does_not_walk_the_ground_is_refused(town: Cast, api: Api, role: Role) -> None:
    with unchanged():
        assert send(api(role), PATH, DONE).status_code == 403
