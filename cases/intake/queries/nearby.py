"""What was filed nearby already (附近已有人报过): the same class of matter, close by, of late.

How near and how late are the town's own figures (report.near, report.recent). What a seat may not
open is number and state alone; what is kept secret (举报、检举控告) is not told of at all.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isfinite

from django.db.models import Case as Choice
from django.db.models import Exists, OuterRef, Q, QuerySet, Value, When

from cases.docket import access
from cases.docket.models import Case
from cases.docket.queries.rows import category_name, title_of
from cases.grid.datum import gcj02_to_wgs84, metres_apart
from cases.intake.models import Report
from cases.intake.queries.duplicates import box
from cases.intake.states import REPORT
from cases.intake.states.words import Stream
from cases.law.moves import Role
from cases.people.queries import Actor, town_day
from cases.rulebook.queries import Book, book
from cases.rulebook.queries.rules import RuleMissing

SHOWN, LOOKED_AT = 5, 60
_SECRET = (Stream.INFORMER.value, Stream.DISCIPLINE.value)


@dataclass(frozen=True)
class Spot:
    """Where and what is about to be filed: a point in degrees of `datum`, or a village's code."""

    category: str
    lng: float | None = None
    lat: float | None = None
    datum: str = "wgs84"
    village: str = ""


@dataclass(frozen=True)
class Near:
    """One report nearby; `url` and words only where the seat may open it."""

    number: str
    state_label: str
    closed: bool
    title: str = ""
    category_name: str = ""
    where: str = ""
    opened_at: datetime | None = None
    url: str = ""


def nearby(actor: Actor, spot: Spot, now: datetime) -> list[Near]:
    """What was filed of this class near this place in the town's last days, the nearest first."""
    point = _point(spot)
    if not spot.category or not (point or spot.village):
        return []
    rules = book()
    try:
        near = rules.figure("report.near", actor.division, town_day(now)).value
        days = rules.figure("report.recent", actor.division, town_day(now)).value
    except RuleMissing:
        return []
    rows = _rows(actor, spot, now - timedelta(days=days))
    rows = rows.filter(_around(point, near)) if point else rows.filter(village__code=spot.village)
    found = [(_metres(case, point), case) for case in rows[:LOOKED_AT]]
    close = [pair for pair in found if point is None or (pair[0] or 0) <= near]
    close.sort(key=lambda pair: (pair[1].closed_at is not None, pair[0] or 0, -pair[1].pk))
    return [_near(case, metres, rules) for metres, case in close[:SHOWN]]


def _rows(actor: Actor, spot: Spot, since: datetime) -> QuerySet[Case]:
    seen = Exists(access.visible(actor, Case.objects.filter(pk=OuterRef("pk"))))
    # A town's own code, 9 digits: the equality lets the index of classes give the rows.
    town = Q(division=actor.division)
    if len(actor.division) < 9:
        town = Q(division__startswith=actor.division)
    rows = Case.objects.defer("search", "words").filter(
        town,
        kind=REPORT.code,
        category=spot.category,
        opened_at__gte=since,
        number__isnull=False,
        erased_at=None,
    )
    told = Report.objects.filter(case=OuterRef("pk")).exclude(stream__in=_SECRET)
    rows = rows.annotate(seen=Choice(When(seen, then=Value(True)), default=Value(False)))
    if actor.role is Role.ENTERPRISE:
        rows = rows.filter(seen=True)  # what others report nearby is none of a firm's business
    rows = rows.filter(Q(seen=True) | Q(Exists(told), confidential=False))
    return rows.order_by("-opened_at", "-id")


def _point(spot: Spot) -> tuple[float, float] | None:
    if spot.lng is None or spot.lat is None:
        return None
    if not (isfinite(spot.lng) and isfinite(spot.lat)) or abs(spot.lat) > 85:
        return None
    if spot.datum == "gcj02":
        return gcj02_to_wgs84(spot.lng, spot.lat)
    return spot.lng, spot.lat


def _around(point: tuple[float, float], metres: int) -> Q:
    return box(*point, metres)


def _metres(case: Case, point: tuple[float, float] | None) -> float | None:
    if point is None or case.lng is None or case.lat is None:
        return None
    return metres_apart((case.lng, case.lat), point)


def _near(case: Case, metres: float | None, rules: Book) -> Near:
    state = REPORT.table.states.get(case.state, case.state)
    closed = case.closed_at is not None
    if not case.seen:  # type: ignore[attr-defined]
        return Near(number=str(case), state_label=state, closed=closed)
    return Near(
        number=str(case),
        state_label=state,
        closed=closed,
        title=title_of(case),
        category_name=category_name(case, rules),
        where=in_words(metres),
        opened_at=case.opened_at,
        url=f"/{REPORT.path}/{case.number}/",
    )


def in_words(metres: float | None) -> str:
    """A distance as a person says it: 就在这里, 约 60 米; without one, the same village."""
    if metres is None:
        return "同一村（社区）"
    if metres < 20:
        return "就在这里"
    return f"约 {round(metres / 10) * 10} 米"
