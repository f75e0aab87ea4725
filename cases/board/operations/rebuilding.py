"""Counting everything again (重新统计、核对): from the events, in one statement, with what waits
in the outbox marked as counted by the same statement.

One statement sees one state of the record: an event is either in it, and its waiting row is taken,
or it comes later and waits. Rounds of gathering are kept out by a lock of the database's.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction

from cases.board.models import DayFact, Gathering
from cases.board.queries.telling import EVENTS, FROM, READER, SHAPE, shape_of, values
from cases.board.states import MATTER, measures

_LOCK: Final = 7_210_183_102  # any number that is nobody else's
MOST: Final = 200  # differences told
_TABLE: Final = """
CREATE TEMP TABLE board_told ON COMMIT DROP AS
SELECT *, 0::bigint AS many FROM ({events} {source} LIMIT 0) none
"""
_TELL: Final = """
INSERT INTO board_told SELECT *, count(*) FROM ({events} {source} {only}) told
GROUP BY {columns}
"""
_TAKEN: Final = """
WITH taken AS (
    UPDATE docket_outbox SET taken_at = %(at)s WHERE reader = %(reader)s AND taken_at IS NULL
)
"""
_COUNTED: Final = """
WHERE NOT EXISTS (SELECT FROM docket_outbox o WHERE o.reader = %(reader)s
    AND o.case_id = e.case_id AND o.seq = e.seq AND o.taken_at IS NULL)
"""
_COLUMNS: Final = (
    *("day", "division", "unit", "village", "category"),
    *SHAPE,
)
_FACTS: Final = f"""
SELECT t.day, t.division, t.kind, s.measure,
       CASE WHEN s.measure = %(matter)s THEN 0 ELSE t.unit END AS unit, t.village,
       CASE WHEN s.measure = %(matter)s THEN t.category ELSE '' END AS category,
       sum(t.many)::int AS count
FROM board_told t JOIN board_shape s USING ({", ".join(SHAPE)})
GROUP BY 1, 2, 3, 4, 5, 6, 7
"""
_DIFFERENCES: Final = """
SELECT coalesce(r.day, f.day), coalesce(r.division, f.division), coalesce(r.kind, f.kind),
       coalesce(r.measure, f.measure), coalesce(r.unit, f.unit), coalesce(r.village, f.village),
       coalesce(r.category, f.category), coalesce(r.count, 0), coalesce(f.count, 0)
FROM ({facts}) r FULL JOIN (
    SELECT day, division, kind, measure, coalesce(unit_id, 0) AS unit,
           coalesce(village_id, 0) AS village, category, count FROM board_dayfact
) f USING (day, division, kind, measure, unit, village, category)
WHERE r.count IS DISTINCT FROM f.count
ORDER BY 1, 2, 3, 4, 5, 6, 7 LIMIT {most}
"""


@dataclass(frozen=True)
class Checked:
    """What a recount found: how often each measure was counted, and every difference."""

    measures: dict[str, int] = field(default_factory=dict)
    differences: list[dict[str, Any]] = field(default_factory=list)


def may_gather() -> bool:
    """Whether a round may run: not while everything is being counted again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock_shared(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])


def rebuild(at: datetime, *, first: bool = False) -> int:
    """Throw the day facts away and count every event again; how many facts there are.

    `first`: only where nobody has counted yet. All or nothing.
    """
    with transaction.atomic():
        _alone()
        if first and Gathering.objects.exists():
            return 0
        _tell(taken=True, at=at)
        DayFact.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO board_dayfact (day, division, kind, measure, unit_id, village_id,"
                " category, count) SELECT day, division, kind, measure, nullif(unit, 0),"
                f" nullif(village, 0), category, count FROM ({_FACTS}) facts",
                {"matter": MATTER},
            )
            made: int = cursor.rowcount
            cursor.execute(_ALL_STALE)
        Gathering.objects.update_or_create(
            pk=1, defaults={"counted_at": at}, create_defaults={"since": at, "counted_at": at}
        )
        _forget()
    return made


_ALL_STALE: Final = """
INSERT INTO board_rateday (day, stale)
SELECT DISTINCT (opened_at AT TIME ZONE 'Asia/Shanghai')::date, true FROM (
    SELECT opened_at FROM docket_case WHERE number IS NOT NULL
    UNION ALL SELECT opened_at FROM docket_part
) days ORDER BY 1
ON CONFLICT (day) DO UPDATE SET stale = true
"""


def check() -> Checked:
    """Count every counted event again and compare; nothing is changed.

    Events that wait are in neither; rounds wait until the comparison is done.
    """
    with transaction.atomic():
        _alone()
        _tell(taken=False)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT measure, sum(count)::int FROM ({_FACTS}) facts GROUP BY 1 ORDER BY 1",
                {"matter": MATTER},
            )
            counted = dict(cursor.fetchall())
            cursor.execute(
                _DIFFERENCES.format(facts=_FACTS, most=MOST),
                {"matter": MATTER},
            )
            names = (*("day", "division", "kind", "measure", "unit", "village", "category"),)
            found = [
                dict(zip((*names, "recounted", "kept"), row, strict=True)) | {"day": str(row[0])}
                for row in cursor.fetchall()
            ]
        _forget()
    return Checked(counted, found)


def _alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _tell(*, taken: bool, at: datetime | None = None) -> None:
    """All events as the boards are told of them, grouped, in a table of this transaction's."""
    given = values() | {"at": at, "reader": READER}
    tell = _TELL.format(
        events=EVENTS, source=FROM, only="" if taken else _COUNTED, columns=", ".join(_COLUMNS)
    )
    with connection.cursor() as cursor:
        cursor.execute(_TABLE.format(events=EVENTS, source=FROM), given)
        cursor.execute((_TAKEN if taken else "") + tell, given)
        cursor.execute(f"SELECT DISTINCT {', '.join(SHAPE)} FROM board_told")
        shapes = [dict(zip(SHAPE, row, strict=True)) for row in cursor.fetchall()]
        rows = [[*shape.values(), name] for shape in shapes for name in measures(shape_of(shape))]
        cursor.execute(
            "CREATE TEMP TABLE board_shape ON COMMIT DROP AS"
            f" SELECT {', '.join(SHAPE)}, ''::text AS measure FROM board_told LIMIT 0"
        )
        places = ", ".join(["%s"] * (len(SHAPE) + 1))
        cursor.executemany(f"INSERT INTO board_shape VALUES ({places})", rows)
        cursor.execute("ANALYZE board_told")


def _forget() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE board_told, board_shape")
