"""Moves of parts by API (分办接口): `POST …/{number}/{parts}/{id}/{verb}/`, one address per verb.

The version in `If-Match` is that of the part.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.urls import URLPattern, path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from cases.docket import access
from cases.docket.api import KEY, PROBLEMS, VERSION, Operation, PostDoor, version_of
from cases.docket.api.shapes import AnswerOut, serializer_of
from cases.docket.kinds import Kind
from cases.docket.models import Case, Event, Part
from cases.docket.problems import ProblemOut
from cases.docket.slip import Slip
from cases.law.moves import Move, Refused, Why
from cases.people.queries import Actor


class PartMoveView(PostDoor):
    """One move of one part."""

    kind: Kind
    operation: Operation

    def move(self, request: Request, number: str, part: int) -> Response:
        """Make the move."""

        def act(slip: Slip, facts: dict[str, Any]) -> tuple[Case, Event]:
            found = part_of(self.actor, self.kind.code, number, part)
            event = type(self).operation(found, by=self.actor, slip=slip, **facts)
            return Case(kind=self.kind.code, number=number), event

        return self.act(request, act)

    def version(self, request: Request) -> int:
        """`If-Match`: 428 without it."""
        return version_of(request)


def part_of(actor: Actor, kind: str, number: str, part: int) -> Part:
    """A part of a case this seat may see; Refused (hidden) otherwise."""
    seen = access.visible(actor).filter(number=number.replace("\0", ""), kind=kind)
    found = Part.objects.filter(pk=part, case__in=seen).first()
    if found is None:
        raise Refused("没有这一项，或您的岗位看不到它。", why=Why.HIDDEN)
    return found


def part_urls(
    kind: Kind,
    word: str,
    operations: Mapping[str, Operation],
    more: Mapping[str, Mapping[str, Any]] | None = None,
) -> list[URLPattern]:
    """One address per verb of a kind's parts, documented from its table; `more` are further fields
    by verb.
    """
    beside = more or {}
    return [
        path(
            f"{kind.path}/<str:number>/{word}/<int:part>/{verb}/",
            _view(kind, verb, operation, dict(beside.get(verb, {}))),
        )
        for verb, operation in operations.items()
    ]


def _view(kind: Kind, verb: str, operation: Operation, more: dict[str, Any]) -> Callable[..., Any]:
    move: Move = kind.table.moves[verb]
    name = f"{kind.code.title()}Part{verb.title().replace('_', '')}"
    asked = serializer_of(f"{name}In", move, kind.table, more)
    whose = "、".join(role.label for role in sorted(move.by))

    @extend_schema(
        operation_id=f"{kind.code}_part_{verb}",
        summary=f"{kind.label}:{move.label}",
        description=f"由 {whose} 办理。依据：{move.basis}",
        tags=[kind.path],
        parameters=[KEY, VERSION],
        request=asked,
        responses={200: AnswerOut, **PROBLEMS, (428, "application/problem+json"): ProblemOut},
    )
    def post(self: PartMoveView, request: Request, number: str, part: int) -> Response:
        return self.move(request, number, part)

    members = {
        "kind": kind,
        "operation": staticmethod(operation),
        "serializer": asked,
        "post": post,
    }
    return type(f"{name}View", (PartMoveView,), members).as_view()  # type: ignore[attr-defined,no-any-return]
