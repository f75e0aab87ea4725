"""The board by API (吹哨看板接口): columns of cards, by state or by department."""

from typing import Any

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.docket.api import READ_PROBLEMS, Door
from cases.docket.api.worklist import DueOut
from cases.whistle.api.rates import PeriodIn, checked
from cases.whistle.queries.board import board
from cases.whistle.queries.wanted import BY, LABELS, wanted_of


class BoardIn(PeriodIn):
    """What the board is narrowed to."""

    by = serializers.ChoiceField(list(BY.items()), required=False)
    unit = serializers.CharField(required=False, max_length=32, help_text="部门代码")
    late = serializers.BooleanField(required=False, default=False)
    column = serializers.CharField(
        required=False,
        max_length=32,
        help_text=f"只看一列：{'、'.join(LABELS)}，按部门排列时为部门代码",
    )
    after = serializers.CharField(required=False, max_length=80)


class LampOut(serializers.Serializer[Any]):
    """One department of a card."""

    unit = serializers.CharField()
    capacity = serializers.CharField()
    state = serializers.CharField()
    owes = serializers.CharField(help_text="下一项期限")
    due = DueOut(allow_null=True)
    mine = serializers.BooleanField()


class CardOut(serializers.Serializer[Any]):
    """One whistle on the board."""

    number = serializers.CharField()
    title = serializers.CharField()
    type = serializers.CharField()
    state = serializers.CharField()
    town = serializers.CharField()
    urgent = serializers.BooleanField()
    owes = serializers.CharField(help_text="最近期限由谁办什么")
    due = DueOut(allow_null=True)
    opened_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    url = serializers.CharField()
    lamps = LampOut(many=True)
    copied = serializers.IntegerField(help_text="抄送部门数")


class ColumnOut(serializers.Serializer[Any]):
    """A column of the board: the first of its cards, and how many there are in all."""

    code = serializers.CharField()
    name = serializers.CharField(source="label")
    count = serializers.IntegerField()
    cards = CardOut(many=True)
    url = serializers.CharField()


class BoardOut(serializers.Serializer[Any]):
    """The board; `next` goes into `after` where one column is asked for, "" at the end."""

    columns = ColumnOut(many=True)
    next = serializers.CharField()


class BoardView(Door):
    """The board of whistles."""

    @extend_schema(
        operation_id="whistle_board",
        summary="吹哨看板",
        description="每列先给 20 件，count 为全部件数；column 只看一列，按 next 翻页。",
        parameters=[BoardIn],
        responses={200: BoardOut, **READ_PROBLEMS},
        tags=["whistles"],
    )
    def get(self, request: Request) -> Response:
        """The columns by state, or by department."""
        now = timezone.now()
        wanted = wanted_of(checked(BoardIn, request), self.actor, now)
        return Response(BoardOut(board(self.actor, wanted, now)).data)


urlpatterns = [path("whistles/board/", BoardView.as_view())]
