"""The roster's pages (人员岗位表): sent, looked at row by row, then entered; and as a sheet out."""

from collections import Counter
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from cases.docket import vault
from cases.docket.models import Access
from cases.docket.operations.reading import note_reading
from cases.docket.operations.uploads import receive_upload, remove_upload
from cases.docket.queries.files import content_of, own_upload, upload_view
from cases.entrance.staff import pages
from cases.entrance.staff.scope import actor_of, keeper, trail_of
from cases.entrance.staff.sheets import (
    XLSX,
    lines_of,
    roster_rows,
    roster_sheet,
    scope_of,
)
from cases.law.moves import Refused
from cases.people.dated import line
from cases.people.operations.roster import WHAT, Judged, enter_roster, judge

SHOWN = 500  # rows on one page; what is wrong comes first


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@keeper
def sheet(request: HttpRequest) -> HttpResponse:
    """Send a roster; what it would do is shown before anything is entered."""
    if request.method != "POST":
        return _page(request, {})
    file = request.FILES.get("file")
    if file is None:
        return _page(request, {"sentence": "请选择要导入的 xlsx 表格。"}, 400)
    try:
        content = b"".join(file.chunks())
        lines_of(content)
        upload = receive_upload(
            file.name or "",
            content,
            by=actor_of(request),
            at=timezone.now(),
            purpose="sheet",
            declared=file.content_type or "",
        )
    except Refused as refused:
        return _page(request, {"sentence": refused.sentence}, 400)
    return HttpResponseRedirect(f"/staff/sheet/{upload.pk}/", status=303)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@keeper
def preview(request: HttpRequest, upload: UUID) -> HttpResponse:
    """What a roster would do, row by row; sent from here it is entered."""
    actor, now = actor_of(request), timezone.now()
    kept = own_upload(actor, upload)
    if kept is None:
        raise Http404
    try:
        lines = lines_of(content_of(kept))
        if request.method != "POST":
            rows = judge(lines, scope_of(actor, timezone.localdate(now)), timezone.localdate(now))
            return _judged(request, rows, upload_view(kept).name, entered=False)
        paper = line("paper", "依据文件", 200, request.POST.get("paper", ""))
        rows = enter_roster(
            lines, scope_of(actor, timezone.localdate(now)), **trail_of(actor, now, paper)
        )
    except vault.Missing as missing:
        raise Http404 from missing
    except Refused as refused:
        return _page(request, {"sentence": refused.sentence}, 400)
    name = upload_view(kept).name
    remove_upload(kept.pk, by=actor)
    done = sum(row.what in {"new", "changed"} for row in rows)
    messages.success(request, f"已录入 {done} 行。")
    return _judged(request, rows, name, entered=True)


@require_GET
@keeper
def roster(request: HttpRequest) -> HttpResponse:
    """The roster as a sheet; the taking is written to the reading log."""
    actor, now = actor_of(request), timezone.now()
    rows = roster_rows(actor, timezone.localdate(now))
    note_reading(actor, Access.EXPORT, at=now, rows=len(rows), words="人员岗位表")
    return _file(roster_sheet(rows), f"roster-{timezone.localdate(now):%Y%m%d}.xlsx")


@require_GET
@keeper
def blank(_request: HttpRequest) -> HttpResponse:
    """An empty sheet with the roster's columns."""
    return _file(roster_sheet([]), "roster.xlsx")


def _judged(
    request: HttpRequest, rows: list[Judged], name: str, *, entered: bool
) -> HttpResponse:
    counted = Counter(row.what for row in rows)
    order = ["wrong", "new", "changed", "same"]
    ranked = sorted(rows, key=lambda row: (order.index(row.what), row.line.number))
    context = {
        "rows": [(row, WHAT[row.what]) for row in ranked[:SHOWN]],
        "more": max(len(rows) - SHOWN, 0),
        "counts": [(label, what, counted[what]) for what, label in WHAT.items()],
        "good": counted["new"] + counted["changed"],
        "wrong": counted["wrong"],
        "name": name,
        "entered": entered,
    }
    told = {"tabs": pages.tabs_for("sheet")} | context
    return render(request, "entrance/staff/preview.html", told)


def _page(request: HttpRequest, context: dict[str, str], status: int = 200) -> HttpResponse:
    told = {"tabs": pages.tabs_for("sheet")} | context
    return render(request, "entrance/staff/sheet.html", told, status=status)


def _file(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer
