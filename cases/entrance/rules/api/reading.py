"""Reading the rulebook by interface (规则查阅接口)."""

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from cases.docket.api import READ_PROBLEMS
from cases.entrance.rules import serializers as shapes
from cases.entrance.rules import showing
from cases.entrance.rules.api import TAG, RulesDoor, asked_of
from cases.entrance.rules.counting import count
from cases.entrance.rules.keepers import table_of
from cases.entrance.rules.sheets import XLSX, handed, sheet_out
from cases.law.moves import Refused, Why
from cases.law.rule import LawError
from cases.rulebook.queries import book
from cases.rulebook.queries.tables.every import EVERY


class TablesView(RulesDoor):
    """What the rulebook holds."""

    @extend_schema(
        responses={200: shapes.RuleTablesOut, **READ_PROBLEMS}, summary="规则目录", **TAG
    )
    def get(self, request: Request) -> Response:
        """Every table with its number of rows, and what today is."""
        today = self.today()
        rows = showing.overview(self.actor, today)
        told = {"today": today, "why": book().calendar.why(today), "results": rows}
        return Response(shapes.RuleTablesOut(told).data)


class CalendarView(RulesDoor):
    """A year's days."""

    @extend_schema(
        parameters=[shapes.YearQuery],
        responses={200: shapes.CalendarOut, **READ_PROBLEMS},
        summary="工作日历",
        **TAG,
    )
    def get(self, request: Request) -> Response:
        """Every day of a year: work or rest, and why."""
        asked = asked_of(shapes.YearQuery, request)
        year = showing.year(self.actor, asked.get("year", self.today().year), self.today())
        days = [d for m in year.months for week in m.weeks for d in week if d is not None]
        told = {
            "year": year.number,
            "confirmed": year.confirmed,
            "notice": year.notice,
            "days": days,
        }
        return Response(shapes.CalendarOut(told, context={"table": EVERY["notices"]}).data)


class CountView(RulesDoor):
    """A term counted."""

    @extend_schema(
        parameters=[shapes.CountQuery],
        responses={200: shapes.CountOut, **READ_PROBLEMS},
        summary="计算期限",
        **TAG,
    )
    def get(self, request: Request) -> Response:
        """When a term that begins then ends, and why on that day."""
        asked = asked_of(shapes.CountQuery, request)
        try:
            found = count(asked["start"], asked["term"], self.actor.division)
        except LawError as wrong:
            field = {"from": "start"}.get(wrong.field, "term")
            raise Refused(wrong.sentence, why=Why.FACTS, fields={field: wrong.sentence}) from wrong
        return Response(shapes.CountOut(shapes.count_out(found)).data)


class ChangesView(RulesDoor):
    """What was changed."""

    @extend_schema(
        parameters=[shapes.ChangesQuery],
        responses={200: shapes.RuleChangesOut, **READ_PROBLEMS},
        summary="修改留痕",
        **TAG,
    )
    def get(self, request: Request) -> Response:
        """The latest changes of the rulebook, with who made them."""
        after = asked_of(shapes.ChangesQuery, request).get("after")
        rows, more = showing.changes(self.actor, after)
        return Response(shapes.RuleChangesOut({"results": rows, "next": more}).data)


class RulesReading(RulesDoor):
    """One table, read."""

    @extend_schema(
        operation_id="rules_list",
        parameters=[shapes.OnQuery],
        responses={200: shapes.RulesOut, **READ_PROBLEMS},
        summary="规则列表",
        **TAG,
    )
    def get(self, request: Request, table: str) -> Response:
        """The rows that hold on a day in the actor's town, and those to come."""
        found, asked = table_of(table), asked_of(shapes.OnQuery, request)
        on = asked.get("on", self.today())
        held = showing.shown(self.actor, found, on, asked.get("q", ""))
        told = {"table": found.slug, "label": found.label, "on": on}
        told |= {"results": held.rows, "coming": held.coming}
        return Response(shapes.RulesOut(told, context={"table": found}).data)


class RuleView(RulesDoor):
    """One row."""

    @extend_schema(
        operation_id="rules_read",
        responses={200: shapes.RuleHistoryOut, **READ_PROBLEMS},
        summary="一条规则及其沿革",
        **TAG,
    )
    def get(self, request: Request, table: str, row: int) -> Response:
        """The row, earlier and coming ones of its name, and what was changed."""
        found = table_of(table)
        told = showing.history(self.actor, found, row, self.today())
        return Response(shapes.RuleHistoryOut(told, context={"table": found}).data)


class Sheet(JSONRenderer):
    """Lets a caller ask for a sheet by its type; what was refused is told in JSON all the same."""

    media_type = XLSX
    format = "xlsx"


class SheetView(RulesDoor):
    """A table as a sheet."""

    renderer_classes = (JSONRenderer, Sheet)

    @extend_schema(
        operation_id="rules_sheet",
        parameters=[shapes.SheetQuery],
        responses={(200, XLSX): OpenApiTypes.BINARY, **READ_PROBLEMS},
        summary="导出规则表格",
        **TAG,
    )
    def get(self, request: Request, table: str) -> HttpResponse:
        """The rows that hold on a day, in the columns an import takes."""
        found, asked = table_of(table), asked_of(shapes.SheetQuery, request)
        on = asked.get("on", self.today())
        content = sheet_out(found, self.actor.division, on, asked.get("year", on.year))
        return handed(found, content, on)
