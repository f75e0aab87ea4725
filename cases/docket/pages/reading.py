"""Readings that leave a trace (查阅): the reason page of a protected file, the auditor's log."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases.docket import access
from cases.docket.models import Access
from cases.docket.operations.reading import LONGEST_REASON, note_reading, open_with_reason
from cases.docket.pages import actor_of
from cases.docket.pages.sheets import XLSX, readings_sheet
from cases.docket.problems import STATUS
from cases.docket.queries import find
from cases.docket.queries.accesslog import LogFilters, every_reading, readings
from cases.docket.queries.asking import counted_only
from cases.law.moves import Refused, Why


class ReasonForm(forms.Form):
    """Why a protected file must be opened."""

    reason = forms.CharField(
        label="查阅理由",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="写明核查事由和依据，至少 8 个字。理由和查阅时间记入查阅记录，由审计管理员查看。",
        error_messages={"required": "请写明查阅理由。"},
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reason(request: HttpRequest, number: str) -> HttpResponse:
    """State the reason for opening a protected file (说明理由); half an hour is given."""
    actor = actor_of(request)
    if find(actor, number) is not None:
        return HttpResponseRedirect(f"/cases/{number}/")
    counted = counted_only(actor, number)
    if counted is None:
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            open_with_reason(actor, number, form.cleaned_data["reason"], timezone.now())
        except Refused as refused:
            form.add_error("reason", refused.sentence)
        else:
            return HttpResponseRedirect(f"/cases/{number}/", status=303)
    minutes = int(access.OPEN_FOR.total_seconds() // 60)
    context = {"case": counted, "form": form, "minutes": minutes}
    status = 400 if form.errors else 200
    return render(request, "docket/reason.html", context, status=status)


@never_cache
@require_GET
def log(request: HttpRequest) -> HttpResponse:
    """Who looked at what (查阅记录), all filters in the address."""
    actor = actor_of(request)
    asked = _asked(request.GET.items())
    context: dict[str, Any] = {"kinds": Access.choices, "asked": asked}
    status = 200
    try:
        page = readings(actor, _filters(asked))
    except Refused as refused:
        if refused.why is not Why.FACTS:
            raise PermissionDenied(refused.sentence) from refused
        context["filter_error"] = refused.sentence
        page, status = readings(actor, LogFilters()), STATUS[refused.why]
    context["page"] = page
    return render(request, "docket/access_log.html", context, status=status)


@require_POST
def sheet(request: HttpRequest) -> HttpResponse:
    """The log as a sheet (导出), which is itself a reading."""
    actor, now = actor_of(request), timezone.now()
    try:
        rows = list(every_reading(actor, _filters(_asked(request.POST.items()))))
    except Refused as refused:
        if refused.why is not Why.FACTS:
            raise PermissionDenied(refused.sentence) from refused
        return HttpResponseRedirect("/access-log/", status=303)
    note_reading(actor, Access.EXPORT, rows=len(rows), words="查阅记录", at=now)
    answer = HttpResponse(readings_sheet(rows), content_type=XLSX)
    name = f"access-log-{timezone.localdate(now).isoformat()}.xlsx"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _asked(given: Any) -> dict[str, str]:
    return {name: str(text).replace("\0", "")[:200] for name, text in given}


def _filters(asked: dict[str, str]) -> LogFilters:
    return LogFilters(
        person=asked.get("person", "")[:60],
        what=asked.get("what", ""),
        since=_day(asked.get("from")),
        until=_day(asked.get("to")),
        after=asked.get("after", ""),
    )


def _day(text: str | None) -> date | None:
    try:
        return parse_date(text) if text else None
    except ValueError:
        return None

