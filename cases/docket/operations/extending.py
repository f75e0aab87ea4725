"""More time (延期): asked before the time is up, granted as often and as long as the rules allow.

Until it is granted the clock runs on; what is granted is counted on from the last day before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from cases.docket.chain import mark_of
from cases.docket.models import Case, Deadline, DeadlineState, Event, Part
from cases.docket.queries.told import last_facts
from cases.docket.record import Moment, Slip, extend, take
from cases.law.moves import Move, Refused, Why
from cases.law.terms import Term, Unit
from cases.people.queries import Actor, town_day
from cases.rulebook.queries.rules import RuleMissing, RuleTerm


@dataclass(frozen=True)
class Extending:
    """How a matter gives more time: the moves, the terms of the work, the rule and its limit."""

    ask: Move
    grant: Move
    work: tuple[str, ...]
    rule: str  # the term that says how long at most
    limit: str  # the figure that says how often


def ask(
    plan: Extending,
    subject: Case | Part,
    by: Actor,
    at: datetime,
    slip: Slip,
    facts: Mapping[str, Any],
) -> Event:
    """Ask for more time (申请延期); Refused when it is too late, too often, too long, or asked
    already.
    """
    here = _part_of(subject)

    def may_ask(
        moment: Moment, case: Case, deadlines: list[Deadline], given: Mapping[str, Any]
    ) -> dict[str, Any]:
        verb = plan.ask.verb
        if _running(deadlines, here, (plan.ask.opens[0],)):
            raise Refused("已提出过，正等答复，不用重复提出。", verb=verb)
        work = _work(plan, deadlines, here)
        if slip.counted_at(at, moment.now) >= work.due_at:
            words = "已经超过期限，不能再申请延期；请尽快办结，并在结果中说明原因。"
            raise Refused(words, verb=verb, citation=plan.ask.basis)
        most, granted = _most(plan, moment, case), _granted(plan, case, here)
        if most is not None and granted >= most:
            words = f"已延期 {granted} 次，达到上限，不能再延期；确实办不了的请提请挂账。"
            raise Refused(words, verb=verb, citation=plan.ask.basis)
        _days(_rule(plan, moment, case), given["days"])
        return {}

    return take(plan.ask, subject, by=by, at=at, slip=slip, derive=may_ask, **facts)


def grant(
    plan: Extending,
    subject: Case | Part,
    by: Actor,
    at: datetime,
    slip: Slip,
    facts: Mapping[str, Any],
) -> Event:
    """Grant it (同意延期): as many working days as asked, or fewer; the date moves, and the event
    says from when to when.
    """
    here = _part_of(subject)

    def longer(
        moment: Moment, case: Case, deadlines: list[Deadline], given: Mapping[str, Any]
    ) -> dict[str, Any]:
        asked = last_facts(subject if isinstance(subject, Part) else case, plan.ask.verb)
        rule = _rule(plan, moment, case)
        days = _days(rule, given.get("days", asked["days"]))
        work = _work(plan, deadlines, here)
        was = work.last_day
        term = Term(amount=days, unit=Unit.WORKING_DAY, citation=rule.citation)
        extend(moment, work, case, term, asked["need"])
        told = {"deadline": mark_of(work), "was": was, "now": work.last_day}
        return told | {"days": days}

    return take(plan.grant, subject, by=by, at=at, slip=slip, derive=longer, **facts)


def _part_of(subject: Case | Part) -> int | None:
    return subject.pk if isinstance(subject, Part) else None


def _running(
    deadlines: list[Deadline], here: int | None, terms: tuple[str, ...]
) -> list[Deadline]:
    rows = [d for d in deadlines if d.term in terms and d.part_id == here]
    return [d for d in rows if d.state == DeadlineState.RUNNING]


def _work(plan: Extending, deadlines: list[Deadline], here: int | None) -> Deadline:
    found = _running(deadlines, here, plan.work)
    if not found:
        raise Refused("现在没有在走的办理期限，不用延期。", verb=plan.ask.verb)
    return found[-1]


def _most(plan: Extending, moment: Moment, case: Case) -> int | None:
    try:
        return moment.book.figure(plan.limit, case.division, town_day(moment.now)).value
    except RuleMissing:
        return None


def _granted(plan: Extending, case: Case, here: int | None) -> int:
    return Event.objects.filter(Q(part_id=here), case=case, verb=plan.grant.verb).count()


def _rule(plan: Extending, moment: Moment, case: Case) -> RuleTerm:
    try:
        day = town_day(moment.now)
        return moment.book.variant_term(plan.rule, case.variant, case.division, day)
    except RuleMissing as missing:
        raise Refused(missing.sentence, verb=plan.ask.verb) from missing


def _days(rule: RuleTerm, days: int) -> int:
    if 1 <= days <= rule.term.amount:
        return days
    words = f"延长天数应为 1 到 {rule.term.amount} 个工作日。"
    raise Refused(words, why=Why.FACTS, fields={"days": words}, citation=rule.citation)
