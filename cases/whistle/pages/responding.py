"""The page of one department's response (响应页), made for its phone: what is asked, by when, and
the next step as one big button.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from cases.docket.models import Case, Part
from cases.docket.pages import actor_of
from cases.docket.pages.forms import MoveForm
from cases.docket.pages.parts import part_page, take_part_from_page
from cases.docket.queries.casefile import CaseFile
from cases.docket.queries.obligations import PartView
from cases.docket.slip import CHANNELS
from cases.law.moves import Move
from cases.people.queries import Actor
from cases.rulebook.queries import book
from cases.whistle.operations import PART_VERBS
from cases.whistle.operations.recording import for_another
from cases.whistle.pages import evaluating
from cases.whistle.pages.choices import choices_of
from cases.whistle.pages.point import point_of
from cases.whistle.pages.ruling import ruling_beside
from cases.whistle.queries.inbox import type_rule
from cases.whistle.queries.response import PHRASES, ResponseView, first_of, response_view
from cases.whistle.states import WHISTLE
from cases.whistle.states.response.answering import REPLY, REPORT_IN, SIGN

_RANKS = {"primary": 0, "danger": 2}
# What every form has, whatever its move asks.
_FRAME = {"happened_at", "channel", "proof", "files", "version", "post", "key"}


@require_GET
def response(request: HttpRequest, number: str, part: int) -> HttpResponse:
    """The page of one department's response."""
    return _part(request, number, part)


@require_POST
def answer(request: HttpRequest, number: str, part: int, verb: str) -> HttpResponse:
    """One move of a department's response, sent by its form."""
    from_evaluation = request.POST.get("back") == evaluating.BACK
    lng, lat = point_of(request)
    placed = partial(PART_VERBS[REPORT_IN.verb], lng=lng, lat=lat)
    made = take_part_from_page(
        request,
        WHISTLE.code,
        number,
        part,
        verb,
        {**PART_VERBS, REPORT_IN.verb: placed},
        choices=choices_of,
        page=evaluating.shown if from_evaluation else _part,
    )
    if from_evaluation and made.status_code == HTTPStatus.SEE_OTHER:
        return HttpResponseRedirect(f"/whistles/{number}/evaluate/", status=HTTPStatus.SEE_OTHER)
    return made


def _part(request: HttpRequest, number: str, part: int, **shown: Any) -> HttpResponse:
    return part_page(
        request,
        WHISTLE.code,
        number,
        part,
        template="whistle/response.html",
        choices=choices_of,
        more=partial(_beside, request),
        given=_given,
        skip=_not_asked,
        **shown,
    )


def _beside(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What the page shows beside the frame: the call in words, who else answers, the objection."""
    now = timezone.now()
    told = response_view(actor_of(request), context["file"], context["part"], now)
    part = context["part"]
    for_it = _recorded_for(actor_of(request), part.part, part.moves)
    able = [move for move in part.moves if move.verb not in told.used_up or move.form.is_bound]
    acts = _acts(able, told, recorded=for_it)
    shown = {"response": told, "phrases": PHRASES, "acts": acts}
    return shown | ruling_beside(request, context)


def _recorded_for(actor: Actor, part: Part, offered: Sequence[MoveForm]) -> bool:
    """The forms by which the desk records for a department ask how it was told (代录)."""
    moves = WHISTLE.table.moves
    able = [m for m in offered if for_another(moves[m.verb], part, actor)]
    for move in able:
        channel: Any = move.form.fields["channel"]
        channel.required, channel.choices = True, [("", "请选择"), *CHANNELS]
    return bool(able)


def _acts(
    offered: Sequence[MoveForm], told: ResponseView, *, recorded: bool
) -> dict[str, Any]:
    """The moves in the order a thumb wants them: the next step, the others, what is grave last."""
    for move in offered:
        if move.verb == REPORT_IN.verb:
            move.form.initial["place"] = told.meet.place
            if told.inspects:
                move.form.fields["inspection"].required = True
        if move.verb == REPLY.verb:
            move.form.fields["talked_to"].widget.attrs["list"] = "talked"
    ranked = sorted(offered, key=lambda move: _RANKS.get(move.tone, 1))
    first = next((move for move in ranked if move.tone == "primary"), None)
    others = [move for move in ranked if move is not first]
    # With nothing to fill in the step is one tap.
    bare = first is not None and not recorded and not set(first.form.fields) - _FRAME
    return {"first": first, "bare": bare, "others": others}


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
