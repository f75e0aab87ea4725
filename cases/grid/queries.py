"""Point → grid (落点定格): which village and which grids a place belongs to.

On a shared border the lowest code wins, so that two phones never disagree. The index is kept in the
process and built anew when the newest `Change` of the grid slice is another one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from math import cos, isfinite, radians
from typing import Any, Final

import shapely
from django.db.models import Max, Q, QuerySet
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from cases.grid.datum import METRES_A_DEGREE, Datum, gcj02_to_wgs84
from cases.grid.models import Grid, GridKind, Village
from cases.law.moves import Refused, Why
from cases.rulebook.models import Change

# Two borders closer than this many degrees (about 1 mm) are one border.
_ON_BORDER = 1e-8

# What lies further from every village than this is a slip of the finger, not a place of the town.
FARTHEST_METRES = 50_000.0
CHINA: Final = (73.0, 3.0, 136.0, 54.0)


class PointRefused(Refused):
    """A point that cannot be a place of this division, with the sentence for its sender."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, why=Why.FACTS, fields={"place": sentence})


@dataclass(frozen=True)
class Located:
    """Where a point lies: `grid` is the dedicated grid when there is one, else the natural grid.

    `lng` and `lat` are WGS-84 whatever came in; `datum` says what came in. `outside`: in no
    village, then the nearest one is named and `metres` says how far; where no village has been
    entered at all, there is none to name.
    """

    lng: float
    lat: float
    datum: Datum
    village_id: int | None = None
    village_code: str = ""
    village_name: str = ""
    grid_id: int | None = None
    grid_code: str = ""
    grid_name: str = ""
    natural_id: int | None = None
    dedicated_id: int | None = None
    micro_id: int | None = None
    micro_code: str = ""
    outside: bool = False
    metres: int = 0


@dataclass(frozen=True)
class _Area:
    id: int
    code: str
    name: str
    kind: str
    village_id: int
    valid_from: date
    valid_to: date | None
    shape: BaseGeometry

    def holds(self, on: date | None) -> bool:
        if on is None:
            return self.valid_to is None
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


@dataclass(frozen=True)
class _Ground:
    stamp: int
    villages: dict[int, _Area]
    areas: list[_Area]
    tree: shapely.STRtree = field(repr=False)


_grounds: dict[str, _Ground] = {}


def stamp() -> int:
    """The id of the newest change of a grid or village; 0 when there was none."""
    newest = Change.objects.filter(slice="grid").aggregate(newest=Max("id"))["newest"]
    return newest or 0


def locate(
    lng: float,
    lat: float,
    datum: Datum | str,
    division: str,
    *,
    on: date | None = None,
    known: int | None = None,
) -> Located:
    """The village and grids of a point within a division (a town, or a county with all its towns).

    `on` is the day whose grids count (None: those without an end); `known` a `stamp()` the caller
    has read already, which spares the one query. PointRefused for a point outside China or more
    than 50 km from every village; ValueError for an unheard-of datum.
    """
    datum = Datum(datum)
    _refuse_nonsense(lng, lat)
    if datum is Datum.GCJ02:
        lng, lat = gcj02_to_wgs84(lng, lat)
    ground = _ground(division, stamp() if known is None else known)
    point = shapely.Point(lng, lat)
    hits = ground.tree.query(point, predicate="dwithin", distance=_ON_BORDER)
    here = sorted((ground.areas[i] for i in hits), key=lambda area: area.code)
    found = [area for area in here if area.holds(on)]
    if found:
        return _inside(lng, lat, datum, ground, found)
    return _nearest(lng, lat, datum, ground, on)


def villages_in(division: str, on: date) -> QuerySet[Village]:
    """The villages of a division on a day, by code."""
    return Village.objects.filter(_on(on), division__startswith=division).order_by("code")


def village_coded(code: str, division: str) -> int | None:
    """The id of the village of a code within a division as it stands; None for none."""
    rows = Village.objects.filter(code=code, division__startswith=division, valid_to=None)
    return rows.values_list("id", flat=True).first()


def grids_in(division: str, on: date, kind: str | None = None) -> QuerySet[Grid]:
    """The grids of a division on a day, by code: a town sees its own, the county all."""
    rows = Grid.objects.filter(_on(on), division__startswith=division).order_by("code")
    return rows.filter(kind=kind) if kind else rows


