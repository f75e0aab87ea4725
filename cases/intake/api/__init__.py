"""Reports by API (上报事件接口): file, read, and one address per move."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from cases.docket.api import KEY, PROBLEMS, READ_PROBLEMS, OpenView
from cases.docket.api.moving import move_urls
from cases.docket.api.reading import CaseView, FileOut
from cases.docket.api.shapes import AnswerOut, serializer_of
from cases.docket.api.worklist import FiltersIn, ListDoor, PageOut
from cases.intake.api import filing
from cases.intake.api.filing import place_fields
from cases.intake.api.sheet import AnswersView, ImportView, SheetsView, SheetView
from cases.intake.api.triage import TriageView
from cases.intake.api.whistling import WhistleForView
from cases.intake.operations import VERBS, file_report
from cases.intake.states import REPORT
from cases.intake.states.way import FILE

ReportIn = serializer_of("ReportIn", FILE, REPORT.table, place_fields())


class ReportsView(OpenView, ListDoor):
    """File a report, list reports."""

    kind = REPORT.code
    view = "all"
    serializer: Any = ReportIn
    operation = staticmethod(file_report)

    @extend_schema(
        operation_id="report_list",
        summary="上报事件列表",
        parameters=[FiltersIn],
        responses={200: PageOut, **READ_PROBLEMS},
        tags=["reports"],
    )
    def get(self, request: Request) -> Response:
        """A page of reports."""
        return self.page(request)

    @extend_schema(
        operation_id="report_file",
        summary="上报",
        description=f"依据：{FILE.basis}",
        parameters=[KEY],
        request=ReportIn,
        responses={201: AnswerOut, **PROBLEMS},
        tags=["reports"],
    )
    def post(self, request: Request) -> Response:
        """File a report; 201 with its number."""
        return self.open(request)


class ReportView(CaseView):
    """One report's file."""

    kind = REPORT.code

    @extend_schema(
        operation_id="report_read",
        summary="上报事件案卷",
        responses={200: FileOut, **READ_PROBLEMS},
        tags=["reports"],
    )
    def get(self, request: Request, number: str) -> Response:
        """The report's file."""
        return self.file(number)


urlpatterns = [
    path("reports/", ReportsView.as_view()),
    *filing.urlpatterns,
    path("reports/<str:number>/", ReportView.as_view()),
    path("reports/<str:number>/triage/", TriageView.as_view()),
    path("reports/<str:number>/whistle/", WhistleForView.as_view()),
    path("sheets/", SheetsView.as_view()),
    path("sheets/answers/", AnswersView.as_view()),
    path("sheets/<uuid:upload>/", SheetView.as_view()),
    path("sheets/<uuid:upload>/import/", ImportView.as_view()),
    *move_urls(REPORT, VERBS),
]
