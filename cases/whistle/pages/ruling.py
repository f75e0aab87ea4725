"""Rulings on duties by page (职责界定页面): the arbitration desk, the boundaries fought over, the
precedents.
"""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cases.docket.pages import actor_of
from cases.law.moves import Refused
from cases.people.directory import directory
from cases.people.queries import Actor, town_day
from cases.rulebook.queries import book, stamp
from cases.whistle.queries.beside import beside
from cases.whistle.queries.boundaries import OUTCOMES, SEATS, boundaries, year_to
from cases.whistle.queries.period import PERIODS
from cases.whistle.queries.precedents import NOT_THEIRS, STANDING, Asked, precedents
from cases.whistle.queries.ruling import RULERS, desk

_TABS = (
    ("/whistles/rulings/", "待界定"),
    ("/whistles/boundaries/", "边界争议"),
    ("/whistles/precedents/", "先例"),
)
_PERIODS = {code: label for code, label in PERIODS.items() if code != "days"}


@require_GET
def rulings(request: HttpRequest) -> HttpResponse:
    """The arbitration desk (职责界定台)."""
    actor = actor_of(request)
    if actor.role not in RULERS:
        raise PermissionDenied("职责界定由机构编制部门和县专班办理，您的岗位不办这件事。")
    shown = desk(actor, timezone.now(), after=_number(request.GET.get("after")))
    return render(request, "whistle/rulings.html", {"desk": shown, "tabs": _tabs(request, actor)})


@require_GET
def fought_over(request: HttpRequest) -> HttpResponse:
    """Which boundaries are fought over (边界争议), in a period."""
    actor, today = actor_of(request), town_day(timezone.now())
    if actor.role not in SEATS:
        raise PermissionDenied("边界争议统计由职责界定、县专班、督查和镇里查看，您的岗位看不到。")
    said, status = "", 200
    try:
        period = year_to(request.GET.dict(), today)
    except Refused as refused:
        said, status = refused.sentence, 400
        period = year_to({}, today)
    context = {
        "told": boundaries(actor, period),
        "outcomes": [label for _, label in OUTCOMES],
        "periods": _PERIODS,
        "filter_error": said,
        "tabs": _tabs(request, actor),
    }
    return render(request, "whistle/boundaries.html", context, status=status)


@require_GET
def list_of_precedents(request: HttpRequest) -> HttpResponse:
    """The precedents of the county (职责界定先例), narrowed in the address."""
    actor, today = actor_of(request), town_day(timezone.now())
    if actor.role in NOT_THEIRS:
        raise PermissionDenied("职责界定先例供吹哨和承办单位查看，您的岗位看不到。")
    said, status = "", 200
    asked = Asked(
        category=request.GET.get("category", ""),
        unit=request.GET.get("unit", ""),
        standing=request.GET.get("standing") or "in_force",
        after=_number(request.GET.get("after")),
    )
    try:
        page = precedents(actor, asked, today)
    except Refused as refused:
        said, status = refused.sentence, 400
        page = precedents(actor, Asked(), today)
    context = {
        "page": page,
        "standing": STANDING,
        "classes": _classes(actor),
        "units": _units(actor, today),
        "filter_error": said,
        "tabs": _tabs(request, actor),
    }
    return render(request, "whistle/precedents.html", context, status=status)


def ruling_beside(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What the page of a response shows beside an objection, for whoever rules or holds it."""
    actor, file, part = actor_of(request), context["file"], context["part"]
    told = beside(actor, file.case, file, part, context["files"], timezone.now())
    return {"ruling": told} if told else {}


def _classes(actor: Actor) -> list[tuple[str, list[tuple[str, str]]]]:
    """The classes of matter, grouped by their heads, which can be chosen too."""
    found = book().categories("grid", town_day(timezone.now()), actor.division)
    groups: dict[str, tuple[str, list[tuple[str, str]]]] = {
        row.code: (row.name, [(row.code, f"{row.name}（全部）")]) for row in found if row.level == 1
    }
    for row in found:
        if row.level == 2 and row.parent_code in groups:
            groups[row.parent_code][1].append((row.code, row.name))
    return list(groups.values())


def _units(actor: Actor, today: date) -> list[tuple[str, str]]:
    """The units that can be called there, by code."""
    found = directory(stamp("people"), today).called(actor.division, today)
    return [(entry.code, entry.name) for entry in found]


def _tabs(request: HttpRequest, actor: Actor) -> list[dict[str, Any]]:
    """The neighbouring pages this seat may open."""
    able = {
        "/whistles/rulings/": actor.role in RULERS,
        "/whistles/boundaries/": actor.role in SEATS,
        "/whistles/precedents/": actor.role not in NOT_THEIRS,
    }
    return [
        {"url": url, "label": label, "active": request.path == url}
        for url, label in _TABS
        if able[url]
    ]


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0
