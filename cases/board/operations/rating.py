"""Rates kept by day (三率日统计): a day is counted again when something happened that may change
it, or a date passed unmet; each day by one sweep only, in one transaction.
"""

from datetime import date, datetime, timedelta
from typing import Final

from django.db import connection, transaction

from cases.board.models import Gathering, RateDay, RateFact
from cases.board.operations.gathering import stale_days
from cases.board.queries.rated import cells, passed

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
    wrong = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(day), max(day) FROM board_rateday WHERE NOT stale")
        first, last = cursor.fetchone()
    stale = set(RateDay.objects.filter(stale=True).values_list("day", flat=True))
    while first is not None and first <= last:
        until = min(last, first + timedelta(days=AT_ONCE - 1))
        now = {cell: many for cell, many in cells(first, until, at).items() if cell.day not in stale}
        rows = RateFact.objects.filter(day__range=(first, until)).exclude(day__in=stale)
        names = ("day", "division", "unit_id", "village_id", "rate", "told", "count")
        kept = {(d, v, u or 0, w or 0, r, t): many for d, v, u, w, r, t, many in
                rows.values_list(*names)}
        for key in sorted({*now, *kept}):
            if now.get(key, 0) != kept.get(key, 0):  # type: ignore[call-overload]
                told = dict(zip(("day", "division", "unit", "village", "rate", "told"), key,
                                strict=True))
                told |= {"recounted": now.get(key, 0), "kept": kept.get(key, 0)}  # type: ignore[call-overload]
                wrong.append({name: str(value) for name, value in told.items()})
        first = until + timedelta(days=1)
    return wrong
