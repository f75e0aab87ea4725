"""The rulebook's sheets by interface (规则表格接口): sent, looked at, then confirmed or left."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from cases.docket.api import KEY, PROBLEMS
from cases.docket.operations.uploads import receive_upload, remove_upload
from cases.docket.problems import ProblemOut
from cases.entrance.rules import bodies
from cases.entrance.rules import serializers as shapes
from cases.entrance.rules.api import TAG, RulesDoor, body_of
from cases.entrance.rules.forms import basis_of, more_of
from cases.entrance.rules.keepers import keeper_of, table_of, uploaded, wake_recount
from cases.entrance.rules.sheets import rows_in
from cases.rulebook.operations import keeping
from cases.rulebook.operations.planning import plan
from cases.rulebook.queries.tables.every import EVERY

_CHECK, _CONFIRM = (
    bodies.either(name, *(bodies.sheet_basis_in(t, confirming=sure) for t in EVERY.values()))
    for name, sure in (("RuleSheetCheckIn", False), ("RuleSheetConfirmIn", True))
)
_TOO_MUCH = {(code, "application/problem+json"): ProblemOut for code in (413, 415)}


class SendView(RulesDoor):
    """A sheet sent ahead."""

    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="rules_sheet_send",
        request={"multipart/form-data": shapes.RuleSheetIn},
        responses={201: shapes.RuleSheetOut, **PROBLEMS, **_TOO_MUCH},
        summary="上传规则表格（随后预览、确认）",
        **TAG,
    )
    def post(self, request: Request, table: str) -> Response:
        """Take in a sheet; it waits a day."""
        table_of(table)
        keeper_of(self.actor)
        sent = body_of(shapes.RuleSheetIn, request)["file"]
        kept = receive_upload(sent.name, sent, by=self.actor, at=timezone.now(), purpose="sheet")
        return Response(shapes.RuleSheetOut({"upload": kept.pk}).data, 201)


class SheetCheckView(RulesDoor):
    """A sheet looked at."""

    @extend_schema(
        operation_id="rules_sheet_check",
        request=_CHECK,
        responses={200: shapes.RulePlanOut, **PROBLEMS},
        summary="预览规则表格（不写入）",
        **TAG,
    )
    def post(self, request: Request, table: str, upload: UUID) -> Response:
        """What each row would do; nothing is written."""
        found, keeper = table_of(table), keeper_of(self.actor)
        told = body_of(bodies.sheet_basis_in(found, confirming=False), request)
        basis = basis_of(found, told, self.today())
        rows = rows_in(found, uploaded(self.actor, upload), more_of(found, told))
        return Response(self.plan_out(plan(found, rows, basis, keeper, self.today())))


class SheetConfirmView(RulesDoor):
    """A sheet confirmed."""

    @extend_schema(
        operation_id="rules_sheet_confirm",
        parameters=[KEY],
        request=_CONFIRM,
        responses={200: shapes.RulePlanOut, **PROBLEMS},
        summary="确认录入规则表格",
        **TAG,
    )
    def post(self, request: Request, table: str, upload: UUID) -> Response:
        """Do what the preview showed, wrong rows left out; 409 where the rules moved since."""
        found = table_of(table)

        def act() -> tuple[int, Any]:
            told = body_of(bodies.sheet_basis_in(found, confirming=True), request)
            seen, keeper = told.pop("seen"), keeper_of(self.actor)
            basis = basis_of(found, told, self.today())
            rows = rows_in(found, uploaded(self.actor, upload), more_of(found, told))
            done = keeping.carry_out(found, rows, basis, keeper, at=timezone.now(), seen=seen)
            remove_upload(upload, by=self.actor)
            wake_recount(found)
            return 200, self.plan_out(done)

        return self.once(request, act)
