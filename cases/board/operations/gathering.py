"""Day facts kept from the outbox (日统计归集): each event counts once, whoever gathers.

A round takes waiting rows and adds to the facts in one transaction: what was not written waits
again. Rows are added in the order of their keys, so that rounds at one moment wait for each other
and never in a circle. Counting everything again (`rebuilding`) keeps rounds out meanwhile.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from django.db import connection, transaction

from cases.board.models import Gathering
from cases.board.operations.rebuilding import may_gather, rebuild
from cases.board.queries.telling import READER, Key, told_by
from cases.docket.operations.outbox import take_waiting

A_TIME: Final = 500  # events a transaction
_ADD: Final = """
INSERT INTO board_dayfact (day, division, kind, measure, unit_id, village_id, category, count)
SELECT day, division, kind, measure, nullif(unit, 0), nullif(village, 0), category, count
FROM unnest(%s::date[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[],
    %s::text[], %s::int[]) AS g(day, division, kind, measure, unit, village, category, count)
ORDER BY day, division, kind, measure, unit, village, category
ON CONFLICT (day, division, kind, measure, unit_id, village_id, category)
DO UPDATE SET count = board_dayfact.count + excluded.count
"""
# What an event may change the rates of: the days its case, the departments called in it, and the
# matter it was whistled for came up. An update, not a nothing: it waits for a count under way.
_STALE: Final = """
INSERT INTO board_rateday (day, stale)
SELECT day, true FROM (
    SELECT (opened_at AT TIME ZONE 'Asia/Shanghai')::date AS day FROM docket_case
        WHERE id = ANY(%(cases)s)
    UNION SELECT (opened_at AT TIME ZONE 'Asia/Shanghai')::date FROM docket_part
        WHERE case_id = ANY(%(cases)s)
    UNION SELECT (c.opened_at AT TIME ZONE 'Asia/Shanghai')::date FROM docket_link l
        JOIN docket_case c ON c.id = l.parent_id WHERE l.child_id = ANY(%(cases)s)
) days ORDER BY day
ON CONFLICT (day) DO UPDATE SET stale = true
"""


def gather(at: datetime, *, limit: int | None = None) -> int:
    """Count every event that waits (归集); how many were counted. Safe to run twice, and at once.

    On a record that was never counted it counts all of it first, once.
    """
    if not Gathering.objects.exists():
        rebuild(at, first=True)
    done = 0
    while limit is None or done < limit:
        taken = _round(at, A_TIME if limit is None else min(A_TIME, limit - done))
        done += taken
        if not taken:
            break
    return done


def _round(at: datetime, size: int) -> int:
    with transaction.atomic():
        if not may_gather():
            return 0
        rows = take_waiting(READER, size, at)
        if rows:
            add(Counter(told_by([(row.case_id, row.seq) for row in rows])))
            _mark({row.case_id for row in rows})
        Gathering.objects.filter(pk=1, counted_at__lt=at).update(counted_at=at)
    return len(rows)


def add(found: Mapping[Key, int]) -> None:
    """Add to the day facts, in the order of their keys; inside the caller's transaction."""
    if not found:
        return
    columns = list(zip(*sorted(found), strict=True))
    with connection.cursor() as cursor:
        counts = [found[key] for key in sorted(found)]
        cursor.execute(_ADD, [*map(list, columns), counts])


def _mark(cases: set[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_STALE, {"cases": sorted(cases)})


def stale_days(days: set[date]) -> None:
    """Have the rates of some days counted again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO board_rateday (day, stale)"
            " SELECT day, true FROM unnest(%s::date[]) AS g(day) ORDER BY day"
            " ON CONFLICT (day) DO UPDATE SET stale = true",
            [sorted(days)],
        )
