"""Published months by API (月报接口): the list, one month, publishing, correcting."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.board.models import Correction, PublishedMonth
from cases.board.operations.publishing import (
    LONGEST_NOTE,
    LONGEST_WHY,
    PUBLISHERS,
    Issue,
    correct,
    publish,
)
from cases.board.queries.months import compared, differences, month_of, months
from cases.board.queries.wanted import ground_of
from cases.docket.api import KEY, PROBLEMS, READ_PROBLEMS, Door, key_of
from cases.docket.api.shapes import StrictSerializer
from cases.law.moves import Refused, Role, Why

_SHOWN = 60


class MonthIn(StrictSerializer):
    """What is to be published: a calendar month, or the 26th to the 25th."""

    since = serializers.DateField(help_text="第一日：1 日或 26 日")
    until = serializers.DateField(help_text="最后一日：月末或 25 日")
    note = serializers.CharField(max_length=LONGEST_NOTE, required=False, allow_blank=True)
    confirmed = serializers.BooleanField(help_text="已核对，确认发布；发布后数据不能再改")


class CorrectionIn(StrictSerializer):
    """A correction of one figure."""

    figure = serializers.CharField(max_length=80, help_text="指标代码，如 report.opened")
    was = serializers.IntegerField(required=False, help_text="看到的数；与现在的不同则 409")
    now = serializers.IntegerField(min_value=0, help_text="更正为")
    why = serializers.CharField(max_length=LONGEST_WHY, help_text="原因")


class CorrectionOut(serializers.Serializer[Any]):
    """A correction line."""

    figure = serializers.CharField()
    was = serializers.IntegerField()
    now = serializers.IntegerField()
    why = serializers.CharField()
    at = serializers.DateTimeField()
    by = serializers.CharField(source="by.name")


class MonthOut(serializers.Serializer[Any]):
    """A published month in a list."""

    id = serializers.IntegerField()
    name = serializers.CharField(source="label")
    division = serializers.CharField()
    since = serializers.DateField()
    until = serializers.DateField()
    unit = serializers.CharField(source="unit.name")
    published_at = serializers.DateTimeField()
    digest = serializers.CharField()


class MonthsOut(serializers.Serializer[Any]):
    """The months published, the newest first."""

    results = MonthOut(many=True)


class MonthLineOut(serializers.Serializer[Any]):
    """One figure, with a month and a year before."""

    code = serializers.CharField()
    name = serializers.CharField(source="label")
    group = serializers.CharField()
    value = serializers.IntegerField()
    corrected = serializers.IntegerField(allow_null=True)
    before = serializers.CharField(help_text="环比")
    year_before = serializers.CharField(help_text="同比")


class MonthRateOut(serializers.Serializer[Any]):
    """One rate, with a month and a year before."""

    name = serializers.CharField()
    percent = serializers.CharField()
    numerator = serializers.IntegerField()
    denominator = serializers.IntegerField()
    before = serializers.CharField()
    year_before = serializers.CharField()


class DifferenceOut(serializers.Serializer[Any]):
    """What today's count says otherwise."""

    code = serializers.CharField()
    name = serializers.CharField(source="label")
    frozen = serializers.IntegerField()
    now = serializers.IntegerField()


class WholeMonthOut(MonthOut):
    """A month with everything in it; `figures` the frozen text itself, which `digest` covers."""

    definition = serializers.CharField()
    release = serializers.CharField()
    note = serializers.CharField()
    figures = serializers.CharField()
    sound = serializers.BooleanField(help_text="数据与摘要相符")
    lines = MonthLineOut(many=True)
    rates = MonthRateOut(many=True)
    corrections = CorrectionOut(many=True)
    differences = DifferenceOut(many=True, help_text="今天重数不同的；只给发布的岗位")


class MonthsView(Door):
    """The months published, and publishing one."""

    @extend_schema(
        operation_id="months",
        summary="月报",
        responses={200: MonthsOut, **READ_PROBLEMS},
        tags=["months"],
    )
    def get(self, _request: Request) -> Response:
        """The newest first."""
        _may_read(self)
        return Response(MonthsOut({"results": months(self.actor)[:_SHOWN]}).data)

    @extend_schema(
        operation_id="month_publish",
        summary="发布月报",
        description="由督查发布；未结束、已发布、日期重叠的不发布。发布后数据不改。",
        parameters=[KEY],
        request=MonthIn,
        responses={201: MonthOut, **PROBLEMS},
        tags=["months"],
    )
    def post(self, request: Request) -> Response:
        """Publish a month; a replay of the same key answers what was published."""
        key, now = key_of(request), timezone.now()
        asked = MonthIn(data=request.data)
        asked.is_valid(raise_exception=True)
        month = publish(Issue(**asked.validated_data, key=key), by=self.actor, at=now)
        return Response(MonthOut(month).data, 201, headers=_replayed(month.published_at != now))


class MonthView(Door):
    """One month."""

    @extend_schema(
        operation_id="month",
        summary="一期月报",
        responses={200: WholeMonthOut, **READ_PROBLEMS},
        tags=["months"],
    )
    def get(self, _request: Request, month: int) -> Response:
        """Figures, rates, corrections; for its publisher what today's count says otherwise."""
        row = _row(self, month)
        found = month_of(row)
        lines, rates = compared(found)
        mine = self.actor.role in PUBLISHERS and self.actor.division == row.division
        wrong = differences(ground_of(self.actor, timezone.now()), found) if mine else []
        told: dict[str, Any] = {name: getattr(row, name) for name in _NAMES}
        told |= {"sound": found.sound, "lines": lines, "rates": rates, "differences": wrong}
        return Response(WholeMonthOut(told | {"corrections": found.corrections}).data)


class CorrectView(Door):
    """Correcting a figure of a month."""

    @extend_schema(
        operation_id="month_correct",
        summary="更正月报",
        description="原数不变，更正另列一行。",
        parameters=[KEY],
        request=CorrectionIn,
        responses={201: CorrectionOut, **PROBLEMS},
        tags=["months"],
    )
    def post(self, request: Request, month: int) -> Response:
        """Add a line; a replay of the same key answers the line that stands."""
        key, now = key_of(request), timezone.now()
        _row(self, month)
        asked = CorrectionIn(data=request.data)
        asked.is_valid(raise_exception=True)
        told = dict(asked.validated_data)
        given = (month, told["figure"], told["now"], told["why"])
        line: Correction = correct(*given, was=told.get("was"), key=key, by=self.actor, at=now)
        return Response(CorrectionOut(line).data, 201, headers=_replayed(line.at != now))


_NAMES = (
    *("id", "label", "division", "since", "until", "unit", "published_at", "digest"),
    *("definition", "release", "note", "figures"),
)


def _may_read(door: Door) -> None:
    if door.actor.role is Role.ENTERPRISE:
        raise Refused("月报供在岗人员查阅，企业岗位没有这一项。", why=Why.ROLE)


def _row(door: Door, month: int) -> PublishedMonth:
    _may_read(door)
    row = months(door.actor).filter(pk=month).first() if month < 2**63 else None
    if row is None:
        raise Refused("没有这期月报，请从月报清单里选择。", why=Why.HIDDEN)
    return row


def _replayed(again: bool) -> dict[str, str]:
    return {"Idempotent-Replayed": "true"} if again else {}
