"""How often something was done with a report (次数), and the limit the rulebook sets on it."""

from typing import Any

from cases.docket.models import Case, Event
from cases.docket.record import Moment
from cases.people.queries import town_day
from cases.rulebook.queries.rules import RuleMissing


def named(case: Case) -> dict[str, Any]:
    """How the events of a case are looked up, which a door may know by its number alone."""
    return {"case": case.pk} if case.pk else {"case__number": case.number}


def times(case: Case, verb: str) -> int:
    """How often a move was made so far."""
    return Event.objects.filter(case=case, verb=verb).count()


def limit(moment: Moment, case: Case, key: str) -> int | None:
    """The limit in force today; None where the rulebook names none, and then nothing is refused."""
    try:
        return moment.book.figure(key, case.division, town_day(moment.now)).value
    except RuleMissing:
        return None
