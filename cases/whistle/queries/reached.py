"""Whom to telephone about a whistle (联系电话): the town's desk; where its number was not entered,
the duty room.
"""

from collections.abc import Mapping

from cases.law.moves import Role
from cases.people.directory import Directory
from cases.people.models import Unit


def rooms_of(known: Directory, division: str) -> list[int]:
    """The units that answer the telephone for a town, its desk first."""
    found = (known.desk(division), known.room(Role.DUTY, division))
    return [unit for unit in found if unit is not None]


def who_answers(rooms: list[int], units: Mapping[int, Unit]) -> Unit | None:
    """The first of them whose number was entered; None where there is none."""
    able = (units[room] for room in rooms if room in units)
    return next((unit for unit in able if unit.phone), None)
