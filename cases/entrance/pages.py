"""Pages without a matter (门厅): log-in, acting post, the morning's page, health."""

from datetime import datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases.docket import queries as docket
from cases.docket.access import NO_CASES
from cases.docket.operations.workitems import settle
from cases.docket.problems import answer as problem
from cases.docket.queries.home import LENGTH, Sent
from cases.docket.queries.saved import saved_views
from cases.docket.queries.workitems import LONGEST, SHOWN, first_items
from cases.entrance.acting import SESSION_SAID, sit, without_post
from cases.entrance.forms import LoginForm, SeatForm
from cases.entrance.health import Level, examine
from cases.entrance.health.words import rows as health_rows
from cases.entrance.queries import seats_of
from cases.entrance.sessions import sentence
from cases.entrance.throttles import too_often
from cases.intake.states.way import REWORK
from cases.intake.states.words import RETURNED
from cases.law.moves import Refused, Role, Why
from cases.oversight.queries.sheets import waiting
from cases.people.models import Officer
from cases.people.queries import Actor, NoPost, actor_for
from cases.rulebook.queries import book
from cases.whistle.queries.inbox import inbox
from cases.whistle.queries.reach import Narrowing

_SENT = Sent(states=(RETURNED,), terms=REWORK.opens)
# Seats that answer for a unit called by a whistle (应哨).
_CALLED = frozenset({Role.DEPT_OFFICER, Role.DEPT_LEAD})


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """Log in (登录); with one post straight to work, with several to the choice."""
    target = _safe(request, request.POST.get("next") or request.GET.get("next", ""))
    if request.method != "POST":
        if request.user.is_authenticated:
            return HttpResponseRedirect(target)
        undone = "undone" in request.GET
        said = sentence(request.GET.get("why", ""), undone=undone)
        context = {"form": LoginForm(), "next": target, "sentence": said}
        return render(request, "entrance/login.html", context)
    if too_often(request):
        said = "这个网络地址登录太频繁，请一分钟后再试。"
        context = {"form": LoginForm(), "next": target, "sentence": said, "tone": "error"}
        return render(request, "entrance/login.html", context, status=429)
    form = LoginForm(request, data=request.POST)
    if not form.is_valid():
        return render(request, "entrance/login.html", {"form": form, "next": target}, status=400)
    login(request, form.get_user())
    return HttpResponseRedirect(target)


@without_post
@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """Log out (退出)."""
    logout(request)
    return HttpResponseRedirect(settings.LOGOUT_REDIRECT_URL)


@without_post
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose_post(request: HttpRequest) -> HttpResponse:
    """Choose the post to act under (选择岗位)."""
    officer = cast(Officer, request.user)
    sentence = request.session.pop(SESSION_SAID, "")
    form = SeatForm(request.POST if request.method == "POST" else request.GET)
    target = _safe(request, form.data.get("next", ""))
    if request.method == "POST" and form.is_valid():
        try:
            chosen = actor_for(officer, form.cleaned_data["acting"], timezone.localdate())
        except NoPost:
            sentence = "所选岗位已到期或不是您的岗位，请另选。"
        else:
            sit(request, chosen.post_id or 0)
            return HttpResponseRedirect(target)
    seats = seats_of(officer, timezone.localdate())
    context = {"seats": seats, "sentence": sentence if seats else "", "next": target}
    status = 200 if seats and request.method != "POST" else 403
    return render(request, "entrance/post.html", context, status=status)


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What I must do, what is late, what I filed (首页)."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    sees_cases = actor.role not in NO_CASES
    now = timezone.now()
    context: dict[str, Any] = {
        "sees_cases": sees_cases,
        "today_why": book().calendar.why(timezone.localdate(now)),
        "items": first_items(actor, LONGEST if request.GET.get("items") else SHOWN),
    }
    if sees_cases:
        context["saved"] = saved_views(actor)
        context["sheets"] = waiting(actor, now)
        context |= _lists(actor, now)
    return render(request, "entrance/home.html", context)


def _lists(actor: Actor, now: datetime) -> dict[str, Any]:
    """The lists of the page, and what may be said of all of them together."""
    lists = docket.home(actor, now, _SENT)
    calls = inbox(actor, Narrowing(size=LENGTH), now) if actor.role in _CALLED else None
    asked = calls.rows if calls else []
    dates = [row.due for row in asked]
    dates += [row.due for one in lists for row in one.rows if row.closed_at is None]
    return {
        "home": lists,
        "calls": calls,
        "none_late": not any(due and due.tone == "late" for due in dates),
        "idle": not asked and not any(one.rows for one in lists if one.name != "filed"),
    }


@require_POST
def settle_item(request: HttpRequest, item: int) -> HttpResponse:
    """A person looked at what a rule could not do (已处理); back to the morning's page."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    now = timezone.now()
    try:
        settled = settle(item, by=actor, at=now, result=request.POST.get("result", ""))
    except Refused as refused:
        if refused.why is Why.HIDDEN:
            raise Http404 from refused
        messages.error(request, refused.sentence)
        return HttpResponseRedirect("/", status=303)
    who = settled.done_by.name if settled.done_by else ""
    messages.success(request, "已记为处理。" if settled.done_at == now else f"{who}已经处理过。")
    return HttpResponseRedirect("/", status=303)


@login_not_required
@require_GET
def live(_request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
@require_GET
def ready(_request: HttpRequest) -> JsonResponse:
    """Whether people can work: 503 only when they cannot, the rest is said as degraded."""
    found = examine(timezone.now())
    return JsonResponse(found.as_dict(), status=503 if found.down else 200)


@never_cache
@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """Whether the service is well, in a clerk's words (运行状态); for every seat in office."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.role is Role.ENTERPRISE:
        raise PermissionDenied("运行状态只供在岗人员查看。")
    now = timezone.now()
    rows = health_rows(examine(now))
    troubled = sum(row.level in {Level.ATTENTION, Level.STOPPED} for row in rows)
    context = {"rows": rows, "troubled": troubled, "now": now}
    return render(request, "entrance/health.html", context)


def locked_out(
    request: HttpRequest, _answer: HttpResponse | None = None, _credentials: Any = None
) -> HttpResponse:
    """The answer to a name that was tried too often from one address (账号锁定)."""
    wait = timedelta(hours=settings.AXES_COOLOFF_TIME)
    minutes = int(wait.total_seconds() // 60)
    sentence = (
        f"密码输错次数过多，该账号在本机已锁定，请 {minutes} 分钟后再试；期间再试会重新计时。"
        "急用请联系安全管理员解锁。"
    )
    answer: HttpResponse
    if request.path.startswith("/api/"):
        answer = problem(request, 429, sentence)
    else:
        context = {"form": LoginForm(), "next": "/", "sentence": sentence, "tone": "error"}
        answer = render(request, "entrance/login.html", context, status=429)
    answer["Retry-After"] = str(int(wait.total_seconds()))
    return answer


def _safe(request: HttpRequest, target: str) -> str:
    hosts = {request.get_host()}
    safe = url_has_allowed_host_and_scheme(target, hosts, require_https=request.is_secure())
    return target if safe else "/"
