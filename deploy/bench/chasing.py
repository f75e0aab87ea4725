"""One sweep of the chase beside the bare SQL that writes the same rows (催办巡查).

Run from the root on a database of its own named by `DATABASE_URL`, with "bench" in its name, after
`manage.py migrate`, `load_seeds` and `demo_town`:
`.venv/bin/python -m deploy.bench chasing [--due 10000] [--rounds 3] [--not-due 10000 100000 ...]`.
What is in the record is thrown away first. For each size, sweep and statement take turns on waves
of the same size, so that neither has the warmer memory. Prints one JSON object: rows, seconds of
each turn, and the ratio of the medians; `busy_ratio` compares the processor seconds of sweep and
database, which others at work on the machine do not lengthen.
"""

import argparse
import cProfile
import json
import os
import pstats
import statistics
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from django.db import connection
from django.utils import timezone

from cases.docket import kinds
from cases.docket.models import Deadline, Event
from cases.oversight.models import Chase
from cases.oversight.operations.chasing import chase
from deploy.bench.armed import Ground, empty, ground, load

NOT_DUE = (10_000, 100_000, 1_000_000)
# The same rows in one statement: deadline, chase, event, case head, outbox; no rule is asked.
_BARE = """
WITH found AS MATERIALIZED (
    SELECT d.id, d.case_id, d.generation, d.unit_id, d.next_rung_at, c.seq, c.head, c.division,
           c.state
    FROM docket_deadline d JOIN docket_case c ON c.id = d.case_id
    WHERE d.state = 'running' AND d.next_rung_at <= %(at)s
    ORDER BY d.next_rung_at, d.id FOR UPDATE OF c SKIP LOCKED
), deadlines AS (
    UPDATE docket_deadline d SET rung = 1, colour = 'blue', next_rung = 2, next_rung_at = %(next)s
    FROM found f WHERE d.id = f.id
), chases AS (
    INSERT INTO oversight_chase (deadline_id, case_id, rung, generation, colour, paper, unit_id,
        division, seq, rung_at, at, late_by)
    SELECT id, case_id, 1, generation, 'blue', '提醒', unit_id, division, seq + 1, next_rung_at,
        %(at)s, 0 FROM found
), events AS (
    INSERT INTO docket_event (case_id, seq, verb, from_state, to_state, role, happened_at,
        recorded_at, text, previous, hash, digest, answer)
    SELECT case_id, seq + 1, 'chase', state, state, 'system', %(at)s, clock_timestamp(), %(text)s,
        head, sha256(head || convert_to(%(text)s, 'UTF8')), '', '' FROM found
), letters AS (
    INSERT INTO docket_outbox (reader, case_id, seq)
    SELECT r, case_id, seq + 1 FROM found, unnest(%(readers)s::text[]) AS r
)
UPDATE docket_case c SET seq = c.seq + 1, head = sha256(f.head || convert_to(%(text)s, 'UTF8'))
FROM found f WHERE c.id = f.case_id
"""
_TABLES = ("docket_case", "docket_deadline", "docket_event", "docket_outbox", "oversight_chase")


@dataclass
class Took:
    """How long a turn took, and how much of the processors."""

    seconds: float = 0.0
    busy: float = 0.0


def main() -> None:
    """Load each size, let the two take turns, and print what they took."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--due", type=int, default=10_000)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--not-due", type=int, nargs="+", default=list(NOT_DUE))
    asked.add_argument("--profile", action="store_true", help="of the last sweep, on stderr")
    options = asked.parse_args()
    for reader in ("notice", "facts"):  # who reads the record in a town at work
        kinds.register_reader(reader, quiet=False)
    found = ground(timezone.now(), 2 * options.rounds)
    sizes = [_size(found, many, options) for many in options.not_due]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('fsync'), version()")
        fsync, version = cursor.fetchone()
    told = {"due": options.due, "database": version.split(" on ")[0], "fsync": fsync}
    told |= {"load": os.getloadavg(), "cores": os.cpu_count(), "sizes": sizes}
    print(json.dumps(told, ensure_ascii=False, indent=1))


def _size(found: Ground, not_due: int, options: argparse.Namespace) -> dict[str, Any]:
    every = len(found.at) + max(1, not_due // options.due)
    began = perf_counter()
    empty()
    load(found, 1, options.due * every, every)
    _settle()
    loaded = perf_counter() - began
    sweeps: list[Took] = []
    bares: list[Took] = []
    for turn in range(0, len(found.at), 2):
        last = turn + 2 == len(found.at)
        sweeps.append(_sweep(found.at[turn], options.due, profile=options.profile and last))
        _settle()
        bares.append(_bare(found.at[turn + 1], options.due))
        _settle()
    own, bare = _median(sweeps), _median(bares)
    print(f"{not_due}: {own} / {bare}", file=sys.stderr)
    told: dict[str, Any] = {"not_due": not_due, "deadlines": Deadline.objects.count()}
    told |= {"chases": Chase.objects.count(), "load_seconds": round(loaded, 1)}
    told |= {"sweep_seconds": [t.seconds for t in sweeps]}
    told |= {"bare_seconds": [t.seconds for t in bares]}
    told |= {"sweep_busy": [t.busy for t in sweeps], "bare_busy": [t.busy for t in bares]}
    told |= {"ratio": round(own.seconds / bare.seconds, 2)}
    told |= {"busy_ratio": round(own.busy / bare.busy, 2)}
    return told | {"rungs_per_second": int(options.due / own.seconds)}


def _sweep(at: datetime, due: int, *, profile: bool) -> Took:
    watch = cProfile.Profile(process_time) if profile else None
    with _timed() as took:
        done = watch.runcall(chase, at) if watch else chase(at)
    if watch:
        pstats.Stats(watch, stream=sys.stderr).sort_stats("cumulative").print_stats(45)
        pstats.Stats(watch, stream=sys.stderr).sort_stats("tottime").print_stats(30)
    if (done.due, done.fired) != (due, due):
        raise SystemExit(f"not {due} rungs fired: {done}")
    return took


def _bare(at: datetime, due: int) -> Took:
    text = Event.objects.filter(verb="chase").order_by("-id").values_list("text", flat=True)[0]
    told: dict[str, Any] = {"at": at, "next": at + timedelta(days=1), "text": text}
    told |= {"readers": kinds.readers(quiet=False)}
    before = Chase.objects.count()
    with connection.cursor() as cursor, _timed() as took:
        cursor.execute(_BARE, told)
    if (written := Chase.objects.count() - before) != due:
        raise SystemExit(f"not {due} rows written: {written}")
    return took


@contextmanager
def _timed() -> Iterator[Took]:
    """How long it takes, and the processor seconds of this program and its database connection."""
    took, before, began = Took(), _busy(), perf_counter()
    yield took
    took.seconds, took.busy = round(perf_counter() - began, 3), round(_busy() - before, 3)


def _busy() -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        server = Path("/proc") / str(cursor.fetchone()[0]) / "stat"
    mine = process_time()
    if not server.exists():  # a database on another machine
        return mine
    fields = server.read_text().rpartition(")")[2].split()
    return mine + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _median(turns: Sequence[Took]) -> Took:
    seconds = statistics.median(turn.seconds for turn in turns)
    return Took(seconds, statistics.median(turn.busy for turn in turns))


def _settle() -> None:
    """What has fired is due no more, and what the turn before left is swept up."""
    Deadline.objects.filter(rung__gt=0).exclude(next_rung_at=None).update(next_rung_at=None)
    with connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(f"VACUUM (ANALYZE) {table}")
