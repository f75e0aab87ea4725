"""Days off, make-up days, and how far they are known."""

from datetime import date, time, timedelta

import pytest

from cases.law.calendar import PLAIN_WEEK, BusinessHours, Calendar, Notice
from cases.law.rule import LawError
from tests.law.china import HOURS, china, notice, offices_work


def test_every_known_day_agrees_with_a_published_package() -> None:
    day = date(2010, 1, 1)
    while day <= date(2026, 12, 31):
        assert china().is_working(day) == offices_work(day), day
        day += timedelta(days=1)


def test_a_day_says_why() -> None:
    assert china().why(date(2026, 9, 30)) == "工作日"
    assert china().why(date(2026, 9, 19)) == "周六休息"
    assert china().why(date(2026, 10, 1)) == "国庆节放假"
    assert china().why(date(2026, 10, 10)) == "国庆节调休上班"
    assert china().why(date(2027, 10, 1)) == "工作日（尚无放假通知，暂按平常周）"


def test_confirmed_through_stops_at_the_first_missing_year() -> None:
    gap = Calendar.of([notice(year) for year in (2022, 2023, 2025)], "gap")
    assert (gap.first, gap.confirmed_through) == (date(2022, 1, 1), date(2023, 12, 31))
    assert gap.is_confirmed(date(2023, 12, 31))
    assert not gap.is_confirmed(date(2025, 6, 1))
    assert not gap.is_working(date(2025, 10, 1))


def test_the_later_notice_stands() -> None:
    early = Notice(2026, "一", date(2025, 11, 4), {date(2026, 5, 4): True})
    late = Notice(2026, "二", date(2026, 3, 1), {date(2026, 5, 4): False})
    assert Calendar.of([late, early], "v").is_working(date(2026, 5, 4))


def test_no_notice_at_all_is_the_plain_week() -> None:
    assert PLAIN_WEEK.is_working(date(2026, 10, 1))
    assert not PLAIN_WEEK.is_confirmed(date(2026, 10, 1))
    assert PLAIN_WEEK.count(date(2026, 9, 30), date(2026, 10, 7)) == 5


def test_working_days_are_counted_after_the_one_and_up_to_the_other() -> None:
    assert china().count(date(2026, 9, 30), date(2026, 10, 10)) == 3
    assert china().count(date(2026, 10, 10), date(2026, 10, 10)) == 0
    assert china().count(date(2026, 12, 31), date(2027, 1, 8)) == 6
    assert china().next_working(date(2026, 9, 30)) == date(2026, 10, 8)


def test_hours_say_how_long_a_day_is() -> None:
    assert HOURS.length == timedelta(hours=7)
    assert (HOURS.opens, HOURS.closes) == (time(8, 30), time(17, 30))
    assert BusinessHours.of([["08:30", "12:00"], ["14:00", "17:30"]]).spans == HOURS.spans


@pytest.mark.parametrize(
    "text", ["", "08:30", "12:00-08:30", "08:30-12:00,11:00-17:30", "8.30-12.00", "08:30-08:30"]
)
def test_hours_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(LawError) as refused:
        BusinessHours.parse(text)
    assert refused.value.field == "hours"
