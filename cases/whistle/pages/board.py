"""The board by page (吹哨看板页面): columns beside each other at a desk, one below the other on a
phone.
"""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cases.docket.pages import actor_of
from cases.law.moves import Refused, Role, Why
from cases.whistle.queries.board import Board, board
from cases.whistle.queries.calls import CALLED_ONES, OVERSEERS
from cases.whistle.queries.period import PERIODS
from cases.whistle.queries.wanted import BY, Wanted, wanted_of
from cases.whistle.states.words import TYPES


@require_GET
def whistle_board(request: HttpRequest) -> HttpResponse:
    """The board, everything it is narrowed to in the address."""
    actor, now = actor_of(request), timezone.now()
    said, status = "", 200
    try:
        found = board(actor, wanted_of(request.GET.dict(), actor, now), now)
    except Refused as refused:
        if refused.why is Why.ROLE:
            raise PermissionDenied(refused.sentence) from refused
        said, status = refused.sentence, 400
        found = board(actor, Wanted(), now)
    context = _shown(found, actor.role) | {"error": said}
    return render(request, "whistle/board.html", context, status=status)


def _shown(found: Board, role: Role) -> dict[str, Any]:
    wanted = found.wanted
    ways = []
    own = role in CALLED_ONES  # by department it would have one column only
    for by, label in [] if own else BY.items():
        way = replace(wanted, by=by, column="", after="")
        told = urlencode(way.told)
        ways.append({"label": label, "query": told, "active": by == wanted.by})
    return {
        "board": found,
        "wanted": wanted,
        "told": wanted.told,
        "told_query": urlencode(wanted.told),
        "may_rates": role in OVERSEERS | CALLED_ONES,
        "wanted_own": own,
        "ways": ways,
        "types": TYPES,
        "periods": list(PERIODS.items()),
    }
