"""Terms (期限): when a term begins, how it is counted, when it ends, and why.

《民法典》 第二百条至第二百零四条: the day of the event is not counted, hours run from the set time
(201); months and years end on the corresponding day, else at month's end (202); a term whose last
day is a day off ends on the day after the rest, at 24:00 or at close of business (203). Another
law or an agreement goes first (204): that is what `Start`, `End` and `Close` are for.
"""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime, time, timedelta
from enum import StrEnum
from fractions import Fraction

from cases.law.calendar import PLAIN_WEEK, SHANGHAI, BusinessHours, Calendar
from cases.law.clocks import ElapsedClock, WorkingClock
from cases.law.rule import LawError
from cases.law.suspensions import Suspension, days, instants, pushed, resumes

LONGEST = 3660  # days; a longer term is a slip of the pen (interface of this service)

_INSTANT = timedelta(microseconds=1)
_MIDNIGHT = time(tzinfo=SHANGHAI)


class TermError(LawError):
    """A term that cannot be counted; `field` says which input is wrong (期限有误)."""


class OutOfRange(TermError):
    """A start outside the years the calendar knows (超出日历范围)."""


class Unit(StrEnum):
    """What a term is counted in (期限单位)."""

    MINUTE = "minute"
    HOUR = "hour"
    WORKING_HOUR = "working_hour"
    DAY = "day"
    WORKING_DAY = "working_day"
    MONTH = "month"
    YEAR = "year"


class Start(StrEnum):
    """From when a term runs (起算规则)."""

    MOMENT = "moment"  # hours: from the set time
    NEXT_DAY = "next_day"  # days: the day of the event is not counted
    NEXT_WORKING_OPENING = "next_working_opening"  # what came on a day off came on the next opening


class End(StrEnum):
    """What becomes of a last day that is a day off (届满规则)."""

    ROLL = "roll"  # the term ends on the day after the rest
    KEEP = "keep"  # the last day stands


class Close(StrEnum):
    """When the last day ends (截止时刻)."""

    MIDNIGHT = "midnight"
    BUSINESS = "business"


_WORDS = {
    Unit.MINUTE: "分钟", Unit.HOUR: "小时", Unit.WORKING_HOUR: "个工作小时", Unit.DAY: "日",
    Unit.WORKING_DAY: "个工作日", Unit.MONTH: "个月", Unit.YEAR: "年",
}  # fmt: skip
_IN_DAYS = {
    Unit.MINUTE: Fraction(1, 1440), Unit.HOUR: Fraction(1, 24), Unit.WORKING_HOUR: Fraction(1, 24),
    Unit.DAY: Fraction(1), Unit.WORKING_DAY: Fraction(1), Unit.MONTH: Fraction(366, 12),
    Unit.YEAR: Fraction(366),
}  # fmt: skip
_TIMED = {Unit.MINUTE, Unit.HOUR, Unit.WORKING_HOUR}


@dataclass(frozen=True, slots=True)
class Term:
    """How long something may take; `start` and `end` None are the unit's own rule (期限).

    By themselves days, working days, months and years leave out the day of the event and roll off
    days off; minutes, hours and working hours run from the moment and never roll. Raises TermError
    for nothing or less, and for more than 3,660 days (a year as 366, a month as a twelfth of it).
    """

    amount: int
    unit: Unit
    start: Start | None = None
    end: End | None = None
    close: Close = Close.MIDNIGHT
    citation: str = ""

    def __post_init__(self) -> None:
        if self.amount <= 0:
            raise TermError("term", f"期限须大于零：{self.words}。")
        if self.amount * _IN_DAYS[self.unit] > LONGEST:
            raise TermError("term", f"期限不得超过 {LONGEST} 日，请核对数量和单位。")
        if self.start is (Start.NEXT_DAY if self.timed else Start.MOMENT):
            raise TermError("start", f"{self.words}不能用起算规则 {self.start}。")
        if self.timed and (self.end is End.ROLL or self.close is Close.BUSINESS):
            raise TermError("end", f"{self.words}按时间届满，不顺延，也不以下班为准。")

    @classmethod
    def parse(cls, text: str, citation: str = "") -> "Term":
        """Reads a term written like `3 working days`; raises TermError (读期限)."""
        found = re.fullmatch(r"([+-]?[0-9]{1,9}) ?([a-z_ ]+)", " ".join(text.lower().split()))
        unit = found[2].replace(" ", "_").removesuffix("s") if found else ""
        if found is None or unit not in _WORDS:
            raise TermError(
                "term", f"看不懂期限“{text[:40]}”，应如 3 working days、24 hours、1 month。"
            )
        return cls(int(found[1]), Unit(unit), citation=citation)

    def __str__(self) -> str:
        return f"{self.amount} {self.unit.replace('_', ' ')}{'s' if self.amount > 1 else ''}"

    @property
    def words(self) -> str:
        """The term as an officer writes it (期限)."""
        return f"{self.amount} {_WORDS[self.unit]}"

    @property
    def timed(self) -> bool:
        """Whether the term runs by time rather than by days (是否按时间计算)."""
        return self.unit in _TIMED

    @property
    def rolls(self) -> bool:
        """Whether a last day that is a day off rolls to the day after the rest (是否顺延)."""
        return self.end is not End.KEEP and not self.timed


