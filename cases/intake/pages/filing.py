"""Filing by page (上报、自办): for one thumb in the rain, and without any script as well."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from cases.docket.models import Case, DeadlineState, Event
from cases.docket.pages import actor_of, done_before, filled_in
from cases.docket.problems import STATUS
from cases.docket.queries import due_view
from cases.docket.queries.calling import COMMON, call_first
from cases.intake.operations.filing import file_report, self_handle
from cases.intake.pages.filing_form import MEANS, filing_form, fresh, kept
from cases.intake.queries.filing import (
    groups,
    place_of,
    suggested_title,
    usual,
)
from cases.intake.queries.nearby import Spot, nearby
from cases.intake.states import REPORT
from cases.intake.states.way import FILE, SELF_HANDLE
from cases.law.moves import Move, Refused
from cases.people.directory import directory
from cases.people.queries import Actor, town_day
from cases.rulebook.queries import book, stamp

ABLE_TO_SELF_HANDLE = SELF_HANDLE.by
ADDRESS = 30  # characters of an address that stand in a title made by itself


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """File a report (上报事项)."""
    actor = _filer(request, FILE, "上报事项")
    return _door(request, actor, FILE, file_report, "intake/file.html")


@require_http_methods(["GET", "HEAD", "POST"])
def on_the_spot(request: HttpRequest) -> HttpResponse:
    """Enter what was put right on the spot (自办)."""
    actor = _filer(request, SELF_HANDLE, "登记自办")
    return _door(request, actor, SELF_HANDLE, self_handle, "intake/self.html")


@require_GET
def near(request: HttpRequest) -> HttpResponse:
    """What was filed nearby already; a fragment for htmx, a page otherwise."""
    actor = _filer(request, FILE, "上报事项")
    asked = {name: str(text).replace("\0", "") for name, text in request.GET.items()}
    rows = nearby(actor, _spot(asked), timezone.now())
    if getattr(request, "htmx", False):
        return render(request, "intake/nearby.html", {"near": rows})
    return render(request, "intake/nearby_page.html", {"near": rows, "asked": asked})


@require_GET
def filed(request: HttpRequest, number: str) -> HttpResponse:
    """What whoever filed is told: the number, who has it now, by when (已上报)."""
    actor = actor_of(request)
    mine = Case.objects.filter(kind=REPORT.code, number=number.replace("\0", ""))
    mine = mine.filter(Q(filer_id=actor.holder_id), Q(filer_unit_id=actor.unit_id))
    case = mine.select_related("unit").first()
    if case is None or actor.holder_id is None:
        raise Http404
    running = case.deadlines.filter(state=DeadlineState.RUNNING).order_by("due_at", "id").first()
    context = {
        "case": case,
        "has": case.unit.short_name or case.unit.name if case.unit else "",
        "state_label": REPORT.table.states[case.state],
        "limit": running.snapshot["name"] if running else "",
        "due": due_view(running, timezone.now(), book().calendar) if running else None,
    }
    return render(request, "intake/filed.html", context)


def _filer(request: HttpRequest, move: Move, what: str) -> Actor:
    actor = actor_of(request)
    if actor.role not in move.by:
        label = actor.role.label
        raise PermissionDenied(f"您现在的岗位（{label}）不能{what}，请切换到有权{what}的岗位。")
    return actor


def _door(
    request: HttpRequest,
    actor: Actor,
    move: Move,
    operation: Callable[..., tuple[Case, Event]],
    template: str,
) -> HttpResponse:
    now = timezone.now()
    shape = filing_form(actor, move, book(), now)
    if request.method != "POST":
        form = shape(initial=fresh(actor) | _asked_for(request))
        return _page(request, actor, move, form, template)
    if "look" in request.POST:  # without a script: what was filed nearby, before going on
        sent = {name: str(text).replace("\0", "") for name, text in request.POST.items()}
        more = {"near": nearby(actor, _spot(sent), now), "looked": True}
        typed = kept(actor, sent, request.POST.getlist("files"))
        return _page(request, actor, move, shape(initial=typed), template, more)
    form = shape(request.POST)
    if not form.is_valid():
        return _page(request, actor, move, form, template, status=400)
    try:
        number = _taken(request, actor, form, operation)
    except Refused as refused:
        for name, words in refused.fields.items():
            form.add_error(name if name in form.fields else None, words)
        more = {"refused": None if refused.fields else refused}
        return _page(request, actor, move, form, template, more, STATUS[refused.why])
    return HttpResponseRedirect(f"/{REPORT.path}/{number}/filed/", status=303)


def _taken(
    request: HttpRequest,
    actor: Actor,
    form: forms.Form,
    operation: Callable[..., tuple[Case, Event]],
) -> str:
    """The number of what was filed: once, however often the form was sent."""
    key = form.cleaned_data["key"]
    try:
        if not done_before(actor, key):
            at, slip, facts = filled_in(request, form)
            facts.pop("called", None)
            facts["title"] = facts.get("title") or _title(actor, form, facts)
            operation(by=actor, at=at, slip=slip, **facts)
    except (Refused, IntegrityError):
        # Sent twice at once: the other one was taken first.
        if not done_before(actor, key):
            raise
    filed = Event.objects.select_related("case").get(Q(officer_id=actor.officer_id), key=key)
    return str(filed.case.number)


def _title(actor: Actor, form: forms.Form, facts: dict[str, Any]) -> str:
    villages: Any = form.fields["village"]
    named = dict(villages.choices).get(facts.get("village", ""), "") if facts.get("village") else ""
    division = facts.get("division") or actor.division
    if not named:
        found = place_of(facts.get("lng"), facts.get("lat"), facts.get("datum", ""), division)
        named = found.village_name if found else ""
    where = named + " ".join(str(facts.get("address", "")).split())[:ADDRESS]
    return suggested_title(book(), division, facts["category"], where, timezone.now())


def _asked_for(request: HttpRequest) -> dict[str, str]:
    """What a link may bring along: the class, once chosen on another page."""
    code = request.GET.get("category", "").replace("\0", "")
    return {"category": code} if code else {}


def _page(
    request: HttpRequest,
    actor: Actor,
    move: Move,
    form: forms.Form,
    template: str,
    more: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    rules = book()
    classes = groups(rules, actor.division, now, own=move is SELF_HANDLE)
    able = {c.code: c for _, found in classes for c in found}
    often = usual(actor, able)
    chosen = str(form["category"].value() or "")
    context = {
        "form": form,
        "usual": often,
        "classes": classes,
        "chosen": able.get(chosen),
        "chosen_often": chosen in {c.code for c in often},
        "common": COMMON,
        "calls": call_first(actor.division, now),
        "streams": _streams(form, actor, now),
        "may_self_handle": actor.role in ABLE_TO_SELF_HANDLE,
    }
    return render(request, template, context | (more or {}), status=status)


def _streams(form: forms.Form, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    if "stream" not in form.fields:
        return []
    known = directory(stamp("people"), town_day(now))
    desk = known.name(known.desk(actor.division)) or "综合受理窗口"
    secret = f"将只由{desk}经手，移送纪检监察机关；镇领导、村和部门都看不到。"
    choices: Any = form.fields["stream"]
    picked = form["stream"].value() or "ordinary"
    return [
        {
            "code": code,
            "label": label.split("（")[0],
            "means": MEANS[code] + (secret if code == "discipline" else ""),
            "checked": code == picked,
        }
        for code, label in choices.choices
    ]


def _spot(asked: dict[str, str]) -> Spot:
    return Spot(
        category=asked.get("category", "")[:12],
        lng=_degrees(asked.get("lng", "")),
        lat=_degrees(asked.get("lat", "")),
        datum=asked.get("datum", "") or "wgs84",
        village=asked.get("village", "")[:12],
    )


def _degrees(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
