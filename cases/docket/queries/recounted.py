"""How many deadlines a change of the rules would touch (影响期限数): numbers only, no case named,
for whoever keeps the rules sees no case (三员分立).
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q

from cases.docket.models import Deadline, DeadlineState
from cases.people.queries import TOWN_TIME

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Touched:
    """Deadlines still running, and those of them that run over one of the days."""

    running: int
    crossing: int


def touched(days: Collection[date]) -> Touched:
    """How many running deadlines would be counted again, and how many run over these days."""
    rows = Deadline.objects.filter(state=DeadlineState.RUNNING)
    over = Q(pk__in=[])
    for first, last in _runs(days):
        after = datetime.combine(last + _DAY, time(), TOWN_TIME)
        over |= Q(start_at__lt=after, last_day__gte=first)
    crossing = rows.filter(over).count() if days else 0
    return Touched(rows.count(), crossing)


def counted_by(version: str) -> int:
    """How many deadlines of any state were counted by a rule."""
    return Deadline.objects.filter(rule_version=version).count()


def _runs(days: Collection[date]) -> Iterator[tuple[date, date]]:
    """The days as runs of days in a row."""
    first = last = None
    for day in sorted(days):
        if first is not None and last is not None and day - last > _DAY:
            yield first, last
            first = None
        first, last = first or day, day
    if first is not None and last is not None:
        yield first, last
