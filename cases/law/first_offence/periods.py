"""Periods in whole days, months and years (期间): the corresponding day, and no rolling.

民法典 201, 202: the day of the event is not counted; without a corresponding day the month's end.
They bar or open a way by themselves and are not terms somebody has to keep, so days off move none.
"""

from datetime import date, datetime, timedelta
from typing import Final

from cases.law.calendar import SHANGHAI
from cases.law.rule import LawError
from cases.law.terms import Term, Unit, length_in_days

_WHOLE: Final = frozenset({Unit.DAY, Unit.MONTH, Unit.YEAR})


def last_day(since: date, term: Term) -> date:
    """The last day of a period that begins the day after `since`."""
    start = datetime(since.year, since.month, since.day, tzinfo=SHANGHAI)
    return since + timedelta(days=length_in_days(term, start))


def whole(text: str, field: str) -> Term:
    """Read a period of days, months or years; raises `LawError`."""
    term = Term.parse(text)
    if term.unit not in _WHOLE:
        raise LawError(field, f"“{text[:20]}”须以日、月、年为单位。")
    return term