@dataclass(frozen=True, slots=True)
class Due:
    """When a term ends: `last_day` is shown, in time is before `due_at`, Beijing time (届满).

    `provisional`: it runs past the last year with a holiday notice, or there is no calendar.
    """

    last_day: date
    due_at: datetime
    provisional: bool
    calendar: str


def due(
    term: Term,
    start: datetime,
    calendar: Calendar | None,
    hours: BusinessHours | None = None,
    suspensions: Sequence[Suspension] = (),
) -> Due:
    """When the term that began at `start` ends (期限届满日).

    A suspended day is not counted, nor is a rolled last day ever a suspended one. Raises TermError,
    OutOfRange before the first notice, StillSuspended, CalendarError.
    """
    known = calendar or PLAIN_WEEK
    begun = begins(term, start, known, hours)
    if term.timed:
        due_at = _end_of_time(term, clock_of(term, begun, known, hours), begun, suspensions)
        last_day = (due_at - _INSTANT).date()
    else:
        still = days(suspensions, begun.toordinal() + 1) if suspensions else []
        last_day = _last_day(term, begun, known, still)
        due_at = _close(term, last_day, hours)
    return Due(last_day, due_at, last_day > known.confirmed_through, known.version)


def accepted_at(
    received: datetime, calendar: Calendar | None, hours: BusinessHours | None = None
) -> datetime:
    """When something counts as received: on a day off, at the next opening (受理时间).

    Without business hours a working day opens at 00:00.
    """
    known = calendar or PLAIN_WEEK
    local = _local(received, known)
    if known.is_working(local.date()):
        return local
    opens = hours.opens if hours else time()
    return datetime.combine(known.next_working(local.date()), opens, SHANGHAI)


def in_beijing(start: datetime) -> datetime:
    """A start in Beijing time; raises TermError without a zone, OutOfRange (北京时间)."""
    if start.tzinfo is None:
        raise TermError("from", "起算时间须带时区，如 2026-09-30T16:30+08:00。")
    if not MINYEAR < start.year < MAXYEAR - 1000:
        raise OutOfRange("from", f"{start.year} 年超出可计算的范围。")
    return start.astimezone(SHANGHAI)


def _local(start: datetime, known: Calendar) -> datetime:
    local = in_beijing(start)
    if local.date() < known.first:
        raise OutOfRange("from", f"{local.date()} 早于最早的放假通知（{known.first.year} 年）。")
    return local


def begins(
    term: Term, start: datetime, known: Calendar, hours: BusinessHours | None
) -> datetime:
    """The event the term is counted from, in Beijing time (起算点)."""
    if term.start is Start.NEXT_WORKING_OPENING:
        return accepted_at(start, known, hours)
    return _local(start, known)


def clock_of(
    term: Term, begun: datetime, known: Calendar, hours: BusinessHours | None
) -> ElapsedClock | WorkingClock:
    """The clock a term that runs by time is read from; raises TermError without hours."""
    if term.unit is not Unit.WORKING_HOUR:
        return ElapsedClock(begun)
    if hours is None:
        raise TermError("hours", "按工作小时计算须先设定工作时间。")
    return WorkingClock(begun, known, hours)


def _end_of_time(
    term: Term, clock: ElapsedClock | WorkingClock, begun: datetime, held: Sequence[Suspension]
) -> datetime:
    length = timedelta(minutes=term.amount * (1 if term.unit is Unit.MINUTE else 60))
    return clock.moment(pushed(length, instants(held, begun), clock.elapsed))


def _last_day(
    term: Term, begun: datetime, known: Calendar, still: list[tuple[int, int | None]]
) -> date:
    event = begun.toordinal()
    if term.unit is Unit.WORKING_DAY:
        before = known.rank(event)
        length = pushed(term.amount, still, lambda day: known.rank(day - 1) - before)
        last = known.after(event, length)
    else:
        last = event + pushed(length_in_days(term, begun), still, lambda day: day - event - 1)
    last = resumes(last, still)
    while term.rolls and not known.is_working(date.fromordinal(last)):
        last = resumes(known.after(last, 1), still)
    return date.fromordinal(last)


def length_in_days(term: Term, begun: datetime) -> int:
    """Days from the event to the last day, before suspensions; 民法典 202 for months and years."""
    if term.unit is Unit.DAY:
        return term.amount
    months = term.amount * (12 if term.unit is Unit.YEAR else 1)
    year, month = divmod(begun.year * 12 + begun.month - 1 + months, 12)
    day = min(begun.day, monthrange(year, month + 1)[1])
    return date(year, month + 1, day).toordinal() - begun.toordinal()


def _close(term: Term, last_day: date, hours: BusinessHours | None) -> datetime:
    if term.close is Close.MIDNIGHT:
        return datetime.combine(date.fromordinal(last_day.toordinal() + 1), _MIDNIGHT)
    if hours is None:
        raise TermError("hours", "以下班时间为截止的，须先设定工作时间。")
    return datetime.combine(last_day, hours.closes, SHANGHAI)
