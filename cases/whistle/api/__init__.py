"""Whistles by API (吹哨报到接口): blow, read, and one address per move of a whistle, of a draft and
of a department's response.
"""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.docket.api import KEY, PROBLEMS, READ_PROBLEMS, OpenView
from cases.docket.api.moving import draft_urls, move_urls, part_urls
from cases.docket.api.reading import CaseView, FileOut
from cases.docket.api.shapes import AnswerOut, serializer_of
from cases.docket.api.worklist import FiltersIn, ListDoor, PageOut
from cases.whistle.api import blowing, board, history, inbox, rates, responding, ruling
from cases.whistle.api.blowing import blow_somewhere
from cases.whistle.operations import DRAFT_VERBS, PART_VERBS, VERBS
from cases.whistle.states import WHISTLE
from cases.whistle.states.way import DRAW_UP

_POINT: dict[str, Any] = {
    "lng": serializers.FloatField(required=False, min_value=-180, max_value=180),
    "lat": serializers.FloatField(required=False, min_value=-90, max_value=90),
}
_WHERE = _POINT | {
    "division": serializers.RegexField(
        r"^\d{6,12}$", required=False, help_text="吹哨镇（街道）区划代码；不填为本镇"
    ),
}
_KEEP = {
    "keep": serializers.BooleanField(
        required=False, default=False, help_text="只存草稿，不报批、不吹哨"
    )
}
WhistleIn = serializer_of("WhistleIn", DRAW_UP, WHISTLE.table, _WHERE | _KEEP)


class WhistlesView(OpenView, ListDoor):
    """Blow a whistle, list whistles."""

    kind = WHISTLE.code
    view = "all"
    serializer: Any = WhistleIn
    operation = staticmethod(blow_somewhere)

    @extend_schema(
        operation_id="whistle_list",
        summary="吹哨报到列表",
        parameters=[FiltersIn],
        responses={200: PageOut, **READ_PROBLEMS},
        tags=["whistles"],
    )
    def get(self, request: Request) -> Response:
        """A page of whistles."""
        return self.page(request)

    @extend_schema(
        operation_id="whistle_blow",
        summary="吹哨",
        description=f"依据：{DRAW_UP.basis}",
        parameters=[KEY],
        request=WhistleIn,
        responses={201: AnswerOut, **PROBLEMS},
        tags=["whistles"],
    )
    def post(self, request: Request) -> Response:
        """Blow one; 201 with its number, or the id of its draft."""
        return self.open(request)


class WhistleView(CaseView):
    """One whistle's file."""

    kind = WHISTLE.code

    @extend_schema(
        operation_id="whistle_read",
        summary="吹哨报到案卷",
        responses={200: FileOut, **READ_PROBLEMS},
        tags=["whistles"],
    )
    def get(self, request: Request, number: str) -> Response:
        """The whistle's file."""
        return self.file(number)


urlpatterns = [
    *ruling.urlpatterns,
    *history.urlpatterns,
    *inbox.urlpatterns,
    *responding.urlpatterns,
    *board.urlpatterns,
    *rates.urlpatterns,
    *blowing.urlpatterns,
    path("whistles/", WhistlesView.as_view()),
    *draft_urls(WHISTLE, DRAFT_VERBS, {"revise": _POINT}),
    path("whistles/<str:number>/", WhistleView.as_view()),
    *move_urls(WHISTLE, VERBS),
    *part_urls(WHISTLE, PART_VERBS, {"report_in": _POINT}),
]
