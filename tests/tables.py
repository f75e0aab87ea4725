"""Holiday notices for tests that need a year without one to get one."""

from datetime import date, timedelta

from cases.rulebook.models import HolidayNotice
from cases.rulebook.operations.notices import NoticeEntered, enter_notice
from tests.town import NOW


def holidays_of_2027(off: int = 8) -> NoticeEntered:
    """2027's notice, invented: the first days of January off, as many as said."""
    first = date(2027, 1, 1)
    days = {first + timedelta(days=n): True for n in range(off)}
    return enter_notice(
        2027,
        days,
        dict.fromkeys(days, "元旦"),
        citation="示范：2027 年放假安排",
        quality="demonstration",
        actor_code="tests",
        at=NOW,
    )


def one_day_off(day: date) -> NoticeEntered:
    """The notice of a day's year, revised: that day is off as well."""
    held = HolidayNotice.objects.get(year=day.year, scope="", valid_to=None)
    days = {date.fromisoformat(d): off for d, off in held.days.items()} | {day: True}
    names = {date.fromisoformat(d): name for d, name in held.names.items()}
    return enter_notice(
        day.year,
        days,
        names | {day: "示范假"},
        citation="示范：修改后的放假安排",
        quality="demonstration",
        actor_code="tests",
        at=NOW,
    )
