"""Reading and writing terms, and the corners no single date shows."""

from datetime import UTC, date, datetime, timedelta

import pytest

from cases.law.calendar import Calendar, CalendarError, Notice
from cases.law.explanation import explain
from cases.law.suspensions import Suspension
from cases.law.terms import Close, End, OutOfRange, Term, TermError, Unit, accepted_at, due
from tests.law.china import HOURS, at, china, notice


@pytest.mark.parametrize("unit", list(Unit))
def test_units_are_read_singular_and_plural(unit: Unit) -> None:
    words = unit.replace("_", " ")
    assert Term.parse(f"1 {words}") == Term(1, unit)
    assert Term.parse(f" 3  {words.title()}s ") == Term(3, unit)
    assert str(Term(1, unit)) == f"1 {words}"
    assert str(Term(3, unit)) == f"3 {words}s"


def test_terms_are_written_as_officers_write_them() -> None:
    assert Term.parse("3 working days").words == "3 个工作日"
    assert Term.parse("2 months").words == "2 个月"
    assert Term.parse("30 days").words == "30 日"


@pytest.mark.parametrize(
    "term", ["3660 days", "3660 working days", "120 months", "10 years", "87840 working hours"]
)
def test_the_longest_terms_are_counted(term: str) -> None:
    found = due(Term.parse(term), at("2016-01-04 09:00"), china(), HOURS)
    assert found.last_day > date(2025, 1, 1)


def test_a_moment_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 9, 30, 16, 30)  # noqa: DTZ001 the point of the test
    with pytest.raises(TermError) as refused:
        due(Term.parse("3 days"), naive, china())
    assert refused.value.field == "from"


def test_a_suspension_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="时区"):
        Suspension(datetime(2026, 9, 30, 16, 30))  # noqa: DTZ001 the point of the test


def test_the_day_is_the_one_in_beijing() -> None:
    friday_in_london = datetime(2026, 9, 10, 23, 0, tzinfo=UTC)
    assert due(Term.parse("1 working day"), friday_in_london, china()).last_day == date(2026, 9, 14)


def test_the_first_known_day_counts_and_the_day_before_is_refused() -> None:
    term = Term.parse("1 working day")
    assert due(term, at("2010-01-01 00:00"), china()).last_day == date(2010, 1, 4)
    with pytest.raises(OutOfRange):
        due(term, at("2009-12-31 23:59"), china())


def test_rolling_into_an_unknown_year_is_provisional() -> None:
    known = Calendar.of([notice(2022)], "2022")
    found = due(Term.parse("1 day"), at("2022-12-30 09:00"), known)
    assert (found.last_day, found.provisional) == (date(2023, 1, 2), True)
    kept = due(Term(1, Unit.DAY, end=End.KEEP), at("2022-12-30 09:00"), known)
    assert (kept.last_day, kept.provisional) == (date(2022, 12, 31), False)


def test_without_a_calendar_the_plain_week_counts() -> None:
    found = due(Term.parse("3 working days"), at("2026-09-30 16:30"), None)
    assert (found.last_day, found.provisional) == (date(2026, 10, 5), True)
    assert found.calendar == "plain-week"


@pytest.mark.parametrize("term", ["1 working day", "1 working hour", "10 days"])
@pytest.mark.parametrize("years", [(2026,), (2026, 2027, 2028)])
def test_a_calendar_without_working_days_raises(term: str, years: tuple[int, ...]) -> None:
    off = {date(year, 1, 1) + timedelta(days=n): True for year in years for n in range(365)}
    calendar = Calendar.of([Notice(year, "全年放假", days=off) for year in years], "all off")
    with pytest.raises(CalendarError) as refused:
        due(Term.parse(term), at("2026-03-02 09:00"), calendar, HOURS)
    assert refused.value.field == "calendar"


def test_working_hours_and_close_of_business_need_business_hours() -> None:
    for term in (Term(1, Unit.WORKING_HOUR), Term(1, Unit.DAY, close=Close.BUSINESS)):
        with pytest.raises(TermError) as refused:
            due(term, at("2026-09-30 16:30"), china())
        assert refused.value.field == "hours"


def test_a_day_off_is_accepted_at_the_next_opening() -> None:
    assert accepted_at(at("2026-10-03 10:00"), china(), HOURS) == at("2026-10-08 08:30")
    assert accepted_at(at("2026-10-03 10:00"), china()) == at("2026-10-08 00:00")
    assert accepted_at(at("2026-10-10 20:00"), china(), HOURS) == at("2026-10-10 20:00")


def test_the_explanation_names_the_rule_and_the_notices() -> None:
    told = explain(Term.parse("3 working days"), at("2026-12-30 09:00"), china())
    assert told.citation == "《中华人民共和国民法典》第二百零一条、第二百零三条"
    assert told.notices == (
        "国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号）",
    )
    term = Term.parse("3 days", "《信访工作条例》第二十三条")
    own = explain(term, at("2026-04-01 09:00"), china())
    assert own.citation == "《信访工作条例》第二十三条"
