"""A department's inbox by page (应哨箱页面): its calls over all towns, what is due next first."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cases.docket.pages.worklist import caseworker
from cases.law.moves import Refused
from cases.whistle.queries.inbox import inbox, towns
from cases.whistle.queries.reach import DUES, SHOWN, Narrowing
from cases.whistle.states.words import STATES, TYPES

_NAMES = ("town", "type", "state", "due", "after")
_LONGEST = 200


@require_GET
def whistle_inbox(request: HttpRequest) -> HttpResponse:
    """The inbox (应哨箱), all filters in the address."""
    actor, now = caseworker(request), timezone.now()
    asked = narrowing_of(request)
    said, status = "", 200
    try:
        page = inbox(actor, asked, now)
    except Refused as refused:
        said, status = refused.sentence, 400
        asked = Narrowing()
        page = inbox(actor, asked, now)
    context: dict[str, Any] = {
        "page": page,
        "filters": asked.told(),
        "filter_error": said,
        "towns": towns(actor, now),
        "types": TYPES,
        "states": [(state, STATES[state]) for state in SHOWN],
        "dues": DUES.items(),
        "able": any(row.may_visit for row in page.rows),
    }
    return render(request, "whistle/inbox.html", context, status=status)


def narrowing_of(request: HttpRequest) -> Narrowing:
    """The filters of an address; what no column can hold is left out."""
    asked = request.GET
    given: dict[str, Any] = {
        name: asked.get(name, "").replace("\0", "")[:_LONGEST] for name in _NAMES
    }
    return Narrowing(**given)
