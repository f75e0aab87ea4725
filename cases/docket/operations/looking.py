"""When a shelved matter is looked at again (复看): within what the rules allow."""

from datetime import date

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
