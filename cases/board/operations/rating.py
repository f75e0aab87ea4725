"""Rates kept by day (三率日统计): a day is counted again when something happened that may change
it, or a date passed unmet; each day by one sweep only, in one transaction.
"""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Max, Min

from cases.board.models import Gathering, RateDay, RateFact
from cases.board.operations.gathering import stale_days
from cases.board.queries.rated import Cell, cells, passed

AT_ONCE: Final = 31  # days a transaction
MOST: Final = 400  # days a round


def rate_days(at: datetime, *, limit: int = MOST) -> int:
    """Count the rates of the days that wait for it (三率重算), newest first; how many days.

    Safe to run twice, and at once by many.
    """
    known = Gathering.objects.filter(pk=1).first()
    if known is None:
        return 0
    stale_days(passed(known.rated_at or at - timedelta(days=1), at))
    done = 0
    while done < limit:
        with transaction.atomic():
            days = _some(min(AT_ONCE, limit - done))
            for day in days:
                _count(day, at)
        done += len(days)
        if not days:
            break
    if done < limit:  # what is left waits for the next round, and says so
        Gathering.objects.filter(pk=1).update(rated_at=at)
    return done


def _some(most: int) -> list[date]:
    waiting = RateDay.objects.filter(stale=True).order_by("-day")
    rows = waiting.select_for_update(skip_locked=True, of=("self",))[:most]
    return [row.day for row in rows]


def _count(day: date, at: datetime) -> None:
    RateFact.objects.filter(day=day).delete()
    found = cells(day, day, at)
    RateFact.objects.bulk_create(
        RateFact(
            day=cell.day,
            division=cell.division,
            unit_id=cell.unit or None,
            village_id=cell.village or None,
            rate=cell.rate,
            told=cell.told,
            count=count,
        )
        for cell, count in found.items()
    )
    RateDay.objects.filter(day=day).update(stale=False, counted_at=at)


def differing_days(at: datetime) -> list[dict[str, str]]:
    """The counted days whose rates come out otherwise today, day by day; nothing is changed."""
    days = RateDay.objects.filter(stale=False)
    ends = days.aggregate(first=Min("day"), last=Max("day"))
    first, last = ends["first"], ends["last"]
    stale = set(RateDay.objects.filter(stale=True).values_list("day", flat=True))
    wrong = []
    while first is not None and first <= last:
        until = min(last, first + timedelta(days=AT_ONCE - 1))
        now, kept = cells(first, until, at), _kept(first, until)
        wrong += [
            {name: str(value) for name, value in cell._asdict().items()}
            | {"recounted": str(now[cell]), "kept": str(kept[cell])}
            for cell in sorted({*now, *kept})
            if now[cell] != kept[cell] and cell.day not in stale
        ]
        first = until + timedelta(days=1)
    return wrong


def _kept(first: date, until: date) -> Counter[Cell]:
    rows = RateFact.objects.filter(day__range=(first, until))
    names = ("day", "division", "unit_id", "village_id", "rate", "told", "count")
    return Counter(
        {
            Cell(day, division, unit or 0, village or 0, rate, told): many
            for day, division, unit, village, rate, told, many in rows.values_list(*names)
        }
    )
