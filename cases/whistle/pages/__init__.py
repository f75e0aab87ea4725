"""Whistles by page (吹哨报到页面): the case page and its moves."""

from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from cases.docket.pages import actor_of, case_page, take_from_page
from cases.whistle.operations import VERBS
from cases.whistle.pages import approving
from cases.whistle.pages.choices import choices_of
from cases.whistle.pages.dispatching import beside
from cases.whistle.queries.owed import answers_owed
from cases.whistle.queries.summoned import summons_of
from cases.whistle.states import WHISTLE


@require_GET
def whistle(request: HttpRequest, number: str) -> HttpResponse:
    """One whistle's page."""
    return _case(request, WHISTLE.code, number)


@require_POST
def move(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """One move of a whistle, sent by its form."""
    made = take_from_page(
        request, WHISTLE.code, number, verb, VERBS, page=_case, choices=choices_of
    )
    said = approving.said_of(verb, number) if request.POST.get("back") == approving.BACK else ""
    if not said or made.status_code != HTTPStatus.SEE_OTHER:
        return made
    messages.success(request, said)
    return HttpResponseRedirect("/whistles/approvals/", status=HTTPStatus.SEE_OTHER)


def _case(request: HttpRequest, kind: str, number: str, **shown: Any) -> HttpResponse:
    shown = beside(request, number) | shown
    shown["more"] = partial(_more, request, shown.get("more", {}))
    return case_page(
        request, kind, number, template="whistle/case.html", choices=choices_of, **shown
    )


def _more(
    request: HttpRequest, told: dict[str, Any], context: dict[str, Any]
) -> dict[str, Any]:
    """Its type, when and where to come, what this seat owes to the departments."""
    file = context["file"]
    summons = summons_of(file, timezone.now())
    head = f"{file.kind_label} · {summons.type_name}" if summons.type_name else file.kind_label
    return told | {
        "file": replace(file, kind_label=head),
        "summons": summons,
        "owed": answers_owed(actor_of(request), file),
    }
