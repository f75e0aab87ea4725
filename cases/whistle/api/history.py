"""The history of one matter by API (同一事项历次吹哨接口)."""

from typing import Any

from django.http import Http404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.docket.api import READ_PROBLEMS, Door
from cases.docket.queries import find
from cases.whistle.queries.history import Blown, History, history
from cases.whistle.states import WHISTLE


class ObjectedOut(serializers.Serializer[Any]):
    """An objection and what became of it."""

    at = serializers.DateTimeField()
    ground = serializers.CharField()
    outcome = serializers.CharField(help_text="待界定的为空")
    outcome_at = serializers.DateTimeField(allow_null=True)


class JudgedOut(serializers.Serializer[Any]):
    """How a department was judged."""

    at = serializers.DateTimeField()
    on_site = serializers.CharField()
    result = serializers.CharField()
    satisfaction = serializers.CharField()
    complaint = serializers.CharField()
    defaulted = serializers.BooleanField(help_text="逾期未评价，不计为满意")


class DepartmentOut(serializers.Serializer[Any]):
    """One department of one whistle."""

    id = serializers.IntegerField()
    unit = serializers.CharField()
    capacity = serializers.CharField()
    state_label = serializers.CharField()
    signed_at = serializers.DateTimeField(allow_null=True)
    reported_in_at = serializers.DateTimeField(allow_null=True)
    replied_at = serializers.DateTimeField(allow_null=True)
    objections = ObjectedOut(many=True)
    reworks = serializers.IntegerField()
    judged = JudgedOut(allow_null=True)


class FollowedOut(serializers.Serializer[Any]):
    """What a follow-up found."""

    at = serializers.DateTimeField()
    held = serializers.CharField()


class BlownOut(serializers.Serializer[Any]):
    """One whistle of the matter."""

    number = serializers.CharField()
    url = serializers.CharField()
    title = serializers.CharField()
    type_label = serializers.CharField()
    state = serializers.CharField()
    state_label = serializers.CharField()
    category_name = serializers.CharField()
    opened_at = serializers.DateTimeField()
    blown_at = serializers.DateTimeField(allow_null=True)
    dispatched_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    departments = DepartmentOut(many=True)
    reopened = serializers.IntegerField()
    follow_ups = FollowedOut(many=True)
    here = serializers.BooleanField(help_text="所查的这一件")


class OriginOut(serializers.Serializer[Any]):
    """A report the matter came from."""

    number = serializers.CharField()
    title = serializers.CharField()
    url = serializers.CharField()
    at = serializers.DateTimeField()


class HistoryOut(serializers.Serializer[Any]):
    """One matter across its whistles, counted once."""

    number = serializers.CharField()
    whistles = BlownOut(many=True)
    reports = OriginOut(many=True)
    hidden = serializers.IntegerField(help_text="这个岗位看不到的吹哨次数")
    objections = serializers.IntegerField()
    reworks = serializers.IntegerField()
    reopened = serializers.IntegerField()


class HistoryView(Door):
    """One matter across its whistles."""

    @extend_schema(
        operation_id="whistle_history",
        summary="同一事项历次吹哨",
        responses={200: HistoryOut, **READ_PROBLEMS},
        tags=["whistles"],
    )
    def get(self, request: Request, number: str) -> Response:
        """Every whistle tied to this one, and the reports they came from."""
        found = find(self.actor, number, WHISTLE.code)
        if found is None:
            raise Http404
        return Response(HistoryOut(_told(history(self.actor, found))).data)


def _told(told: History) -> dict[str, Any]:
    names = ("number", "title", "url", "at")
    return vars(told) | {
        "whistles": [_blown(blown) for blown in told.whistles],
        "reports": [dict(zip(names, report, strict=True)) for report in told.reports],
        "objections": told.objections,
        "reworks": told.reworks,
        "reopened": told.reopened,
    }


def _blown(blown: Blown) -> dict[str, Any]:
    return vars(blown) | {"follow_ups": [{"at": at, "held": h} for at, h in blown.follow_ups]}


urlpatterns = [
    path("whistles/<str:number>/history/", HistoryView.as_view()),
]
