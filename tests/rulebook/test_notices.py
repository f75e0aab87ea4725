"""A new notice on days off: entered without a release, the old one kept."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from cases.law.moves import Refused
from cases.law.terms import Term, due
from cases.rulebook.models import HolidayNotice
from cases.rulebook.operations.notices import NoticeEntered, enter_notice
from cases.rulebook.queries import book
from tests.rulebook.conftest import AT, WHO

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded")]

START = datetime(2026, 12, 30, 16, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


def announce(days: dict[date, bool], year: int = 2027) -> NoticeEntered:
    return enter_notice(
        year,
        days,
        dict.fromkeys(days, "元旦"),
        citation=f"{year} 年节假日安排(演示)",
        quality="demonstration",
        **WHO,
    )


def test_a_new_year_makes_the_provisional_certain() -> None:
    term = Term.parse("1 working day")
    before = due(term, datetime(2026, 12, 31, 9, tzinfo=START.tzinfo), book().calendar, None)
    assert (before.last_day, before.provisional) == (date(2027, 1, 1), True)
    version = book().calendar.version
    entered = announce({date(2027, 1, 1): True, date(2027, 1, 3): False})
    after = due(term, datetime(2026, 12, 31, 9, tzinfo=START.tzinfo), book().calendar, None)
    assert (after.last_day, after.provisional) == (date(2027, 1, 3), False)
    assert book().calendar.version != version
    assert (entered.before, entered.notice.revision) == (None, 1)
    assert entered.changed == {date(2027, 1, 1): True, date(2027, 1, 3): False}


def test_a_revision_succeeds_and_says_what_it_changed() -> None:
    first = announce({date(2027, 1, 1): True, date(2027, 1, 3): False})
    second = announce({date(2027, 1, 1): True, date(2027, 1, 2): True, date(2027, 1, 9): False})
    assert second.notice.revision == 2
    assert second.changed == {
        date(2027, 1, 2): True,
        date(2027, 1, 3): None,
        date(2027, 1, 9): False,
    }
    first.notice.refresh_from_db()
    assert first.notice.valid_to == AT.date()
    assert HolidayNotice.objects.filter(year=2027).count() == 2
    assert not book().calendar.is_working(date(2027, 1, 3))


def test_the_later_year_wins_a_day_both_name() -> None:
    announce({date(2026, 12, 31): True, date(2026, 12, 26): False, date(2027, 1, 1): True})
    assert not book().calendar.is_working(date(2026, 12, 31))
    assert book().calendar.is_working(date(2026, 12, 26))


@pytest.mark.parametrize(
    ("days", "told"),
    [({}, "一个日期也没有"), ({date(2031, 1, 1): True}, "不属于")],
)
def test_a_notice_that_cannot_be_is_refused(days: dict[date, bool], told: str) -> None:
    version = book().calendar.version
    with pytest.raises(Refused, match=told) as refused:
        announce(days)
    assert set(refused.value.fields) == {"days"}
    assert book().calendar.version == version
