"""One's own account by the interface (我的接口), and the directory of people."""

from typing import cast

from django.http import Http404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from cases.docket.api import PROBLEMS, READ_PROBLEMS, Door
from cases.docket.api.shapes import form_of
from cases.entrance.account import doing, queries
from cases.entrance.account.shapes import (
    AfterQuery,
    ContactIn,
    ContactOut,
    DirectoryOut,
    NothingSent,
    OwnDeputiesOut,
    OwnDeputyIn,
    OwnDeputyOut,
    OwnReadingOut,
    OwnReadingsOut,
    OwnTokenOut,
    OwnTokensOut,
    PasswordIn,
    PeopleQuery,
    PersonOut,
)
from cases.people.models import Officer


class OwnDoor(Door):
    """A door to one's own account."""

    @property
    def officer(self) -> Officer:
        """Whose account it is."""
        return cast(Officer, self.request.user)


class PasswordView(OwnDoor):
    """One's own password."""

    @extend_schema(
        operation_id="me_password",
        summary="修改密码",
        request=PasswordIn,
        responses={204: None, **PROBLEMS},
        tags=["me"],
    )
    def post(self, request: Request) -> Response:
        """Change it; every session and token ends, this one too."""
        sent = form_of(PasswordIn).run_validation(request.data)
        doing.change_password(request._request, self.officer, timezone.now(), **sent)
        return Response(status=204)


class ContactView(OwnDoor):
    """One's own phone and address."""

    @extend_schema(
        operation_id="me_contact",
        summary="修改电话和邮箱",
        request=ContactIn,
        responses={200: ContactOut, **PROBLEMS},
        tags=["me"],
    )
    def post(self, request: Request) -> Response:
        """Change what is sent."""
        sent = form_of(ContactIn).run_validation(request.data)
        changed = doing.change_contact(self.officer, timezone.now(), **sent)
        return Response(ContactOut(changed).data)


class DeputiesView(OwnDoor):
    """Who stands in for me."""

    @extend_schema(
        operation_id="me_deputies",
        summary="我的代理（AB岗）",
        responses={200: OwnDeputiesOut, **READ_PROBLEMS},
        tags=["me"],
    )
    def get(self, request: Request) -> Response:
        """My deputies, the newest first."""
        rows = queries.deputies_of(self.officer)[:100]
        return Response({"results": OwnDeputyOut(rows, many=True).data})

    @extend_schema(
        operation_id="me_deputies_appoint",
        summary="指定我的代理",
        request=OwnDeputyIn,
        responses={201: OwnDeputyOut, **PROBLEMS},
        tags=["me"],
    )
    def post(self, request: Request) -> Response:
        """Name one; the same a second time is 409."""
        sent = form_of(OwnDeputyIn).run_validation(request.data)
        made = doing.appoint_deputy(self.officer, timezone.now(), **sent)
        return Response(OwnDeputyOut(made).data, 201)


class EndDeputyView(OwnDoor):
    """The end of a deputyship."""

    @extend_schema(
        operation_id="me_deputies_end",
        summary="结束我的代理",
        request=NothingSent,
        responses={200: OwnDeputyOut, **PROBLEMS},
        tags=["me"],
    )
    def post(self, request: Request, row: int) -> Response:
        """End it from today."""
        form_of(NothingSent).run_validation(request.data)
        return Response(OwnDeputyOut(doing.end_deputy(self.officer, row, timezone.now())).data)


class OwnTokensView(OwnDoor):
    """My log-ins by interface."""

    @extend_schema(
        operation_id="me_tokens",
        summary="我的令牌",
        responses={200: OwnTokensOut, **READ_PROBLEMS},
        tags=["me"],
    )
    def get(self, request: Request) -> Response:
        """Those that still hold."""
        rows = queries.tokens_of(self.officer, timezone.now())
        return Response({"results": OwnTokenOut(rows, many=True).data})


class RevokeView(OwnDoor):
    """One of my log-ins taken back."""

    @extend_schema(
        operation_id="me_tokens_revoke",
        summary="收回我的令牌",
        request=NothingSent,
        responses={204: None, **PROBLEMS},
        tags=["me"],
    )
    def post(self, request: Request, row: int) -> Response:
        """Take it back."""
        form_of(NothingSent).run_validation(request.data)
        doing.revoke(self.officer, row, timezone.now())
        return Response(status=204)


class ReadingsView(OwnDoor):
    """What my readings left as traces."""

    @extend_schema(
        operation_id="me_readings",
        summary="我的查阅记录",
        parameters=[AfterQuery],
        responses={200: OwnReadingsOut, **READ_PROBLEMS},
        tags=["me"],
    )
    def get(self, request: Request) -> Response:
        """The newest first."""
        asked = AfterQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        rows, more = queries.readings_of(self.officer, asked.validated_data.get("after"))
        return Response({"results": OwnReadingOut(rows, many=True).data, "next": more})


class DataView(OwnDoor):
    """What the system keeps of me."""

    @extend_schema(
        operation_id="me_data",
        summary="我的数据",
        responses={200: OpenApiTypes.OBJECT, **READ_PROBLEMS},
        tags=["me"],
    )
    def get(self, request: Request) -> Response:
        """All of it."""
        return Response(queries.saved_of(self.officer))


class PeopleView(Door):
    """The directory."""

    @extend_schema(
        operation_id="people",
        summary="通讯录",
        parameters=[PeopleQuery],
        responses={200: DirectoryOut, **READ_PROBLEMS},
        tags=["people"],
    )
    def get(self, request: Request) -> Response:
        """Units with phones and heads, and the people whose name was looked for."""
        asked = PeopleQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        told = asked.validated_data
        day = timezone.localdate()
        found = queries.directory(self.actor, told.get("q", ""), told.get("after", ""), day)
        return Response(DirectoryOut(found).data)


class UnitPeopleView(Door):
    """Who sits in one unit."""

    @extend_schema(
        operation_id="people_unit",
        summary="单位通讯录",
        responses={200: PersonOut(many=True), **READ_PROBLEMS},
        tags=["people"],
    )
    def get(self, request: Request, row: int) -> Response:
        """Everybody who sits there today; 404 for units not dealt with, and for enterprises."""
        found = queries.people_of(self.actor, row, timezone.localdate())
        if found is None:
            raise Http404
        return Response(PersonOut(found[1], many=True).data)
