"""Who reported (查看反映人): the full number to call back, for who may read it; leaves a trace."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cases.docket.models import Access
from cases.docket.operations.reading import note_reading
from cases.docket.pages import actor_of
from cases.docket.queries import find
from cases.docket.queries.casefile import parties_of


@require_GET
@never_cache
def reporter(request: HttpRequest, number: str) -> HttpResponse:
    """The reporter's name and number in full; a fragment for htmx, a page otherwise."""
    actor = actor_of(request)
    case = find(actor, number)
    parties = parties_of(actor, case) if case else []
    if case is None or not parties:
        raise Http404
    note_reading(actor, Access.REPORTER, case=case, at=timezone.now())
    fragment = getattr(request, "htmx", False)
    template = "docket/reporter_box.html" if fragment else "docket/reporter.html"
    return render(request, template, {"parties": parties, "case": case})
