"""What whoever reported is told, by page (告知反映人): to be read out on the telephone."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cases.docket.pages import actor_of
from cases.docket.queries import find
from cases.docket.queries.rows import address_of
from cases.notice.queries.reporter import told_reporter


@never_cache
@require_GET
def told(request: HttpRequest, number: str) -> HttpResponse:
    """What the reporter of a case was and is to be told, the newest first."""
    actor = actor_of(request)
    case = find(actor, number)
    rows = told_reporter(actor, case) if case else None
    if case is None or rows is None:
        raise Http404
    context = {"rows": rows, "number": case.number, "url": address_of(case)}
    return render(request, "notice/reporter.html", context)
