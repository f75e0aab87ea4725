"""A small fixed cast for all tests: two towns and their county, a seat for every role, a few grids.

`settle()` builds it in some forty queries and returns it. Everything is invented; unit and
village names say 示范. It ends with one recorded change a slice, so that no process remembers
another cast.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password

from cases.grid.models import Grid, GridKind, Village
from cases.law.moves import Role
from cases.people.models import (
    Certificate,
    CertificateKind,
    DutyKind,
    GridDuty,
    Officer,
    Post,
    Unit,
    UnitKind,
)
from cases.people.queries import Actor, actor_for
from cases.rulebook.operations import note_change

XIASHU = "321183102"
BAOHUA = "321183109"
COUNTY = "321183"
SINCE = date(2010, 1, 1)
TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
PASSWORD = "for-tests-only-27"

# Where the seats of a town are: role → code of the unit within the cast.
SEATS: dict[Role, str] = {
    Role.GRID_WORKER: f"{XIASHU}201",
    Role.LIAISON: f"{XIASHU}201",
    Role.VILLAGE: f"{XIASHU}201",
    Role.DESK: f"{XIASHU}-desk",
    Role.DUTY: f"{XIASHU}-desk",
    Role.LEADER: XIASHU,
    Role.HEAD_OF_ORGAN: XIASHU,
    Role.DEPT_OFFICER: f"{COUNTY}-housing",
    Role.DEPT_LEAD: f"{COUNTY}-housing",
    Role.ARBITER: f"{COUNTY}-establishment",
    Role.COUNTY_DESK: f"{COUNTY}-desk",
    Role.MEDIATOR: f"{XIASHU}-centre",
    Role.CENTRE_CLERK: f"{XIASHU}-centre",
    Role.CENTRE_DIRECTOR: f"{XIASHU}-centre",
    Role.ENFORCEMENT: f"{XIASHU}-enforcement",
    Role.REVIEWER: f"{XIASHU}-justice",
    Role.COUNSEL: f"{XIASHU}-justice",
    Role.AGENT: f"{XIASHU}-hall",
    Role.ENTERPRISE: f"{XIASHU}-enterprise",
    Role.SUPERVISOR: f"{XIASHU}-office",
    Role.AUDITOR: f"{XIASHU}-office",
    Role.SYSADMIN: f"{XIASHU}-office",
    Role.SECADMIN: f"{XIASHU}-office",
}
OTHER_SEATS: dict[Role, str] = {
    Role.GRID_WORKER: f"{BAOHUA}201",
    Role.VILLAGE: f"{BAOHUA}201",
    Role.DESK: f"{BAOHUA}-desk",
    Role.LEADER: BAOHUA,
    Role.SUPERVISOR: f"{BAOHUA}-desk",
}
# code, name, kind, parent code, division, vertical
UNITS: list[tuple[str, str, UnitKind, str, str, bool]] = [
    ("3211", "示范设区市", UnitKind.CITY, "", "3211", False),
    (COUNTY, "示范县", UnitKind.COUNTY, "3211", COUNTY, False),
    (f"{COUNTY}-desk", "示范县专班", UnitKind.DEPARTMENT, COUNTY, COUNTY, False),
    (f"{COUNTY}-establishment", "示范编办", UnitKind.DEPARTMENT, COUNTY, COUNTY, False),
    (f"{COUNTY}-housing", "示范住建局", UnitKind.DEPARTMENT, COUNTY, COUNTY, False),
    (f"{COUNTY}-environment", "示范生态环境局", UnitKind.DEPARTMENT, "3211", COUNTY, True),
    (XIASHU, "下蜀镇", UnitKind.TOWN, COUNTY, XIASHU, False),
    (f"{XIASHU}-desk", "示范综合受理窗口", UnitKind.BODY, XIASHU, XIASHU, False),
    (f"{XIASHU}-office", "示范党政办", UnitKind.BODY, XIASHU, XIASHU, False),
    (f"{XIASHU}-centre", "示范调处化解中心", UnitKind.BODY, XIASHU, XIASHU, False),
    (f"{XIASHU}-enforcement", "示范综合执法局", UnitKind.BODY, XIASHU, XIASHU, False),
    (f"{XIASHU}-justice", "示范司法所", UnitKind.BODY, XIASHU, XIASHU, False),
    (f"{XIASHU}-hall", "示范审批服务大厅", UnitKind.BODY, XIASHU, XIASHU, False),
    (f"{XIASHU}-enterprise", "示范企业", UnitKind.ENTERPRISE, XIASHU, XIASHU, False),
    (f"{XIASHU}201", "示范东村", UnitKind.VILLAGE, XIASHU, XIASHU, False),
    (f"{XIASHU}202", "示范西村", UnitKind.VILLAGE, XIASHU, XIASHU, False),
    (BAOHUA, "宝华镇", UnitKind.TOWN, COUNTY, BAOHUA, False),
    (f"{BAOHUA}-desk", "示范宝华窗口", UnitKind.BODY, BAOHUA, BAOHUA, False),
    (f"{BAOHUA}201", "示范宝华村", UnitKind.VILLAGE, BAOHUA, BAOHUA, False),
]


@dataclass(frozen=True)
class Cast:
    """Everyone and everywhere, by code and role; `actor(role)` is who takes a move."""

    units: dict[str, Unit]
    posts: dict[Role, Post]
    other_posts: dict[Role, Post]
    villages: dict[str, Village]
    grids: dict[str, Grid] = field(default_factory=dict)

    @property
    def town(self) -> Unit:
        return self.units[XIASHU]

    @property
    def other_town(self) -> Unit:
        return self.units[BAOHUA]

    @property
    def county(self) -> Unit:
        return self.units[COUNTY]

    @property
    def desk(self) -> Unit:
        return self.units[f"{XIASHU}-desk"]

    @property
    def village(self) -> Unit:
        return self.units[f"{XIASHU}201"]

    @property
    def department(self) -> Unit:
        return self.units[f"{COUNTY}-housing"]

    def officer(self, role: Role) -> Officer:
        return self.posts[role].officer

    def other_officer(self, role: Role) -> Officer:
        return self.other_posts[role].officer

    def actor(self, role: Role, on: date = TODAY) -> Actor:
        """The actor of Xiashu (or its county) in a role."""
        return actor_for(self.officer(role), self.posts[role].pk, on)

    def other_actor(self, role: Role, on: date = TODAY) -> Actor:
        """The actor of the other town in a role: desk, village, leader, grid worker, supervisor."""
        return actor_for(self.other_officer(role), self.other_posts[role].pk, on)


def settle() -> Cast:
    """Build the cast; call inside a test's transaction or once a session."""
    units = _units()
    posts = _posts(units, SEATS, "")
    other_posts = _posts(units, OTHER_SEATS, "baohua_")
    villages, grids = _ground()
    _duties(posts, other_posts, grids)
    for table in ("people_unit", "grid_grid"):
        note_change(table, "cast", "settle", None, {"for": "tests"}, actor_code="tests", at=NOW)
    return Cast(units, posts, other_posts, villages, grids)


