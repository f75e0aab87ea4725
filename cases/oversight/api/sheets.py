"""Supervision sheets by API (督办单接口): ask for one or issue it, several at once, read, and one
address per move.
"""

from dataclasses import asdict
from typing import Any

from django.http import Http404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.docket.api import (
    KEY,
    PROBLEMS,
    READ_PROBLEMS,
    Door,
    OpenView,
    happened,
    slip_of,
)
from cases.docket.api.moving import move_urls
from cases.docket.api.reading import CaseView, FileOut
from cases.docket.api.shapes import AnswerOut, form_of, serializer_of
from cases.docket.api.worklist import DueOut
from cases.docket.operations.bulk import MOST
from cases.docket.problems import STATUS
from cases.docket.queries import find
from cases.oversight.operations.sheets import VERBS, each, supervise
from cases.oversight.queries.sheets import VIEWS, Wanted, sheets_of, wanted_of
from cases.oversight.queries.shown import shown
from cases.oversight.states.sheets import ISSUE, REQUEST, SHEET

_WAYS = [(move.verb, move.label) for move in (REQUEST, ISSUE)]
_WAY = serializers.ChoiceField(
    _WAYS, required=False, help_text="request 提请督办，issue 签发督办单；不填按岗位可办的那一种"
)
_ONE = {"obligation": serializers.IntegerField(min_value=1, help_text="超期时限的 id")}
_MANY = {
    "obligations": serializers.ListField(
        child=serializers.IntegerField(min_value=1),
        min_length=1,
        max_length=MOST,
        help_text=f"超期时限的 id，最多 {MOST} 项，一项一张",
    )
}
SheetIn = serializer_of("SupervisionIn", ISSUE, SHEET.table, _ONE | {"way": _WAY})
SheetsIn = serializer_of("SupervisionsIn", ISSUE, SHEET.table, _MANY | {"way": _WAY})


class SheetsFilterIn(serializers.Serializer[Any]):
    """How the list is narrowed."""

    view = serializers.ChoiceField(list(VIEWS.items()), required=False)
    after = serializers.CharField(required=False, allow_blank=True, max_length=200)


class SupervisionRowOut(serializers.Serializer[Any]):
    """One sheet; what it is for is empty where the acting post may not see that case."""

    number = serializers.CharField()
    url = serializers.CharField()
    title = serializers.CharField()
    state = serializers.CharField()
    state_label = serializers.CharField()
    of_county = serializers.BooleanField(help_text="县督办单；否则为镇内督办单")
    owes = serializers.CharField()
    issuer = serializers.CharField()
    matter = serializers.CharField()
    matter_title = serializers.CharField()
    matter_url = serializers.CharField()
    term = serializers.CharField()
    done = serializers.BooleanField(help_text="所督办事项已了结")
    due = DueOut(allow_null=True)
    opened_at = serializers.DateTimeField()


class SheetsOut(serializers.Serializer[Any]):
    """A page of sheets; `next` goes into `after`."""

    counts = serializers.DictField(child=serializers.IntegerField())
    results = SupervisionRowOut(many=True)
    next = serializers.CharField()


class SheetMatterOut(serializers.Serializer[Any]):
    """What a sheet is for."""

    number = serializers.CharField()
    kind_label = serializers.CharField()
    title = serializers.CharField()
    url = serializers.CharField()
    whose = serializers.CharField()
    due = DueOut()


class SupervisedOut(serializers.Serializer[Any]):
    """What a sheet says beside its file; `matter` is null where it may not be seen."""

    of_county = serializers.BooleanField()
    owes = serializers.CharField()
    issued_by = serializers.CharField()
    issued_at = serializers.DateTimeField(allow_null=True)
    asker = serializers.CharField()
    asked_at = serializers.DateTimeField(allow_null=True)
    term = serializers.CharField()
    due_at = serializers.DateTimeField()
    matter = SheetMatterOut(allow_null=True)
    done_at = serializers.DateTimeField(allow_null=True)
    sent_back = serializers.IntegerField()


