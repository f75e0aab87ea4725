"""The API's door to the security administrator's desk (安全管理接口)."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.docket.api import KEY, PROBLEMS, READ_PROBLEMS, Door, key_of
from cases.docket.api.shapes import StrictSerializer
from cases.entrance.security.operations import end_all, take_back, unlock
from cases.entrance.security.queries import (
    LONGEST,
    PAGE,
    key_ids,
    last_anchor,
    locked_names,
    log_ins,
    must_guard,
)


class SecurityQuery(serializers.Serializer[Any]):
    """Where the page of log-ins begins."""

    after = serializers.IntegerField(required=False, min_value=0, max_value=2**53, default=0)
    size = serializers.IntegerField(required=False, min_value=1, max_value=LONGEST, default=PAGE)


class LockedOut(serializers.Serializer[Any]):
    """A name that may not log in from one address for now."""

    username = serializers.CharField()
    address = serializers.CharField()
    failures = serializers.IntegerField()
    last_at = serializers.DateTimeField()
    until = serializers.DateTimeField()


class LogInOut(serializers.Serializer[Any]):
    """A log-in of the API that still holds."""

    id = serializers.IntegerField()
    username = serializers.CharField()
    person = serializers.CharField()
    unit_name = serializers.CharField()
    role_label = serializers.CharField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()


class KeyIdOut(serializers.Serializer[Any]):
    """The id of a master key, never the key."""

    id = serializers.CharField()
    seals = serializers.BooleanField(help_text="新件用它加密")


class AnchorOut(serializers.Serializer[Any]):
    """The last anchor."""

    taken_at = serializers.DateTimeField()
    cases = serializers.IntegerField()
    file = serializers.CharField()
    digest = serializers.CharField()
    present = serializers.BooleanField(help_text="存证文件还在原处")
    late = serializers.BooleanField(help_text="超过一天没有存证")


class SecurityOut(serializers.Serializer[Any]):
    """Everything the security administrator looks after; `next` goes into `after`."""

    locked = LockedOut(many=True)
    log_ins = LogInOut(many=True)
    next = serializers.IntegerField(allow_null=True)
    keys = KeyIdOut(many=True)
    anchor = AnchorOut(allow_null=True)


class UnlockIn(StrictSerializer):
    """Which name, from which address."""

    username = serializers.CharField(max_length=255, trim_whitespace=False)
    address = serializers.IPAddressField()


class LogInIn(StrictSerializer):
    """Which log-in."""

    token = serializers.IntegerField(min_value=1, max_value=2**53)


class PersonIn(StrictSerializer):
    """Whose log-ins."""

    username = serializers.CharField(max_length=60)


class UnlockedOut(serializers.Serializer[Any]):
    """A name that may try again."""

    username = serializers.CharField()
    address = serializers.CharField()


class TakenBackOut(serializers.Serializer[Any]):
    """A log-in that was taken back."""

    token = serializers.IntegerField()
    revoked_at = serializers.DateTimeField()


class EndedOut(serializers.Serializer[Any]):
    """What was ended."""

    username = serializers.CharField()
    sessions = serializers.IntegerField()
    tokens = serializers.IntegerField()


class SecurityView(Door):
    """What is locked, who is logged in, key ids, anchors."""

    @extend_schema(
        operation_id="security",
        summary="锁定与会话（安全管理员）",
        parameters=[SecurityQuery],
        responses={200: SecurityOut, **READ_PROBLEMS},
        tags=["security"],
    )
    def get(self, request: Request) -> Response:
        """The whole desk; log-ins by pages."""
        must_guard(self.actor)
        asked = SecurityQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        now = timezone.now()
        page = log_ins(self.actor, now, **asked.validated_data)
        told = {
            "locked": locked_names(self.actor, now),
            "log_ins": page.rows,
            "next": page.next,
            "keys": key_ids(),
            "anchor": last_anchor(now),
        }
        return Response(SecurityOut(told).data)


class UnlockView(Door):
    """Unlocking."""

    @extend_schema(
        operation_id="security_unlock",
        summary="解锁账号",
        parameters=[KEY],
        request=UnlockIn,
        responses={200: UnlockedOut, **PROBLEMS},
        tags=["security"],
    )
    def post(self, request: Request) -> Response:
        """Let a name try again; 404 where it is not locked."""
        asked = _asked(request, UnlockIn)
        unlock(self.actor, asked["username"], asked["address"], timezone.now())
        return Response(UnlockedOut(asked).data)


class TakeBackView(Door):
    """Taking a log-in back."""

    @extend_schema(
        operation_id="security_token_revoke",
        summary="收回登录凭证",
        parameters=[KEY],
        request=LogInIn,
        responses={200: TakenBackOut, **PROBLEMS},
        tags=["security"],
    )
    def post(self, request: Request) -> Response:
        """Take it back; 404 where it no longer holds."""
        found = take_back(self.actor, _asked(request, LogInIn)["token"], timezone.now())
        return Response(TakenBackOut({"token": found.pk, "revoked_at": found.revoked_at}).data)


class EndView(Door):
    """Ending every log-in of a person."""

    @extend_schema(
        operation_id="security_log_out",
        summary="全部下线",
        parameters=[KEY],
        request=PersonIn,
        responses={200: EndedOut, **PROBLEMS},
        tags=["security"],
    )
    def post(self, request: Request) -> Response:
        """End them; nothing left to end is no fault."""
        ended = end_all(self.actor, _asked(request, PersonIn)["username"], timezone.now())
        told = {"username": ended.officer.username, "sessions": ended.sessions}
        return Response(EndedOut(told | {"tokens": ended.tokens}).data)


def _asked(request: Request, shape: type[StrictSerializer]) -> dict[str, Any]:
    key_of(request)
    asked = shape(data=request.data)
    asked.is_valid(raise_exception=True)
    found: dict[str, Any] = asked.validated_data
    return found
