"""Published months by page (月报页面): the list, one month, its print and its sheet, publishing and
correcting.
"""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases.board.models import PublishedMonth
from cases.board.operations.publishing import (
    PUBLISHERS,
    Issue,
    correct,
    label_of,
    publish,
)
from cases.board.queries.months import Month, compared, current, differences, month_of, months
from cases.board.queries.sheet import month_sheet
from cases.board.queries.wanted import ground_of
from cases.docket.operations.exporting import MEDIA_TYPE
from cases.docket.pages import actor_of
from cases.law.moves import Refused, Role, Why
from cases.people.queries import Actor, town_day

SHOWN = 60
OFFERED = 6  # months back


@require_http_methods(["GET", "HEAD", "POST"])
def month_list(request: HttpRequest) -> HttpResponse:
    """The months published; for the supervisor the form to publish the next."""
    actor = reader(request)
    context: dict[str, Any] = {"told": {}}
    status = 200
    if request.method == "POST":
        try:
            month = publish(_issue(request), by=actor, at=timezone.now())
        except Refused as refused:
            if refused.why is Why.ROLE:
                raise PermissionDenied(refused.sentence) from refused
            status = 400 if refused.why is Why.FACTS else 409
            context |= {"error": refused.sentence, "told": request.POST.dict()}
        else:
            messages.success(request, f"已发布{month.label}，数据不再改动；有误的请更正。")
            return HttpResponseRedirect(f"/months/{month.pk}/", status=303)
    context |= {"months": list(months(actor)[:SHOWN]), "publishes": actor.role in PUBLISHERS}
    context |= {"offered": _offered(actor), "key": uuid4(), "post": actor.post_id}
    return render(request, "board/months.html", context, status=status)


@require_GET
def one_month(request: HttpRequest, month: int) -> HttpResponse:
    """A month with its figures, corrections, annexes and definitions."""
    return _shown(request, _found(request, month))


@require_GET
def printed_month(request: HttpRequest, month: int) -> HttpResponse:
    """A month as a paper."""
    found = _found(request, month)
    return render(request, "board/month_print.html", _context(found) | {"now": timezone.now()})


@require_GET
def sheet_of_month(request: HttpRequest, month: int) -> HttpResponse:
    """A month as a sheet."""
    found = _found(request, month)
    answer = HttpResponse(month_sheet(found, *compared(found)), content_type=MEDIA_TYPE)
    answer["Content-Disposition"] = f"attachment; filename=month-{found.row.until}.xlsx"
    return answer


@require_POST
def correct_month(request: HttpRequest, month: int) -> HttpResponse:
    """A correction line; what was refused is said above the month."""
    found = _found(request, month)
    try:
        given = request.POST
        correct(
            month,
            given.get("figure", ""),
            _number(given.get("now", ""), "now"),
            given.get("why", ""),
            was=_number(given["was"], "was") if given.get("was") else None,
            key=_key(given.get("key", "")),
            by=actor_of(request),
            at=timezone.now(),
        )
    except Refused as refused:
        if refused.why is Why.ROLE:
            raise PermissionDenied(refused.sentence) from refused
        if refused.why is Why.HIDDEN:
            raise Http404 from refused
        status = 400 if refused.why is Why.FACTS else 409
        return _shown(request, found, error=refused.sentence, status=status)
    messages.success(request, "已记下更正；原数不变，更正列在下面。")
    return HttpResponseRedirect(f"/months/{month}/", status=303)


def reader(request: HttpRequest) -> Actor:
    """Whoever reads months: everybody in office."""
    actor = actor_of(request)
    if actor.role is Role.ENTERPRISE:
        raise PermissionDenied("月报供在岗人员查阅，企业岗位没有这一页。")
    return actor


def _found(request: HttpRequest, month: int) -> Month:
    row = months(reader(request)).filter(pk=month).first() if month < 2**63 else None
    if row is None:
        raise Http404
    return month_of(row)


def _shown(
    request: HttpRequest, found: Month, *, error: str = "", status: int = 200
) -> HttpResponse:
    actor = actor_of(request)
    corrects = actor.role in PUBLISHERS and actor.division == found.row.division
    context = _context(found) | {"error": error, "corrects": corrects, "post": actor.post_id}
    if corrects:
        wrong = differences(ground_of(actor, timezone.now()), found)
        context |= {"differences": [(one, uuid4()) for one in wrong], "key": uuid4()}
        told = request.POST.dict()
        offered = {one.code for one in wrong if not one.corrected} if told.get("was") else set()
        line = told.get("figure", "") if told.get("figure") in offered else ""
        context |= {"told": told, "line": line, "current": current(found)}
    return render(request, "board/month.html", context, status=status)


def _context(found: Month) -> dict[str, Any]:
    lines, rates = compared(found)
    labels = {line.code: f"{line.group}：{line.label}" for line in found.lines}
    corrections = [(each, labels.get(each.figure, each.figure)) for each in found.corrections]
    return {
        "month": found,
        "row": found.row,
        "lines": lines,
        "rates": rates,
        "corrections": corrections,
        "late": found.figures["late"],
        "shelved": found.figures["shelved"],
        "labels": list(labels.items()),
    }


def _offered(actor: Actor) -> list[tuple[str, str]]:
    """The months that are over and not yet published, the newest first, by both ways of counting.

    Each as "first day/last day", with its name.
    """
    if actor.role not in PUBLISHERS:
        return []
    today = town_day(timezone.now())
    rows = PublishedMonth.objects.filter(division=actor.division)
    kept = list(rows.values_list("since", "until"))
    spans, first = [], today.replace(day=1)
    if today.day > 25:
        spans.append(_to_the_25th(first))
    for _ in range(OFFERED):
        until = first - timedelta(days=1)
        first = until.replace(day=1)
        spans += [(first, until), _to_the_25th(first)]
    free = [s for s in spans if not any(a <= s[1] and b >= s[0] for a, b in kept)]
    return [(f"{since}/{until}", label_of(since, until)) for since, until in free]


def _to_the_25th(first: date) -> tuple[date, date]:
    """The period that ends in the month of a first day."""
    return (first - timedelta(days=1)).replace(day=26), first.replace(day=25)


def _issue(request: HttpRequest) -> Issue:
    since, _, until = request.POST.get("days", "").partition("/")
    return Issue(
        since=_day(since),
        until=_day(until),
        key=_key(request.POST.get("key", "")),
        confirmed=request.POST.get("confirmed") == "1",
        note=request.POST.get("note", ""),
    )


def _day(text: str) -> date:
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None or not 2000 <= found.year <= 2100:
        words = "请选择要发布的月份。"
        raise Refused(words, why=Why.FACTS, fields={"days": words})
    return found


def _number(text: str, name: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        words = "更正后的数应为零或正整数，只写数字。"
        raise Refused(words, why=Why.FACTS, fields={name: words})
    return int(text)


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        words = "页面已过期，请刷新后再办。"
        raise Refused(words, why=Why.FACTS, fields={"key": words}) from None