def recall() -> Cast | None:
    """The cast as it stands in the database, every row read anew; None where it was never built."""
    units = {unit.code: unit for unit in Unit.objects.select_related("parent")}
    if XIASHU not in units:
        return None
    seats = {p.officer.username: p for p in Post.objects.select_related("officer", "unit")}
    villages = {village.code: village for village in Village.objects.all()}
    grids = {grid.code: grid for grid in Grid.objects.select_related("village", "parent")}
    here = {role: seats[role.value] for role in SEATS}
    there = {role: seats[f"baohua_{role}"] for role in OTHER_SEATS}
    return Cast(units, here, there, villages, grids)


def square(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    """A rectangle as GeoJSON, degrees in WGS-84."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


@cache
def quick_password() -> str:
    """The stored form of PASSWORD, hashed once a process."""
    return make_password(PASSWORD)


def _units() -> dict[str, Unit]:
    units: dict[str, Unit] = {}
    for code, name, kind, parent_code, division, vertical in UNITS:
        parent = units.get(parent_code)
        units[code] = Unit(
            code=code,
            name=name,
            short_name=name,
            kind=kind,
            parent=parent,
            division=division,
            vertical=vertical,
            opened_on=SINCE,
            demonstration=True,
        )
        units[code].save()
        units[code].path = f"{parent.path if parent else '/'}{units[code].pk}/"
    Unit.objects.bulk_update(units.values(), ["path"])
    return units


def _posts(units: dict[str, Unit], seats: dict[Role, str], prefix: str) -> dict[Role, Post]:
    officers = Officer.objects.bulk_create(
        Officer(
            username=f"{prefix}{role}",
            name=f"示范{role.label}",
            pinyin=f"{prefix}{role}",
            password=quick_password(),
            demonstration=True,
        )
        for role in seats
    )
    posts = Post.objects.bulk_create(
        Post(officer=officer, role=role, unit=units[code], title=role.label, valid_from=SINCE)
        for officer, (role, code) in zip(officers, seats.items(), strict=True)
    )
    return dict(zip(seats, posts, strict=True))


def _ground() -> tuple[dict[str, Village], dict[str, Grid]]:
    east, west, other = f"{XIASHU}201", f"{XIASHU}202", f"{BAOHUA}201"
    villages = {
        v.code: v
        for v in Village.objects.bulk_create(
            [
                _village(east, "示范东村", XIASHU, square(119.17, 32.16, 119.19, 32.18)),
                _village(west, "示范西村", XIASHU, square(119.15, 32.16, 119.17, 32.18)),
                _village(other, "示范宝华村", BAOHUA, square(119.05, 32.12, 119.07, 32.14)),
            ]
        )
    }
    rows = [
        _grid(f"{east}N01", villages[east], square(119.17, 32.16, 119.18, 32.18)),
        _grid(f"{east}N02", villages[east], square(119.18, 32.16, 119.19, 32.18)),
        _grid(f"{west}N01", villages[west], square(119.15, 32.16, 119.17, 32.18)),
        _grid(f"{other}N01", villages[other], square(119.05, 32.12, 119.07, 32.14)),
        _grid(f"{east}D01", villages[east], square(119.172, 32.162, 119.174, 32.164)),
    ]
    grids = {g.code: g for g in Grid.objects.bulk_create(rows)}
    parent = grids[f"{east}N01"]
    micro = [
        _grid(f"{parent.code}M01", parent.village, square(119.17, 32.16, 119.18, 32.17), parent),
        _grid(f"{parent.code}M02", parent.village, square(119.17, 32.17, 119.18, 32.18), parent),
    ]
    return villages, grids | {g.code: g for g in Grid.objects.bulk_create(micro)}


def _village(code: str, name: str, division: str, boundary: dict[str, Any]) -> Village:
    return Village(
        code=code,
        name=name,
        division=division,
        boundary=boundary,
        valid_from=SINCE,
        demonstration=True,
    )


def _grid(
    code: str, village: Village, boundary: dict[str, Any], parent: Grid | None = None
) -> Grid:
    kinds = {"N": GridKind.NATURAL, "D": GridKind.DEDICATED}
    return Grid(
        code=code,
        kind=GridKind.MICRO if parent else kinds[code[12]],
        name=f"示范网格 {code[9:]}",
        division=village.division,
        village=village,
        parent=parent,
        boundary=boundary,
        valid_from=SINCE,
        demonstration=True,
    )


def _duties(
    posts: dict[Role, Post], other_posts: dict[Role, Post], grids: dict[str, Grid]
) -> None:
    worker, liaison = posts[Role.GRID_WORKER].officer, posts[Role.LIAISON].officer
    other = other_posts[Role.GRID_WORKER].officer
    rows = [
        GridDuty(
            officer=liaison if g.kind == GridKind.MICRO else other if BAOHUA in code else worker,
            grid=g,
            kind=DutyKind.LIAISON if g.kind == GridKind.MICRO else DutyKind.WORKER,
            valid_from=SINCE,
        )
        for code, g in grids.items()
    ]
    GridDuty.objects.bulk_create(rows)
    Certificate.objects.create(
        officer=posts[Role.ENFORCEMENT].officer,
        kind=CertificateKind.ENFORCEMENT,
        number="示范11000001",
        valid_from=SINCE,
    )
