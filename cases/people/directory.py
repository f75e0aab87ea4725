"""The directory of units (单位名录), kept in the process until the newest change is another one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cases.law.moves import Role
from cases.people.models import Post, Unit, UnitKind
from cases.people.queries import in_force

# Who can be called by a whistle: departments and utilities; bodies of the town answer as its own.
CALLED = frozenset({UnitKind.DEPARTMENT, UnitKind.UTILITY, UnitKind.BODY})


@dataclass(frozen=True, slots=True)
class Entry:
    """A unit as the directory knows it; `closed_on` is the first day it is no more."""

    id: int
    code: str
    name: str
    kind: str
    division: str
    path: str
    closed_on: date | None

    def open_on(self, day: date) -> bool:
        """Whether the unit still stands on a day."""
        return self.closed_on is None or day < self.closed_on


@dataclass(frozen=True)
class Directory:
    """Every unit by id, who sits where today, and the unit of each town's rooms."""

    stamp: tuple[int, date]
    units: dict[int, Entry]
    rooms: dict[tuple[str, str], int]  # role, division → the unit that sits there
    seats: frozenset[tuple[int, int, str]]  # officer, unit, role

    def name(self, unit_id: int | None) -> str:
        """A unit's short name; "" for none."""
        entry = self.units.get(unit_id or 0)
        return entry.name if entry else ""

    def desk(self, division: str) -> int | None:
        """The unit at a town's desk (综合受理窗口), None when nobody holds it."""
        return self.room(Role.DESK, division)

    def room(self, role: Role, division: str) -> int | None:
        """The unit in which a role sits for a division, None when nobody holds it."""
        return self.rooms.get((role.value, division))

    def nearest_room(self, role: Role, division: str) -> int | None:
        """The unit in which a role sits for a division, or for the nearest one above it."""
        for length in range(len(division), 0, -1):
            if (found := self.room(role, division[:length])) is not None:
                return found
        return None

    def sits(self, officer_id: int | None, unit_id: int | None, roles: Iterable[Role]) -> bool:
        """Whether an officer sits in a unit today in one of some roles."""
        return any((officer_id, unit_id, role.value) in self.seats for role in roles)

    def handlers(self, division: str, on: date) -> list[Entry]:
        """The bodies and villages of a town that can be given work on a day, bodies first."""
        able = [e for e in self.units.values() if e.division == division and e.open_on(on)]
        return sorted(
            (e for e in able if e.kind in {UnitKind.BODY, UnitKind.VILLAGE}),
            key=lambda e: (e.kind, e.code),
        )

    def called(self, division: str, on: date) -> list[Entry]:
        """The departments, utilities and bodies of the town that a whistle of a town can call on a
        day, the county's first.
        """
        able = [e for e in self.units.values() if e.open_on(on) and e.kind in CALLED]
        near = [e for e in able if division.startswith(e.division)]
        return sorted(near, key=lambda e: (len(e.division), e.code))

    def under(self, path: str) -> list[int]:
        """The ids of a unit's subtree, itself included."""
        return [e.id for e in self.units.values() if path and e.path.startswith(path)]


_kept: list[Directory] = []


def directory(stamp: int, on: date) -> Directory:
    """The directory as of the newest change of the people slice, whose id the caller has read."""
    if _kept and _kept[0].stamp == (stamp, on):
        return _kept[0]
    units = {
        row["id"]: Entry(
            id=row["id"],
            code=row["code"],
            name=row["short_name"] or row["name"],
            kind=row["kind"],
            division=row["division"],
            path=row["path"],
            closed_on=row["closed_on"],
        )
        for row in Unit.objects.values(
            "id", "code", "name", "short_name", "kind", "division", "path", "closed_on"
        )
    }
    posts = Post.objects.filter(in_force(on), officer__is_active=True).order_by("-unit_id")
    seats = list(posts.values_list("officer_id", "unit_id", "role"))
    rooms = {(role, units[unit].division): unit for _, unit, role in seats}
    _kept[:] = [Directory((stamp, on), units, rooms, frozenset(seats))]
    return _kept[0]


def path_of(unit_id: int) -> str:
    """A unit's path from the root, from the directory at hand; a path never changes."""
    known = _kept[0].units.get(unit_id) if _kept else None
    if known is not None:
        return known.path
    return Unit.objects.values_list("path", flat=True).get(pk=unit_id)
