"""Whistles by page (吹哨报到页面): the case page and the page of one department's response."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_GET, require_POST

from cases.docket.pages import case_page, take_from_page
from cases.docket.pages.parts import part_page, take_part_from_page
from cases.whistle.operations import PART_VERBS, VERBS
from cases.whistle.pages import evaluating
from cases.whistle.pages.choices import choices_of
from cases.whistle.pages.ruling import ruling_beside
from cases.whistle.states import WHISTLE


@require_GET
def whistle(request: HttpRequest, number: str) -> HttpResponse:
    """One whistle's page."""
    return _case(request, WHISTLE.code, number)


@require_POST
def move(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """One move of a whistle, sent by its form."""
    return take_from_page(
        request, WHISTLE.code, number, verb, VERBS, page=_case, choices=choices_of
    )


@require_GET
def response(request: HttpRequest, number: str, part: int) -> HttpResponse:
    """The page of one department's response, made for its phone."""
    return _part(request, number, part)


@require_POST
def answer(request: HttpRequest, number: str, part: int, verb: str) -> HttpResponse:
    """One move of a department's response, sent by its form."""
    judging = request.POST.get("back") == evaluating.BACK
    answered = take_part_from_page(
        request,
        WHISTLE.code,
        number,
        part,
        verb,
        PART_VERBS,
        choices=choices_of,
        page=evaluating.shown if judging else _part,
    )
    if judging and answered.status_code == 303:
        return HttpResponseRedirect(f"/{WHISTLE.path}/{number}/evaluate/", status=303)
    return answered


def _case(request: HttpRequest, kind: str, number: str, **shown: Any) -> HttpResponse:
    return case_page(
        request, kind, number, template="whistle/case.html", choices=choices_of, **shown
    )


def _part(request: HttpRequest, number: str, part: int, **shown: Any) -> HttpResponse:
    return part_page(
        request,
        WHISTLE.code,
        number,
        part,
        template="whistle/response.html",
        choices=choices_of,
        more=partial(ruling_beside, request),
        **shown,
    )
