"""What a whistle's forms offer to choose from (可选单位): departments, sections, officers."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from cases.docket.models import Case
from cases.docket.pages import choices_for
from cases.docket.pages.forms import Choices
from cases.law.moves import Move
from cases.people.directory import Entry, directory
from cases.people.models import UnitKind
from cases.people.queries import Actor, town_day
from cases.rulebook.queries import stamp

# Facts that name a department.
_DEPARTMENTS = ("lead", "assisting", "copied", "to", "interim")


def departments(division: str) -> list[tuple[str, list[tuple[int, str]]]]:
    """Whom a whistle of a town can call today, by level: the county's, utilities, the town's own.

    A seat of a county sees the county's alone.
    """
    day = town_day(timezone.now())
    groups: dict[str, list[tuple[int, str]]] = {}
    for entry in directory(stamp("people"), day).called(division, day):
        groups.setdefault(_level(entry), []).append((entry.id, entry.name))
    return list(groups.items())


def _level(entry: Entry) -> str:
    if entry.kind == UnitKind.DEPARTMENT:
        return "县级部门"
    return UnitKind(entry.kind).label


def choices_of(actor: Actor, case: Case, moves: Sequence[Move]) -> Choices:
    """What the forms of some moves of a whistle offer."""
    able = departments(case.division)
    found: dict[str, Any] = dict(choices_for(case.division, timezone.now()))
    found |= dict.fromkeys(_DEPARTMENTS, able) | {"unit": able}
    if any(move.verb == "forward" for move in moves):
        found |= {"unit": _sections(actor), "officer": []}
    return found


def _sections(actor: Actor) -> list[tuple[int, str]]:
    day = town_day(timezone.now())
    known = directory(stamp("people"), day)
    rows = [known.units[pk] for pk in known.under(actor.unit_path)]
    return [(entry.id, entry.name) for entry in rows if entry.open_on(day)]
