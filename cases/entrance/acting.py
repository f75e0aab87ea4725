"""Acting post (以岗办事): who is at the door, and under which post.

Certificate and acting post decide, not the person (国办发〔2024〕54号). Every page but those opened
by `login_not_required` is behind a log-in; a post that ended this morning ends at the next click. A
form carries the post it was filled in under: sent under another one, it is refused.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, Final, TypeVar
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from cases.entrance.queries import entries, may_file, place_name
from cases.entrance.sessions import ask_again, end, ended, sentence
from cases.notice.queries.inbox import unread
from cases.people.models import Officer
from cases.people.queries import (
    OWN_PASSWORD_FIRST,
    Actor,
    NoPost,
    NoToken,
    actor_for,
    digest_of,
    holder_of_token,
    posts_open_to,
)

SESSION_POST: Final = "acting_post"
SESSION_SAID: Final = "acting_post_said"
CHOOSE: Final = "/post/"
PASSWORD: Final = "/me/password/"
# What is open to somebody whose password was given by another: making their own, and leaving.
_BEFORE_PASSWORD: Final = frozenset({PASSWORD, "/logout/", "/api/v1/me/password/"})

View = TypeVar("View", bound=Callable[..., Any])


def without_post(view: View) -> View:
    """Mark a page that a person may use before a post is chosen."""
    view.__dict__["post_required"] = False
    return view


class ActingPostMiddleware:
    """Gives every page its `request.actor`, or sends the person to where one is found."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; nobody acts until a page asks."""
        request.actor = None  # type: ignore[attr-defined]
        answer = self.get_response(request)
        # An office shares its computers: what a seat saw is not kept for the next one.
        if request.actor is not None and not answer.has_header("Cache-Control"):  # type: ignore[attr-defined]
            answer["Cache-Control"] = "private, no-store"
        return answer

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Find the acting post before a page runs; an answer here stands in its place."""
        if not getattr(view, "login_required", True):
            return None
        if isinstance(request.user, AnonymousUser):
            return ask_again(request)
        if why := ended(request, timezone.now()):
            return end(request, why)
        if _waits_for_password(request.user, request.path):
            return _go(request, PASSWORD)
        answer = _take_seat(request, request.user)
        if not getattr(view, "post_required", True):
            return None
        return answer or _other_post(request)


class TokenAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer …`: a token acts under the one post it was issued for."""

    def authenticate(self, request: Request) -> tuple[Officer, Actor] | None:
        """The holder, or None where no such header was sent; 401 and 403 say why not."""
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        try:
            officer, actor = holder_of_token(digest_of(text.strip()), timezone.now())
        except NoToken as gone:
            raise AuthenticationFailed(gone.sentence) from gone
        _own_password_first(officer, request)
        request._request.actor = actor  # type: ignore[attr-defined]
        return officer, actor

    def authenticate_header(self, _request: Request) -> str:
        """What a caller without a log-in is asked for."""
        return 'Bearer realm="api"'


class SessionAuthentication(authentication.SessionAuthentication):
    """The pages' own log-in, for scripts of the pages: CSRF is checked, the acting post counts."""

    def authenticate(self, request: Request) -> tuple[Officer, Actor] | None:
        """The officer of the session under the acting post; NoPost where none is chosen."""
        found = super().authenticate(request)
        if found is None:
            return None
        officer: Officer = found[0]
        _own_password_first(officer, request)
        if why := ended(request._request, timezone.now()):
            logout(request._request)
            raise AuthenticationFailed(sentence(why))
        post_id = request._request.session.get(SESSION_POST)
        if post_id is None and posts_open_to(officer, timezone.localdate())[1:2]:
            raise NoPost("请先打开首页，选择本次办理的岗位。")
        actor = actor_for(officer, post_id, timezone.localdate())
        request._request.actor = actor  # type: ignore[attr-defined]
        return officer, actor

    def enforce_csrf(self, request: Request) -> None:
        """A script without the page's secret is refused, in words that say what to do."""
        try:
            super().enforce_csrf(request)
        except PermissionDenied as refused:
            raise PermissionDenied("页面已过期，请刷新后再办。") from refused


def frame(request: HttpRequest) -> dict[str, Any]:
    """What every page shows around its matter: who acts, where one can go, whose site it is."""
    actor: Actor | None = getattr(request, "actor", None)
    return {
        "actor": actor,
        "may_file": actor is not None and may_file(actor.role),
        "nav": entries(actor.role, request.path) if actor else (),
        "town_name": place_name(actor.division if actor else settings.HOME_DIVISION),
        "footer": getattr(settings, "FOOTER", {}),
        "today": timezone.localdate(),
        "bell": SimpleLazyObject(partial(unread, request.user.pk or 0)) if actor else None,
    }


def sit(request: HttpRequest, post_id: int) -> None:
    """Act under a post from now on; whether it is theirs was asked before."""
    request.session[SESSION_POST] = post_id
    request.session.pop(SESSION_SAID, None)


def _take_seat(request: HttpRequest, officer: Officer) -> HttpResponse | None:
    chosen = request.session.get(SESSION_POST)
    today = timezone.localdate()
    if chosen is None:
        open_posts = list(posts_open_to(officer, today)[:2])
        if len(open_posts) != 1 or SESSION_SAID in request.session:
            return _go(request, f"{CHOOSE}?next={quote(_back_to(request))}")
        chosen = open_posts[0].pk
        request.session[SESSION_POST] = chosen
    try:
        request.actor = actor_for(officer, chosen, today)  # type: ignore[attr-defined]
    except NoPost:
        del request.session[SESSION_POST]
        request.session[SESSION_SAID] = "您刚才使用的岗位已到期或被收回，请改用其他在任岗位。"
        return _go(request, f"{CHOOSE}?next={quote(_back_to(request))}")
    return None


def _waits_for_password(officer: Officer, path: str) -> bool:
    return officer.must_change_password and path not in _BEFORE_PASSWORD


def _own_password_first(officer: Officer, request: Request) -> None:
    if _waits_for_password(officer, request.path):
        raise NoPost(OWN_PASSWORD_FIRST)


def _other_post(request: HttpRequest) -> HttpResponse | None:
    sent = request.POST.get("post") if request.method == "POST" else None
    actor: Actor | None = getattr(request, "actor", None)
    if sent is None or actor is None or sent == str(actor.post_id):
        return None
    sentence = (
        f"您已切换岗位：填表时用的是另一个岗位，现在是“{actor.unit_name} {actor.role.label}”。"
        "这一步没有办理。"
    )
    steps = ["如要用现在的岗位办理，返回后刷新页面再填。", "如要用原来的岗位，先切换回去再办。"]
    return render(request, "409.html", {"sentence": sentence, "steps": steps}, status=409)


def _go(request: HttpRequest, url: str) -> HttpResponse:
    if getattr(request, "htmx", False) or request.headers.get("HX-Request"):
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = url
        return answer
    return HttpResponseRedirect(url)


def _back_to(request: HttpRequest) -> str:
    return request.get_full_path() if request.method == "GET" else "/"
