"""Where it happened (事发地点): a point, a village, a town, checked before a case is opened."""

from dataclasses import dataclass

from cases.docket.record import Moment
from cases.grid.queries import Located, PointRefused, locate, village_coded
from cases.law.moves import Refused, Why
from cases.people.models import UnitKind
from cases.people.queries import town_day


@dataclass(frozen=True)
class Point:
    """A point as it came in: degrees in a datum (wgs84 or gcj02); one of the two may be missing."""

    lng: float | None
    lat: float | None
    datum: str = "wgs84"


def located(point: Point, division: str, moment: Moment) -> Located | None:
    """The village and grids of a point; None without one, Refused for one that cannot be."""
    if point.lng is None and point.lat is None:
        return None
    if point.lng is None or point.lat is None:
        raise _wrong("lng", "经度和纬度要么都填，要么都不填。")
    day = town_day(moment.now)
    try:
        return locate(
            point.lng, point.lat, point.datum, division, on=day, known=moment.grids
        )
    except PointRefused as wrong:
        raise _wrong("lng", wrong.sentence) from wrong


def village_of(code: str, division: str, moment: Moment) -> int | None:
    """The village a person named by its code; None without one, Refused for one elsewhere."""
    if not code:
        return None
    village = village_coded(code, division)
    if village is None:
        raise _wrong("village", "没有这个村（社区），请重新选择。")
    return village


def town_of(division: str, moment: Moment) -> str:
    """The town a report belongs to; Refused where the division is no town."""
    units = moment.directory.units.values()
    if any(u.kind == UnitKind.TOWN and u.division == division for u in units):
        return division
    raise _wrong("division", "请选择事发的镇（街道）。")


def _wrong(field: str, words: str) -> Refused:
    return Refused(words, why=Why.FACTS, fields={field: words})
