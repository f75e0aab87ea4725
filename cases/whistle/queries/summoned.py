"""What a whistle asks of departments (报到要求): when and where to come, whom it would call; from
its draft, and from the dispatch once there was one.
"""

from dataclasses import dataclass
from datetime import datetime

from cases.docket.models import Case
from cases.docket.queries.casefile import CaseFile
from cases.docket.queries.told import last_facts
from cases.people.directory import directory
from cases.people.queries import town_day
from cases.rulebook.queries import book, stamp
from cases.whistle.models import Whistle
from cases.whistle.queries.inbox import type_rule
from cases.whistle.queries.meeting import place_of
from cases.whistle.states.way import DISPATCH
from cases.whistle.states.words import AWAITING_APPROVAL, BLOWN, TYPES


@dataclass(frozen=True)
class Summons:
    """The type in words, when and where to report in, and the departments a draft proposes."""

    type_name: str
    meet_at: datetime | None = None
    meet_place: str = ""
    proposed: str = ""
    assisting: str = ""
    copied: str = ""
    open: bool = False  # whom to call is still to be decided


def summons_of(file: CaseFile, now: datetime) -> Summons:
    """What a whistle's page says of its summons; an erased one keeps its type."""
    case = file.case
    rule = type_rule(case, book(), now)
    name = rule.name if rule else dict(TYPES).get(case.variant, "")
    drawn = Whistle.objects.filter(case=case).first()
    if file.erased or drawn is None:
        return Summons(name)
    units = directory(stamp("people"), town_day(now))
    told = Summons(name, _last_time(case) or drawn.meet_at, place_of(case))
    if case.state not in {AWAITING_APPROVAL, BLOWN}:
        return told
    return Summons(
        name,
        told.meet_at,
        told.meet_place,
        proposed=units.name(drawn.lead_id),
        assisting="、".join(units.name(int(unit)) for unit in drawn.assisting),
        copied="、".join(units.name(int(unit)) for unit in drawn.copied),
        open=True,
    )


def _last_time(case: Case) -> datetime | None:
    """The time of the last dispatch; None before one, or where it named none."""
    at = last_facts(case, DISPATCH.verb).get("meet_at")
    return datetime.fromisoformat(at) if at else None
