"""What events tell the boards (事件取数): one statement for a few events as they come, for all of
them counted again, and for the rows behind a number, so that the three cannot differ.

Only open facts are read, so an erased case goes on being counted.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from django.db import connection

from cases.board.states import (
    CALL_BACK,
    MATTER,
    REWORK,
    SOON_DAYS,
    Told,
    drafts,
    measures,
    verbs_of,
)
from cases.whistle.queries.approvals import REPORTED


class Key(NamedTuple):
    """What a day fact is counted by; 0 where there is no unit, no village."""

    day: Any
    division: str
    kind: str
    measure: str
    unit: int
    village: int
    category: str


PLACE: Final = ("day", "division", "unit", "village", "category")
SHAPE: Final = (
    *("kind", "of_part", "verb", "source", "target"),
    *("colour", "outcome", "first", "soon", "grown"),
)
# Where the system acted: whoever owes what it chased, else whoever then held the part, the case.
UNIT: Final = """coalesce(e.unit_id,
            CASE WHEN e.verb = 'chase'
                 THEN (told.owes->(told.facts->>'deadline')->>0)::bigint END,
            (told.held->>0)::bigint, (told.row->>'unit')::bigint, 0)"""
# The row is the case's as it stood after the event. Only what opens a case speaks of its category,
# only a failed check of how the case began, only what leaves an end of when that was.
EVENTS: Final = f"""
SELECT (e.happened_at AT TIME ZONE 'Asia/Shanghai')::date AS day,
       told.row->>'division' AS division,
       {UNIT} AS unit,
       coalesce((told.row->>'village')::bigint, 0) AS village,
       CASE WHEN e.part_id IS NULL AND (e.from_state = '' OR e.from_state = ANY(%(drafts)s))
            THEN coalesce(told.row->>'category', '') ELSE '' END AS category,
       told.row->>'kind' AS kind, e.part_id IS NOT NULL AS of_part, e.verb,
       e.from_state AS source, e.to_state AS target,
       CASE WHEN e.verb = 'chase' THEN coalesce(told.facts->>'colour', '') ELSE '' END AS colour,
       CASE WHEN e.verb = %(call_back)s THEN coalesce(told.facts->>'outcome', '')
            ELSE '' END AS outcome,
       CASE WHEN e.verb = %(rework)s THEN (
            SELECT f.verb FROM docket_event f WHERE f.case_id = e.case_id AND f.seq = 1)
            ELSE '' END AS first,
       CASE WHEN e.verb = ANY(%(reopens)s) THEN coalesce((
            SELECT e.happened_at - p.happened_at < %(soon)s * interval '1 day'
            FROM docket_event p
            WHERE p.case_id = e.case_id AND p.seq < e.seq AND p.part_id IS NULL
              AND p.to_state = e.from_state AND p.from_state <> p.to_state
            ORDER BY p.seq DESC LIMIT 1), false) ELSE false END AS soon,
       CASE WHEN e.part_id IS NULL AND (e.from_state = '' OR e.from_state = ANY(%(drafts)s))
            THEN EXISTS (SELECT FROM docket_link l
                WHERE l.child_id = e.case_id AND l.why = %(whistled)s)
            ELSE false END AS grown
"""
FROM: Final = """
FROM docket_event e
CROSS JOIN LATERAL (
    SELECT t.j->'row' AS row, t.j->'open' AS facts, t.j->'held' AS held, t.j->'owes' AS owes
    FROM (SELECT e.text::jsonb AS j OFFSET 0) t
) told
"""


def values() -> dict[str, Any]:
    """What the statement asks of the tables of moves."""
    return {
        "drafts": drafts(),
        "reopens": verbs_of("reopened"),
        "call_back": CALL_BACK,
        "rework": REWORK,
        "soon": SOON_DAYS,
        "whistled": REPORTED,
    }


def told_by(places: Sequence[tuple[int, int]]) -> Iterator[Key]:
    """The keys that some events count for, given as (case, seq) each."""
    order = f"{EVENTS}{FROM} JOIN unnest(%(cases)s::bigint[], %(seqs)s::int[]) AS g(case_id, seq)"
    order += " ON e.case_id = g.case_id AND e.seq = g.seq"
    given = {"cases": [case for case, _ in places], "seqs": [seq for _, seq in places]}
    with connection.cursor() as cursor:
        cursor.execute(order, values() | given)
        names = [column[0] for column in cursor.description]
        for row in cursor.fetchall():
            yield from keys_of(dict(zip(names, row, strict=True)))


def keys_of(row: Mapping[str, Any]) -> Iterator[Key]:
    """The keys one told row counts for."""
    for measure in measures(shape_of(row)):
        yield key_of(row, measure)


def key_of(row: Mapping[str, Any], measure: str) -> Key:
    """The key of a told row for one of its measures: a matter has no unit, the rest no category."""
    matter = measure == MATTER
    return Key(
        day=row["day"],
        division=row["division"],
        kind=row["kind"],
        measure=measure,
        unit=0 if matter else row["unit"],
        village=row["village"],
        category=row["category"] if matter else "",
    )


def shape_of(row: Mapping[str, Any]) -> Told:
    """The part of a told row that the measures follow from."""
    return Told(**{name: row[name] for name in SHAPE})


def waiting() -> int:
    """How many events are not yet counted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM docket_outbox WHERE reader = %s AND taken_at IS NULL", [READER]
        )
        found: int = cursor.fetchone()[0]
    return found


READER: Final = "facts"
