"""Notices by API (通知接口): my list, read, how I want to be told, what did not arrive."""

from typing import cast

from django.http import Http404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from cases.docket.api import KEY, PROBLEMS, READ_PROBLEMS, Door, key_of
from cases.docket.api.shapes import form_of
from cases.docket.queries import find
from cases.notice.api.shapes import (
    AgainIn,
    AgainOut,
    NoticesOut,
    NoticesQuery,
    PreferenceIn,
    PreferenceOut,
    ReadIn,
    ReadOut,
    ReporterToldOut,
    UndeliveredPage,
)
from cases.notice.operations.again import send_again
from cases.notice.operations.reading import choose, read
from cases.notice.queries.inbox import inbox, unread, wanted_kind, wish_of
from cases.notice.queries.reporter import told_reporter
from cases.notice.queries.undelivered import undelivered
from cases.people.models import Officer


class OwnDoor(Door):
    """A door to one's own notices, in all of one's posts."""

    @property
    def officer(self) -> Officer:
        """Whose notices they are."""
        return cast(Officer, self.request.user)


class NoticesView(OwnDoor):
    """My notices."""

    @extend_schema(
        operation_id="notices",
        summary="我的通知",
        parameters=[NoticesQuery],
        responses={200: NoticesOut, **READ_PROBLEMS},
        tags=["notices"],
    )
    def get(self, request: Request) -> Response:
        """A page of them, the newest first."""
        asked = NoticesQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        told = asked.validated_data
        page = inbox(
            self.officer,
            timezone.now(),
            only_unread=told["unread"],
            kind=wanted_kind(told["kind"]),
            after=told["after"],
        )
        body = {"unread": unread(self.officer.pk), "results": page.rows, "next": page.next}
        return Response(NoticesOut(body).data)


class ReadView(OwnDoor):
    """That I read some."""

    @extend_schema(
        operation_id="notices_read",
        summary="标为已读",
        parameters=[KEY],
        request=ReadIn,
        responses={200: ReadOut, **PROBLEMS},
        tags=["notices"],
    )
    def post(self, request: Request) -> Response:
        """Mark them; read before, they stay as they were."""
        key_of(request)
        ids = form_of(ReadIn).run_validation(request.data)["ids"]
        return Response(ReadOut({"read": read(self.officer, ids, timezone.now())}).data)


class PreferencesView(OwnDoor):
    """How I want to be told."""

    @extend_schema(
        operation_id="notices_preferences",
        summary="通知设置",
        responses={200: PreferenceOut, **READ_PROBLEMS},
        tags=["notices"],
    )
    def get(self, request: Request) -> Response:
        """As it stands."""
        return Response(PreferenceOut(wish_of(self.officer)).data)

    @extend_schema(
        operation_id="notices_preferences_choose",
        summary="修改通知设置",
        parameters=[KEY],
        request=PreferenceIn,
        responses={200: PreferenceOut, **PROBLEMS},
        tags=["notices"],
    )
    def post(self, request: Request) -> Response:
        """Change it; sent again, it says the same."""
        key_of(request)
        told = form_of(PreferenceIn).run_validation(request.data)
        return Response(PreferenceOut(choose(self.officer, **told)).data)


class UndeliveredView(Door):
    """What did not arrive."""

    @extend_schema(
        operation_id="notices_undelivered",
        summary="通知投递",
        responses={200: UndeliveredPage, **READ_PROBLEMS},
        tags=["notices"],
    )
    def get(self, request: Request) -> Response:
        """By channel, reason and recipient, of the seat's territory."""
        return Response(UndeliveredPage({"results": undelivered(self.actor)}).data)


class AgainView(Door):
    """Sending it again."""

    @extend_schema(
        operation_id="notices_send_again",
        summary="重新发送",
        parameters=[KEY],
        request=AgainIn,
        responses={200: AgainOut, **PROBLEMS},
        tags=["notices"],
    )
    def post(self, request: Request) -> Response:
        """Queue it; 404 where nothing waits to be sent again."""
        key_of(request)
        told = form_of(AgainIn).run_validation(request.data)
        many = send_again(told["group"], by=self.actor, at=timezone.now())
        return Response(AgainOut({"queued": many}).data)


class ToldView(Door):
    """What whoever reported is told."""

    @extend_schema(
        operation_id="case_told",
        summary="告知反映人的内容",
        description="没有登记反映人、或无权知道反映人的为 404。",
        responses={200: ReporterToldOut(many=True), **READ_PROBLEMS},
        tags=["notices"],
    )
    def get(self, request: Request, number: str) -> Response:
        """In plain words, the newest first."""
        case = find(self.actor, number)
        rows = told_reporter(self.actor, case) if case else None
        if rows is None:
            raise Http404
        return Response(ReporterToldOut(rows, many=True).data)


urlpatterns = [
    path("cases/<str:number>/told/", ToldView.as_view()),
    path("notices/", NoticesView.as_view()),
    path("notices/read/", ReadView.as_view()),
    path("notices/preferences/", PreferencesView.as_view()),
    path("notices/undelivered/", UndeliveredView.as_view()),
    path("notices/undelivered/resend/", AgainView.as_view()),
]
