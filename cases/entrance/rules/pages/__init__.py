"""The rulebook's pages (规则页面): reading for everybody, keeping for the system administrator."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date

from cases.docket.problems import STATUS
from cases.entrance.rules.keepers import KEEPERS
from cases.law.moves import Refused, Why
from cases.people.queries import Actor, town_day
from cases.rulebook.queries.tables.every import EVERY


def actor_of(request: HttpRequest) -> Actor:
    """Whoever is at the page, under the acting post."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def today() -> date:
    """The day in the town."""
    return town_day(timezone.now())


def shown_page(
    request: HttpRequest, template: str, context: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    """A page of the rulebook: its tabs, and whether whoever reads it may keep it."""
    around = {
        "tables": EVERY.values(),
        "keeps": actor_of(request).role in KEEPERS,
        "here": "",
    }
    return render(request, f"entrance/rules/{template}.html", around | dict(context), status=status)


def day_asked(request: HttpRequest, otherwise: date) -> date:
    """The day in the address; another one where none, or none that can be read, is given."""
    text = request.GET.get("on", "")
    try:
        return parse_date(text) or otherwise
    except ValueError:
        return otherwise


def gone(refused: Refused) -> int:
    """The status a refusal is answered with; what may not be seen is 404, not one's own is 403."""
    if refused.why is Why.HIDDEN:
        raise Http404 from refused
    if refused.why is Why.ROLE:
        raise PermissionDenied(refused.sentence) from refused
    return STATUS[refused.why]
