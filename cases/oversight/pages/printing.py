"""Papers of supervision, to be printed (打印：督办单、提请督办函)."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cases.docket.pages import actor_of
from cases.docket.queries import case_file, find
from cases.oversight.queries.shown import shown, words_of
from cases.oversight.states.sheets import SHEET


@require_GET
def sheet_paper(request: HttpRequest, number: str) -> HttpResponse:
    """The sheet as it is sent (督办单)."""
    context = _paper(request, number)
    if context["sheet"].issued_at is None:
        raise Http404
    return render(request, "oversight/print/sheet.html", context)


@require_GET
def request_paper(request: HttpRequest, number: str) -> HttpResponse:
    """The letter by which a town asks the county for it (提请督办函)."""
    context = _paper(request, number)
    if context["sheet"].asked_at is None:
        raise Http404
    return render(request, "oversight/print/request.html", context)


def _paper(request: HttpRequest, number: str) -> dict[str, Any]:
    actor, now = actor_of(request), timezone.now()
    found = find(actor, number, SHEET.code)
    if found is None:
        raise Http404
    file = case_file(actor, found, now)
    told = shown(actor, found, now)
    reply = next((d for d in file.deadlines if d.term == "sheet.reply"), None)
    context = {"file": file, "sheet": told, "words": words_of(found), "now": now}
    return context | {"paper": {"town": told.head}, "reply": reply}
