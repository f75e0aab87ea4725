"""The supervisor's board by page (督查看板页面), and the rows behind each number."""

from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cases.board.pages.grounds import ground_for
from cases.board.queries.behind import asked_of, unit_words
from cases.board.queries.board import board
from cases.board.queries.rows import rows
from cases.board.queries.trend import BYS
from cases.board.queries.wanted import NONE, PERIODS, Ground, wanted_of
from cases.docket import kinds
from cases.law.moves import Refused
from cases.law.rule import LawError


@require_GET
def supervisor_board(request: HttpRequest) -> HttpResponse:
    """The board; what cannot be read in the address is said, above this month's."""
    ground = ground_for(request)
    by = "week" if request.GET.get("by") != "month" else "month"
    said, status = "", 200
    try:
        found = board(ground, wanted_of(request.GET.dict(), ground), by)
    except (Refused, LawError) as refused:
        said, status = refused.sentence, 400
        found = board(ground, wanted_of({}, ground), by)
    context = {"board": found, "told": found.wanted.told, "error": said} | choices(ground)
    return render(request, "board/board.html", context, status=status)


@require_GET
def board_rows(request: HttpRequest) -> HttpResponse:
    """The rows behind a number; with what is wrong in the address, none."""
    ground = ground_for(request)
    context: dict[str, Any] = {}
    try:
        wanted, asked = wanted_of(request.GET.dict(), ground), asked_of(request.GET.dict())
        context |= {"wanted": wanted, "asked": asked, "whose": unit_words(wanted, ground)}
        context |= {"back": urlencode(wanted.told if asked.dated else wanted.narrowing)}
        page = context["page"] = rows(ground, wanted, asked)
        context |= {"urges": any(row.doing for row in page.rows), "key": uuid4()}
    except (Refused, LawError) as refused:
        context["error"] = refused.sentence
    return render(request, "board/rows.html", context, status=400 if "error" in context else 200)


def choices(ground: Ground) -> dict[str, Any]:
    """What the filters offer."""
    own = ground.actor.division
    units = [e for e in ground.units.units.values() if e.open_on(ground.today)]
    near = [e for e in units if e.division.startswith(own) or own.startswith(e.division)]
    near.sort(key=lambda e: (len(e.division), e.kind, e.code))
    return {
        "periods": list(PERIODS.items()),
        "kinds": [(kind.code, kind.label) for kind in kinds.kinds()],
        "units": [(e.code, e.name) for e in near if len(e.division) >= 6],
        "villages": list({v.code: v.name for v in ground.villages.values()}.items()),
        "towns": ground.towns,
        "bys": list(BYS.items()),
        "none": NONE,
    }
