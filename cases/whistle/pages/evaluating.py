"""Evaluating by page (评价): every department that answered, its four elements and its photos
beside the form; the forms go to the ordinary addresses of its part.
"""

from dataclasses import dataclass, replace
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cases.docket.pages import actor_of, move_form
from cases.docket.pages.forms import MoveForm
from cases.docket.problems import STATUS
from cases.docket.queries import case_file, find
from cases.docket.queries.casefile import CaseFile
from cases.docket.queries.files import FileView, files_of
from cases.docket.queries.obligations import DeadlineView, PartView
from cases.docket.queries.timeline import EventView
from cases.law.moves import Refused
from cases.people.queries import Actor
from cases.whistle.states import WHISTLE
from cases.whistle.states.words import EVALUATED, ON_SITE, RELEASED, REPLIED, Calls

BACK: Final = "evaluate"  # what a form says that was sent from here
JUDGING: Final = ("evaluate", "return_for_rework", "confirm_presence")
_REPLY: Final = "reply"
_ON_SITE: Final = frozenset(
    {"contact", "propose_time", "agree_time", "report_in", "confirm_presence", "log_progress"}
)
_JUDGED: Final = frozenset({"evaluate", "evaluate_by_default", "answer_evaluation"})
_REWORK: Final = "return_for_rework"
# Asked as three plain questions, not as lists to open.
_ASKED: Final = ("on_site", "result", "satisfaction")


@dataclass(frozen=True)
class Answered:
    """One department as the page shows it: its last reply, its story on site, how it is judged."""

    part: PartView
    reply: EventView | None
    story: list[EventView]
    judged: list[EventView]
    reworks: int
    files: list[FileView]
    due: DeadlineView | None
    moves: list[MoveForm]


@require_GET
def evaluate(request: HttpRequest, number: str) -> HttpResponse:
    """The evaluation page of a whistle."""
    return shown(request, number)


def shown(
    request: HttpRequest,
    number: str,
    part: int = 0,
    *,
    refused: Refused | None = None,
    tried: tuple[str, Any] | None = None,
) -> HttpResponse:
    """The page, after a refusal with what was filled in for the `part` that was tried."""
    actor = actor_of(request)
    found = find(actor, number, WHISTLE.code)
    if found is None:
        raise Http404
    file = case_file(actor, found, timezone.now())
    files = files_of(actor, found)
    owing = [p for p in file.parts if p.kind != Calls.COPY and p.state != RELEASED]
    told = [
        _answered(actor, file, each, files, tried if each.id == part else None) for each in owing
    ]
    context = {
        "file": file,
        "answered": [a for a in told if a.reply or a.moves],
        "waiting": [a.part for a in told if not a.reply and not a.moves],
        "may_judge": any(a.moves for a in told),
        "all_judged": bool(owing) and all(p.state == EVALUATED for p in owing),
        "refused": refused,
    }
    status = STATUS[refused.why] if refused else 200
    return render(request, "whistle/evaluate.html", context, status=status)


def _answered(
    actor: Actor,
    file: CaseFile,
    part: PartView,
    files: list[FileView],
    tried: tuple[str, Any] | None,
) -> Answered:
    mine = [event for event in file.timeline if event.part == part.id]
    replies = [event for event in mine if event.verb == _REPLY]
    steps = {event.seq for event in mine}
    running = [d for d in part.deadlines if d.term == "whistle.evaluate" and d.state == "running"]
    stands = part.state in {REPLIED, EVALUATED}
    return Answered(
        part=part,
        reply=replies[-1] if replies and stands else None,
        story=[event for event in mine if event.verb in _ON_SITE],
        judged=[event for event in mine if event.verb in _JUDGED],
        reworks=sum(event.verb == _REWORK for event in mine),
        files=[file for file in files if file.seq in steps],
        due=running[0] if running else None,
        moves=_forms(actor, part, mine, tried),
    )


def _forms(
    actor: Actor, part: PartView, story: list[EventView], tried: tuple[str, Any] | None
) -> list[MoveForm]:
    given = _given(story)
    able = sorted(
        (move for move in part.moves if move.verb in JUDGING),
        key=lambda move: JUDGING.index(move.verb),
    )
    return [
        _plainly(
            move_form(
                WHISTLE.code,
                move,
                part.version,
                actor,
                {},
                tried,
                url=f"{part.url}{move.verb}/",
                given=given,
            ),
            part.id,
        )
        for move in able
    ]


def _given(story: list[EventView]) -> dict[str, str]:
    """Whether it came in time, where that was confirmed already."""
    codes = {label: code for code, label in ON_SITE}
    confirmed = [dict(e.facts) for e in story if e.verb == "confirm_presence"]
    code = codes.get(confirmed[-1].get("到场情况", "")) if confirmed else None
    return {"on_site": code} if code else {}


def _plainly(made: MoveForm, part: int) -> MoveForm:
    """The form with its ids told apart from the next department's, its questions as buttons."""
    form = made.form
    form.auto_id = f"{made.verb}_{part}_%s"
    for name in _ASKED:
        field: Any = form.fields.get(name)
        if field is None:
            continue
        # "Not solved" is no evaluation: it goes back for rework, by the form beside this one.
        options = [(c, label) for c, label in field.choices if c and c != "unsolved"]
        field.widget = forms.RadioSelect(
            attrs={"class": "form-check-input"}, choices=options
        )
    if "result" in form.fields:
        form.fields["result"].help_text = "没有解决的不在这里评价，请用“退回重办”。"
    return replace(made, form=form)
