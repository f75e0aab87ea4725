"""One's own pages (我的): account, password, deputy, log-ins, what the system keeps of me."""

import json
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases.docket.problems import STATUS
from cases.entrance.account import doing, queries
from cases.entrance.account.forms import ContactForm, DeputyForm, PasswordForm
from cases.entrance.acting import without_post
from cases.law.moves import Refused, Why
from cases.notice.queries.inbox import wish_of
from cases.people.models import Officer
from cases.people.queries import Actor

_LONGEST_KEY = 18


@without_post
@never_cache
@require_GET
def me(request: HttpRequest) -> HttpResponse:
    """My account (我的)."""
    return _me(request)


@without_post
@never_cache
@require_POST
def contact(request: HttpRequest) -> HttpResponse:
    """Change my phone or address."""
    form = ContactForm(request.POST)
    if not form.is_valid():
        return _me(request, contact=form, status=400)
    try:
        doing.change_contact(_officer(request), timezone.now(), **form.cleaned_data)
    except Refused as refused:
        return _me(request, contact=_said(form, refused), status=STATUS[refused.why])
    messages.success(request, "已修改。")
    return _back()


@without_post
@never_cache
@sensitive_post_parameters("old", "new", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change my password; whoever must, comes here before anything else."""
    officer = _officer(request)
    if request.method != "POST":
        return _password(request, PasswordForm(), 200)
    form = PasswordForm(request.POST)
    if not form.is_valid():
        return _password(request, form, 400)
    try:
        doing.change_password(request, officer, timezone.now(), **form.cleaned_data)
    except Refused as refused:
        return _password(request, _said(form, refused), STATUS[refused.why])
    update_session_auth_hash(request, officer)
    messages.success(request, "密码已修改，其他登录和令牌已全部失效。")
    return HttpResponseRedirect("/", status=303)


@without_post
@never_cache
@require_POST
def appoint(request: HttpRequest) -> HttpResponse:
    """Name my deputy for some days."""
    officer, now = _officer(request), timezone.now()
    form = _deputy_form(officer, request.POST)
    if not form.is_valid():
        return _me(request, deputy=form, status=400)
    try:
        doing.appoint_deputy(officer, now, **form.cleaned_data)
    except Refused as refused:
        return _me(request, deputy=_said(form, refused), status=STATUS[refused.why])
    messages.success(request, "已指定代理。")
    return _back()


@without_post
@require_POST
def end_deputy(request: HttpRequest, row: int) -> HttpResponse:
    """End a deputyship of my post from today."""
    try:
        doing.end_deputy(_officer(request), row, timezone.now())
    except Refused as refused:
        return _refused(request, refused)
    messages.success(request, "代理已结束。")
    return _back()


@without_post
@require_POST
def revoke(request: HttpRequest, row: int) -> HttpResponse:
    """Take one of my tokens back."""
    try:
        doing.revoke(_officer(request), row, timezone.now())
    except Refused as refused:
        return _refused(request, refused)
    messages.success(request, "令牌已收回。")
    return _back()


@without_post
@never_cache
@require_GET
def readings(request: HttpRequest) -> HttpResponse:
    """What my readings left as traces (我的查阅记录)."""
    after = request.GET.get("after", "")
    known = after.isascii() and after.isdigit() and len(after) <= _LONGEST_KEY
    rows, more = queries.readings_of(_officer(request), int(after) if known else None)
    return render(request, "account/readings.html", {"rows": rows, "next": more})


@without_post
@never_cache
@require_GET
def data(request: HttpRequest) -> HttpResponse:
    """Everything the system keeps of my account, as JSON to take away."""
    text = json.dumps(queries.saved_of(_officer(request)), ensure_ascii=False, indent=2)
    answer = HttpResponse(text, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return answer


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """The directory (通讯录): units with their phones and heads; people by name."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    q, after = request.GET.get("q", ""), request.GET.get("after", "")
    found = queries.directory(actor, q, after, timezone.localdate())
    context = {"found": found, "q": q[:60], "persons": actor.role not in queries.UNITS_ONLY}
    return render(request, "account/people.html", context)


@require_GET
def unit(request: HttpRequest, row: int) -> HttpResponse:
    """Who sits in one unit."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = queries.people_of(actor, row, timezone.localdate())
    if found is None:
        raise Http404
    return render(request, "account/unit.html", {"unit": found[0], "people": found[1]})


def _me(
    request: HttpRequest,
    *,
    contact: ContactForm | None = None,
    deputy: DeputyForm | None = None,
    status: int = 200,
) -> HttpResponse:
    officer, now = _officer(request), timezone.now()
    today = timezone.localdate(now)
    known = {"phone": officer.phone, "email": officer.email}
    context: dict[str, Any] = {
        "officer": officer,
        "posts": doing.own_posts(officer, today),
        "contact": contact or ContactForm(initial=known),
        "deputy": deputy or _deputy_form(officer, None),
        "deputies": queries.deputies_of(officer)[:20],
        "tokens": queries.tokens_of(officer, now),
        "wish": wish_of(officer),
        "mail_on": settings.MAIL_ON,
    }
    return render(request, "account/me.html", context, status=status)


def _deputy_form(officer: Officer, sent: Any) -> DeputyForm:
    today = timezone.localdate()
    posts = list(doing.own_posts(officer, today))
    known = {
        c.username: f"{c.name}（{post.unit.short_name or post.unit.name}）"
        for post in posts
        for c in doing.colleagues_of(post, today)
    }
    return DeputyForm(sent, posts, list(known.items()), today)


def _password(request: HttpRequest, form: PasswordForm, status: int) -> HttpResponse:
    must = _officer(request).must_change_password
    return render(request, "account/password.html", {"form": form, "must": must}, status=status)


def _said(form: Any, refused: Refused) -> Any:
    placed = {n: words for n, words in refused.fields.items() if n in form.fields}
    for name, words in placed.items():
        form.add_error(name, words)
    if not placed:
        form.add_error(None, refused.sentence)
    return form


def _refused(request: HttpRequest, refused: Refused) -> HttpResponse:
    if refused.why is Why.HIDDEN:
        raise Http404 from refused
    messages.error(request, refused.sentence)
    return _back()


def _back() -> HttpResponseRedirect:
    return HttpResponseRedirect("/me/", status=303)


def _officer(request: HttpRequest) -> Officer:
    return cast(Officer, request.user)
