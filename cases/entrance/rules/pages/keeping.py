"""Keeping the rulebook (规则维护), by hand or by sheet: filled in, shown with what it would do,
then confirmed. The system administrator only.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from cases.entrance.rules import showing
from cases.entrance.rules.forms import CONFIRM, basis_of, close_form, row_form
from cases.entrance.rules.keepers import (
    keeper_of,
    table_of,
    touched_by,
    used,
    wake_recount,
)
from cases.entrance.rules.pages import actor_of, gone, shown_page, today
from cases.law.moves import Refused
from cases.rulebook.operations import keeping
from cases.rulebook.operations.planning import SAME, WRONG, Plan, plan, reaching
from cases.rulebook.queries.standing import family
from cases.rulebook.queries.tables import COMMON, Table

Page = Callable[..., HttpResponse]
_WRITES: Final = ["GET", "HEAD", "POST"]


def for_keepers(view: Page) -> Page:
    """Open a page to the system administrator only; nothing of it is kept by a browser."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        keeper_of(actor_of(request))
        return view(request, *args, **kwargs)

    return never_cache(guarded)


@require_GET
@for_keepers
def manage(request: HttpRequest) -> HttpResponse:
    """Where the rules are kept: every table with what can be done, and the latest changes."""
    actor = actor_of(request)
    rows, _ = showing.changes(actor, None)
    context = {
        "overview": showing.overview(actor, today()),
        "changes": rows[:10],
        "whole": keeper_of(actor).whole,
        "here": "manage",
    }
    return shown_page(request, "manage", context)


@require_http_methods(_WRITES)
@for_keepers
def new(request: HttpRequest, table: str) -> HttpResponse:
    """Enter a new row by hand (新增)."""
    found = table_of(table)
    return _by_hand(request, found, row_form(found), {}, None)


@require_http_methods(_WRITES)
@for_keepers
def succeed(request: HttpRequest, table: str, row: int) -> HttpResponse:
    """Let a new value follow a row (接替), its name kept."""
    found = table_of(table)
    held = _held(request, found, row)
    shown = found.show(held)
    kept = {name: shown[name] for name in found.keys if name in shown}
    form = row_form(found, skip=tuple(kept))
    return _by_hand(request, found, form, kept, held)


@require_http_methods(_WRITES)
@for_keepers
def end(request: HttpRequest, table: str, row: int) -> HttpResponse:
    """End a row from a day on (终止)."""
    return _close(request, table_of(table), row, dated=True)


@require_http_methods(_WRITES)
@for_keepers
def void(request: HttpRequest, table: str, row: int) -> HttpResponse:
    """Void a slip of the pen (作废)."""
    return _close(request, table_of(table), row, dated=False)


def _by_hand(
    request: HttpRequest,
    table: Table,
    shape: type[forms.Form],
    kept: Mapping[str, Any],
    held: Any,
) -> HttpResponse:
    """Fill in, look at what it would do, confirm."""
    context: dict[str, Any] = {"table": table, "held": held, "here": table.slug}
    context["title"] = table.title(held) if held is not None else ""
    if request.method != "POST":
        context["form"] = shape(initial=_initial(table, held))
        return shown_page(request, "edit", context)
    form = context["form"] = shape(request.POST)
    if not form.is_valid():
        return shown_page(request, "edit", context, 400)
    if "edit" in request.POST:
        return shown_page(request, "edit", context)
    try:
        done = _look_or_do(request, table, {**form.cleaned_data, **kept})
    except Refused as refused:
        return _refused(request, "edit", context, refused)
    if isinstance(done, HttpResponse):
        return done
    (line,) = done.lines
    moved = held is not None and line.standing is not None and line.standing.pk != held.pk
    if line.outcome in {WRONG, SAME} or moved:
        same = "与现行的一条完全相同，不用再录。" if line.outcome == SAME else ""
        context["refused"] = Refused(keeping.MOVED if moved else line.reason or same)
        return shown_page(request, "edit", context, 409 if moved else 400)
    return shown_page(request, "check", context | _looked_at(request, done))


