"""A second, slow way to count a term: one day, or one minute, at a time, without any table."""

from datetime import date, datetime, time, timedelta

from cases.law.calendar import SHANGHAI, BusinessHours
from cases.law.suspensions import Suspension
from cases.law.terms import Term, Unit
from tests.law.china import offices_work

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def last_day(term: Term, start: datetime, held: list[Suspension]) -> date:
    day = start.astimezone(SHANGHAI).date()
    left = term.amount
    if term.unit in (Unit.MONTH, Unit.YEAR):
        left = (_corresponding(day, term) - day).days
    while left:
        day += DAY
        if _stands_still(day, held):
            continue
        if term.unit is not Unit.WORKING_DAY or offices_work(day):
            left -= 1
    while term.rolls and (not offices_work(day) or _stands_still(day, held)):
        day += DAY
    return day


def working_end(
    term: Term, start: datetime, hours: BusinessHours, held: list[Suspension]
) -> datetime:
    at, left = start.astimezone(SHANGHAI), term.amount * 60
    while left:
        inside = any(begins <= at.time() < ends for begins, ends in hours.spans)
        still = any(one.since <= at and (one.until is None or at < one.until) for one in held)
        if inside and offices_work(at.date()) and not still:
            left -= 1
        at += MINUTE
    return at


def _corresponding(day: date, term: Term) -> date:
    months = term.amount * (12 if term.unit is Unit.YEAR else 1)
    found = day
    for _ in range(months):
        found = found.replace(day=1) + 31 * DAY
    found = found.replace(day=1)
    while found.day != day.day and (found + DAY).day != 1:
        found += DAY
    return found


def _stands_still(day: date, held: list[Suspension]) -> bool:
    begins = datetime.combine(day, time(), SHANGHAI)
    return any(
        one.since < begins + DAY and (one.until is None or max(begins, one.since) < one.until)
        for one in held
    )
