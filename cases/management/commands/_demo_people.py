"""Who lives in the demonstration town (示范人员): only what is missing is made."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cases.grid.models import Grid, GridKind
from cases.grid.operations import Trail
from cases.law.moves import Role
from cases.people.duties import assign_grid
from cases.people.models import (
    Certificate,
    Deputy,
    DutyKind,
    GridDuty,
    Officer,
    Post,
    Unit,
    UnitKind,
)
from cases.people.operations import (
    appoint_deputy,
    enter_certificate,
    enter_officer,
    give_post,
    open_unit,
)


@dataclass
class Town:
    """What is there already, by natural key, so that a second run makes nothing."""

    trail: Trail
    say: Callable[[str], None]
    created: int = 0
    units: dict[str, Unit] = field(default_factory=lambda: {u.code: u for u in Unit.objects.all()})
    officers: dict[str, Officer] = field(
        default_factory=lambda: {o.username: o for o in Officer.objects.filter(demonstration=True)}
    )
    posts: dict[tuple[str, str, str], Post] = field(
        default_factory=lambda: {
            (p.officer.username, p.role, p.unit.code): p
            for p in Post.objects.select_related("officer", "unit")
        }
    )

    def unit(self, row: Mapping[str, Any], plan: Mapping[str, Any]) -> Unit:
        """A unit of the seeds, opened when it is missing."""
        known = self.units.get(row["code"])
        if known:
            return known
        unit = open_unit(
            row["code"],
            row["name"],
            UnitKind(row["kind"]),
            self.units[row["parent"]] if row["parent"] else None,
            row["division"],
            plan["since"],
            short_name=row.get("short_name", ""),
            phone=row.get("phone", ""),
            vertical=row.get("vertical", False),
            demonstration=row.get("demonstration", False),
            note=row.get("note", ""),
            **self.trail,
        )
        self.created += 1
        self.units[unit.code] = unit
        return unit

    def seat(
        self, username: str, name: str, role: Role, unit: str, plan: Mapping[str, Any]
    ) -> Post:
        """An officer in a seat; both made when missing."""
        officer = self.officers.get(username)
        if officer is None:
            officer = enter_officer(username, name, demonstration=True, **self.trail)
            self.officers[username] = officer
            self.created += 1
        known = self.posts.get((username, role, unit))
        if known:
            return known
        post = give_post(officer, role, self.units[unit], plan["since"], **self.trail)
        self.posts[username, role, unit] = post
        self.created += 1
        return post


def seat_accounts(town: Town, plan: Mapping[str, Any]) -> None:
    """One account for every staff role, with its certificate and deputy."""
    held = set(Certificate.objects.values_list("kind", "number"))
    posts: dict[str, Post] = {}
    for row in plan["accounts"]:
        role = Role(row["role"])
        post = posts[role] = town.seat(role.value, row["name"], role, row["unit"], plan)
        kind, number = row.get("certificate", ("", ""))
        if kind and (kind, number) not in held:
            enter_certificate(post.officer, kind, number, plan["since"], **town.trail)
            town.created += 1
    for row in plan["deputies"]:
        post, officer = posts[row["post"]], town.officers[row["deputy"]]
        if not Deputy.objects.filter(post=post, officer=officer).exists():
            appoint_deputy(post, officer, plan["since"], **town.trail)
            town.created += 1


def seat_villages(town: Town, villages: Iterable[str], plan: Mapping[str, Any]) -> None:
    """A clerk for every village; the first village's is the role account."""
    for number, village in enumerate(villages, 1):
        if number == 1:
            continue
        name = f"示范村受理员{number:02d}"
        town.seat(f"village{number:02d}", name, Role.VILLAGE, village, plan)


def seat_grids(town: Town, grids: list[Grid], plan: Mapping[str, Any]) -> None:
    """37 workers over natural and dedicated grids, 208 liaisons over micro-grids, many to many."""
    large = [g for g in grids if g.kind != GridKind.MICRO]
    micro = [g for g in grids if g.kind == GridKind.MICRO]
    assigned = set(GridDuty.objects.values_list("officer__username", "grid_id"))
    workers, liaisons = plan["grid_workers"], plan["liaisons"]
    town.say(f"网格员 {workers} 名、联络员 {liaisons} 名")
    # 37 over 81: everybody has two or three grids.
    for number, grid in enumerate(large):
        _charge(town, _worker(number % workers), grid, Role.GRID_WORKER, assigned, plan)
    # 208 over 125: most micro-grids have two; the first liaison helps out next door as well.
    for number in range(liaisons):
        grid = micro[number % len(micro)]
        _charge(town, _liaison(number), grid, Role.LIAISON, assigned, plan)
    _charge(town, _liaison(0), micro[1], Role.LIAISON, assigned, plan)


def _worker(number: int) -> tuple[str, str]:
    username = "grid_worker" if number == 0 else f"grid_worker{number + 1:02d}"
    return username, f"示范网格员{number + 1:02d}"


def _liaison(number: int) -> tuple[str, str]:
    return "liaison" if number == 0 else f"liaison{number + 1:03d}", f"示范联络员{number + 1:03d}"


def _charge(
    town: Town,
    who: tuple[str, str],
    grid: Grid,
    role: Role,
    assigned: set[tuple[str, int]],
    plan: Mapping[str, Any],
) -> None:
    username, name = who
    if (username, grid.pk) in assigned:
        return
    if not any(key[0] == username and key[1] == role for key in town.posts):
        town.seat(username, name, role, grid.village.code, plan)
    kind = DutyKind.LIAISON if role is Role.LIAISON else DutyKind.WORKER
    assign_grid(town.officers[username], grid, kind, plan["since"], **town.trail)
    assigned.add((username, grid.pk))
    town.created += 1
