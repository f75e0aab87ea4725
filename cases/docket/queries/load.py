"""What a unit has in hand (本单位): how much runs, is due this week, is late, and with whom.

For the unit itself to share its work out. In the order of names; nobody is ranked or scored
(国办函〔2026〕12号).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from cases.docket import access
from cases.docket.models import Case
from cases.docket.queries.choices import officers_of
from cases.docket.queries.filters import NOBODY
from cases.docket.queries.narrow import week_ends
from cases.docket.queries.views import units_of
from cases.law.moves import Role
from cases.people.models import Unit
from cases.people.queries import Actor, town_day

# Seats that answer for a unit and may see how its work lies.
SEATS = frozenset(
    {
        *(Role.VILLAGE, Role.DEPT_OFFICER, Role.DEPT_LEAD, Role.DESK, Role.DUTY),
        *(Role.LEADER, Role.HEAD_OF_ORGAN),
    }
)


@dataclass(frozen=True)
class Load:
    """What lies with one officer, with nobody yet, or with a unit below; each number opens rows."""

    name: str
    running: int
    week: int
    late: int
    url: str


@dataclass(frozen=True)
class UnitLoad:
    """A unit's work: by officer, and by the units under it."""

    unit: str
    officers: list[Load]
    below: list[Load]


def with_unit(actor: Actor) -> bool:
    """Whether a seat may see how the work of its unit lies."""
    return actor.role in SEATS


def unit_load(actor: Actor, now: datetime) -> UnitLoad:
    """The work of a seat's unit, in the order of names, and of the units below in theirs."""
    seen = access.visible(actor, units=units_of(actor)).filter(closed_at=None)
    own = seen.filter(Q(unit_id=actor.unit_id))
    counts = {row["officer"]: row for row in _counted(own, now, "officer", "officer__name")}
    people = dict(officers_of(actor.unit_id, town_day(now)))
    # Whoever has left and still holds something is shown, or nobody would take it over.
    left = {pk: row["officer__name"] for pk, row in counts.items() if pk and pk not in people}
    named = [*people.items(), *((pk, f"{name}（已不在岗）") for pk, name in left.items())]
    officers = [_load(name, counts.get(pk), f"view=unit&who={pk}") for pk, name in named]
    nobody = _load("未指定", counts.get(None), f"view=unit&who={NOBODY}")
    return UnitLoad(actor.unit_name, [*officers, nobody], _below(seen, actor, now))


def _below(seen: QuerySet[Case], actor: Actor, now: datetime) -> list[Load]:
    under = Unit.objects.filter(path__startswith=actor.unit_path or "-", closed_on=None)
    units = under.exclude(Q(pk=actor.unit_id)).order_by("kind", "code")
    listed = list(units.values_list("id", "code", "short_name"))
    if not listed:
        return []
    rows = seen.filter(unit__in=[pk for pk, _, _ in listed])
    counts = {row["unit"]: row for row in _counted(rows, now, "unit")}
    return [_load(name, counts.get(pk), f"view=unit&unit={code}") for pk, code, name in listed]


def _counted(rows: QuerySet[Case], now: datetime, *by: str) -> Any:
    week = Q(next_due__gt=now, next_due__lte=week_ends(now))
    return (
        rows.order_by()
        .values(*by)
        .annotate(
            running=Count("pk"),
            week=Count("pk", filter=week),
            late=Count("pk", filter=Q(next_due__lte=now)),
        )
    )


def _load(name: str, row: dict[str, Any] | None, query: str) -> Load:
    told = row or {"running": 0, "week": 0, "late": 0}
    return Load(name, told["running"], told["week"], told["late"], f"/cases/?{query}")
