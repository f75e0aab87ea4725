"""A deadline's own inputs (期限的计算输入), read back from its row."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from cases.docket.models import Deadline
from cases.law.calendar import BusinessHours, Calendar
from cases.law.suspensions import Suspension
from cases.law.terms import Close, Due, End, Start, Term, Unit, due
from cases.rulebook.queries.rules import RuleTerm


def snapshot_of(rule: RuleTerm, hours: BusinessHours) -> dict[str, Any]:
    """Everything a date was counted by, so that it can be explained and counted again."""
    term = rule.term
    return {
        "name": rule.name,
        "what": rule.what,
        "amount": term.amount,
        "unit": term.unit.value,
        "start": term.start.value if term.start else None,
        "end": term.end.value if term.end else None,
        "close": term.close.value,
        "hours": [[a.strftime("%H:%M"), b.strftime("%H:%M")] for a, b in hours.spans],
        "suspensions": [],
        "citation": rule.citation,
        "quality": rule.quality,
    }


def term_of(deadline: Deadline) -> Term:
    """The term the deadline was counted by."""
    kept: dict[str, Any] = deadline.snapshot
    return Term(
        amount=kept["amount"],
        unit=Unit(kept["unit"]),
        start=Start(kept["start"]) if kept["start"] else None,
        end=End(kept["end"]) if kept["end"] else None,
        close=Close(kept["close"]),
        citation=kept["citation"],
    )


def hours_of(deadline: Deadline) -> BusinessHours:
    """The business hours the deadline was counted by."""
    return _hours(tuple((opens, closes) for opens, closes in deadline.snapshot["hours"]))


@cache
def _hours(spans: tuple[tuple[str, str], ...]) -> BusinessHours:
    return BusinessHours.of(spans)


def due_of(deadline: Deadline) -> Due:
    """The date as it stands on the row."""
    return Due(
        last_day=deadline.last_day,
        due_at=deadline.due_at,
        provisional=deadline.provisional,
        calendar=deadline.calendar_version,
    )


SET = "set"  # the snapshot's word for a date that somebody else set: it is never counted
EXTENDED = "extended"  # the snapshot's list of extensions: amount, unit, ground, citation


def extensions_of(deadline: Deadline) -> list[Term]:
    """The extensions granted so far, as terms that run on from the date before."""
    return [
        Term(amount=row["amount"], unit=Unit(row["unit"]), citation=row["citation"])
        for row in deadline.snapshot.get(EXTENDED, [])
    ]


def suspensions_of(deadline: Deadline) -> list[Suspension]:
    """The spans that do not count: an objection that was upheld, paper that was missing."""
    spans = deadline.snapshot.get("suspensions", [])
    return [Suspension(*(datetime.fromisoformat(at) for at in span)) for span in spans]


def runs_on_from(date: Due) -> datetime:
    """The instant an extension is counted from: the last one of the time before."""
    return date.due_at - timedelta(microseconds=1)


def count(deadline: Deadline, calendar: Calendar) -> Due:
    """The deadline's date by a calendar, its extensions counted on; LawError where none can be."""
    if deadline.snapshot.get(SET):
        return due_of(deadline)
    hours = hours_of(deadline)
    stood = suspensions_of(deadline)
    found = due(term_of(deadline), deadline.start_at, calendar, hours, stood)
    for more in extensions_of(deadline):
        found = due(more, runs_on_from(found), calendar, hours)
    return found
