"""Objections to being called (派单异议): raised, completed, taken back, agreed to.

An objection stops no clock; upheld, the time it took is given back.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cases.docket.chain import mark_of
from cases.docket.models import Case, Deadline, DeadlineState, Event, Part
from cases.docket.operations.looking import past_window
from cases.docket.queries.told import last_facts
from cases.docket.record import Moment, Slip, several, take
from cases.docket.record.clocks import give_back
from cases.docket.record.draft import Derive
from cases.docket.slip import NO_SLIP
from cases.law.moves import Move, Refused
from cases.people.queries import Actor
from cases.whistle.operations.dispatching import back_where_none_leads
from cases.whistle.operations.evaluating import all_evaluated
from cases.whistle.operations.succeeding import succeed
from cases.whistle.states.response.disputing import ADMIT, COMPLETE, RAISE_OBJECTION, TAKE_BACK

INCOMPLETE = "S9"  # the objection that the desk answers by completing what is missing
_WORK = ("whistle.sign", "whistle.contact", "whistle.report_in", "whistle.handle", "whistle.rework")


def raise_objection(
    part: Part, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any
) -> Event:
    """Object to being called (派单异议), with ground, clause, paper and whose it is; a late one is
    taken and said to be late.
    """

    def late(
        moment: Moment, held: Case, deadlines: list[Deadline], _: Mapping[str, Any]
    ) -> dict[str, Any]:
        mine = [d for d in deadlines if d.part_id == part.pk and d.term == "whistle.sign"]
        start = mine[-1].start_at if mine else held.opened_at
        counted = slip.counted_at(at, moment.now)
        shut = past_window(moment, held, "whistle.objection_window", start, counted)
        return {"late": True} if shut else {}

    return take(RAISE_OBJECTION, part, by=by, at=at, slip=slip, derive=late, **facts)


def complete(part: Part, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Complete what was missing (补全要素); the time until now is given back to the department."""

    def given_back(
        moment: Moment, held: Case, deadlines: list[Deadline], _: Mapping[str, Any]
    ) -> dict[str, Any]:
        if last_facts(part, RAISE_OBJECTION.verb).get("ground") != INCOMPLETE:
            words = "只有“要素不全”的异议由窗口补全；其他异议请协商同意退哨，或等职责界定。"
            raise Refused(words, verb=COMPLETE.verb, citation=COMPLETE.basis)
        return give_time_back(moment, held, deadlines, part.pk, at)

    return _and_succeed(COMPLETE, part, by, at, slip, facts, given_back)


def take_back_objection(
    part: Part, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any
) -> Event:
    """Take an objection back (撤回异议): it is the department's to do after all."""
    return _and_succeed(TAKE_BACK, part, by, at, slip, facts)


def _and_succeed(
    move: Move,
    part: Part,
    by: Actor,
    at: datetime,
    slip: Slip,
    facts: Mapping[str, Any],
    derive: Derive | None = None,
) -> Event:
    """A move after which the department has signed, so that whoever came before it is let go."""
    with several(part, by=by, slip=slip) as held:
        event = held.take(move, by=by, at=at, slip=slip, derive=derive, **facts)
        succeed(held.batch, held.case, held.part, at)
    return event


def admit_objection(
    part: Part, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any
) -> Event:
    """Let a department go by agreement (同意退哨); without a lead it is dispatched anew."""
    with several(part, by=by, slip=slip) as held:
        event = held.take(ADMIT, by=by, at=at, slip=slip, **facts)
        back_where_none_leads(held.batch, held.case, at)
        all_evaluated(held.batch, held.case, at)
    return event


def give_time_back(
    moment: Moment, case: Case, deadlines: list[Deadline], part: int, at: datetime
) -> dict[str, Any]:
    """Give a department back the time its objection took (退还时间); what the event says of it."""
    asked = [d for d in deadlines if d.part_id == part and d.term == "whistle.rule"]
    objected = max(asked, key=lambda d: d.occurrence).start_at
    running = [
        d
        for d in deadlines
        if d.part_id == part and d.term in _WORK and d.state == DeadlineState.RUNNING
    ]
    told: dict[str, Any] = {}
    for deadline in running:
        was = deadline.last_day
        give_back(moment, deadline, case, objected, at)
        told = {"deadline": mark_of(deadline), "was": was, "now": deadline.last_day}
    return told
