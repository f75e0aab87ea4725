"""The history of one matter by page (同一事项历次吹哨), to be read and printed."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cases.docket.pages import actor_of
from cases.docket.queries import find
from cases.whistle.queries.history import history
from cases.whistle.states import WHISTLE


@require_GET
def matter(request: HttpRequest, number: str) -> HttpResponse:
    """Every whistle blown on the matter of one whistle."""
    actor = actor_of(request)
    found = find(actor, number, WHISTLE.code)
    if found is None:
        raise Http404
    return render(request, "whistle/history.html", {"told": history(actor, found)})
