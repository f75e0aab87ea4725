"""What whoever files sees first (上报前): what is often filed, a title."""

from collections import Counter
from datetime import datetime

from cases.docket.models import Case
from cases.grid.queries import Located, PointRefused, locate
from cases.intake.states import REPORT
from cases.people.queries import Actor, town_day
from cases.rulebook.queries import Book
from cases.rulebook.queries.rules import RuleCategory

USUAL = 6
OWN_LAST, TOWN_LAST = 60, 300
# Where nothing was filed yet; town default, in the order of a village's everyday.
FIRST_DAY = ("0301", "0602", "0601", "0304", "0101", "0901")


def groups(
    rules: Book, division: str, now: datetime, *, own: bool = False
) -> list[tuple[str, list[RuleCategory]]]:
    """The classes in force today under their heads; `own`: only what may be put right on the
    spot.
    """
    found = rules.categories("grid", town_day(now), division)
    heads = {c.code: c.name for c in found if c.level == 1}
    classes: dict[str, list[RuleCategory]] = {}
    for c in found:
        if c.level == 2 and (not own or "S" in c.flags):
            classes.setdefault(heads.get(c.parent_code, "其他"), []).append(c)
    return list(classes.items())


def usual(actor: Actor, able: dict[str, RuleCategory]) -> list[RuleCategory]:
    """The six classes a seat files most, filled up with the town's; `able` are those in force."""
    reports = Case.objects.filter(kind=REPORT.code)
    own = reports.filter(filer_id=actor.holder_id).order_by("-opened_at", "-id")
    found = _common(own.values_list("category", flat=True)[:OWN_LAST], able)
    if len(found) < USUAL:
        rows = reports.filter(division=actor.division).order_by("-opened_at", "-id")
        found += _common(rows.values_list("category", flat=True)[:TOWN_LAST], able)
    codes = dict.fromkeys([*found, *(code for code in FIRST_DAY if code in able), *able])
    return [able[code] for code in list(codes)[:USUAL]]


def suggested_title(rules: Book, division: str, code: str, place: str, now: datetime) -> str:
    """A title from the class and the place: 示范东村路灯不亮."""
    found = {c.code: c.name for c in rules.categories("grid", town_day(now), division)}
    return f"{place}{found.get(code, '')}"


def place_of(lng: float | None, lat: float | None, datum: str, division: str) -> Located | None:
    """Where a point lies, None where it cannot be a place of the division."""
    if lng is None or lat is None:
        return None
    try:
        return locate(lng, lat, datum or "wgs84", division)
    except (PointRefused, ValueError):
        return None


def _common(codes: object, able: dict[str, RuleCategory]) -> list[str]:
    counted = Counter(code for code in codes if code in able)  # type: ignore[attr-defined]
    return [code for code, _ in counted.most_common(USUAL)]
