"""Keeping the rulebook by interface (规则维护接口), for the system administrator."""

from datetime import date
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from cases.docket.api import KEY, PROBLEMS
from cases.entrance.rules import bodies
from cases.entrance.rules import serializers as shapes
from cases.entrance.rules.api import TAG, RulesDoor, body_of
from cases.entrance.rules.api.reading import RulesReading
from cases.entrance.rules.forms import basis_of
from cases.entrance.rules.keepers import keeper_of, table_of, used, wake_recount
from cases.rulebook.operations import keeping
from cases.rulebook.operations.planning import Basis, plan, reaching
from cases.rulebook.queries.tables.every import EVERY

_NEW = bodies.either("RuleNewIn", *(bodies.row_in(t) for t in EVERY.values()))
_NEXT = bodies.either("RuleNextIn", *(bodies.row_in(t, follows=True) for t in EVERY.values()))


class RulesView(RulesReading):
    """One table: read by everybody, added to by its keeper."""

    @extend_schema(
        operation_id="rules_enter",
        parameters=[KEY],
        request=_NEW,
        responses={201: shapes.RuleOut, **PROBLEMS},
        summary="新增规则（系统管理员）",
        **TAG,
    )
    def post(self, request: Request, table: str) -> Response:
        """Enter a rule of the town from a day on; 409 where one of its own holds."""
        found = table_of(table)

        def act() -> tuple[int, Any]:
            facts = dict(body_of(bodies.row_in(found), request))
            number = facts.pop("revision", None)
            basis, now = basis_of(found, facts, self.today()), timezone.now()
            row = keeping.enter_row(
                found, facts, basis, keeper_of(self.actor), at=now, revision=number
            )
            wake_recount(found)
            return 201, self.row_out(found, row.pk)

        return self.once(request, act)


class CheckView(RulesDoor):
    """A new row, looked at before it is entered."""

    @extend_schema(
        operation_id="rules_check",
        request=_NEW,
        responses={200: shapes.RulePlanOut, **PROBLEMS},
        summary="预览一条规则（不写入）",
        **TAG,
    )
    def post(self, request: Request, table: str) -> Response:
        """What it would do; nothing is written."""
        found, keeper = table_of(table), keeper_of(self.actor)
        facts = body_of(bodies.row_in(found), request)
        basis = basis_of(found, facts, self.today())
        return Response(self.plan_out(plan(found, [(0, facts)], basis, keeper, self.today())))




class SucceedView(RulesDoor):
    """A row that follows another."""

    @extend_schema(
        operation_id="rules_succeed",
        parameters=[KEY],
        request=_NEXT,
        responses={201: shapes.RuleOut, **PROBLEMS},
        summary="接替：自某日起用新值（系统管理员）",
        **TAG,
    )
    def post(self, request: Request, table: str, row: int) -> Response:
        """Let a new value follow the row; 409 where it was closed or followed already."""
        found = table_of(table)

        def act() -> tuple[int, Any]:
            facts = body_of(bodies.row_in(found, follows=True), request)
            basis, now = basis_of(found, facts, self.today()), timezone.now()
            keeper = keeper_of(self.actor)
            new = keeping.succeed_row(found, row, facts, basis, keeper, at=now)
            wake_recount(found)
            return 201, self.row_out(found, new.pk)

        return self.once(request, act)


class EndView(RulesDoor):
    """A row that ends."""

    @extend_schema(
        operation_id="rules_end",
        parameters=[KEY],
        request=bodies.close_in(dated=True),
        responses={200: shapes.RuleOut, **PROBLEMS},
        summary="终止：自某日起不再适用（系统管理员）",
        **TAG,
    )
    def post(self, request: Request, table: str, row: int) -> Response:
        """End the row from a day on."""
        found = table_of(table)

        def act() -> tuple[int, Any]:
            basis = _closing(request, self.today(), dated=True)
            keeping.end_row(found, row, basis, keeper_of(self.actor), at=timezone.now())
            return 200, self.row_out(found, row)

        return self.once(request, act)


class VoidView(RulesDoor):
    """A slip of the pen."""

    @extend_schema(
        operation_id="rules_void",
        parameters=[KEY],
        request=bodies.close_in(dated=False),
        responses={200: shapes.RuleOut, **PROBLEMS},
        summary="作废：录错的一条（系统管理员）",
        **TAG,
    )
    def post(self, request: Request, table: str, row: int) -> Response:
        """Void the row: it never held, and what it followed is put back."""
        found = table_of(table)

        def act() -> tuple[int, Any]:
            basis, keeper = _closing(request, self.today(), dated=False), keeper_of(self.actor)
            counted = used(found, reaching(found, keeper, row))
            keeping.void_row(found, row, basis, keeper, at=timezone.now(), used=counted)
            wake_recount(found)
            return 200, self.row_out(found, row)

        return self.once(request, act)


def _closing(request: Request, today: date, *, dated: bool) -> Basis:
    told = body_of(bodies.close_in(dated=dated), request)
    return basis_of(EVERY["terms"], told, today)
