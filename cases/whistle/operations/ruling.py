"""Objections and rulings on duties (派单异议、职责界定).

An objection stops no clock; upheld, the time it took is given back. The ruling names an interim
handler at once, and who was called first stays responsible until the new one has signed. A vertical
body is ruled on by the common superior only (行政处罚法 25, 信访工作条例 24: the same pattern).
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from cases.docket.chain import mark_of
from cases.docket.models import Case, Deadline, DeadlineState, Event, Part
from cases.docket.record import Batch, Moment, Slip, begin, take
from cases.docket.record.clocks import give_back
from cases.docket.record.family import locked
from cases.docket.slip import NO_SLIP
from cases.law.moves import Refused, Why
from cases.law.rule import LawError
from cases.law.terms import due
from cases.people.models import Unit
from cases.people.queries import SYSTEM, Actor, town_day
from cases.rulebook.queries.rules import RuleMissing
from cases.whistle.models import Precedent, Response
from cases.whistle.operations.dispatching import call
from cases.whistle.states.response.disputing import (
    COMPLETE,
    RAISE_OBJECTION,
    RELEASE,
    RULE_ON_DUTIES,
)
from cases.whistle.states.words import RELEASED, Calls

_WORK = ("whistle.contact", "whistle.report_in", "whistle.handle", "whistle.rework")
# Rulings that call somebody else; those that let the objector go at once; those that agree with it.
PASSES_ON = frozenset({"reassign", "joint", "swap"})
LETS_GO = frozenset({"return", "channel"})
UPHOLDS = frozenset({"reassign", "joint", "swap", "return", "channel", "raise"})


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
        try:
            key, day = "whistle.objection_window", town_day(start)
            rule = moment.book.variant_term(key, held.variant, held.division, day)
            hours = moment.book.hours(held.division, day)
            ends = due(rule.term, start, moment.book.calendar, hours).due_at
        except (RuleMissing, LawError):
            return {}  # no rule says by when, so it is not called late
        counted = at if slip.by_event else max(at, moment.now)
        return {"late": True} if counted >= ends else {}

    return take(RAISE_OBJECTION, part, by=by, at=at, slip=slip, derive=late, **facts)


def complete(part: Part, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Complete what was missing (补全要素); the time until now is given back to the department."""

    def given_back(
        moment: Moment, held: Case, deadlines: list[Deadline], _: Mapping[str, Any]
    ) -> dict[str, Any]:
        return _give_back(moment, held, deadlines, part.pk, at)

    return take(COMPLETE, part, by=by, at=at, slip=slip, derive=given_back, **facts)


def rule_on_duties(
    part: Part, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any
) -> Event:
    """Rule on whose duty it is (职责界定), and name an interim handler at once; it becomes a
    precedent for the same class of matter.
    """

    def lawful(
        moment: Moment, held: Case, deadlines: list[Deadline], given: Mapping[str, Any]
    ) -> dict[str, Any]:
        _may_rule(given, mine)
        if given["ruling"] not in UPHOLDS:
            return {}
        return _give_back(moment, held, deadlines, part.pk, at)

    with transaction.atomic():
        case, _parents = locked(Case(pk=part.case_id), by)
        batch = Batch(begin(), Slip(by_event=slip.by_event, quiet=slip.quiet))
        mine = batch.part(case, part.pk)
        event = batch.take(
            RULE_ON_DUTIES, case, part=mine, by=by, at=at, slip=slip, derive=lawful, **facts
        )
        _carry_out(batch, case, mine, facts, at)
        batch.write()
        _remember(case, mine, event, facts, town_day(at))
    vars(part).update(vars(mine))
    return event


def _may_rule(given: Mapping[str, Any], part: Part) -> None:
    ruling, to = given["ruling"], given.get("to")
    if ruling in PASSES_ON and to is None:
        raise _wrong("to", "请选择改由哪个单位办（牵头）。")
    if to is not None and to == part.unit_id and ruling in {"reassign", "joint"}:
        raise _wrong("to", "改派的单位就是提出异议的单位，请另选。")
    named = [unit for unit in (part.unit_id, to) if unit]
    vertical = Unit.objects.filter(pk__in=named, vertical=True).order_by("code").first()
    if vertical is not None and ruling not in {"raise", "return"}:
        raise Refused(
            f"{vertical.short_name}是垂直管理单位，应由共同上级界定，请选“提级”。",
            why=Why.FACTS,
            verb=RULE_ON_DUTIES.verb,
            fields={"ruling": "垂直管理单位由共同上级界定，请选“提级”。"},
            citation=RULE_ON_DUTIES.basis,
        )


def _carry_out(
    batch: Batch, case: Case, part: Part, facts: Mapping[str, Any], at: datetime
) -> None:
    ruling = facts["ruling"]
    if ruling in LETS_GO:
        batch.take(RELEASE, case, part=part, by=SYSTEM, at=at)
        return
    if ruling not in PASSES_ON:
        return
    to = int(facts["to"])
    standing = [p for p in batch.parts(case) if p.unit_id == to and p.state != RELEASED]
    capacity = Calls.LEAD.value if ruling != "reassign" else part.kind
    if not standing:
        (new,) = call(batch, case, [(capacity, to)], at=at)
        if ruling == "reassign":
            Response.objects.filter(part=new).update(replaces=part)
    for other in standing:
        other.kind = capacity
    if ruling != "reassign":
        part.kind = Calls.ASSIST.value
        Part.objects.filter(pk=part.pk).update(kind=part.kind)
        Part.objects.filter(pk__in=[p.pk for p in standing]).update(kind=capacity)


def _remember(
    case: Case, part: Part, event: Event, facts: Mapping[str, Any], today: date
) -> None:
    until = facts.get("until")
    Precedent.objects.create(
        case=case,
        seq=event.seq,
        division=case.division,
        category=case.category,
        ruling=facts["ruling"],
        objector_id=part.unit_id,
        unit_id=facts.get("to") or part.unit_id,
        paper=facts["paper"],
        valid_from=today,
        valid_to=until + timedelta(days=1) if until else None,
    )


def _give_back(
    moment: Moment, case: Case, deadlines: list[Deadline], part: int, at: datetime
) -> dict[str, Any]:
    asked = [d for d in deadlines if d.part_id == part and d.term == "whistle.rule"]
    running = [
        d
        for d in deadlines
        if d.part_id == part and d.term in _WORK and d.state == DeadlineState.RUNNING
    ]
    told: dict[str, Any] = {}
    for deadline in running:
        was = deadline.last_day
        give_back(moment, deadline, case, asked[-1].start_at, at)
        told = {"deadline": mark_of(deadline), "was": was, "now": deadline.last_day}
    return told


def _wrong(field: str, words: str) -> Refused:
    return Refused(words, why=Why.FACTS, verb=RULE_ON_DUTIES.verb, fields={field: words})
