"""One department's response by API (响应详情接口): what is asked, when and where to come, who
called, what else holds, who else answers, and the moves open to the acting post.
"""

from dataclasses import asdict, fields
from typing import Any

from django.http import Http404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.docket.api import READ_PROBLEMS, Door
from cases.docket.api.reading import DeadlineOut, PartOut, TimelineOut
from cases.docket.queries import case_file, find
from cases.docket.queries.timeline import EventView
from cases.whistle.queries.response import Answered, ResponseView, response_view
from cases.whistle.states import WHISTLE


class MeetingOut(serializers.Serializer[Any]):
    """When and where to report in."""

    at = serializers.DateTimeField(allow_null=True)
    place = serializers.CharField()


class CallerOut(serializers.Serializer[Any]):
    """Who called."""

    label = serializers.CharField()  # type: ignore[assignment]
    name = serializers.CharField()
    phone = serializers.CharField()


class ConditionOut(serializers.Serializer[Any]):
    """What else holds for the call."""

    name = serializers.CharField()
    words = serializers.CharField()
    citation = serializers.CharField()
    until = serializers.DateTimeField(allow_null=True)


class AnsweredOut(serializers.Serializer[Any]):
    """How another department stands, and what it last said of each kind."""

    part = serializers.IntegerField()
    unit = serializers.CharField()
    capacity = serializers.CharField()
    state = serializers.CharField()
    state_label = serializers.CharField()
    said = TimelineOut(many=True)


class ResponseOut(serializers.Serializer[Any]):
    """One department's response."""

    number = serializers.CharField()
    part = PartOut()
    type_name = serializers.CharField()
    emergency = serializers.BooleanField()
    inspects = serializers.BooleanField(help_text="检查企业，报到须填行政检查审批号")
    on_point = serializers.BooleanField(help_text="应急哨，报到核对位置或现场码")
    ask = serializers.CharField()
    grounds = serializers.CharField()
    meet = MeetingOut()
    callers = CallerOut(many=True)
    own = DeadlineOut(many=True, help_text="本部门的期限")
    waits = DeadlineOut(many=True, help_text="等别人答复的")
    conditions = ConditionOut(many=True, help_text="派哨须知")
    others = AnsweredOut(many=True)
    objection = TimelineOut(many=True, help_text="派单异议与职责界定经过")
    timeline = TimelineOut(many=True, help_text="本部门的过程")


class ResponsesView(Door):
    """One response."""

    @extend_schema(
        operation_id="whistle_response_read",
        summary="部门响应详情",
        responses={200: ResponseOut, **READ_PROBLEMS},
        tags=["whistles"],
    )
    def get(self, request: Request, number: str, part: int) -> Response:
        """The response, with the moves open to the acting post and its version as ETag."""
        now = timezone.now()
        case = find(self.actor, number, WHISTLE.code)
        if case is None:
            raise Http404
        file = case_file(self.actor, case, now)
        mine = next((view for view in file.parts if view.id == part), None)
        if mine is None:
            raise Http404
        told = _told(response_view(self.actor, file, mine, now))
        told |= {"number": file.number, "part": mine}
        return Response(ResponseOut(told).data, headers={"ETag": f'"{mine.version}"'})


def _told(view: ResponseView) -> dict[str, Any]:
    told = {f.name: getattr(view, f.name) for f in fields(view)}
    told["objection"] = _events(view.objection)
    told["timeline"] = _events(view.mine.timeline)
    return told | {"others": [_other(other) for other in view.others]}


def _other(other: Answered) -> dict[str, Any]:
    names = ("unit", "capacity", "state", "state_label")
    told = {name: getattr(other.part, name) for name in names}
    return told | {"part": other.part.id, "said": _events(other.said)}


def _events(events: list[EventView]) -> list[dict[str, Any]]:
    return [
        asdict(event) | {"facts": [{"label": label, "value": said} for label, said in event.facts]}
        for event in events
    ]


urlpatterns = [
    path("whistles/<str:number>/responses/<int:part>/", ResponsesView.as_view()),
]
