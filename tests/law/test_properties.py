"""What must be true of every term, whatever its start, length and unit."""

from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from cases.law.calendar import SHANGHAI, Calendar, Notice
from cases.law.explanation import explain
from cases.law.suspensions import Suspension
from cases.law.terms import Close, End, Term, Unit, due
from tests.law import naive
from tests.law.china import HOURS, china, offices_work

DAYS = [Unit.DAY, Unit.WORKING_DAY, Unit.MONTH, Unit.YEAR]
MOST = {Unit.MONTH: 24, Unit.YEAR: 3}

starts = st.datetimes(
    min_value=datetime(2010, 1, 1),  # noqa: DTZ001 the strategy wants it naive and adds the zone
    max_value=datetime(2028, 12, 31),  # noqa: DTZ001
    timezones=st.just(SHANGHAI),
).map(lambda at: at.replace(second=0, microsecond=0))


@st.composite
def terms(draw: st.DrawFn, units: list[Unit] | None = None) -> Term:
    unit = draw(st.sampled_from(units or list(Unit)))
    end = draw(st.sampled_from([None, End.KEEP]))
    return Term(draw(st.integers(1, MOST.get(unit, 60))), unit, end=end)


@st.composite
def suspended(draw: st.DrawFn) -> tuple[datetime, list[Suspension]]:
    start = draw(starts)
    held = []
    for _ in range(draw(st.integers(0, 3))):
        since = start + timedelta(minutes=draw(st.integers(-3000, 30000)))
        held.append(Suspension(since, since + timedelta(minutes=draw(st.integers(0, 9000)))))
    return start, held


@given(terms(), starts, st.integers(0, 100_000))
def test_a_later_start_never_ends_earlier(term: Term, start: datetime, minutes: int) -> None:
    later = start + timedelta(minutes=minutes)
    assert due(term, start, china(), HOURS).due_at <= due(term, later, china(), HOURS).due_at


@given(terms(), suspended())
def test_one_more_never_ends_earlier(
    term: Term, when: tuple[datetime, list[Suspension]]
) -> None:
    start, held = when
    more = Term(term.amount + 1, term.unit, end=term.end)
    assert due(term, start, china(), HOURS, held).due_at <= (
        due(more, start, china(), HOURS, held).due_at
    )


@given(terms(DAYS), suspended())
@settings(max_examples=300)
def test_days_agree_with_counting_one_by_one(
    term: Term, when: tuple[datetime, list[Suspension]]
) -> None:
    start, held = when
    found = due(term, start, china(), HOURS, held)
    assert found.last_day == naive.last_day(term, start, held)
    assert found.due_at == datetime(
        *(found.last_day + timedelta(days=1)).timetuple()[:3], tzinfo=SHANGHAI
    )


@given(st.integers(1, 20), suspended())
@settings(max_examples=40, deadline=None)
def test_working_hours_agree_with_counting_minutes(
    amount: int, when: tuple[datetime, list[Suspension]]
) -> None:
    start, held = when
    term = Term(amount, Unit.WORKING_HOUR)
    found = due(term, start, china(), HOURS, held)
    assert found.due_at == naive.working_end(term, start, HOURS, held)


@given(terms(DAYS), starts)
def test_a_rolled_last_day_is_a_working_day(term: Term, start: datetime) -> None:
    if term.rolls:
        assert offices_work(due(term, start, china()).last_day)


@given(terms(), suspended())
def test_last_day_is_the_day_before_the_exclusive_instant(
    term: Term, when: tuple[datetime, list[Suspension]]
) -> None:
    found = due(term, when[0], china(), HOURS, when[1])
    assert found.last_day == (found.due_at - timedelta(microseconds=1)).date()
    assert found.due_at.utcoffset() == timedelta(hours=8)


@given(terms(), suspended())
def test_the_trace_ends_on_the_last_day_and_counts_the_term(
    term: Term, when: tuple[datetime, list[Suspension]]
) -> None:
    start, held = when
    told = explain(term, start, china(), HOURS, held)
    assert told.due == due(term, start, china(), HOURS, held)
    assert told.trace[0].date == start.date()
    assert not told.trace[0].counted
    assert told.trace[-1].date == told.due.last_day
    if term.unit in (Unit.DAY, Unit.WORKING_DAY):
        assert sum(day.counted for day in told.trace) == term.amount


@given(terms(), starts)
def test_provisional_exactly_when_it_runs_past_the_last_notice(
    term: Term, start: datetime
) -> None:
    found = due(term, start, china(), HOURS)
    assert found.provisional == (found.last_day > date(2026, 12, 31))


@given(terms(), starts)
def test_without_a_calendar_every_term_is_provisional(term: Term, start: datetime) -> None:
    assert due(term, start, None, HOURS).provisional


@given(starts, st.integers(1, 60))
def test_the_weekday_is_the_one_in_beijing(start: datetime, amount: int) -> None:
    term = Term(amount, Unit.WORKING_DAY)
    early, late = start.replace(hour=7, minute=0), start.replace(hour=23, minute=59)
    expected = due(term, early, china())
    assert due(term, late, china()) == expected
    abroad = timedelta(hours=-11)
    for moment in (early, late):
        elsewhere = moment.astimezone(type(SHANGHAI)(abroad))
        assert due(term, elsewhere, china()) == expected


@given(starts, st.integers(1, 60), st.sets(st.dates(date(2015, 1, 1), date(2015, 12, 31))))
def test_close_of_business_falls_on_the_same_last_day(
    start: datetime, amount: int, off: set[date]
) -> None:
    calendar = Calendar.of([Notice(2010, "测试", days=dict.fromkeys(off, True))], "any")
    term = Term(amount, Unit.DAY)
    business = due(Term(amount, Unit.DAY, close=Close.BUSINESS), start, calendar, HOURS)
    assert business.last_day == due(term, start, calendar).last_day
    assert business.due_at.time() == HOURS.closes
