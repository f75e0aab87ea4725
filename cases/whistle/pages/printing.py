"""Papers of a whistle, to be printed (打印：吹哨单、派哨单、派单异议单、全案材料)."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cases.docket.pages import actor_of
from cases.docket.queries import case_file, find
from cases.docket.queries.files import files_of
from cases.whistle.queries.printing import Called, meeting_of, terms_of_call, whistle_paper
from cases.whistle.states import WHISTLE


@require_GET
def whistle_sheet(request: HttpRequest, number: str) -> HttpResponse:
    """The paper a whistle is blown by (吹哨单)."""
    return render(request, "whistle/print/whistle.html", _paper(request, number))


@require_GET
def call_sheet(request: HttpRequest, number: str, part: int) -> HttpResponse:
    """The paper a department is called by (派哨单), or told by (抄送单)."""
    context = _paper(request, number)
    called = _called(context, part)
    more = {
        "called": called,
        "meet_at": meeting_of(called.part, context["paper"]),
        "conditions": terms_of_call(context["file"], called.part, context["now"]),
    }
    return render(request, "whistle/print/call.html", context | more)


@require_GET
def objection_sheet(request: HttpRequest, number: str, part: int) -> HttpResponse:
    """The paper of a department's objections and what became of them (派单异议单)."""
    context = _paper(request, number)
    called = _called(context, part)
    if not called.rounds:
        raise Http404
    return render(request, "whistle/print/objection.html", context | {"called": called})


@require_GET
def whole_file(request: HttpRequest, number: str) -> HttpResponse:
    """Everything of a whistle in order (全案材料), as it goes up a level."""
    context = _paper(request, number)
    more = {"files": files_of(actor_of(request), context["file"].case)}
    return render(request, "whistle/print/file.html", context | more)


def _paper(request: HttpRequest, number: str) -> dict[str, Any]:
    actor, now = actor_of(request), timezone.now()
    found = find(actor, number, WHISTLE.code)
    if found is None:
        raise Http404
    file = case_file(actor, found, now)
    return {"file": file, "paper": whistle_paper(actor, file, now), "now": now}


def _called(context: dict[str, Any], part: int) -> Called:
    for called in context["paper"].called:
        if called.part.id == part:
            found: Called = called
            return found
    raise Http404
