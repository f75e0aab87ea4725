"""The page of one department's response (响应页), made for its phone: what is asked, by when, and
the next step as one big button.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from cases.docket.models import Case
from cases.docket.pages.parts import part_page, take_part_from_page
from cases.docket.queries.casefile import CaseFile, PartView
from cases.law.moves import Move
from cases.people.queries import Actor
from cases.rulebook.queries import book
from cases.whistle.operations import PART_VERBS
from cases.whistle.pages.choices import choices_of
from cases.whistle.pages.point import point_of
from cases.whistle.queries.inbox import type_rule
from cases.whistle.queries.response import PHRASES, first_of, response_view
from cases.whistle.states import WHISTLE
from cases.whistle.states.response.answering import REPLY, REPORT_IN, SIGN


@require_GET
def response(request: HttpRequest, number: str, part: int) -> HttpResponse:
    """The page of one department's response."""
    return _part(request, number, part)


@require_POST
def answer(request: HttpRequest, number: str, part: int, verb: str) -> HttpResponse:
    """One move of a department's response, sent by its form."""
    lng, lat = point_of(request)
    placed = partial(PART_VERBS[REPORT_IN.verb], lng=lng, lat=lat)
    return take_part_from_page(
        request,
        WHISTLE.code,
        number,
        part,
        verb,
        {**PART_VERBS, REPORT_IN.verb: placed},
        choices=choices_of,
        page=_part,
    )


def _part(request: HttpRequest, number: str, part: int, **shown: Any) -> HttpResponse:
    return part_page(
        request,
        WHISTLE.code,
        number,
        part,
        template="whistle/response.html",
        choices=choices_of,
        beside=_beside,
        given=_given,
        skip=_not_asked,
        **shown,
    )


def _beside(actor: Actor, file: CaseFile, part: PartView) -> Mapping[str, Any]:
    """What the page shows beside the frame: the call in words, who else answers, the objection."""
    now: datetime = timezone.now()
    return {"response": response_view(actor, file, part, now), "phrases": PHRASES}


def _given(file: CaseFile, part: PartView) -> Mapping[str, Mapping[str, Any]]:
    """What the forms know already: when it was taken on, whom the department talked to."""
    begun = first_of(file, part.id, (SIGN.verb, REPORT_IN.verb))
    talked = first_of(file, part.id, ("contact",))
    told: dict[str, Any] = {"began_at": begun.at} if begun else {}
    if talked is not None:
        said = dict(talked.facts).get(WHISTLE.table.facts["contacted"].label)
        told |= {"talked_to": said} if said else {}
    return {REPLY.verb: told}


def _not_asked(case: Case, move: Move) -> tuple[str, ...]:
    """What a form leaves out: the site code but for an emergency, the approval but for a check."""
    if move.verb != REPORT_IN.verb:
        return ()
    rule = type_rule(case, book(), timezone.now())
    asked = {"site_code": bool(rule and rule.on_point), "inspection": bool(rule and rule.inspects)}
    return tuple(name for name, wanted in asked.items() if not wanted)
