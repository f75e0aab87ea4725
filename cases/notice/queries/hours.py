"""Quiet hours (夜间缓发): when mail that can wait leaves the house, by the rulebook's dated rows.

Night and days off hold the sending, never the notice itself: in the app it stands at once.
"""

from datetime import date, datetime, time
from typing import Final

from cases.people.queries import TOWN_TIME, town_day
from cases.rulebook.queries import Book
from cases.rulebook.queries.rules import RuleMissing

FROM: Final = "notice.quiet_from"
UNTIL: Final = "notice.quiet_until"


def free_at(rules: Book, division: str, at: datetime) -> datetime:
    """The next instant at which mail that can wait may be sent: now, or the next working morning.

    Where the rulebook names no quiet hours nothing is held back.
    """
    day = town_day(at)
    try:
        begins, ends = (int(rules.figure(key, division, day).value) for key in (FROM, UNTIL))
    except RuleMissing:
        return at
    hour = at.astimezone(TOWN_TIME).hour
    working = rules.calendar.is_working(day)
    if working and ends <= hour < begins:
        return at
    if not (working and hour < ends):
        day = rules.calendar.next_working(day)
    return _at(day, time(ends))


def digest_at(rules: Book, division: str, at: datetime) -> datetime:
    """When the day's one mail is sent: as the offices open, today if they have not yet."""
    day = town_day(at)
    today = _opens(rules, division, day)
    if rules.calendar.is_working(day) and at <= today:
        return today
    return _opens(rules, division, rules.calendar.next_working(day))


def _opens(rules: Book, division: str, day: date) -> datetime:
    try:
        return _at(day, rules.hours(division, day).opens)
    except RuleMissing:
        return _at(day, time(8, 30))


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, TOWN_TIME)
