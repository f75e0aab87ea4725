"""Papers of supervision, to be printed (打印：督办单、提请督办函)."""

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cases.docket.pages import actor_of
from cases.docket.queries import case_file, find
from cases.oversight.queries.shown import shown, words_of
from cases.oversight.states.sheets import FACTS, ISSUE, REQUEST, SHEET

WORDS: Final = SHEET.words


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
    asked = next((e for e in context["file"].timeline if e.verb == REQUEST.verb), None)
    # The county may have issued it in its own words; the letter says the town's.
    said = {name: dict(asked.facts).get(FACTS[name].label) for name in WORDS} if asked else {}
    letter = {"paper": {"town": context["sheet"].town}, "words": said}
    return render(request, "oversight/print/request.html", context | letter)


def _paper(request: HttpRequest, number: str) -> dict[str, Any]:
    actor, now = actor_of(request), timezone.now()
    found = find(actor, number, SHEET.code)
    if found is None:
        raise Http404
    file = case_file(actor, found, now)
    told = shown(actor, found, now)
    # Sent back, it has a new time to reply: the last one holds.
    reply = next((d for d in reversed(file.deadlines) if d.term in ISSUE.opens), None)
    context = {"file": file, "sheet": told, "words": words_of(found), "now": now}
    return context | {"paper": {"town": told.head}, "reply": reply}
