"""The doors' API (接口门厅): tokens, who am I, and the lists every form needs.

A token acts under one post. Lists are scoped to the actor's division: a town never sees another
town's units or grids. Errors are problem details.
"""

from collections.abc import Sequence
from typing import Any, Final, cast

from django.contrib.auth import authenticate
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from cases.docket.problems import ProblemOut
from cases.entrance.acting import TokenAuthentication
from cases.entrance.queries import Seat, seats_of
from cases.entrance.serializers import (
    CategoriesOut,
    CategoriesQuery,
    GridsOut,
    GridsQuery,
    LocatedOut,
    MeOut,
    PointIn,
    TokenIn,
    TokenOut,
    UnitsOut,
    UnitsQuery,
    acting_out,
    located_out,
)
from cases.grid.queries import grids_in, locate
from cases.people.models import Officer, Post
from cases.people.operations import issue_token, revoke_token
from cases.people.queries import Actor, NoPost, actor_for, digest_of, units_seen_from
from cases.rulebook.queries import book

WRONG = "用户名或密码不正确，请核对后重试；连续输错 5 次将锁定 15 分钟。"
NO_POST = "您目前没有在任岗位，不能登录办理。请联系本单位系统管理员核对您的任职起止日期。"
REFUSALS: Final[dict[int | str, Any]] = {
    400: OpenApiResponse(ProblemOut, "有字段不对"),
    401: OpenApiResponse(ProblemOut, "未登录或凭证失效"),
    403: OpenApiResponse(ProblemOut, "没有在任岗位"),
}


class _NotYet(TokenAuthentication):
    """Asks nobody who they are: this is where they come to say it."""

    def authenticate(self, request: Request) -> None:
        return None


class TokensView(APIView):
    """Log in and out by API."""

    def get_authenticators(self) -> list[BaseAuthentication]:
        """A stale token must not keep anyone from asking for a new one."""
        issuing = self.request is not None and self.request.method == "POST"
        return [_NotYet()] if issuing else [TokenAuthentication()]

    def get_permissions(self) -> Sequence[Any]:
        """Everyone may ask; only the holder takes back."""
        return [AllowAny()] if self.request.method == "POST" else super().get_permissions()

    @extend_schema(
        operation_id="tokens_create",
        request=TokenIn,
        responses={201: TokenOut, **REFUSALS, 429: OpenApiResponse(ProblemOut, "账号已锁定")},
        auth=[],
        tags=["entrance"],
        summary="登录：取得令牌",
    )
    def post(self, request: Request) -> Response:
        """A token under one post; where several are open, `post` says which."""
        sent = _checked(TokenIn(data=request.data))
        officer = authenticate(
            request._request, username=sent["username"], password=sent["password"]
        )
        if officer is None:
            raise AuthenticationFailed(WRONG)
        now = timezone.now()
        seats = seats_of(officer, timezone.localdate(now))
        actor = actor_for(officer, _choose(sent.get("post"), seats), timezone.localdate(now))
        text, token = issue_token(officer, Post(pk=actor.post_id), now)
        answer = {"token": text, "expires_at": token.expires_at, **acting_out(actor, seats)}
        return Response(TokenOut(answer).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="tokens_destroy",
        request=None,
        responses={204: None, 401: REFUSALS[401]},
        tags=["entrance"],
        summary="退出：收回本令牌",
    )
    def delete(self, request: Request) -> Response:
        """Take back the token this request came with."""
        text = request.headers.get("Authorization", "").partition(" ")[2].strip()
        revoke_token(digest_of(text), timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class MeView(APIView):
    """Who is asking, under which post."""

    @extend_schema(responses={200: MeOut, **REFUSALS}, tags=["entrance"], summary="我是谁")
    def get(self, request: Request) -> Response:
        """The account, the acting post, and the other posts open today."""
        officer = _officer(request)
        seats = seats_of(officer, timezone.localdate())
        who = {"username": officer.username, "name": officer.name}
        return Response(MeOut(who | acting_out(_actor(request), seats)).data)


class UnitsView(APIView):
    """Units (单位)."""

    @extend_schema(
        parameters=[UnitsQuery],
        responses={200: UnitsOut, **REFUSALS},
        tags=["entrance"],
        summary="单位名录",
    )
    def get(self, request: Request) -> Response:
        """The units of the actor's division and of those above it."""
        asked = _checked(UnitsQuery(data=request.query_params))
        rows = units_seen_from(_actor(request).division, timezone.localdate())
        if "kind" in asked:
            rows = rows.filter(kind=asked["kind"])
        return Response(UnitsOut({"results": rows}).data)


class GridsView(APIView):
    """Grids (网格)."""

    @extend_schema(
        parameters=[GridsQuery],
        responses={200: GridsOut, **REFUSALS},
        tags=["entrance"],
        summary="网格名录",
    )
    def get(self, request: Request) -> Response:
        """The grids of the actor's division, with boundaries when `boundary=true`."""
        asked = _checked(GridsQuery(data=request.query_params))
        rows = grids_in(_actor(request).division, timezone.localdate(), asked.get("kind"))
        rows = rows.select_related("village")
        if not asked["boundary"]:
            rows = rows.defer("boundary", "village__boundary")
        return Response(GridsOut({"results": rows}, context={"plain": not asked["boundary"]}).data)


class LocateView(APIView):
    """Point → grid (落点定格)."""

    @extend_schema(
        parameters=[PointIn],
        responses={200: LocatedOut, **REFUSALS},
        tags=["entrance"],
        summary="坐标落到网格",
    )
    def get(self, request: Request) -> Response:
        """The village and grid of a point; outside every village the nearest, marked."""
        sent = _checked(PointIn(data=request.query_params))
        found = locate(sent["lng"], sent["lat"], sent["datum"], _actor(request).division)
        return Response(LocatedOut(located_out(found)).data)


class CategoriesView(APIView):
    """Categories (事项分类)."""

    @extend_schema(
        parameters=[CategoriesQuery],
        responses={200: CategoriesOut, **REFUSALS},
        tags=["entrance"],
        summary="事项分类",
    )
    def get(self, request: Request) -> Response:
        """A scheme's categories in force today in the actor's division."""
        asked = _checked(CategoriesQuery(data=request.query_params))
        division = _actor(request).division
        rules = book().categories(asked["scheme"], timezone.localdate(), division)
        return Response(CategoriesOut({"results": rules}).data)


def _choose(wanted: int | None, seats: list[Seat]) -> int:
    if wanted is not None:
        return wanted
    if not seats:
        raise NoPost(NO_POST)
    # Who also deputises for somebody works at their own post unless they say otherwise.
    open_posts = [s for s in seats if not s.deputy_for] or seats
    if len(open_posts) > 1:
        listed = "；".join(f"{s.post_id} {s.unit_name} {s.role_label}" for s in seats)
        sentence = f"您有 {len(seats)} 个岗位可用，请在 post 中指明：{listed}。"
        raise ValidationError({"post": sentence})
    return open_posts[0].post_id


def _checked(serializer: BaseSerializer[Any]) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    checked: dict[str, Any] = serializer.validated_data
    return checked


def _officer(request: Request) -> Officer:
    return cast(Officer, request.user)


def _actor(request: Request) -> Actor:
    actor: Actor = request._request.actor  # type: ignore[attr-defined]
    return actor
