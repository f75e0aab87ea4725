"""The API's door to moves (办理接口): one URL per verb, generated from the tables of moves.

Every POST carries an `Idempotency-Key`; a move carries the version it was looked at in `If-Match`.
A replay of a taken move gives the same answer; refusals are judged anew.
"""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Q
from django.urls import URLPattern, path
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.docket.api.shapes import AnswerOut, form_of, serializer_of
from cases.docket.kinds import Kind
from cases.docket.models import Case, Event
from cases.docket.problems import ProblemOut, Unversioned
from cases.docket.seal import request_digest
from cases.docket.slip import Slip
from cases.law.moves import Move, Refused, Why
from cases.people.queries import Actor

Operation = Callable[..., Any]
# A phone's clock may run ahead by this much before "in the future" is said.
AHEAD = timedelta(minutes=5)

KEY = OpenApiParameter(
    "Idempotency-Key", UUID, OpenApiParameter.HEADER, required=True, description="UUID,每次新办一个"
)
VERSION = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, required=True, description='看到的版本，如 "3"'
)
PROBLEMS = {
    (code, "application/problem+json"): ProblemOut for code in (400, 401, 403, 404, 409, 429)
}
READ_PROBLEMS = {
    (code, "application/problem+json"): ProblemOut for code in (400, 401, 403, 404, 429)
}


class Door(APIView):
    """A view that knows who acts: `request.auth` is the actor under the acting post."""

    @property
    def actor(self) -> Actor:
        """Whoever is at the door."""
        actor: Actor = self.request.auth  # type: ignore[assignment]
        return actor


class PostDoor(Door):
    """What every POST of the API does: read the key, replay or act, answer with the event."""

    status = 200
    serializer: Any

    def act(self, request: Request, act: Callable[[Slip, dict[str, Any]], Any]) -> Response:
        """Run `act` once per key: a replay answers from the record, another body is 409.

        The record itself takes a key once only; what it took is looked up after it refused.
        """
        key, digest = key_of(request), digest_of(request)
        try:
            case, event = self._act(request, act, key, digest)
        except (IntegrityError, Refused, APIException):
            earlier = self._earlier(key, digest)
            if earlier is None:
                raise
            return earlier
        return self._answer(case, event)

    def _act(
        self, request: Request, act: Callable[[Slip, dict[str, Any]], Any], key: UUID, digest: str
    ) -> tuple[Case, Event]:
        facts = dict(form_of(self.serializer).run_validation(request.data))
        slip = Slip(
            version=self.version(request),
            key=key,
            digest=digest,
            claimed_at=facts.pop("claimed_at", None),
            channel=facts.pop("recorded_for", ""),
            proof=facts.pop("proof", ""),
            files=tuple(facts.pop("files", ())),
        )
        facts["at"] = happened(facts.pop("happened_at", None))
        case, event = act(slip, facts)
        return case, event

    def version(self, request: Request) -> int | None:
        """The version this request was made against, None where none is asked."""
        return None

    def _earlier(self, key: UUID, digest: str) -> Response | None:
        rows = Event.objects.select_related("case").only(
            "seq", "digest", "answer", "case__number", "case__kind"
        )
        event = rows.filter(Q(officer_id=self.actor.officer_id), key=key).first()
        if event is None:
            return None
        if event.digest != digest:
            raise Refused("这个 Idempotency-Key 已用于另一件事，请换一个新的。")
        response = self._answer(event.case, event)
        response["Idempotent-Replayed"] = "true"
        return response

    def _answer(self, case: Case, event: Event) -> Response:
        told = {"number": case.number or "", **json.loads(event.answer)}
        if not case.number:  # a draft goes by its id
            told["draft"] = event.case_id
        return Response(told, self.status, headers={"ETag": f'"{told["version"]}"'})


class MoveView(PostDoor):
    """`POST …/{number}/{verb}/`: one move of one case."""

    kind: Kind
    operation: Operation

    def move(self, request: Request, number: str) -> Response:
        """Make the move."""

        def act(slip: Slip, facts: dict[str, Any]) -> tuple[Case, Event]:
            case = Case(kind=self.kind.code, number=number)
            event = type(self).operation(case, by=self.actor, slip=slip, **facts)
            return case, event

        return self.act(request, act)

    def version(self, request: Request) -> int:
        """`If-Match`: 428 without it."""
        return version_of(request)


class OpenView(PostDoor):
    """`POST …/`: open a case; 201 with its number."""

    operation: Operation
    status = 201

    def open(self, request: Request) -> Response:
        """Open the case."""
        return self.act(
            request,
            lambda slip, facts: type(self).operation(by=self.actor, slip=slip, **facts),
        )


