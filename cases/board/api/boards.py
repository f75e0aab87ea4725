"""The boards by API (看板接口): the supervisor's, its rows, and the leader's screen."""

from dataclasses import asdict
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.board.api.shapes import BoardRowsOut, SupervisorBoardOut, TodayOut
from cases.board.queries.behind import WHATS, Behind, asked_of
from cases.board.queries.board import board
from cases.board.queries.lines import Line
from cases.board.queries.owed import AGES, COLOURS
from cases.board.queries.rows import rows
from cases.board.queries.standing import WAITS
from cases.board.queries.today import today
from cases.board.queries.trend import BYS, Trend
from cases.board.queries.wanted import PERIODS, Ground, Wanted, ground_of, wanted_of
from cases.docket.api import READ_PROBLEMS, Door
from cases.law.moves import Refused, Why
from cases.law.rule import LawError
from cases.whistle.api.rates import checked, figure_of


class NarrowIn(serializers.Serializer[Any]):
    """What a board is narrowed to."""

    period = serializers.ChoiceField(
        list(PERIODS.items()), required=False, help_text="不填为本月；days 为自定日期，最长 366 天"
    )
    to = serializers.DateField(required=False, help_text="自定日期的最后一日")
    town = serializers.CharField(required=False, max_length=12, help_text="镇（街道）区划代码")
    unit = serializers.CharField(required=False, max_length=32, help_text="单位代码；none 为未落实")
    own = serializers.ChoiceField(["1"], required=False, help_text="1 为只看该单位本身")
    village = serializers.CharField(
        required=False, max_length=12, help_text="村（社区）代码；none 为没有定位"
    )
    kind = serializers.CharField(required=False, max_length=16, help_text="事项")

    def get_fields(self) -> dict[str, Any]:
        """The first day is called `from`, which no attribute of a class can be."""
        first = serializers.DateField(required=False, help_text="自定日期的第一日")
        return super().get_fields() | {"from": first}


class BoardIn(NarrowIn):
    """A board with its trend's step."""

    by = serializers.ChoiceField(list(BYS.items()), required=False)


class RowsIn(NarrowIn):
    """Which number's rows are asked for."""

    what = serializers.ChoiceField(list(WHATS.items()), required=False)
    age = serializers.ChoiceField([*AGES, "late"], required=False)
    colour = serializers.ChoiceField([c or "none" for c in COLOURS], required=False)
    waits = serializers.ChoiceField(list(WAITS.items()), required=False, help_text="挂账时长")
    category = serializers.CharField(required=False, max_length=120)
    after = serializers.CharField(required=False, max_length=200)


class BoardView(Door):
    """The supervisor's board."""

    @extend_schema(
        operation_id="board",
        summary="督查看板",
        description="在办期限按时段和颜色、单独统计、本期发生、三率、单位、村（社区）、趋势。"
        "按名录顺序，不排名，不涉及个人；每个数附它的行所在。",
        parameters=[BoardIn],
        responses={200: SupervisorBoardOut, **READ_PROBLEMS},
        tags=["board"],
    )
    def get(self, request: Request) -> Response:
        """Every number with its rows."""
        ground, told, wanted = self._asked(request, BoardIn)
        found = board(ground, wanted, str(told.get("by") or "week"))
        told = vars(found) | {"since": wanted.period.since, "until": wanted.period.until}
        told |= {"at": found.now, "trend": _trend(found.trend)}
        told |= {
            "ages": [
                vars(age) | {"colours": [_colour(*one) for one in age.colours]}
                for age in found.ages
            ],
            "rates": [figure_of(figure) for figure in found.rates],
            "town_rates": [figure_of(figure) for figure in found.town_rates],
            "units": [_line(line) for line in found.units],
            "villages": [_line(line) for line in found.villages],
        }
        return Response(SupervisorBoardOut(told).data)

    def _asked(
        self, request: Request, form: type[NarrowIn]
    ) -> tuple[Ground, dict[str, Any], Wanted]:
        ground = ground_of(self.actor, timezone.now())
        told = checked(form, request)
        try:
            return ground, told, wanted_of(told, ground)
        except LawError as trouble:
            words = trouble.sentence
            raise Refused(words, why=Why.FACTS, fields={"from": words}) from trouble


class RowsView(BoardView):
    """The rows behind a number."""

    @extend_schema(
        operation_id="board_rows",
        summary="看板的数据来源",
        description="只能计数、不能查看的，只给编号、事项、状态。",
        parameters=[RowsIn],
        responses={200: BoardRowsOut, **READ_PROBLEMS},
        tags=["board"],
    )
    def get(self, request: Request) -> Response:
        """A page of the obligations, events or cases that a number counts."""
        ground, told, wanted = self._asked(request, RowsIn)
        page = rows(ground, wanted, asked_of(told))
        results = [_row(row) for row in page.rows]
        answer = {"what": page.asked.words, "results": results, "next": page.next}
        return Response(BoardRowsOut(answer).data)


class TodayView(Door):
    """The leader's one screen."""

    @extend_schema(
        operation_id="today",
        summary="今日要情",
        responses={200: TodayOut, **READ_PROBLEMS},
        tags=["board"],
    )
    def get(self, _request: Request) -> Response:
        """Three sentences, and what they are made of."""
        found = today(ground_of(self.actor, timezone.now()))
        told = vars(found) | {
            "emergencies": [vars(one) | {"row": _row(one.row)} for one in found.emergencies],
            "red_units": [{"name": name, "number": n} for name, n in found.red_units],
        }
        return Response(TodayOut(told).data)


def _row(row: Behind) -> dict[str, Any]:
    facts = [{"name": name, "words": words} for name, words in row.facts]
    return vars(row) | {"facts": facts}


def _line(line: Line) -> dict[str, Any]:
    return vars(line) | {"rates": [figure_of(figure) for figure in line.rates]}


def _trend(trend: Trend) -> dict[str, Any]:
    steps = [
        vars(step) | {"rates": [figure_of(figure) for figure in step.rates]} for step in trend.steps
    ]
    told: dict[str, Any] = vars(trend)
    return told | {"steps": steps}


def _colour(colour: str, label: str, number: Any) -> dict[str, Any]:
    return {"colour": colour, "label": label, "number": asdict(number)}
