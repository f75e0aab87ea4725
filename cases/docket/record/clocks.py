"""Deadlines as they open, close and are counted again (期限的起、止与重算)."""

from datetime import date, datetime, time, timedelta
from typing import Any

from cases.docket.counted import EXTENDED, SET, count, due_of, hours_of, snapshot_of
from cases.docket.models import Case, Deadline, DeadlineState, Part, WorkItem
from cases.docket.record.moment import Moment
from cases.law.ladders import highest_passed, next_rung, rung_of
from cases.law.moves import Refused, Why
from cases.law.rule import LawError
from cases.law.terms import Due, Term, due
from cases.people.queries import TOWN_TIME, town_day
from cases.rulebook.queries.rules import RuleCategory, RuleMissing


def open_deadline(
    moment: Moment,
    case: Case,
    part: Part | None,
    key: str,
    start: datetime,
    occurrence: int,
    *,
    on: date | datetime | None = None,
) -> Deadline | WorkItem:
    """The deadline a move opens, or the work item saying why there is none.

    `on` is the date somebody else set for it: its last day, or the instant it runs out.
    """
    day = town_day(start)
    try:
        rule = moment.book.variant_term(
            key, case.variant, case.division, day, category_rule(moment, case, day)
        )
        hours = moment.book.hours(case.division, day)
        counted = due(rule.term, start, moment.book.calendar, hours)
        if on is not None:
            counted = _dated(on, counted)
    except (RuleMissing, LawError) as trouble:
        return trouble_item(case, "no_rule", f"{key}: {trouble.sentence}", moment.now)
    owner = part or case
    deadline = Deadline(
        case_id=case.pk,
        part=part,
        term=key,
        occurrence=occurrence,
        unit_id=owner.unit_id,
        officer_id=owner.officer_id,
        start_at=start,
        rule_version=rule.version,
        snapshot=snapshot_of(rule, hours),
        ladder=rule.ladder,
    )
    if on is not None:
        deadline.snapshot[SET] = on.isoformat()
    set_dates(deadline, counted)
    return deadline


def extend(moment: Moment, deadline: Deadline, case: Case, term: Term, ground: str) -> None:
    """Give a deadline more time (延期): counted on from its last day, as a new generation."""
    if deadline.snapshot.get(SET):
        words = "这个期限是来件单位定的，本系统不能延长，请与来件单位联系。"
        raise Refused(words, why=Why.CONFLICT)
    more = {"amount": term.amount, "unit": term.unit.value, "citation": term.citation}
    granted = [*deadline.snapshot.get(EXTENDED, []), more | {"ground": ground}]
    deadline.snapshot = deadline.snapshot | {EXTENDED: granted}
    set_dates(deadline, count(deadline, moment.book.calendar))
    deadline.generation += 1
    arm(moment, deadline, case, anew=True)


def give_back(
    moment: Moment, deadline: Deadline, case: Case, since: datetime, until: datetime
) -> None:
    """Give back a span that does not count (退还时间): the date moves, as a new generation."""
    if deadline.snapshot.get(SET) or since >= until:
        return
    stood = [*deadline.snapshot.get("suspensions", []), [since.isoformat(), until.isoformat()]]
    before = deadline.due_at
    deadline.snapshot = deadline.snapshot | {"suspensions": stood}
    set_dates(deadline, count(deadline, moment.book.calendar))
    if deadline.due_at != before:
        deadline.generation += 1
        arm(moment, deadline, case, anew=True)


def _dated(on: date | datetime, counted: Due) -> Due:
    if isinstance(on, datetime):
        local = on.astimezone(TOWN_TIME)
        # In time is before the end: what falls due at midnight was last possible the day before.
        last = (local - timedelta(microseconds=1)).date()
        return Due(last_day=last, due_at=local, provisional=False, calendar=counted.calendar)
    ends = datetime.combine(on + timedelta(days=1), time(), TOWN_TIME)
    return Due(last_day=on, due_at=ends, provisional=False, calendar=counted.calendar)


def set_dates(deadline: Deadline, counted: Due) -> None:
    """Write a counted date onto the row."""
    deadline.last_day = counted.last_day
    deadline.due_at = counted.due_at
    deadline.provisional = counted.provisional
    deadline.calendar_version = counted.calendar


def arm(
    moment: Moment,
    deadline: Deadline,
    case: Case,
    *,
    after: datetime | None = None,
    anew: bool = False,
) -> None:
    """Set the next rung of the ladder; with `after`, rungs before it are passed over unfired.

    `anew`: the date has changed, so a rung that fired fires again if its new time is still to come.
    """
    if not deadline.ladder:
        return
    day = town_day(deadline.start_at)
    try:
        ladder = moment.book.ladder(deadline.ladder, day, case.division)
    except (RuleMissing, LawError):  # the sweep that comes for it says so, until there is one
        deadline.next_rung, deadline.next_rung_at = deadline.rung + 1, deadline.due_at
        return
    calendar, hours = moment.book.calendar, hours_of(deadline)
    counted = due_of(deadline)
    if after is not None:
        passed = highest_passed(
            ladder, deadline.rung, deadline.start_at, counted, calendar, hours, now=after
        )
        deadline.rung = passed.fire if passed.fire is not None else deadline.rung
    if anew and deadline.rung:
        passed = highest_passed(
            ladder, 0, deadline.start_at, counted, calendar, hours, now=moment.now
        )
        if (passed.fire or 0) < deadline.rung:
            deadline.rung = passed.fire or 0
            deadline.colour = rung_of(ladder, deadline.rung).colour if deadline.rung else ""
    step = next_rung(ladder, deadline.rung, deadline.start_at, counted, calendar, hours)
    deadline.next_rung, deadline.next_rung_at = step if step else (None, None)


def close(
    deadline: Deadline, counted_at: datetime, *, by: int | None, cancelled: bool = False
) -> None:
    """End a deadline: met in time means before `due_at`; when it was met is kept, and by whom."""
    if cancelled:
        deadline.state = DeadlineState.CANCELLED
    else:
        in_time = counted_at < deadline.due_at
        deadline.state = DeadlineState.MET if in_time else DeadlineState.MET_LATE
        deadline.met_at, deadline.met_by_id = counted_at, by
    deadline.next_rung = deadline.next_rung_at = None


def category_rule(moment: Moment, case: Case, day: Any) -> RuleCategory | None:
    """The category row that may carry its own term; None for petition classes and none at all."""
    if not case.category:
        return None
    try:
        return moment.book.category("grid", case.category, day, case.division)
    except RuleMissing:
        return None


def trouble_item(case: Case, kind: str, words: str, now: datetime) -> WorkItem:
    """What a person must look at because a rule could not be carried out."""
    return WorkItem(
        kind=kind,
        case_id=case.pk,
        division=case.division,
        words=words[:400],
        key=f"{kind}:{case.pk}:{words}"[:120],
        since=now,
    )
