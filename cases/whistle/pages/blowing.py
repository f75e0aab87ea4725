"""Blowing by page (吹哨页面): one form with its preview beside; whatever starts from it (a draft, a
report) fills it beforehand and names its own operation.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from cases.docket.models import Case, Event
from cases.docket.pages import actor_of, done_before, filled_in, told_on
from cases.docket.problems import STATUS
from cases.docket.queries.calling import COMMON, call_first
from cases.docket.queries.rows import address_of
from cases.law.moves import Refused, Role
from cases.people.queries import Actor
from cases.whistle.operations import blow_whistle
from cases.whistle.pages.blow_form import blow_form, facts_of, fresh, typed
from cases.whistle.queries.drafts import drafts_of, named_of
from cases.whistle.queries.routing import Preview, preview_of
from cases.whistle.queries.types import Barred, TypeCard, types_for
from cases.whistle.states.way import BLOWERS

# Buttons that show the form again: look who would be called, fill that in, name an earlier one.
_ONLY_SHOWS = frozenset({"look", "fill", "again"})
ROUTING = frozenset(BLOWERS) - {Role.ENTERPRISE}


@dataclass(frozen=True)
class Sheet:
    """What one page of the form differs in: whose, what it starts with, what sending it does."""

    actor: Actor
    division: str
    act: Callable[..., tuple[Case, Event]]
    template: str = "whistle/blow.html"
    first: Mapping[str, Any] = field(default_factory=dict)
    version: int | None = None
    more: Mapping[str, Any] = field(default_factory=dict)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Blow a whistle (吹哨): kept as a draft, sent for approval, or out at once."""
    actor = blower(request)
    first = {"category": request.GET.get("category", "").replace("\0", "")[:12]}
    more = {"drafts": drafts_of(actor)} if request.method != "POST" else {}
    sheet = Sheet(actor, actor.division, _blow, first=first, more=more)
    return show(request, sheet)


@require_GET
def preview(request: HttpRequest) -> HttpResponse:
    """Who would be called, and why; a fragment for htmx, a page otherwise."""
    actor = actor_of(request)
    if actor.role not in ROUTING:
        raise PermissionDenied("派哨依据供吹哨、派哨岗位查看，请切换到相应岗位。")
    asked = typed(request.GET)
    division = _town(actor, str(asked.get("division", "")))
    told = previewed(actor, division, asked)
    if getattr(request, "htmx", False):
        return render(request, "whistle/preview.html", {"preview": told, "fills": True})
    types, _ = types_for(actor, division, timezone.now())
    form = blow_form(actor, division, types, timezone.now())(initial=asked)
    return render(request, "whistle/preview_page.html", {"preview": told, "form": form})


def blower(request: HttpRequest) -> Actor:
    """Whoever is at the form; other seats are told whose it is."""
    actor = actor_of(request)
    if actor.role not in BLOWERS:
        words = f"您现在的岗位（{actor.role.label}）不能吹哨，请切换到窗口、值班或镇领导岗位。"
        raise PermissionDenied(words)
    return actor


def previewed(actor: Actor, division: str, asked: Mapping[str, Any]) -> Preview:
    """The preview of what a form says so far."""
    return preview_of(
        actor,
        division,
        str(asked.get("category") or "")[:12],
        timezone.now(),
        village=str(asked.get("village") or "")[:12],
        named=named_of(dict(asked)),
    )


def show(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """The form, sent or not: kept and shown again, refused with its reason, or made."""
    now = timezone.now()
    types, barred = types_for(sheet.actor, sheet.division, now)
    shape = blow_form(sheet.actor, sheet.division, types, now)
    if request.method != "POST":
        first = fresh(sheet.actor, types, sheet.version) | dict(sheet.first)
        return _page(request, sheet, shape(initial=first), types, barred)
    if _ONLY_SHOWS & set(request.POST):
        again = _looked(request, sheet)
        return _page(request, sheet, shape(initial=again), types, barred)
    form = shape(request.POST)
    if not form.is_valid():
        return _page(request, sheet, form, types, barred, status=400)
    try:
        case = made(request, sheet.actor, form, sheet.act)
    except Refused as refused:
        told_on(form, refused)
        status = STATUS[refused.why]
        return _page(request, sheet, form, types, barred, refused=refused, status=status)
    if case.number is None:
        messages.success(request, "草稿已保存，还没有送出。可以接着改，也可以直接送出。")
    return HttpResponseRedirect(address_of(case), status=303)


def made(
    request: HttpRequest,
    actor: Actor,
    form: forms.Form,
    act: Callable[..., tuple[Case, Event]],
) -> Case:
    """The whistle a valid form asks for: made once, however often the form was sent."""
    key = form.cleaned_data["key"]
    try:
        if not done_before(actor, key):
            at, slip, facts = filled_in(request, form)
            keep = "keep" in request.POST
            act(by=actor, at=at, slip=slip, keep=keep, **facts_of(facts))
    except (Refused, IntegrityError):
        # Sent twice at once: the other one was taken first.
        if not done_before(actor, key):
            raise
    rows = Event.objects.select_related("case")
    return rows.get(Q(officer_id=actor.officer_id), key=key).case


def _blow(**told: Any) -> tuple[Case, Event]:
    return blow_whistle(**told)


def _town(actor: Actor, asked: str) -> str:
    return asked if asked.isdigit() and asked.startswith(actor.division) else actor.division


def _looked(request: HttpRequest, sheet: Sheet) -> dict[str, Any]:
    again = typed(request.POST)
    if "fill" in request.POST and sheet.actor.role in ROUTING:
        told = previewed(sheet.actor, sheet.division, again)
        if told.lead is not None:
            again |= {"lead": told.lead, "assisting": told.assisting}
    if "again" in request.POST:
        again["earlier"] = str(again["again"])[:40]
    return again


def _page(
    request: HttpRequest,
    sheet: Sheet,
    form: forms.Form,
    types: list[TypeCard],
    barred: list[Barred],
    *,
    refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    asked = {name: form[name].value() for name in _ASKED if name in form.fields}
    division = _town(sheet.actor, str(asked.get("division") or "")) or sheet.division
    routing = sheet.actor.role in ROUTING
    context = {
        "form": form,
        "types": types,
        "barred": barred,
        "chosen": str(form["type"].value() or ""),
        "alone": sheet.actor.role is Role.ENTERPRISE,
        "preview": previewed(sheet.actor, division, asked) if routing else None,
        "fills": True,
        "common": COMMON,
        "calls": call_first(division, timezone.now()),
        "rushed": [card.code for card in types if card.on_point],
        "refused": refused if refused and not refused.fields else None,
    }
    return render(request, sheet.template, context | dict(sheet.more), status=status)


_ASKED = ("category", "village", "division", "lead", "assisting", "copied")
