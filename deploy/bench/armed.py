"""Cases whose deadlines are armed (上了阶梯的期限), made in the database by the thousand.

What the benchmark and the drills of chasing start from: a report each, with one event, one owner
and one running deadline of the town's ladder. Everything is invented, but the dates are counted by
the rulebook and the chains hold, so the record verifies before and after.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import psycopg
from django.db import connection, transaction

from cases.docket import chain
from cases.docket.counted import snapshot_of
from cases.docket.seal import make_key, seal_facts
from cases.law.ladders import next_rung
from cases.law.moves import Role
from cases.law.terms import due
from cases.people.models import Post, Unit, UnitKind
from cases.people.queries import town_day
from cases.rulebook.queries import book
from deploy.bench.load_million import dress, strip

TERM, TOWN = "report.handle", "321183102"
TABLES = (
    *("docket_case", "docket_event", "docket_deadline", "docket_stake", "intake_report"),
    *("oversight_chase", "docket_outbox"),
)
MANY = 50_000  # from so many rows on indexes are built afterwards

# No row of the two has another's number: what stands in the text is replaced, nothing else.
_EVENTS = """
INSERT INTO docket_event (case_id, seq, verb, from_state, to_state, officer_id, unit_id, role,
    happened_at, recorded_at, text, previous, hash, digest, answer)
SELECT m.id, 1, 'file', '', 'ASSIGNED', %(filer)s, %(desk)s, 'desk', m.start_at, m.start_at, m.text,
    ''::bytea, sha256(convert_to(m.text, 'UTF8')), '', ''
FROM (SELECT g.id, s.start_at, replace(replace(replace(replace(%(text)s,
        '"case":0', '"case":' || g.id), '"unit":-1', '"unit":' || u.id),
        '@start', s.start_text), '@due', s.due_text) AS text
      FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS g(id)
      JOIN (SELECT DISTINCT wave, many FROM shape) w
        ON w.wave = CASE WHEN g.id %% %(every)s < %(waves)s THEN g.id %% %(every)s ELSE -1 END
      JOIN shape s ON s.wave = w.wave AND s.place = (g.id / %(every)s * 7919) %% w.many
      JOIN owing u ON u.place = g.id %% u.many) m
ORDER BY m.id
"""
_CASES = """
INSERT INTO docket_case (id, number, kind, state, division, unit_id, filer_unit_id, filer_id,
    category, variant, datum, outside, urgent, confidential, veiled, title, words, key_id,
    wrapped_key, opened_at, next_due, version, seq, head)
SELECT e.case_id, %(series)s || lpad(e.case_id::text, greatest(6, length(e.case_id::text)), '0'),
    'report', 'ASSIGNED',
    %(town)s, u.id, %(desk)s, %(filer)s, '0602', '', '', false, false, false, false, %(title)s,
    %(title)s, %(key_id)s, %(key)s, e.happened_at, s.due_at, 1, 1, e.hash
FROM docket_event e JOIN shape s ON s.start_at = e.happened_at
JOIN owing u ON u.place = e.case_id %% u.many
WHERE e.case_id BETWEEN %(first)s AND %(last)s
ORDER BY e.case_id
"""
_DEADLINES = """
INSERT INTO docket_deadline (case_id, term, occurrence, generation, unit_id, state, start_at,
    last_day, due_at, provisional, by_record, rule_version, calendar_version, snapshot, ladder,
    rung, colour, next_rung, next_rung_at)
SELECT c.id, %(term)s, 1, 1, c.unit_id, 'running', s.start_at, s.last_day, s.due_at, false, true,
    %(rule)s, %(calendar)s, %(snapshot)s, %(ladder)s, 0, '', s.rung, s.rung_at