class SheetFileOut(FileOut):
    """A sheet's file, and what it is for."""

    supervised = SupervisedOut()


class SheetsView(OpenView):
    """Ask for a sheet or issue one, list sheets."""

    serializer: Any = SheetIn
    operation = staticmethod(supervise)

    @extend_schema(
        operation_id="sheet_list",
        summary="督办单列表",
        parameters=[SheetsFilterIn],
        responses={200: SheetsOut, **READ_PROBLEMS},
        tags=["supervisions"],
    )
    def get(self, request: Request) -> Response:
        """A page of sheets, with how many each view has."""
        asked = SheetsFilterIn(data=request.query_params)
        asked.is_valid(raise_exception=True)
        told = {name: str(value) for name, value in asked.validated_data.items()}
        wanted = wanted_of(told) if told.get("view") else Wanted("all", told.get("after", ""))
        found = sheets_of(self.actor, wanted, timezone.now())
        page = {"counts": found.counts, "results": found.rows, "next": found.next}
        return Response(SheetsOut(page).data)

    @extend_schema(
        operation_id="sheet_open",
        summary="提请督办、签发督办单",
        description=f"依据：{ISSUE.basis}",
        parameters=[KEY],
        request=SheetIn,
        responses={201: AnswerOut, **PROBLEMS},
        tags=["supervisions"],
    )
    def post(self, request: Request) -> Response:
        """One sheet for one late obligation; 201 with its number."""
        return self.open(request)


class SupervisedByOut(serializers.Serializer[Any]):
    """A sheet that was asked for or issued."""

    obligation = serializers.IntegerField()
    number = serializers.CharField()


class NotSupervisedOut(serializers.Serializer[Any]):
    """An obligation that got none: the status it would have had alone, and the sentence."""

    obligation = serializers.IntegerField()
    status = serializers.IntegerField()
    sentence = serializers.CharField()


class SeveralOut(serializers.Serializer[Any]):
    """What became of every obligation."""

    done = SupervisedByOut(many=True)
    refused = NotSupervisedOut(many=True)


class SeveralView(Door):
    """Sheets for several obligations at once, one each."""

    @extend_schema(
        operation_id="sheet_open_several",
        summary="多项提请督办、签发督办单",
        description="一项一张：每项各自成功或被拒；同一个键重发不会重复。",
        parameters=[KEY],
        request=SheetsIn,
        responses={200: SeveralOut, **PROBLEMS},
        tags=["supervisions"],
    )
    def post(self, request: Request) -> Response:
        """One sheet each; what was refused is named."""
        facts = dict(form_of(SheetsIn).run_validation(request.data))
        slip = slip_of(request, facts)
        facts.pop("files", None)
        at = happened(facts.pop("happened_at", None))
        chosen = facts.pop("obligations")
        outcome = each(chosen, by=self.actor, at=at, slip=slip, **facts)
        done = [{"obligation": pk, "number": str(case)} for pk, case, _ in outcome.done]
        refused = [
            {"obligation": pk, "status": STATUS[why.why], "sentence": why.sentence}
            for pk, why in outcome.refused
        ]
        return Response(SeveralOut({"done": done, "refused": refused}).data)


class SheetView(CaseView):
    """One sheet's file."""

    kind = SHEET.code

    @extend_schema(
        operation_id="sheet_read",
        summary="督办单案卷",
        responses={200: SheetFileOut, **READ_PROBLEMS},
        tags=["supervisions"],
    )
    def get(self, request: Request, number: str) -> Response:
        """The sheet's file, and what it is for."""
        answer = self.file(number)
        case = find(self.actor, number, self.kind)
        if case is None:
            raise Http404
        told = asdict(shown(self.actor, case, timezone.now()))
        answer.data["supervised"] = SupervisedOut(told).data
        return answer


urlpatterns = [
    path("supervisions/", SheetsView.as_view()),
    path("supervisions/several/", SeveralView.as_view()),
    path("supervisions/<str:number>/", SheetView.as_view()),
    *move_urls(SHEET, VERBS),
]
