"""A department's inbox by API (应哨箱接口): its calls over all towns, and one visit that answers
several of them.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.docket.api import KEY, PROBLEMS, READ_PROBLEMS, Door, PostDoor, key_of
from cases.docket.api.shapes import AnswerOut, StrictSerializer, field_of, form_of, serializer_of
from cases.docket.api.worklist import DueOut
from cases.docket.models import Case, Event
from cases.docket.slip import Slip
from cases.people.queries import TOWN_TIME
from cases.whistle.operations.visiting import MOST, Visited, keys_of, report_in_together
from cases.whistle.queries.inbox import Call, inbox
from cases.whistle.queries.reach import DUES, SHOWN, Narrowing
from cases.whistle.states import WHISTLE
from cases.whistle.states.response.answering import REPORT_IN
from cases.whistle.states.words import CALLS, FACTS, STATES, TYPES


class NarrowingIn(StrictSerializer):
    """How the inbox is narrowed."""

    town = serializers.CharField(
        required=False, allow_blank=True, max_length=12, help_text="吹哨镇（街道）区划代码"
    )
    type = serializers.ChoiceField(TYPES, required=False, allow_blank=True, help_text="哨种")
    state = serializers.ChoiceField(
        [(state, STATES[state]) for state in SHOWN],
        required=False,
        allow_blank=True,
        help_text="抄送、已评价、已解除的只在指明时列出",
    )
    due = serializers.ChoiceField(list(DUES.items()), required=False, allow_blank=True)
    after = serializers.CharField(required=False, allow_blank=True, max_length=200)
    size = serializers.IntegerField(required=False, min_value=1, max_value=100)


class InboxRowOut(serializers.Serializer[Any]):
    """One call on a department."""

    number = serializers.CharField()
    part = serializers.IntegerField()
    title = serializers.CharField()
    town = serializers.CharField(help_text="吹哨镇（街道）区划代码")
    town_name = serializers.CharField()
    type = serializers.CharField()
    type_name = serializers.CharField()
    emergency = serializers.BooleanField(help_text="应急哨，排在最前")
    capacity = serializers.ChoiceField(CALLS)
    capacity_label = serializers.CharField()
    unit_name = serializers.CharField()
    officer_name = serializers.CharField()
    state = serializers.CharField()
    state_label = serializers.CharField()
    step = serializers.CharField(help_text="本部门下一步")
    due = DueOut(allow_null=True)
    waiting = serializers.CharField(help_text="等谁做什么；不等别人的为空")
    meet_at = serializers.DateTimeField(allow_null=True)
    meet_place = serializers.CharField()
    called_at = serializers.DateTimeField()
    version = serializers.IntegerField()
    inspects = serializers.BooleanField(help_text="检查企业，报到须填行政检查审批号")
    on_point = serializers.BooleanField(help_text="应急哨，报到核对位置或现场码")
    may_visit = serializers.BooleanField(help_text="可以报到")
    url = serializers.CharField()


class InboxOut(serializers.Serializer[Any]):
    """A page of the inbox; `next` goes into `after`, "" at the end. No counts."""

    results = InboxRowOut(many=True)
    copies = InboxRowOut(many=True, help_text="抄送知悉的，最新十件；只在第一页、没有筛选时列出")
    next = serializers.CharField()


class VisitedIn(StrictSerializer):
    """One call that the visit answers."""

    number = serializers.CharField(max_length=40)
    part = serializers.IntegerField(min_value=1, max_value=2**53)
    version = serializers.IntegerField(min_value=0, max_value=2**31, help_text="看到的版本")
    inspection = field_of(FACTS["inspection"], required=False)
    site_code = field_of(FACTS["site_code"], required=False)


_VISIT: dict[str, Any] = {
    "parts": serializers.ListField(
        child=VisitedIn(), min_length=1, max_length=MOST, help_text="各件，按报到的顺序"
    ),
    "lng": serializers.FloatField(required=False, min_value=-180, max_value=180),
    "lat": serializers.FloatField(required=False, min_value=-90, max_value=90),
}


def _visit_in() -> type:
    shape: Any = serializer_of("WhistleVisitIn", REPORT_IN, WHISTLE.table, _VISIT)
    alone = dict.fromkeys(("inspection", "site_code", "files"))
    return type("WhistleVisitIn", (shape,), alone | {"__doc__": shape.__doc__})


WhistleVisitIn = _visit_in()


class ArrivedOut(AnswerOut):
    """What became of one call of the visit; `number` and `part` say which."""

    part = serializers.IntegerField()


class VisitOut(serializers.Serializer[Any]):
    """What became of every call of the visit, in the order they were sent."""

    results = ArrivedOut(many=True)


class InboxView(Door):
    """The calls on the acting post's unit and those under it, over all towns."""

    @extend_schema(
        operation_id="whistle_inbox",
        summary="应哨箱：派给本部门的哨",
        description="应急哨在前，其余按本部门下一个期限排。",
        parameters=[NarrowingIn],
        responses={200: InboxOut, **READ_PROBLEMS},
        tags=["whistles"],
    )
    def get(self, request: Request) -> Response:
        """A page of the inbox."""
        asked = dict(form_of(NarrowingIn).run_validation(request.query_params.dict()))
        page = inbox(self.actor, Narrowing(**asked), timezone.now())
        told = {"results": _told(page.rows), "copies": _told(page.copies), "next": page.next}
        return Response(told)


class VisitsView(PostDoor):
    """One visit, several whistles answered."""

    serializer = WhistleVisitIn

    @extend_schema(
        operation_id="whistle_visit",
        summary="一次到场，多件报到",
        description=f"全部办成或一件也不办；各件各记一步。依据：{REPORT_IN.basis}",
        parameters=[KEY],
        request=WhistleVisitIn,
        responses={200: VisitOut, **PROBLEMS},
        tags=["whistles"],
    )
    def post(self, request: Request) -> Response:
        """Report in on all of them."""
        return self.act(request, self._arrive)

    def _arrive(self, slip: Slip, facts: dict[str, Any]) -> tuple[Case, Event]:
        visited = [Visited(**one) for one in facts.pop("parts")]
        events = report_in_together(visited, by=self.actor, slip=slip, **facts)
        return Case(number=visited[0].number), events[0]

    def _answer(self, case: Case, event: Event) -> Response:
        asked: Any = self.request.data
        visited = [Visited(str(one["number"]), int(one["part"])) for one in asked["parts"]]
        keys = keys_of(key_of(self.request), visited)
        rows = Event.objects.filter(Q(officer_id=self.actor.officer_id), key__in=keys)
        answers = {row.key: json.loads(row.answer) for row in rows.only("key", "answer")}
        told = [
            {"number": one.number, "part": one.part} | answers[key]
            for one, key in zip(visited, keys, strict=True)
        ]
        return Response({"results": told}, self.status)


def _told(rows: Sequence[Call]) -> list[dict[str, Any]]:
    """Lines as `InboxRowOut` gives them, without asking each field of each line how."""
    return [_line(row) for row in rows]


def _line(row: Call) -> dict[str, Any]:
    told = vars(row) | {"meet_at": _local(row.meet_at), "called_at": _local(row.called_at)}
    told.pop("case_id")
    if row.due is not None:
        due = row.due
        told["due"] = vars(due) | {"last_day": str(due.last_day), "due_at": _local(due.due_at)}
    return told


def _local(at: datetime | None) -> str | None:
    return at.astimezone(TOWN_TIME).isoformat() if at else None


urlpatterns = [
    path("whistles/inbox/", InboxView.as_view()),
    path("whistles/visits/", VisitsView.as_view()),
]