FROM docket_case c JOIN shape s ON s.start_at = c.opened_at
WHERE c.id BETWEEN %(first)s AND %(last)s ORDER BY c.id
"""
_STAKES = """
INSERT INTO docket_stake (case_id, unit_id, why, since, next_due, opened_at)
SELECT id, unit_id, 'owner', opened_at, next_due, opened_at
FROM docket_case WHERE id BETWEEN %(first)s AND %(last)s ORDER BY id
"""
_REPORTS = """
INSERT INTO intake_report (case_id, source, stream, anonymous, received_at)
SELECT id, 'patrol', 'ordinary', false, opened_at
FROM docket_case WHERE id BETWEEN %(first)s AND %(last)s ORDER BY id
"""
_SERIES = """
INSERT INTO docket_series (division, series, year, last) VALUES (%(town)s, 'R', %(year)s, %(last)s)
ON CONFLICT (division, series, year) DO UPDATE SET last = greatest(docket_series.last, %(last)s)
"""


@dataclass(frozen=True)
class Ground:
    """Every way a deadline may lie: waves that come due one after the other, and the rest.

    `at[n]` is the instant at which all of wave n, and of those before, has a passed rung.
    """

    at: tuple[datetime, ...]
    shapes: tuple[tuple[Any, ...], ...]
    common: dict[str, Any]


def ground(now: datetime, waves: int) -> Ground:
    """Starts of two weeks before `now` in waves by their first rung; later ones lie in none."""
    rules, day = book(), town_day(now)
    rule, hours = rules.term(TERM, TOWN, day), rules.hours(TOWN, day)
    ladder = rules.ladder(rule.ladder, day, TOWN)
    early: list[tuple[Any, ...]] = []
    late: list[tuple[Any, ...]] = []
    for step in range(2 * 14 * 24 * 20):
        start = now - timedelta(days=14) + timedelta(minutes=3 * step, seconds=step % 60)
        ends = due(rule.term, start, rules.calendar, hours)
        armed = next_rung(ladder, 0, start, ends, rules.calendar, hours)
        if armed is None:
            raise SystemExit(f"ladder {rule.ladder} has no first rung by time")
        told = (start, ends.last_day, ends.due_at, *armed, chain.moment(start))
        (early if start < now else late).append((*told, chain.moment(ends.due_at)))
    early.sort(key=lambda row: row[4])
    size = len(early) // waves
    parts = [early[n * size : (n + 1) * size] for n in range(waves)]
    after = [row for row in late if row[4] > parts[-1][-1][4]]
    shapes = [
        (wave, place, len(rows), *row)
        for wave, rows in (*enumerate(parts), (-1, after))
        for place, row in enumerate(rows)
    ]
    counted: dict[str, Any] = {"rule": rule.version, "calendar": rules.calendar.version}
    counted |= {"snapshot": json.dumps(snapshot_of(rule, hours), ensure_ascii=False)}
    common = counted | {"term": TERM, "ladder": rule.ladder, "town": TOWN, "waves": waves}
    common |= {"year": day.year, "series": f"{TOWN}-R-{day.year}-"}
    return Ground(tuple(part[-1][4] for part in parts), tuple(shapes), common)


def load(found: Ground, first: int, last: int, every: int) -> None:
    """Make the cases `first` to `last`; of each `every` of them one lies in each wave."""
    desk = Post.objects.get(role=Role.DESK, unit__division=TOWN)
    key, wrapped, key_id = make_key()
    told = found.common | {"first": first, "last": last, "every": every}
    told |= {"desk": desk.unit_id, "filer": desk.officer_id, "key": wrapped, "key_id": key_id}
    told |= {"title": seal_facts(key, {"title": "演练：路灯不亮"}), "text": _text(desk)}
    with transaction.atomic(), connection.cursor() as cursor:
        raw: psycopg.Cursor[Any] = cursor.cursor
        kept = {}
        if last - first >= MANY:
            raw.execute("SET LOCAL maintenance_work_mem = '512MB'")
            kept = {table: strip(raw, table) for table in TABLES}
        _lay_out(raw, found.shapes)
        for order in (_EVENTS, _CASES, _DEADLINES, _STAKES, _REPORTS, _SERIES):
            raw.execute(order.encode(), told)
        for kind in (0, 1):
            for table, defined in kept.items():
                dress(raw, table, [row for row in defined if row[0] == kind])
        raw.execute(
            "SELECT setval(pg_get_serial_sequence('docket_case', 'id'), max(id)) FROM docket_case"
        )
        raw.execute("DROP TABLE shape, owing")


def empty() -> None:
    """Throw away the cases, and all that hangs on them, of a database that says it may."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database() LIKE '%bench%' OR NOT EXISTS"
                       " (SELECT FROM docket_case)")
        if not cursor.fetchone()[0]:
            raise SystemExit("the database holds cases; take another whose name says bench")
        cursor.execute("TRUNCATE docket_case, docket_series, docket_workitem CASCADE")


def _lay_out(raw: "psycopg.Cursor[Any]", shapes: Sequence[tuple[Any, ...]]) -> None:
    raw.execute(
        "CREATE TEMP TABLE shape (wave int, place int, many int, start_at timestamptz PRIMARY KEY,"
        " last_day date, due_at timestamptz, rung int, rung_at timestamptz, start_text text,"
        " due_text text)"
    )
    with raw.copy("COPY shape FROM STDIN") as copy:
        for row in shapes:
            copy.write_row(row)
    owing = Unit.objects.filter(division=TOWN, kind=UnitKind.VILLAGE).order_by("id")
    ids = list(owing.values_list("id", flat=True))
    raw.execute("CREATE TEMP TABLE owing (place int, id bigint, many int)")
    raw.execute(
        "INSERT INTO owing SELECT place - 1, id, %s"
        " FROM unnest(%s::bigint[]) WITH ORDINALITY AS o(id, place)",
        [len(ids), ids],
    )
    raw.execute("ANALYZE shape, owing")


def _text(desk: Post) -> str:
    """The text of the first event, with words in the place of what differs from case to case."""
    row = SimpleNamespace(
        kind="report", division=TOWN, state="ASSIGNED", category="0602", unit_id=-1,
        officer_id=None, filer_id=desk.officer_id, filer_unit_id=desk.unit_id, village_id=None,
        grid_id=None, urgent=False, confidential=False, opened_at=None, closed_at=None,
    )  # fmt: skip
    event = SimpleNamespace(
        case_id=0, part_id=None, seq=1, verb="file", from_state="", to_state="ASSIGNED",
        officer_id=desk.officer_id, unit_id=desk.unit_id, role="desk", happened_at=None,
        recorded_at=None, claimed_at=None, sealed=None, key=None, digest="",
    )  # fmt: skip
    starts = {"happened_at": "@start", "recorded_at": "@start"}
    told: dict[str, Any] = {"row": chain.row_of(row) | {"opened_at": "@start"}, "open": {}}
    told |= {"by": "bench", "recorded_for": "", "basis": "演练虚构数据", "quiet": True}
    told |= {"rules": {}, "deadlines": {f"{TERM}#1": ["@due", "running"]}}
    return chain.canonical(chain.heads(event) | starts | told)