def _on(on: date) -> Q:
    return Q(valid_from__lte=on) & (Q(valid_to__isnull=True) | Q(valid_to__gt=on))


def _refuse_nonsense(lng: float, lat: float) -> None:
    west, south, east, north = CHINA
    if not (isfinite(lng) and isfinite(lat)):
        raise PointRefused("经纬度不是数字，请重新选点，或改选村（社区）。")
    if west <= lng <= east and south <= lat <= north:
        return
    if west <= lat <= east and south <= lng <= north:
        raise PointRefused("经度和纬度可能填反了，请先经度后纬度重新填写。")
    raise PointRefused("该点不在中国境内，请重新选点，或改选村（社区）。")


def _ground(division: str, newest: int) -> _Ground:
    known = _grounds.get(division)
    if known is None or known.stamp != newest:
        known = _grounds[division] = _survey(division, newest)
    return known


def _survey(division: str, newest: int) -> _Ground:
    columns = ("id", "code", "name", "valid_from", "valid_to", "boundary")
    villages = [
        _area(row, "village", row["id"])
        for row in Village.objects.filter(division__startswith=division).values(*columns)
    ]
    grids = [
        _area(row, row["kind"], row["village_id"])
        for row in Grid.objects.filter(division__startswith=division).values(
            *columns, "kind", "village_id"
        )
    ]
    areas = [*villages, *grids]
    tree = shapely.STRtree([area.shape for area in areas])
    return _Ground(newest, {area.id: area for area in villages}, areas, tree)


def _area(row: dict[str, Any], kind: str, village_id: int) -> _Area:
    drawn = shape(row["boundary"])
    shapely.prepare(drawn)
    return _Area(
        id=row["id"],
        code=row["code"],
        name=row["name"],
        kind=kind,
        village_id=village_id,
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        shape=drawn,
    )


def _inside(lng: float, lat: float, datum: Datum, ground: _Ground, found: list[_Area]) -> Located:
    natural = _first(found, GridKind.NATURAL)
    dedicated = _first(found, GridKind.DEDICATED)
    grid = dedicated or natural
    # Within one natural grid's border the micro-grid must be one of that grid's own.
    own = [a for a in found if natural is None or a.code.startswith(natural.code)]
    micro = _first(own, GridKind.MICRO)
    village = ground.villages.get(grid.village_id if grid else found[0].village_id)
    return Located(
        lng=lng,
        lat=lat,
        datum=datum,
        village_id=village.id if village else None,
        village_code=village.code if village else "",
        village_name=village.name if village else "",
        grid_id=grid.id if grid else None,
        grid_code=grid.code if grid else "",
        grid_name=grid.name if grid else "",
        natural_id=natural.id if natural else None,
        dedicated_id=dedicated.id if dedicated else None,
        micro_id=micro.id if micro else None,
        micro_code=micro.code if micro else "",
    )


def _first(found: Iterable[_Area], kind: str) -> _Area | None:
    return next((area for area in found if area.kind == kind), None)


def _nearest(lng: float, lat: float, datum: Datum, ground: _Ground, on: date | None) -> Located:
    villages = [area for area in ground.villages.values() if area.holds(on)]
    if not villages:
        return Located(lng=lng, lat=lat, datum=datum, outside=True)
    metres, _, village = min((_metres(lng, lat, v.shape), v.code, v) for v in villages)
    if metres > FARTHEST_METRES:
        raise PointRefused(
            f"该点距本辖区约{metres / 1000:.0f}公里，不在辖区内，请重新选点，或改选村（社区）。"
        )
    return Located(
        lng=lng,
        lat=lat,
        datum=datum,
        village_id=village.id,
        village_code=village.code,
        village_name=village.name,
        outside=True,
        metres=round(metres),
    )


def _metres(lng: float, lat: float, drawn: BaseGeometry) -> float:
    # A degree of longitude is shorter than one of latitude: flatten before measuring.
    width = cos(radians(lat))
    flat = shapely.transform(drawn, lambda corners: corners * [width, 1.0])
    return float(shapely.distance(flat, shapely.Point(lng * width, lat))) * METRES_A_DEGREE
