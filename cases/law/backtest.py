"""Replaying the past against a term (时限回测): how many answers would have come in time.

Late is an answer at or after the end of the term, counted from the asking itself. Working days are
those after the day of the asking, up to and including the day of the answer.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import median

from cases.law.calendar import SHANGHAI, BusinessHours, Calendar
from cases.law.rule import LawError
from cases.law.terms import Term, due

# How late, in working days past the last day; an answer on the rest days right after it is among
# the first (interface of this service).
BANDS = ((5, "1-5"), (15, "6-15"))
BEYOND = "16+"


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing asked, and when it was answered, if ever; `row` says where it stood (问答)."""

    row: int
    asked: datetime
    answered: datetime | None


@dataclass
class Replay:
    """What the term would have meant: cases = answered + unanswered, answered = on_time + late."""

    cases: int = 0
    answered: int = 0
    unanswered: int = 0
    on_time: int = 0
    late: int = 0
    median_working_days: float | None = None
    late_by: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys([name for _, name in BANDS] + [BEYOND], 0)
    )
    rejected: list[tuple[int, str]] = field(default_factory=list)


def replay(
    answers: Iterable[Answer],
    term: Term,
    calendar: Calendar,
    hours_on: Callable[[date], BusinessHours | None],
) -> Replay:
    """Judge every answer by the term (回测); one that cannot be counted is rejected with its row.

    `hours_on` gives the business hours of a day, for terms of working hours.
    """
    result = Replay()
    took: list[int] = []
    for one in answers:
        if one.answered is None:
            result.unanswered += 1
            continue
        asked, answered = one.asked.astimezone(SHANGHAI), one.answered.astimezone(SHANGHAI)
        try:
            ends = due(term, asked, calendar, hours_on(asked.date()))
        except LawError as wrong:
            result.rejected.append((one.row, wrong.sentence))
            continue
        took.append(calendar.count(asked.date(), answered.date()))
        if answered < ends.due_at:
            result.on_time += 1
        else:
            result.late += 1
            result.late_by[_band(calendar.count(ends.last_day, answered.date()))] += 1
    result.answered = len(took)
    result.cases = result.answered + result.unanswered
    result.median_working_days = median(took) if took else None
    return result


def _band(days: int) -> str:
    return next((name for most, name in BANDS if days <= most), BEYOND)
