"""The rates by page (三率、吹哨率页面), and the rows behind each of their numbers."""

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cases.docket.pages import actor_of
from cases.law.moves import Refused, Why
from cases.law.rule import LawError
from cases.whistle.queries.behind import asked_of, behind
from cases.whistle.queries.calls import CALLED_ONES
from cases.whistle.queries.period import PERIODS
from cases.whistle.queries.rates import rates, scope_of, told
from cases.whistle.states.words import TYPES


@require_GET
def whistle_rates(request: HttpRequest) -> HttpResponse:
    """The rates of a period; what cannot be read in the address is said, above this month's."""
    actor, now = actor_of(request), timezone.now()
    said, status = "", 200
    try:
        found = rates(actor, scope_of(request.GET.dict(), actor, now), now)
    except (Refused, LawError) as refused:
        said, status = _said(refused), 400
        found = rates(actor, scope_of({}, actor, now), now)
    whole = actor.unit_name if actor.role in CALLED_ONES else "各部门合计"
    context = {"rates": found, "told": found.told, "error": said, "whole": whole} | _choices()
    return render(request, "whistle/rates.html", context, status=status)


@require_GET
def behind_rates(request: HttpRequest) -> HttpResponse:
    """The rows behind a number; with what is wrong in the address, none."""
    actor, now = actor_of(request), timezone.now()
    context: dict[str, Any] = _choices()
    try:
        scope = scope_of(request.GET.dict(), actor, now)
        context |= {"scope": scope, "told": told(scope), "told_query": urlencode(told(scope))}
        context["page"] = behind(actor, scope, asked_of(request.GET.dict()), now)
    except (Refused, LawError) as refused:
        context["error"] = _said(refused)
    status = 400 if "error" in context else 200
    return render(request, "whistle/rates_rows.html", context, status=status)


def _said(refused: Refused | LawError) -> str:
    if isinstance(refused, Refused) and refused.why is Why.ROLE:
        raise PermissionDenied(refused.sentence) from refused
    return refused.sentence


def _choices() -> dict[str, Any]:
    return {"periods": list(PERIODS.items()), "types": TYPES}
