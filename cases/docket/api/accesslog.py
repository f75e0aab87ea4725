"""The API's door to readings that leave a trace (查阅留痕): the auditor's log, opening a protected
file with a reason.
"""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.docket import access
from cases.docket.api import KEY, PROBLEMS, READ_PROBLEMS, Door, key_of
from cases.docket.api.shapes import StrictSerializer
from cases.docket.models import Access
from cases.docket.operations.reading import LONGEST_REASON, open_with_reason
from cases.docket.queries.accesslog import LONGEST, PAGE, LogFilters, readings


class LogQuery(serializers.Serializer[Any]):
    """How the log is narrowed."""

    person = serializers.CharField(
        required=False, allow_blank=True, max_length=60, help_text="用户名，或姓名中的字"
    )
    what = serializers.ChoiceField(Access.choices, required=False)
    since = serializers.DateField(required=False)
    until = serializers.DateField(required=False)
    after = serializers.CharField(required=False, allow_blank=True, max_length=200)
    size = serializers.IntegerField(
        required=False, min_value=1, max_value=LONGEST, default=PAGE
    )


class ReadingOut(serializers.Serializer[Any]):
    """One reading; `number` is empty where it was of no single case."""

    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    person = serializers.CharField()
    username = serializers.CharField()
    unit_name = serializers.CharField()
    role = serializers.CharField()
    role_label = serializers.CharField()
    what = serializers.CharField()
    what_label = serializers.CharField()
    number = serializers.CharField()
    rows = serializers.IntegerField()
    words = serializers.CharField()


class ReadingsOut(serializers.Serializer[Any]):
    """A page of the log, newest first; `next` goes into `after`, "" at the end."""

    results = ReadingOut(many=True)
    next = serializers.CharField()


class ReasonIn(StrictSerializer):
    """Why a protected file must be opened."""

    reason = serializers.CharField(
        max_length=LONGEST_REASON, help_text="核查事由和依据，至少 8 个字"
    )


class OpenedOut(serializers.Serializer[Any]):
    """Until when the file may be read."""

    number = serializers.CharField()
    until = serializers.DateTimeField()


class AccessLogView(Door):
    """Who looked at what."""

    @extend_schema(
        operation_id="access_log",
        summary="查阅记录（审计管理员）",
        parameters=[LogQuery],
        responses={200: ReadingsOut, **READ_PROBLEMS},
        tags=["access-log"],
    )
    def get(self, request: Request) -> Response:
        """A page of the log; numbers of cases, never their content."""
        asked = LogQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        page = readings(self.actor, LogFilters(**asked.validated_data))
        return Response(ReadingsOut({"results": page.rows, "next": page.next}).data)


class ReasonView(Door):
    """Opening a protected file."""

    @extend_schema(
        operation_id="case_open_with_reason",
        summary="说明理由后查阅受保护的案卷",
        parameters=[KEY],
        request=ReasonIn,
        responses={200: OpenedOut, **PROBLEMS},
        tags=["cases"],
    )
    def post(self, request: Request, number: str) -> Response:
        """Write the reason down and open the file for half an hour; sent again, it says so again.

        Each sending is a reading of its own and is kept as one.
        """
        key_of(request)
        asked = ReasonIn(data=request.data)
        asked.is_valid(raise_exception=True)
        now = timezone.now()
        case = open_with_reason(self.actor, number, asked.validated_data["reason"], now)
        return Response(OpenedOut({"number": str(case), "until": now + access.OPEN_FOR}).data)
