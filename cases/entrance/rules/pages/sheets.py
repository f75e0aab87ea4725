"""The rulebook by sheet (规则表格录入): uploaded, shown row by row with what each would do, then
confirmed; wrong rows are named and left out.
"""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from cases.docket.operations.uploads import receive_upload, remove_upload
from cases.entrance.rules import showing
from cases.entrance.rules.forms import CONFIRM, again_form, basis_of, more_of, sheet_form
from cases.entrance.rules.keepers import (
    keeper_of,
    table_of,
    touched_by,
    uploaded,
    wake_recount,
)
from cases.entrance.rules.pages import actor_of, gone, shown_page, today
from cases.entrance.rules.pages.keeping import for_keepers
from cases.entrance.rules.sheets import rows_in
from cases.law.moves import Refused
from cases.rulebook.operations import keeping
from cases.rulebook.operations.planning import NEW, SUCCEED, Plan, plan
from cases.rulebook.queries.tables import Table


@require_http_methods(["GET", "HEAD", "POST"])
@for_keepers
def send(request: HttpRequest, table: str) -> HttpResponse:
    """Send a sheet, and see what each of its rows would do."""
    found = table_of(table)
    context: dict[str, Any] = {"table": found, "here": found.slug}
    if request.method != "POST":
        initial = {"valid_from": today(), "quality": "town_default", "year": today().year + 1}
        return shown_page(request, "send", context | {"form": sheet_form(found)(initial=initial)})
    form = context["form"] = sheet_form(found)(request.POST, request.FILES)
    if not form.is_valid():
        return shown_page(request, "send", context, 400)
    try:
        return _sent(request, found, form)
    except Refused as refused:
        for name, words in refused.fields.items():
            name = "file" if name == "files" else name
            form.add_error(name if name in form.fields else None, words)
        context["refused"] = None if refused.fields else refused
        return shown_page(request, "send", context, gone(refused))


@require_POST
@for_keepers
def confirm(request: HttpRequest, table: str, upload: UUID) -> HttpResponse:
    """Do what the preview showed; where the rules moved since, show it anew (409)."""
    found = table_of(table)
    form = again_form(found)(request.POST)
    if not form.is_valid():
        return HttpResponseRedirect(f"/rules/manage/{found.slug}/sheet/", status=303)
    told, keeper = form.cleaned_data, keeper_of(actor_of(request))
    seen = request.POST.get(CONFIRM, "")
    try:
        rows = rows_in(found, uploaded(actor_of(request), upload), more_of(found, told))
        basis = basis_of(found, told, today())
        done = keeping.carry_out(found, rows, basis, keeper, at=timezone.now(), seen=seen)
    except Refused as refused:
        return _again(request, found, form, upload, refused)
    remove_upload(upload, by=actor_of(request))
    wake_recount(found)
    new, followed = done.count(NEW), done.count(SUCCEED)
    messages.success(request, f"已录入：新增 {new} 条，接替 {followed} 条。")
    return HttpResponseRedirect(f"/rules/{found.slug}/", status=303)


def _sent(request: HttpRequest, table: Table, form: forms.Form) -> HttpResponse:
    actor, told = actor_of(request), form.cleaned_data
    basis, more = basis_of(table, told, today()).checked(today()), more_of(table, told)
    file = told.pop("file")
    kept = receive_upload(file.name, file, by=actor, at=timezone.now(), purpose="sheet")
    try:
        rows = rows_in(table, uploaded(actor, kept.pk), more)
        found = plan(table, rows, basis, keeper_of(actor), today())
    except Refused:
        remove_upload(kept.pk, by=actor)
        raise
    again = again_form(table)(request.POST)
    return shown_page(request, "preview", _preview(request, found, again, kept.pk))


def _again(
    request: HttpRequest, table: Table, form: forms.Form, upload: UUID, refused: Refused
) -> HttpResponse:
    """The preview as it is now, and why it was not done; the form where the sheet is gone."""
    status, actor = gone(refused), actor_of(request)
    try:
        rows = rows_in(table, uploaded(actor, upload), more_of(table, form.cleaned_data))
        basis = basis_of(table, form.cleaned_data, today())
        found = plan(table, rows, basis, keeper_of(actor), today())
    except Refused as gone_too:
        context = {"table": table, "here": table.slug, "refused": gone_too}
        empty = sheet_form(table)(initial=form.cleaned_data)
        return shown_page(request, "send", context | {"form": empty}, status)
    context = _preview(request, found, form, upload) | {"refused": refused}
    return shown_page(request, "preview", context, status)


def _preview(
    request: HttpRequest, found: Plan, form: forms.Form, upload: UUID
) -> dict[str, Any]:
    proposed = None
    if not found.table.dated_by_hand and found.lines[0].entry:
        proposed = showing.proposed(actor_of(request), found.lines[0].entry, today())
    return {
        "table": found.table,
        "here": found.table.slug,
        "plan": found,
        "form": form,
        "upload": upload,
        "warnings": showing.warnings(found, today()),
        "touched": touched_by(found),
        "year": proposed,
        "does": found.count(NEW) + found.count(SUCCEED),
    }