def _look_or_do(
    request: HttpRequest, table: Table, facts: Mapping[str, Any]
) -> Plan | HttpResponse:
    """The plan of a row by hand, or, once it was seen, the way to the row it became."""
    keeper, now = keeper_of(actor_of(request)), timezone.now()
    basis, rows = basis_of(table, facts, today()), [(0, facts)]
    table.entry(facts)  # says by field what is wrong
    if CONFIRM not in request.POST:
        return plan(table, rows, basis, keeper, today())
    seen = request.POST[CONFIRM]
    (line,) = keeping.carry_out(table, rows, basis, keeper, at=now, seen=seen).lines
    wake_recount(table)
    messages.success(request, f"已录入：{line.name}。")
    entry = table.model(**(line.entry or {}))
    (latest, *_) = sorted(
        family(table, keeper.division, entry), key=lambda row: row.pk, reverse=True
    )
    return HttpResponseRedirect(f"/rules/{table.slug}/{latest.pk}/", status=303)


def _looked_at(request: HttpRequest, found: Plan) -> dict[str, Any]:
    (line,) = found.lines
    proposed = None
    if not found.table.dated_by_hand and line.entry:
        proposed = showing.proposed(actor_of(request), line.entry, today())
    return {
        "plan": found,
        "line": line,
        "warnings": showing.warnings(found, today()),
        "touched": touched_by(found),
        "year": proposed,
        "facts": found.table.told(found.table.model(**(line.entry or {}))),
    }


def _close(request: HttpRequest, table: Table, pk: int, *, dated: bool) -> HttpResponse:
    held = _held(request, table, pk)
    shape = close_form(table, dated=dated)
    context: dict[str, Any] = {
        "table": table,
        "held": held,
        "title": table.title(held),
        "facts": table.told(held),
        "dated": dated,
        "here": table.slug,
    }
    initial = {"valid_from": today()} if dated else {}
    form = context["form"] = shape(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        context["form"] = shape(initial=initial)
        return shown_page(request, "close", context)
    if not form.is_valid():
        return shown_page(request, "close", context, 400)
    try:
        _closed(request, table, held, basis_of(table, form.cleaned_data, today()), dated=dated)
    except Refused as refused:
        return _refused(request, "close", context, refused)
    messages.success(request, f"已{'终止' if dated else '作废'}：{table.title(held)}。")
    return HttpResponseRedirect(f"/rules/{table.slug}/{pk}/", status=303)


def _closed(
    request: HttpRequest, table: Table, held: Any, basis: Any, *, dated: bool
) -> None:
    keeper, now = keeper_of(actor_of(request)), timezone.now()
    if dated:
        keeping.end_row(table, held.pk, basis, keeper, at=now)
        return
    counted = used(table, held)
    keeping.void_row(table, held.pk, basis, keeper, at=now, used=counted)
    wake_recount(table)


def _held(request: HttpRequest, table: Table, pk: int) -> Any:
    try:
        return reaching(table, keeper_of(actor_of(request)), pk)
    except Refused as refused:
        gone(refused)
        raise


def _refused(
    request: HttpRequest, template: str, context: dict[str, Any], refused: Refused
) -> HttpResponse:
    """The page again, with what was filled in and why it was refused."""
    form: forms.Form = context["form"]
    for name, words in refused.fields.items():
        if name in form.fields and not form.has_error(name):
            form.add_error(name, words)
    told = None if refused.fields and set(refused.fields) <= set(form.fields) else refused
    return shown_page(request, template, context | {"refused": told}, gone(refused))


def _initial(table: Table, held: Any) -> dict[str, Any]:
    if held is None:
        return {"valid_from": today(), "quality": "town_default", "year": today().year + 1}
    shown = table.show(held)
    common = {name: getattr(held, name) for name in COMMON if name not in {"valid_from", "note"}}
    return {**shown, **common, "paper": "", "citation": "", "valid_from": today()}
