"""What the doors show (门面): where a role can go, whose site this is, which posts are open."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.core.cache import cache

from cases.docket.access import NO_CASES, may_open
from cases.docket.kinds import kind
from cases.docket.queries.load import SEATS as UNIT_SEATS
from cases.law.moves import Role
from cases.people.models import Officer, Post, Unit, UnitKind
from cases.people.queries import posts_open_to

NAME_KEPT_SECONDS = 600
BAR: Final = 5  # places on the bar of a phone
# What a phone shows first; the rest is reached from a desk or from one's own page.
_FIRST: Final = (
    *("/", "/today/", "/whistles/inbox/", "/whistles/approvals/", "/whistles/rulings/"),
    *("/cases/", "/reports/new/", "/board/", "/overdue/", "/whistles/board/", "/whistles/new/"),
    *("/penalties/what-if/", "/staff/", "/access-log/", "/security/"),
    *("/unit/", "/rules/", "/people/"),
)
_WHISTLES: Final = "/whistles/"
_BOARD: Final = ("吹哨", "/whistles/board/", "whistle")
_LATE: Final = ("超期", "/overdue/", "list")
_RATES: Final = ("三率", "/whistles/rates/", "sheet")
_COUNTS: Final = ("看板", "/board/", "sheet")
_TODAY: Final = ("要情", "/today/", "list")
_INBOX: Final = ("哨件", "/whistles/inbox/", "whistle")
_YES: Final = ("待批", "/whistles/approvals/", "check")
_SPARED: Final = ("能不能不罚", "/penalties/what-if/", "rules")
_RULINGS: Final = ("职责界定", "/whistles/rulings/", "rules")
# Places of some seats only.
_OWN: Final[dict[Role, list[tuple[str, str, str]]]] = {
    Role.DESK: [_BOARD, _LATE, _COUNTS, ("导入", "/reports/import/", "sheet"), _RATES],
    Role.DUTY: [_BOARD, _LATE],
    Role.LEADER: [_TODAY, _YES, _COUNTS, _BOARD, _LATE, _RATES],
    Role.HEAD_OF_ORGAN: [_TODAY, _YES, _COUNTS, _BOARD, _LATE, _RATES],
    Role.SUPERVISOR: [_COUNTS, _LATE, _BOARD, _RATES],
    Role.COUNTY_DESK: [_COUNTS, _BOARD, _LATE, _RULINGS, _RATES],
    Role.ARBITER: [_RULINGS],
    Role.DEPT_OFFICER: [_INBOX],
    Role.DEPT_LEAD: [_INBOX, _RATES],
    Role.ENFORCEMENT: [_SPARED],
    Role.REVIEWER: [_SPARED],
    Role.COUNSEL: [_SPARED],
    Role.ENTERPRISE: [("吹哨", "/whistles/new/", "whistle")],
    Role.SYSADMIN: [
        ("管理", "/staff/", "unit"),
        ("规则管理", "/rules/manage/", "sheet"),
        ("运行状态", "/health/", "check"),
    ],
    Role.AUDITOR: [("查阅记录", "/access-log/", "list")],
    Role.SECADMIN: [("锁定与会话", "/security/", "list")],
}
# What stands beside the arbitration desk, under its place.
_RULING_PAGES: Final = ("/whistles/boundaries/", "/whistles/precedents/")
_PLACES: Final = (UnitKind.TOWN, UnitKind.COUNTY, UnitKind.CITY)


@dataclass(frozen=True, slots=True)
class Entry:
    """One place of the navigation."""

    label: str
    url: str
    icon: str
    active: bool
    bar: bool = True


@dataclass(frozen=True, slots=True)
class Seat:
    """A post an officer may act under, as the page of choice shows it."""

    post_id: int
    role: str
    role_label: str
    unit_id: int
    unit_name: str
    title: str
    deputy_for: str
    until: date | None


def entries(role: Role, path: str) -> tuple[Entry, ...]:
    """Where a role can go from the top of every page, the present place marked.

    The bar of a phone holds five of them at most: what a person on the way needs.
    """
    places = _places(role)
    on_bar = _bar(places)
    here = max((url for _, url, _ in places if _here(url, path)), key=len, default="")
    if path.startswith(_WHISTLES) and not here.startswith(_WHISTLES):
        here = next((url for _, url, _ in places if url.startswith(_WHISTLES)), here)
    return tuple(
        Entry(label, url, icon, active=url == here, bar=url in on_bar)
        for label, url, icon in places
    )


def _places(role: Role) -> list[tuple[str, str, str]]:
    places = [("首页", "/", "home")]
    if role not in NO_CASES:
        places.append(("办件", "/cases/", "list"))
    if may_file(role):
        places.append(("上报", "/reports/new/", "report"))
    if role in UNIT_SEATS:
        places.append(("本单位", "/unit/", "unit"))
    places += _OWN.get(role, [])
    places += [("规则", "/rules/", "rules"), ("通讯录", "/people/", "people")]
    # Who has the board goes on to the months from there.
    if role not in {*NO_CASES, Role.ENTERPRISE} and _COUNTS not in places:
        places.append(("月报", "/months/", "sheet"))
    return [*places, ("我的", "/me/", "post")]


def _bar(places: list[tuple[str, str, str]]) -> set[str]:
    wanted = [url for url in _FIRST if url in {url for _, url, _ in places}]
    return {*wanted[: BAR - 1], "/me/"}


def may_file(role: Role) -> bool:
    """Whether a role may file a report (上报), as the table of moves says."""
    return may_open(role, kind("report"))


def place_name(division: str) -> str:
    """The name of the town or county of a division code, "" where none was entered."""
    key = f"place-name:{division}"
    known: str | None = cache.get(key)
    if known is None:
        rows = Unit.objects.filter(division=division, kind__in=_PLACES, closed_on=None)
        unit = rows.order_by("id").first()
        known = (unit.short_name or unit.name) if unit else ""
        cache.set(key, known, NAME_KEPT_SECONDS if known else 5)
    return known


def seats_of(officer: Officer, on: date) -> list[Seat]:
    """The posts an officer may act under on a day, own ones first."""
    return [_seat(post, officer) for post in posts_open_to(officer, on)]


def _seat(post: Post, officer: Officer) -> Seat:
    return Seat(
        post_id=post.pk,
        role=post.role,
        role_label=Role(post.role).label,
        unit_id=post.unit_id,
        unit_name=post.unit.name,
        title=post.title,
        deputy_for="" if post.officer_id == officer.pk else post.officer.name,
        until=post.valid_to,
    )


def _here(url: str, path: str) -> bool:
    if url == "/":
        return path == "/"
    if url == "/cases/" and path.startswith(("/reports/", "/whistles/")):
        return True  # a matter is found through the worklist; what begins one is its own place
    if url == "/whistles/rulings/" and path.startswith(_RULING_PAGES):
        return True
    return path.startswith(url)
