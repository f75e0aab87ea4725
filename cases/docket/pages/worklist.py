"""The worklist by page (工作台页面): tabs, filters, kept lists, and the rows to work on."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cases.docket import access, kinds
from cases.docket.operations.saved import note_search
from cases.docket.pages import actor_of
from cases.docket.queries import Filters, Page, worklist
from cases.docket.queries.choices import choices
from cases.docket.queries.filters import filters_of
from cases.docket.queries.saved import saved_views
from cases.law.moves import Refused
from cases.people.queries import Actor, town_day
from cases.rulebook.queries import book

_EMPTY = {
    "mine": "没有待您办理的事。",
    "asked": "没有等您答复的申请。",
    "unit": "本单位没有在办的事。",
    "all": "还没有办件。",
    "closed": "还没有办结的事。",
}


def caseworker(request: HttpRequest) -> Actor:
    """Whoever is at a list of cases; the keepers of the house are told why it is not theirs."""
    actor = actor_of(request)
    if actor.role in access.NO_CASES:
        raise PermissionDenied(f"{actor.role.label}岗位不查看具体事项，请切换到相应岗位。")
    return actor


@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """The worklist (工作台), all filters in the address."""
    actor, now = caseworker(request), timezone.now()
    filters = filters_of(request.GET.dict())
    said, status = "", 200
    try:
        page = worklist(actor, filters, now)
        note_search(filters, len(page.rows), by=actor, at=now)
    except Refused as refused:
        said, status = refused.sentence, 400
        filters = Filters()
        page = worklist(actor, filters, now)
    context = {
        "page": _shown(page),
        "filter_error": said,
        "choices": choices(actor, town_day(now), book()),
        "saved": saved_views(actor),
        "bulk": _bulk(page, actor),
    }
    return render(request, "docket/worklist.html", context, status=status)


def _shown(page: Page) -> dict[str, Any]:
    filters = page.filters
    return {
        "rows": page.rows,
        "next": page.next,
        "views": page.views,
        "filters": filters.told(),
        "query": filters.query,
        "narrowed": filters.narrowed,
        "empty": _EMPTY.get(filters.view, ""),
    }


def _bulk(page: Page, actor: Actor) -> str:
    """Where chosen rows are sent, "" where these rows cannot be chosen together."""
    codes = {row.kind for row in page.rows}
    if actor.role in access.OWN_ONLY or len(codes) != 1:
        return ""
    return f"/{kinds.kind(codes.pop()).path}/bulk/"
