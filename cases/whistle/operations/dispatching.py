"""Dispatching (派哨): one lead, the departments that assist, those that are told; each a part with
its own dates, all in one transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from cases.docket.models import Case, Deadline, Event, Part
from cases.docket.record import Batch, Moment, Slip, several
from cases.docket.slip import NO_SLIP
from cases.law.moves import Refused, Why
from cases.people.directory import CALLED
from cases.people.queries import SYSTEM, Actor, town_day
from cases.rulebook.queries.rules import RuleMissing
from cases.whistle.models import Response, Whistle
from cases.whistle.operations.opening import rule_of
from cases.whistle.operations.succeeding import recast
from cases.whistle.states.course import BACK_TO_DESK, REOPEN
from cases.whistle.states.response.answering import CALL, COPY
from cases.whistle.states.response.disputing import RELEASE
from cases.whistle.states.way import CALL_DEPARTMENT, DISPATCH
from cases.whistle.states.words import RELEASED, Calls

Named = Sequence[tuple[str, int]]


def dispatch(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Call the departments (派哨): their clocks run from here. Who stands called already, from
    before it came back to the desk, is not called twice.
    """

    def callable_ones(
        moment: Moment, held: Case, _: list[Deadline], given: Mapping[str, Any]
    ) -> dict[str, Any]:
        _each_once(_named(given))
        _not_past(given, at)
        _not_too_many(moment, held, given)
        for fact in ("lead", "assisting", "copied"):
            units = given.get(fact, [])
            for unit in units if isinstance(units, list) else [units]:
                _callable(moment, unit, fact)
        return {}

    with several(case, by=by, slip=slip) as calling:
        batch, found = calling.batch, calling.case
        facts = _as_drawn_up(found, facts)
        event = batch.take(DISPATCH, found, by=by, at=at, slip=slip, derive=callable_ones, **facts)
        standing = {p.unit_id: p for p in batch.parts(found) if p.closed_at is None}
        named = [(kind, unit) for kind, unit in _named(facts) if _is_new(standing.get(unit), kind)]
        for kind, unit in _named(facts):
            if (kind, unit) not in named and kind != Calls.COPY:
                recast(batch, found, standing[unit], Calls(kind), at)
        call(batch, found, named, at=at, meet_at=facts.get("meet_at"))
    return event


def _is_new(standing: Part | None, capacity: str) -> bool:
    """Whether a department is to be called: it is not, or it was only told so far."""
    return standing is None or (standing.kind == Calls.COPY and capacity != Calls.COPY)


def _as_drawn_up(case: Case, facts: dict[str, Any]) -> dict[str, Any]:
    drawn = Whistle.objects.filter(case=case).first()
    if drawn is None:
        return facts
    if facts.get("lead"):
        return ({"meet_at": drawn.meet_at} if drawn.meet_at else {}) | facts
    proposed = {"lead": drawn.lead_id, "assisting": drawn.assisting, "copied": drawn.copied}
    given = {name: value for name, value in proposed.items() if value}
    return given | ({"meet_at": drawn.meet_at} if drawn.meet_at else {}) | facts


def call(
    batch: Batch, case: Case, named: Named, *, at: datetime, meet_at: datetime | None = None
) -> list[Part]:
    """New parts for departments, called with their dates; inside the caller's batch."""
    if not named:
        return []
    rule = rule_of(batch.moment, case.variant, case.division)
    parts = batch.call(case, named, at)
    Response.objects.bulk_create(Response(part=part) for part in parts)
    slip = replace(batch.slip.quietly(), skips=rule.skips)
    for part in parts:
        move = COPY if part.kind == Calls.COPY else CALL
        told: dict[str, Any] = {"capacity": part.kind}
        if meet_at is not None and move is CALL:
            told["meet_at"] = meet_at
        batch.take(move, case, part=part, by=SYSTEM, at=at, slip=slip, **told)
    return parts


