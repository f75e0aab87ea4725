"""The hotline's sheets by page (12345 工单导入导出): send one, look it through, file it; take the
answers out.
"""

from collections.abc import Iterable
from io import BytesIO
from uuid import UUID

import xlsxwriter
from django import forms
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cases.docket.operations.reading import note_reading
from cases.docket.pages import actor_of
from cases.docket.problems import STATUS
from cases.intake.operations.hotline_sheet import ALIASES, LONGEST_SHEET
from cases.intake.operations.sheets import import_sheet, look_through, send_sheet
from cases.intake.queries.answers import HEADS, answers, between, how_many
from cases.law.moves import Refused, Role, Why
from cases.people.queries import Actor

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDTHS = (20, 12, 16, 32, 48, 28, 20, 20, 18, 10, 34, 48, 48, 20, 20, 10, 12)


class SpanForm(forms.Form):
    """Two days."""

    picker = forms.DateInput(attrs={"type": "date"})
    since = forms.DateField(
        label="办结日期自", widget=picker, error_messages={"required": "请填写开始日期。"}
    )
    until = forms.DateField(
        label="至（含当日）", widget=picker, error_messages={"required": "请填写结束日期。"}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest) -> HttpResponse:
    """Send a sheet of the hotline; nothing is entered before it was looked through."""
    actor = _desk(request)
    refused: Refused | None = None
    if request.method == "POST":
        sent = request.FILES.get("file")
        try:
            if sent is None:
                words = "请选择要导入的 xlsx 表格。"
                raise Refused(words, why=Why.FACTS, fields={"file": words})
            told = send_sheet(sent.name or "", sent, by=actor, at=timezone.now())
            return HttpResponseRedirect(f"/reports/import/{told.id}/", status=303)
        except Refused as wrong:
            refused = wrong
    columns = [(names[0], names[1:]) for names in ALIASES.values()]
    context = {"refused": refused, "columns": columns, "longest": LONGEST_SHEET}
    status = STATUS[refused.why] if refused else 200
    return render(request, "intake/sheet.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest, upload: UUID) -> HttpResponse:
    """Look a sheet through; sent by its button, its good rows are filed."""
    actor = _desk(request)
    try:
        if request.method == "POST":
            done = import_sheet(upload, by=actor, at=timezone.now())
            return render(request, "intake/sheet_done.html", {"done": done, "upload": upload})
        told = look_through(upload, by=actor, at=timezone.now())
    except Refused as refused:
        if refused.why is Why.HIDDEN:
            raise Http404 from refused
        status = STATUS[refused.why]
        return render(request, "intake/sheet.html", {"refused": refused}, status=status)
    return render(request, "intake/sheet_preview.html", {"told": told})


@require_http_methods(["GET", "HEAD", "POST"])
def answered(request: HttpRequest) -> HttpResponseBase:
    """Take out the answers of a span of days as a sheet; the taking leaves a trace."""
    actor = _desk(request)
    form = SpanForm(request.POST or None)
    refused: Refused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            return _answers(actor, form)
        except Refused as wrong:
            refused = wrong
    status = 400 if request.method == "POST" else 200
    context = {"form": form, "refused": refused, "heads": HEADS}
    return render(request, "intake/sheet_answers.html", context, status=status)


def _answers(actor: Actor, form: SpanForm) -> HttpResponseBase:
    since, until = form.cleaned_data["since"], form.cleaned_data["until"]
    start, end = between(since, until)
    rows = how_many(actor, start, end)
    if not rows:
        words = "这段时间没有办结的 12345 工单。"
        raise Refused(words, why=Why.FACTS, fields={"since": words})
    note_reading(
        actor,
        "export",
        rows=rows,
        words=f"12345 办理结果 {since} 至 {until}",
        at=timezone.now(),
    )
    name = f"12345办理结果_{since:%Y%m%d}-{until:%Y%m%d}.xlsx"
    kept = workbook(answers(actor, start, end))
    return FileResponse(kept, as_attachment=True, filename=name, content_type=XLSX)


def workbook(rows: Iterable[tuple[str, ...]]) -> BytesIO:
    """The answers as a sheet: texts only, so that nothing in it is ever taken for a formula."""
    kept = BytesIO()
    # Row by row through a file of its own, whatever the length of the span.
    book = xlsxwriter.Workbook(kept, {"constant_memory": True})
    page = book.add_worksheet("办理结果")
    bold = book.add_format({"bold": True})
    for place, (head, width) in enumerate(zip(HEADS, _WIDTHS, strict=True)):
        page.set_column(place, place, width)
        page.write_string(0, place, head, bold)
    page.freeze_panes(1, 1)
    for line, row in enumerate(rows, start=1):
        for place, text in enumerate(row):
            page.write_string(line, place, text[:32_000])  # what one cell of a spreadsheet holds
    book.close()
    kept.seek(0)
    return kept


def _desk(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    if actor.role is not Role.DESK:
        raise PermissionDenied(
            f"您现在的岗位（{actor.role.label}）不办理工单导入导出，请由综合受理窗口办理。"
        )
    return actor
