"""The security page (锁定与会话): what is locked, who is logged in, key ids, anchors."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from cases.docket.problems import STATUS
from cases.entrance.security.operations import end_all, take_back, unlock
from cases.entrance.security.queries import (
    key_ids,
    last_anchor,
    locked_names,
    log_ins,
    must_guard,
)
from cases.law.moves import Refused, Why
from cases.people.queries import Actor

HERE = "/security/"


@never_cache
@require_GET
def security(request: HttpRequest) -> HttpResponse:
    """Everything the security administrator looks after."""
    return _page(request)


@require_POST
def unlocking(request: HttpRequest) -> HttpResponse:
    """Let a name try again (解锁)."""
    name, address = request.POST.get("username", ""), request.POST.get("address", "")

    def act(actor: Actor) -> str:
        unlock(actor, name, address, timezone.now())
        return f"已解锁：{name}（{address}）。"

    return _done(request, act)


@require_POST
def taking_back(request: HttpRequest) -> HttpResponse:
    """Take a log-in of the API back (收回)."""
    given = request.POST.get("token", "")
    token = int(given) if given.isascii() and given.isdigit() and len(given) < 18 else 0

    def act(actor: Actor) -> str:
        found = take_back(actor, token, timezone.now())
        return f"已收回 {found.officer.name} 的登录凭证。"

    return _done(request, act)


@require_POST
def ending(request: HttpRequest) -> HttpResponse:
    """End every log-in of a person (全部下线)."""
    name = request.POST.get("username", "").strip()

    def act(actor: Actor) -> str:
        ended = end_all(actor, name, timezone.now())
        return (
            f"{ended.officer.name}已全部下线：网页登录 {ended.sessions} 个，"
            f"登录凭证 {ended.tokens} 个。"
        )

    return _done(request, act)


def _done(request: HttpRequest, act: Callable[[Actor], str]) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    try:
        said = act(actor)
    except Refused as refused:
        return _page(request, refused)
    messages.success(request, said)
    return HttpResponseRedirect(HERE, status=303)


def _page(request: HttpRequest, refused: Refused | None = None) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    try:
        must_guard(actor)
    except Refused as not_yours:
        raise PermissionDenied(not_yours.sentence) from not_yours
    now, after = timezone.now(), request.GET.get("after", "")
    number = int(after) if after.isascii() and after.isdigit() and len(after) < 18 else 0
    context: dict[str, Any] = {
        "locked": locked_names(actor, now),
        "log_ins": log_ins(actor, now, number),
        "keys": key_ids(),
        "anchor": last_anchor(now),
        "refused": refused,
        "asked": request.POST.get("username", "") if refused and refused.why is Why.FACTS else "",
    }
    status = STATUS[refused.why] if refused else 200
    return render(request, "entrance/security.html", context, status=status)
