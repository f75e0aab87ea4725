"""A report's whistle by API (上报事件转吹哨接口)."""

from dataclasses import replace
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.docket.api import KEY, PROBLEMS, VERSION, PostDoor, version_of
from cases.docket.api.shapes import AnswerOut, serializer_of
from cases.docket.models import Case, Event
from cases.docket.problems import ProblemOut
from cases.docket.slip import Slip
from cases.intake.operations.whistling import blow_for
from cases.intake.states import REPORT
from cases.intake.states.aside.whistled import REFER
from cases.whistle.states import WHISTLE
from cases.whistle.states.way import DRAW_UP

# What the report says already may be left out.
_ASKED = replace(DRAW_UP, optional=DRAW_UP.optional | {"title"})
_MORE: dict[str, Any] = {
    "lng": serializers.FloatField(required=False, min_value=-180, max_value=180),
    "lat": serializers.FloatField(required=False, min_value=-90, max_value=90),
    "photos": serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**53),
        required=False,
        max_length=9,
        help_text="随件带去的照片、文件：本事件附件的 id",
    ),
}
ReportWhistleIn = serializer_of("ReportWhistleIn", _ASKED, WHISTLE.table, _MORE)


class WhistleForView(PostDoor):
    """Blow a whistle for a report."""

    status = 201
    serializer: Any = ReportWhistleIn

    @extend_schema(
        operation_id="report_whistle",
        summary="上报事件转吹哨",
        description=(
            "没填的标题、情况、分类、地点取自上报事件；举报件的标题、情况须另写，不写能认出举报人的内容。"
            f"依据：{REFER.basis}"
        ),
        tags=["reports"],
        parameters=[KEY, VERSION],
        request=ReportWhistleIn,
        responses={201: AnswerOut, **PROBLEMS, (428, "application/problem+json"): ProblemOut},
    )
    def post(self, request: Request, number: str) -> Response:
        """Blow it; 201 with the whistle's number. `If-Match` is the report's version."""

        def act(slip: Slip, facts: dict[str, Any]) -> tuple[Case, Event]:
            case = Case(kind=REPORT.code, number=number)
            return blow_for(case, by=self.actor, slip=slip, **facts)

        return self.act(request, act)

    def version(self, request: Request) -> int:
        """`If-Match`: 428 without it."""
        return version_of(request)
