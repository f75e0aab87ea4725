"""Reports by page (上报事件页面): the case page and its moves; filing has a module of its own."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from cases.docket.pages import actor_of, case_page, take_from_page
from cases.intake.operations import VERBS
from cases.intake.pages.triage import beside
from cases.intake.queries.answered import answered_whistles
from cases.intake.states import REPORT
from cases.intake.states.aside.whistled import REFER


@require_GET
def report(request: HttpRequest, number: str) -> HttpResponse:
    """One report's page."""
    return _page(request, REPORT.code, number)


@require_POST
def move(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """One move of a report, sent by its form."""
    return take_from_page(request, REPORT.code, number, verb, VERBS, page=_page)


def _page(request: HttpRequest, kind: str, number: str, **shown: Any) -> HttpResponse:
    more = partial(_more, request, beside(request, number))
    own = {REFER.verb: f"/{REPORT.path}/{number}/whistle/"}
    return case_page(
        request, kind, number, template="intake/report.html", more=more, elsewhere=own, **shown
    )


def _more(request: HttpRequest, told: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """What its whistle's departments did, beside the desk's triage."""
    return told | {"answered": answered_whistles(actor_of(request), context["file"])}
