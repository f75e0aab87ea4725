"""Why this date (期限说明): each day of a term, counted or not, and for what reason.

The walk goes day by day and asks the calendar again at every step; `terms.due` counts through a
table. That both end on one day is tested, not assumed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from cases.law.calendar import PLAIN_WEEK, SHANGHAI, BusinessHours, Calendar
from cases.law.clocks import ElapsedClock, WorkingClock
from cases.law.suspensions import Suspension, days, instants
from cases.law.terms import Due, Term, Unit, begins, clock_of, due, length_in_days

_CIVIL_CODE = "《中华人民共和国民法典》"
_STATUTE = {
    Unit.MINUTE: f"{_CIVIL_CODE}第二百条、第二百零一条",
    Unit.HOUR: f"{_CIVIL_CODE}第二百条、第二百零一条",
    Unit.WORKING_HOUR: f"{_CIVIL_CODE}第二百零一条、第二百零四条",
    Unit.DAY: f"{_CIVIL_CODE}第二百零一条、第二百零三条",
    Unit.WORKING_DAY: f"{_CIVIL_CODE}第二百零一条、第二百零三条",
    Unit.MONTH: f"{_CIVIL_CODE}第二百零一条至第二百零三条",
    Unit.YEAR: f"{_CIVIL_CODE}第二百零一条至第二百零三条",
}


@dataclass(frozen=True, slots=True)
class TraceDay:
    """One day of the count: whether it counted, and why (逐日说明)."""

    date: date
    counted: bool
    why: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """A due date with the days that led to it, the rule, and the holiday notices it used.

    The trace begins with the day of the event, which is not counted. A term that runs by time
    shows that day a second time, with the time counted on it.
    """

    due: Due
    trace: tuple[TraceDay, ...]
    citation: str
    notices: tuple[str, ...]


def explain(
    term: Term,
    start: datetime,
    calendar: Calendar | None,
    hours: BusinessHours | None = None,
    suspensions: Sequence[Suspension] = (),
) -> Explanation:
    """When the term ends and why on that day; arguments and errors as of `terms.due`."""
    found = due(term, start, calendar, hours, suspensions)
    known = calendar or PLAIN_WEEK
    received = start.astimezone(SHANGHAI)
    begun = begins(term, start, known, hours)
    trace = list(_before(term, received, begun, known))
    if term.timed:
        clock = clock_of(term, begun, known, hours)
        trace += _time(begun, found, clock, known, instants(suspensions, begun))
    else:
        still = days(suspensions, begun.toordinal() + 1)
        trace += _days(term, begun, found.last_day, known, still)
    years = range(received.year, found.last_day.year + 1)
    notices = tuple(notice.citation for notice in known.notices if notice.year in years)
    return Explanation(found, tuple(trace), term.citation or _STATUTE[term.unit], notices)


def _before(
    term: Term, received: datetime, begun: datetime, known: Calendar
) -> Iterator[TraceDay]:
    for day in _each(received.date(), begun.date()):
        if day < begun.date():
            yield TraceDay(day, False, f"{known.why(day)}，视为下一工作日上班时收到")
        elif term.timed:
            yield TraceDay(day, False, f"起算点 {begun:%H:%M}，此前不计")
        else:
            yield TraceDay(day, False, "起算当日不计入")


def _days(
    term: Term,
    begun: datetime,
    last: date,
    known: Calendar,
    still: list[tuple[int, int | None]],
) -> Iterator[TraceDay]:
    by_working_day = term.unit is Unit.WORKING_DAY
    length = term.amount if by_working_day else length_in_days(term, begun)
    reached = 0
    for day in _each(begun.date() + timedelta(days=1), last):
        works, why = known.is_working(day), known.why(day)
        if _covered(day, still):
            yield TraceDay(day, False, "中止期间，不计入")
        elif reached == length:
            rolled = "顺延至本日届满" if day == last else "期限顺延"
            yield TraceDay(day, False, f"{why}，{rolled}")
        elif by_working_day and not works:
            yield TraceDay(day, False, f"{why}，不计入")
        else:
            reached += 1
            final = _final(term, begun, day, last) if reached == length else ""
            yield TraceDay(day, True, _counted(term, reached, why) + final)


def _counted(term: Term, number: int, why: str) -> str:
    which = f"第 {number} 个工作日" if term.unit is Unit.WORKING_DAY else f"第 {number} 日"
    return which if why == "工作日" else f"{which}，{why}"


def _final(term: Term, begun: datetime, day: date, last: date) -> str:
    outcome = "，届满" if day == last else "，期限顺延"
    if term.unit not in (Unit.MONTH, Unit.YEAR):
        return outcome
    if day.day == begun.day:
        return f"，到期月的对应日{outcome}"
    month_end = (day + timedelta(days=1)).day == 1
    return f"，到期月无对应日，以月末日为准{outcome}" if month_end else outcome


def _time(
    begun: datetime,
    found: Due,
    clock: ElapsedClock | WorkingClock,
    known: Calendar,
    still: list[tuple[datetime, datetime | None]],
) -> Iterator[TraceDay]:
    for day in _each(begun.date(), found.last_day):
        midnight = datetime.combine(day, time(), SHANGHAI)
        opens = max(midnight, begun)
        closes = min(midnight + timedelta(days=1), found.due_at)
        passed = clock.elapsed(closes) - clock.elapsed(opens)
        for since, until in still:
            held_from, held_to = max(since, opens), min(until or closes, closes)
            if held_from < held_to:
                passed -= clock.elapsed(held_to) - clock.elapsed(held_from)
        why = f"计 {_words(passed)}" if passed else f"{known.why(day)}，不计时"
        ends = f"，{found.due_at:%H:%M} 届满" if day == found.last_day else ""
        yield TraceDay(day, bool(passed), why + ends)


def _words(passed: timedelta) -> str:
    minutes, seconds = divmod(int(passed.total_seconds()), 60)
    parts = ((minutes // 60, "小时"), (minutes % 60, "分"), (seconds, "秒"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "不足 1 秒"


def _covered(day: date, still: list[tuple[int, int | None]]) -> bool:
    at = day.toordinal()
    return any(since <= at and (until is None or at < until) for since, until in still)


def _each(first: date, last: date) -> Iterator[date]:
    for day in range(first.toordinal(), last.toordinal() + 1):
        yield date.fromordinal(day)
