"""My notices by page (通知页面): the list, the bell, marking as read, how I want to be told."""

from typing import Any, Final, cast
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from cases.docket import kinds
from cases.docket.pages import actor_of
from cases.law.moves import Refused, Why
from cases.notice.operations.reading import choose, read
from cases.notice.queries.inbox import Inbox, inbox, notice_of, unread, wanted_kind
from cases.notice.queries.links import link_of
from cases.notice.queries.undelivered import may_see
from cases.people.models import Officer

_LONGEST_KEY: Final = 18


@never_cache
@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """My notices in all of my posts, unread or all."""
    only_unread = request.GET.get("show") != "all"
    said, status, page = "", 200, Inbox([], 0)
    try:
        kind, after = wanted_kind(request.GET.get("kind", "")), _number(request.GET.get("after"))
        wanted: dict[str, Any] = {"only_unread": only_unread, "kind": kind, "after": after}
        page = inbox(_officer(request), timezone.now(), **wanted)
    except Refused as refused:
        said, status, kind = refused.sentence, 400, ""
    context: dict[str, Any] = {
        "page": page,
        "error": said,
        "only_unread": only_unread,
        "kind": kind,
        "kinds": [(known.code, known.label) for known in kinds.kinds()],
        "post": actor_of(request).post_id,
        "sees_undelivered": may_see(actor_of(request).role),
    }
    return render(request, "notice/notices.html", context, status=status)


@login_not_required
@never_cache
@require_GET
def bell(request: HttpRequest) -> HttpResponse:
    """How many are unread, as the bell asks by itself.

    Nobody clicked: the asking keeps no log-in alive, and one that is over is not told of here, lest
    the page with what was typed goes away. Only a number is said.
    """
    many = unread(request.user.pk) if isinstance(request.user, Officer) else 0
    return render(request, "notice/bell.html", {"many": many})


@require_POST
def open_notice(request: HttpRequest, row: int) -> HttpResponse:
    """Read a notice and go to the very move it asks; first to the post it was meant for."""
    try:
        notice = notice_of(_officer(request), row)
    except Refused as refused:
        raise Http404 from refused
    read(_officer(request), [notice.pk], timezone.now())
    link = link_of(notice, notice.case)
    if notice.post_id != actor_of(request).post_id:
        link = f"/post/?next={quote(link)}"
    return HttpResponseRedirect(link, status=303)


@require_POST
def mark_read(request: HttpRequest) -> HttpResponse:
    """Mark one, or all that are on the page, as read."""
    ids = [_number(text) for text in request.POST.getlist("notice")]
    try:
        many = read(_officer(request), ids, timezone.now())
    except Refused as refused:
        if refused.why is Why.HIDDEN:
            raise Http404 from refused
        messages.error(request, refused.sentence)
    else:
        messages.success(request, f"已标为已读 {many} 条。" if many else "这些通知之前已读。")
    return HttpResponseRedirect("/notices/", status=303)


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """How I want to be told (通知设置)."""
    how = request.POST.get("how", "")
    if how not in {"each", "digest", "none"}:
        messages.error(request, "请选择一种邮件通知方式。")
    else:
        choose(_officer(request), mail=how != "none", digest=how == "digest")
        messages.success(request, "通知方式已保存。")
    return HttpResponseRedirect("/me/", status=303)


def _officer(request: HttpRequest) -> Officer:
    return cast(Officer, request.user)


def _number(text: str | None) -> int:
    """An id from an address or a form; Refused for what is none."""
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_KEY):
        words = "页码或通知编号不对，请回到第一页。"
        raise Refused(words, why=Why.FACTS, fields={"after": words})
    return int(text)
