"""One address per move (办理接口), generated from the tables: of a case, of a draft, of a part.

A move carries in `If-Match` the version it was looked at: of the case, or of the part it moves.
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
from cases.law.moves import Refused, Why

More = Mapping[str, Any]  # fields beside those of the table


class MoveView(PostDoor):
    """`POST …/{number}/{verb}/`: one move of one case."""

    kind: Kind
    operation: Operation
    word = ""  # what stands before the verb in its name

    def subject(self, where: Mapping[str, Any]) -> Case | Part:
        """What is moved, by what the address says."""
        return Case(kind=self.kind.code, number=where["number"])

    def move(self, request: Request, where: Mapping[str, Any]) -> Response:
        """Make the move."""

        def act(slip: Slip, facts: dict[str, Any]) -> tuple[Case, Event]:
            moved = self.subject(where)
            event = type(self).operation(moved, by=self.actor, slip=slip, **facts)
            if isinstance(moved, Part):  # its case answers for it
                return Case(kind=self.kind.code, number=where["number"]), event
            return moved, event

        return self.act(request, act)

    def version(self, request: Request) -> int:
        """`If-Match`: 428 without it."""
        return version_of(request)


class DraftMoveView(MoveView):
    """`POST …/drafts/{id}/{verb}/`: one move of a draft, which has no number yet."""

    word = "draft"

    def subject(self, where: Mapping[str, Any]) -> Case:
        """The draft, by its id."""
        return Case(pk=where["draft"], kind=self.kind.code)


class PartMoveView(MoveView):
    """`POST …/{number}/{parts}/{id}/{verb}/`: one move of one part of a case."""

    word = "part"

    def subject(self, where: Mapping[str, Any]) -> Part:
        """A part of a case this seat may see; Refused (hidden) otherwise."""
        number = where["number"].replace("\0", "")
        seen = access.visible(self.actor).filter(number=number, kind=self.kind.code)
        found = Part.objects.filter(pk=where["part"], case__in=seen).first()
        if found is None:
            raise Refused("没有这一项，或您的岗位看不到它。", why=Why.HIDDEN)
        return found


def move_urls(kind: Kind, operations: Mapping[str, Operation]) -> list[URLPattern]:
    """One address per verb of a kind's cases."""
    return _urls(MoveView, kind, "<str:number>", operations, {})


def draft_urls(
    kind: Kind, operations: Mapping[str, Operation], more: Mapping[str, More] | None = None
) -> list[URLPattern]:
    """One address per verb of a kind's drafts; `more` are further fields by verb."""
    return _urls(DraftMoveView, kind, "drafts/<int:draft>", operations, more or {})


def part_urls(
    kind: Kind, operations: Mapping[str, Operation], more: Mapping[str, More] | None = None
) -> list[URLPattern]:
    """One address per verb of a kind's parts; `more` are further fields by verb."""
    where = f"<str:number>/{kind.parts}/<int:part>"
    return _urls(PartMoveView, kind, where, operations, more or {})


def _urls(
    view: type[MoveView],
    kind: Kind,
    where: str,
    operations: Mapping[str, Operation],
    more: Mapping[str, More],
) -> list[URLPattern]:
    return [
        path(
            f"{kind.path}/{where}/{verb}/",
            _door(view, kind, verb, operation, dict(more.get(verb, {}))),
        )
        for verb, operation in operations.items()
    ]


def _door(
    view: type[MoveView], kind: Kind, verb: str, operation: Operation, more: dict[str, Any]
) -> Callable[..., Any]:
    move = kind.table.moves[verb]
    name = f"{kind.code.title()}{view.word.title()}{verb.title().replace('_', '')}"
    asked = serializer_of(f"{name}In", move, kind.table, more)
    whose = "、".join(role.label for role in sorted(move.by))

    @extend_schema(
        operation_id="_".join(filter(None, (kind.code, view.word, verb))),
        summary=f"{kind.label}:{move.label}" + ("（草稿）" if view is DraftMoveView else ""),
        description=f"由 {whose} 办理。依据：{move.basis}",
        tags=[kind.path],
        parameters=[KEY, VERSION],
        request=asked,
        responses={200: AnswerOut, **PROBLEMS, (428, "application/problem+json"): ProblemOut},
    )
    def post(self: MoveView, request: Request, **where: Any) -> Response:
        return self.move(request, where)

    members = {
        "kind": kind,
        "operation": staticmethod(operation),
        "serializer": asked,
        "post": post,
    }
    return type(f"{name}View", (view,), members).as_view()  # type: ignore[attr-defined,no-any-return]