def call_department(
    case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any
) -> Event:
    """Call one more department (加派部门); Refused where it is called already. A new lead may be
    called only where there is none, or the one there was is no more.
    """

    def not_called_yet(
        moment: Moment, held: Case, _: list[Deadline], given: Mapping[str, Any]
    ) -> dict[str, Any]:
        unit, capacity = given["unit"], given["capacity"]
        _callable(moment, unit, "unit")
        there = [p for p in batch.parts(held) if p.closed_at is None]
        if any(p.unit_id == unit and not _is_new(p, capacity) for p in there):
            raise _wrong("unit", f"{moment.directory.name(unit)}已在这次派哨中。")
        leads = _leads(held, batch.parts(held))
        if capacity == Calls.LEAD and any(_stands(moment, lead) for lead in leads):
            raise _wrong("capacity", "已有主办部门，一个哨只有一个主办；请选协办或抄送。")
        return {}

    with several(case, by=by, slip=slip) as calling:
        batch, found = calling.batch, calling.case
        event = batch.take(
            CALL_DEPARTMENT, found, by=by, at=at, slip=slip, derive=not_called_yet, **facts
        )
        if facts["capacity"] == Calls.LEAD:
            for part in batch.parts(found):
                if part.kind == Calls.LEAD and RELEASE.goes_from(part.state):
                    batch.take(
                        RELEASE, found, part=part, by=SYSTEM, at=at, unit=int(facts["unit"])
                    )
        meet = Whistle.objects.filter(case=found, meet_at__gt=at).values_list("meet_at", flat=True)
        named = [(facts["capacity"], int(facts["unit"]))]
        call(batch, found, named, at=at, meet_at=meet.first())
    return event


def back_where_none_leads(batch: Batch, case: Case, at: datetime) -> None:
    """A whistle whose lead has left goes back to the desk, to be dispatched anew."""
    leads = _leads(case, batch.parts(case))
    if not leads and BACK_TO_DESK.goes_from(case.state):
        batch.take(BACK_TO_DESK, case, by=SYSTEM, at=at)


def _leads(case: Case, parts: list[Part]) -> list[Part]:
    """The leads of this time round, whatever they have done; those let go are none."""
    leads = [p for p in parts if p.kind == Calls.LEAD and p.state != RELEASED]
    again = Event.objects.filter(case=case, verb=REOPEN.verb).order_by("-seq").first()
    return [p for p in leads if again is None or p.opened_at >= again.happened_at]


def _stands(moment: Moment, part: Part) -> bool:
    entry = moment.directory.units.get(part.unit_id or 0)
    return entry is not None and entry.open_on(town_day(moment.now))


def _named(facts: Mapping[str, Any]) -> list[tuple[str, int]]:
    found = [(Calls.LEAD.value, int(facts["lead"]))] if facts.get("lead") else []
    for capacity, fact in ((Calls.ASSIST, "assisting"), (Calls.COPY, "copied")):
        found += [(capacity.value, int(unit)) for unit in facts.get(fact) or []]
    return found


def _not_past(given: Mapping[str, Any], at: datetime) -> None:
    if given.get("meet_at") is not None and given["meet_at"] <= at:
        raise _wrong("meet_at", "报到时间已经过了，请改成今后的时间，或不填（按哨种时限报到）。")


def _each_once(named: Named) -> None:
    units = [unit for _, unit in named]
    if len(set(units)) != len(units):
        raise _wrong("assisting", "同一个部门不能在一次派哨里出现两次，请去掉重复的。")


def _not_too_many(moment: Moment, case: Case, facts: Mapping[str, Any]) -> None:
    try:
        rule = moment.book.figure("whistle.most_called", case.division, town_day(moment.now))
    except RuleMissing:
        return
    called = len(_named(facts))
    if called > rule.value:
        words = f"一次派哨最多 {rule.value} 个部门，现有 {called} 个；请只呼叫确需到场的。"
        raise _wrong("assisting", words)


def _callable(moment: Moment, unit: int, fact: str) -> None:
    entry = moment.directory.units[unit]
    if entry.kind not in CALLED:
        raise _wrong(fact, f"{entry.name}不是可以派哨的部门，请选部门、公用事业单位或镇内机构。")


def _wrong(field: str, words: str) -> Refused:
    return Refused(words, why=Why.FACTS, fields={field: words})
