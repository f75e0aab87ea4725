"""Days held against the rules (核对时限): when a shelved matter is looked at again, and whether an
objection comes within its window.
"""

from datetime import date, datetime

from cases.docket.models import Case
from cases.docket.record import Moment
from cases.law.moves import Refused, Why
from cases.law.rule import LawError
from cases.law.terms import due
from cases.people.queries import town_day
from cases.rulebook.queries.rules import RuleMissing


def within_reach(moment: Moment, case: Case, day: date | None, term: str) -> None:
    """Refuse a next look that is past, or later than the term of the rules; None is as they say."""
    if day is None:
        return
    today = town_day(moment.now)
    try:
        rule = moment.book.term(term, case.division, today)
        hours = moment.book.hours(case.division, today)
        latest = due(rule.term, moment.now, moment.book.calendar, hours).last_day
    except (RuleMissing, LawError):
        return  # the record says there is no rule; the day that was named stands
    if today < day <= latest:
        return
    words = f"下次复看日期应在明天到 {latest:%Y-%m-%d} 之间（{rule.citation}）。"
    raise Refused(words, why=Why.FACTS, fields={"next_look": words})


def past_window(moment: Moment, case: Case, term: str, start: datetime, counted: datetime) -> bool:
    """Whether the window of a term that opened at `start` was shut by the instant that counts."""
    day = town_day(start)
    try:
        rule = moment.book.variant_term(term, case.variant, case.division, day)
        hours = moment.book.hours(case.division, day)
        return counted >= due(rule.term, start, moment.book.calendar, hours).due_at
    except (RuleMissing, LawError):
        return False  # no rule says by when, so it is not called late
