"""The rates by API (三率、吹哨率接口), and the rows behind each number."""

from dataclasses import asdict
from typing import Any

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.docket.api import READ_PROBLEMS, Door
from cases.law.moves import Refused, Why
from cases.law.rates import THREE, TOWN
from cases.law.rule import LawError
from cases.whistle.queries.behind import WHATS, asked_of, behind
from cases.whistle.queries.period import PERIODS
from cases.whistle.queries.rates import Figure, Line, rates, scope_of
from cases.whistle.states.words import TYPES


class PeriodIn(serializers.Serializer[Any]):
    """The days of a count, a type of whistle, a town."""

    period = serializers.ChoiceField(
        list(PERIODS.items()), required=False, help_text="不填为本月；days 为自定日期"
    )
    to = serializers.DateField(required=False, help_text="自定日期的最后一日")
    type = serializers.ChoiceField(TYPES, required=False)
    town = serializers.CharField(required=False, max_length=12, help_text="镇（街道）区划代码")
    village = serializers.CharField(
        required=False, max_length=12, help_text="村（社区）代码；none 为未定位的"
    )

    def get_fields(self) -> dict[str, Any]:
        """The first day is called `from`, which no attribute of a class can be."""
        first = serializers.DateField(required=False, help_text="自定日期的第一日")
        return super().get_fields() | {"from": first}


class BehindIn(PeriodIn):
    """Which number's rows are asked for."""

    rate = serializers.ChoiceField([*THREE, *TOWN], required=False)
    what = serializers.ChoiceField(list(WHATS.items()), required=False)
    why = serializers.CharField(required=False, max_length=60, help_text="不计的原因")
    unit = serializers.CharField(required=False, max_length=32, help_text="部门代码")
    after = serializers.IntegerField(required=False, min_value=0)


class ExcludedOut(serializers.Serializer[Any]):
    """What a rate leaves out: why, how many, where the rows are."""

    reason = serializers.CharField()
    count = serializers.IntegerField()
    url = serializers.CharField()


class FigureOut(serializers.Serializer[Any]):
    """A rate with all it is made of, in words and numbers."""

    name = serializers.CharField()
    percent = serializers.DecimalField(
        6, 1, allow_null=True, help_text="百分之几，一位小数；没有分母的为空"
    )
    numerator = serializers.IntegerField()
    denominator = serializers.IntegerField()
    numerator_means = serializers.CharField()
    denominator_means = serializers.CharField()
    excluded = ExcludedOut(many=True)
    citation = serializers.CharField()
    url = serializers.CharField(help_text="计入分母的各行")


class LineOut(serializers.Serializer[Any]):
    """The figures of one department, of one town, or of all."""

    name = serializers.CharField()
    code = serializers.CharField()
    calls = serializers.IntegerField(help_text="派哨次数")
    reworks = serializers.IntegerField(help_text="退回重办次数")
    rates = FigureOut(many=True)


class RatesOut(serializers.Serializer[Any]):
    """The rates of a period, units in the order of the directory."""

    since = serializers.DateField()
    until = serializers.DateField()
    at = serializers.DateTimeField(help_text="截至")
    total = LineOut()
    departments = LineOut(many=True)
    towns = LineOut(many=True)


class FactOut(serializers.Serializer[Any]):
    """One thing a row says."""

    name = serializers.CharField()
    words = serializers.CharField()


class BehindOut(serializers.Serializer[Any]):
    """One row behind a number."""

    number = serializers.CharField()
    title = serializers.CharField(help_text="只能计数的为空")
    state = serializers.CharField()
    url = serializers.CharField()
    town = serializers.CharField()
    unit = serializers.CharField()
    capacity = serializers.CharField()
    at = serializers.DateTimeField()
    facts = FactOut(many=True)
    counted = serializers.CharField(help_text="怎样计入")


class BehindPageOut(serializers.Serializer[Any]):
    """A page of rows; `next` goes into `after`, 0 at the end."""

    results = BehindOut(many=True)
    next = serializers.IntegerField()


class RatesView(Door):
    """The rates of a period."""

    @extend_schema(
        operation_id="whistle_rates",
        summary="三率、吹哨率",
        description="按派哨时间统计；每项指标附分子、分母、不计的原因和口径。不排名。",
        parameters=[PeriodIn],
        responses={200: RatesOut, **READ_PROBLEMS},
        tags=["whistles"],
    )
    def get(self, request: Request) -> Response:
        """Together, by department, and of the towns themselves."""
        now = timezone.now()
        asked = checked(PeriodIn, request)
        try:
            found = rates(self.actor, scope_of(asked, self.actor, now), now)
        except LawError as trouble:
            raise _beyond(trouble) from trouble
        period = found.scope.period
        told = {
            "since": period.since,
            "until": period.until,
            "at": now,
            "total": _line(found.total),
            "departments": [_line(line) for line in found.departments],
            "towns": [_line(line) for line in found.towns],
        }
        return Response(RatesOut(told).data)


class BehindView(Door):
    """The rows behind a number."""

    @extend_schema(
        operation_id="whistle_rates_rows",
        summary="指标的数据来源",
        parameters=[BehindIn],
        responses={200: BehindPageOut, **READ_PROBLEMS},
        tags=["whistles"],
    )
    def get(self, request: Request) -> Response:
        """A page of the calls, whistles or reports that a number counts."""
        now = timezone.now()
        asked = checked(BehindIn, request)
        try:
            scope = scope_of(asked, self.actor, now)
            page = behind(self.actor, scope, asked_of(asked), now)
        except LawError as trouble:
            raise _beyond(trouble) from trouble
        rows = [
            vars(row) | {"facts": [{"name": n, "words": w} for n, w in row.facts]}
            for row in page.rows
        ]
        return Response(BehindPageOut({"results": rows, "next": page.next}).data)


def checked(form: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """What a query asks, checked by its form; what it leaves empty is left out."""
    asked = form(data=request.query_params)
    asked.is_valid(raise_exception=True)
    given: dict[str, Any] = asked.validated_data
    return {name: value for name, value in given.items() if value not in ("", None)}


def _beyond(trouble: LawError) -> Refused:
    return Refused(trouble.sentence, why=Why.FACTS, fields={"from": trouble.sentence})


def _line(line: Line) -> dict[str, Any]:
    return asdict(line) | {"rates": [figure_of(figure) for figure in line.figures]}


def figure_of(figure: Figure) -> dict[str, Any]:
    """A figure as the interface tells it."""
    excluded = [{"reason": why, "count": many, "url": url} for why, many, url in figure.left]
    told = asdict(figure.rate) | {"percent": figure.rate.percent, "excluded": excluded}
    return told | {"url": figure.counted}


urlpatterns = [
    path("whistles/rates/", RatesView.as_view()),
    path("whistles/rates/rows/", BehindView.as_view()),
]
