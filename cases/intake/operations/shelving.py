"""Shelving (挂账): proposed with a ground and a plan, approved one level up, looked at again by a
date, and back by itself when that date comes.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from cases.docket.models import Case, Deadline, DeadlineState, Event
from cases.docket.operations.looking import within_reach
from cases.docket.operations.sweeping import sweep
from cases.docket.queries.told import last_facts
from cases.docket.record import Batch, Moment, Slip, take
from cases.docket.slip import NO_SLIP
from cases.intake.states import REPORT
from cases.intake.states.aside.handling import PROPOSE_SHELVING, RESUME, SHELVE
from cases.intake.states.words import SHELVED
from cases.law.moves import Refused
from cases.people.queries import SYSTEM, Actor

# What comes back by itself on its day is nobody's lateness.
RESUME_DUE = replace(RESUME, closes=(), cancels=("report.look_again",))
LOOK, ANSWER = "report.look_again", "report.shelving_answer"


def propose_shelving(
    case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any
) -> Event:
    """Propose to shelve (提请挂账) what cannot be done for now; until approved, the clock runs."""

    def once(
        moment: Moment, held: Case, deadlines: list[Deadline], given: Mapping[str, Any]
    ) -> dict[str, Any]:
        if any(d.term == ANSWER and d.state == DeadlineState.RUNNING for d in deadlines):
            raise Refused("已提请挂账，正等批准，不用重复提出。", verb=PROPOSE_SHELVING.verb)
        within_reach(moment, held, given.get("next_look"), LOOK)
        return {}

    return take(PROPOSE_SHELVING, case, by=by, at=at, slip=slip, derive=once, **facts)


def shelve(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Approve the shelving (同意挂账); looked at again on the day proposed, at the latest when the
    term runs out.
    """

    def next_look(
        moment: Moment, held: Case, _: list[Deadline], given: Mapping[str, Any]
    ) -> dict[str, Any]:
        proposed = last_facts(held, PROPOSE_SHELVING.verb).get("next_look")
        day = given.get("next_look") or (date.fromisoformat(proposed) if proposed else None)
        within_reach(moment, held, day, LOOK)
        return {"next_look": day} if day else {}

    return take(SHELVE, case, by=by, at=at, slip=slip, derive=next_look, **facts)


def resume_due(at: datetime) -> int:
    """Bring back what is to be looked at again by now (挂账到期恢复); how many there were.

    A case somebody is working on is left to the next run.
    """
    waiting = Deadline.objects.filter(
        term=LOOK, state=DeadlineState.RUNNING, due_at__lte=at, case__state=SHELVED
    )
    rows = Case.objects.filter(kind=REPORT.code, pk__in=waiting.values("case"))
    return sweep(rows, _resume, at)


def _resume(batch: Batch, case: Case, at: datetime) -> None:
    if RESUME.goes_from(case.state):
        batch.take(RESUME_DUE, case, by=SYSTEM, at=at)
