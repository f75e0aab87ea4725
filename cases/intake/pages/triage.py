"""Triage by page (受理研判): what the desk sees beside a report, and two reports side by side."""

from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cases.docket.pages import actor_of
from cases.docket.pages.forms import hidden
from cases.docket.queries import find
from cases.intake.queries.compare import comparison
from cases.intake.queries.triage import triage_of
from cases.intake.states import REPORT
from cases.law.moves import Role


def beside(request: HttpRequest, number: str) -> dict[str, Any]:
    """What a report's page shows besides its frame: the desk's triage while it decides."""
    actor = actor_of(request)
    found = find(actor, number, REPORT.code) if actor.role is Role.DESK else None
    triage = triage_of(actor, found, timezone.now()) if found else None
    return {"triage": triage} if triage else {}


@require_GET
def compare(request: HttpRequest, number: str, other: str) -> HttpResponse:
    """Two reports side by side, what differs in words, and the merge both ways."""
    actor = actor_of(request)
    pair = [find(actor, wanted, REPORT.code) for wanted in (number, other)]
    if pair[0] is None or pair[1] is None:
        raise Http404
    told = comparison(actor, pair[0], pair[1], timezone.now())
    # One key a form: the two ways are two different moves.
    forms = [hidden(side.file.version, actor.post_id) for side in told.sides]
    back = f"/{REPORT.path}/{quote(number)}/"
    context = {"told": told, "forms": forms, "back": back}
    return render(request, "intake/compare.html", context)