def move_urls(kind: Kind, operations: Mapping[str, Operation]) -> list[URLPattern]:
    """One address per verb of a kind, documented from its table."""
    return [
        path(f"{kind.path}/<str:number>/{verb}/", _move_view(kind, verb, operation))
        for verb, operation in operations.items()
    ]


class DraftMoveView(PostDoor):
    """`POST …/drafts/{id}/{verb}/`: one move of a draft, which has no number yet."""

    kind: Kind
    operation: Operation

    def move(self, request: Request, draft: int) -> Response:
        """Make the move."""

        def act(slip: Slip, facts: dict[str, Any]) -> tuple[Case, Event]:
            case = Case(pk=draft, kind=self.kind.code)
            event = type(self).operation(case, by=self.actor, slip=slip, **facts)
            return case, event

        return self.act(request, act)

    def version(self, request: Request) -> int:
        """`If-Match`: 428 without it."""
        return version_of(request)


def draft_urls(
    kind: Kind, operations: Mapping[str, Operation], more: Mapping[str, Any] | None = None
) -> list[URLPattern]:
    """One address per verb of a kind's drafts; `more` are fields beside those of its table."""
    return [
        path(
            f"{kind.path}/drafts/<int:draft>/{verb}/",
            _draft_view(kind, verb, operation, dict(more or {})),
        )
        for verb, operation in operations.items()
    ]


def _draft_view(
    kind: Kind, verb: str, operation: Operation, more: dict[str, Any]
) -> Callable[..., Any]:
    move: Move = kind.table.moves[verb]
    name = f"{kind.code.title()}Draft{verb.title().replace('_', '')}"
    asked = serializer_of(f"{name}In", move, kind.table, more)

    @extend_schema(
        operation_id=f"{kind.code}_draft_{verb}",
        summary=f"{kind.label}:{move.label}（草稿）",
        description=f"依据：{move.basis}",
        tags=[kind.path],
        parameters=[KEY, VERSION],
        request=asked,
        responses={200: AnswerOut, **PROBLEMS, (428, "application/problem+json"): ProblemOut},
    )
    def post(self: DraftMoveView, request: Request, draft: int) -> Response:
        return self.move(request, draft)

    members = {
        "kind": kind,
        "operation": staticmethod(operation),
        "serializer": asked,
        "post": post,
    }
    return type(f"{name}View", (DraftMoveView,), members).as_view()  # type: ignore[attr-defined,no-any-return]


def _move_view(kind: Kind, verb: str, operation: Operation) -> Callable[..., Any]:
    move: Move = kind.table.moves[verb]
    name = f"{kind.code.title()}{verb.title().replace('_', '')}"
    asked = serializer_of(f"{name}In", move, kind.table, {})
    whose = "、".join(role.label for role in sorted(move.by))

    @extend_schema(
        operation_id=f"{kind.code}_{verb}",
        summary=f"{kind.label}:{move.label}",
        description=f"由 {whose} 办理。依据：{move.basis}",
        tags=[kind.path],
        parameters=[KEY, VERSION],
        request=asked,
        responses={200: AnswerOut, **PROBLEMS, (428, "application/problem+json"): ProblemOut},
    )
    def post(self: MoveView, request: Request, number: str) -> Response:
        return self.move(request, number)

    members = {
        "kind": kind,
        "operation": staticmethod(operation),
        "serializer": asked,
        "post": post,
    }
    return type(f"{name}View", (MoveView,), members).as_view()  # type: ignore[attr-defined,no-any-return]


def key_of(request: Request) -> UUID:
    """The idempotency key of a request; 400 without one."""
    try:
        return UUID(request.headers.get("Idempotency-Key", ""))
    except ValueError:
        words = "请在 Idempotency-Key 中带一个 UUID,每件事一个新的。"
        raise ValidationError({"Idempotency-Key": words}) from None


def digest_of(request: Request) -> str:
    """What this request asks for, as a digest: the same key must come with the same one."""
    body = json.dumps(request.data, sort_keys=True)
    return request_digest({"method": request.method, "path": request.path, "body": body})


def version_of(request: Request) -> int:
    """The version in `If-Match`, as `"3"` or `3`; 428 without it, 400 when it is no number."""
    given = request.headers.get("If-Match", "").strip()
    if not given:
        raise Unversioned
    text = given.removeprefix("W/").strip('"')
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise ValidationError({"If-Match": '版本号应为数字，如 "3"。'})
    return int(text)


def happened(at: Any) -> Any:
    """When it happened: now when not said; Refused when it lies in the future."""
    now = timezone.now()
    if at is None:
        return now
    if at > now + AHEAD:
        words = "发生时间不能晚于现在，请核对。"
        raise Refused(words, why=Why.FACTS, fields={"happened_at": words})
    return min(at, now)
