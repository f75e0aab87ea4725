"""Fills a database with a million invented cases by COPY, for the other benchmarks.

Run from the root, on a database of its own named by `DATABASE_URL`, after `manage.py migrate`,
`load_seeds` and `demo_town`: `.venv/bin/python -m deploy.bench load_million [--cases 1000000]`.
It refuses a database that holds cases, unless "bench" stands in its name: there what is in the
record is thrown away first. Prints one JSON object of rows and seconds.
"""

import argparse
import json
import os
import sys
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from time import perf_counter
from typing import Any

import psycopg
from django.db import connection, transaction
from django.utils import timezone
from psycopg import sql

from cases.docket.counted import snapshot_of
from cases.docket.models import Case
from cases.grid.models import Grid
from cases.grid.operations import Trail
from cases.law.moves import Role
from cases.people.models import Post, Unit, UnitKind
from cases.people.operations import enter_officer, give_post, open_unit
from cases.rulebook.queries import book
from deploy.bench.invented import TABLES, Place, Plan, Seat, block, snapshot_text

BLOCK = 1000
TERM = "report.handle"
FIRST, SECOND = "321183102", "321183109"
_INDEXES = """
SELECT 0, i.relname, pg_get_indexdef(x.indexrelid) FROM pg_index x
JOIN pg_class i ON i.oid = x.indexrelid
WHERE x.indrelid = %(table)s::regclass
  AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = x.indexrelid)
UNION ALL
SELECT 1, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = %(table)s::regclass AND contype IN ('f', 'u')
"""


def main() -> None:
    """Load, index, analyse; everything but the last in one transaction."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--cases", type=int, default=1_000_000)
    cases = asked.parse_args().cases
    name = str(connection.settings_dict["NAME"])
    if Case.objects.exists() and "bench" not in name:
        wrong = {"error": "这个库里已有案件,请用名字带 bench 的专用库。", "field": "DATABASE_URL"}
        print(json.dumps(wrong, ensure_ascii=False))
        raise SystemExit(2)
    _second_town()
    plan = _plan(cases)
    began = perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        raw: psycopg.Cursor[Any] = cursor.cursor
        rows, copied = _load(raw, plan, began)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SELECT pg_database_size(current_database()), current_setting('fsync')")
        size, fsync = cursor.fetchone()
    took = perf_counter() - began
    told: dict[str, Any] = {"cases": cases, "rows": rows, "copied_seconds": round(copied, 1)}
    told |= {"seconds": round(took, 1), "cases_per_second": int(cases / took)}
    told |= {"database_mb": size // 1_000_000, "fsync": fsync, "load": os.getloadavg()}
    print(json.dumps(told))


def _load(raw: "psycopg.Cursor[Any]", plan: Plan, began: float) -> tuple[dict[str, int], float]:
    raw.execute("SET LOCAL maintenance_work_mem = '512MB'")
    raw.execute("TRUNCATE docket_case, docket_series CASCADE")
    kept = {table: strip(raw, table) for table in TABLES}
    rows = dict.fromkeys(TABLES, 0)
    for number, made in enumerate(_blocks(plan), start=1):
        for table, columns in TABLES.items():
            named = sql.SQL(", ").join(map(sql.Identifier, columns.split()))
            order = sql.SQL("COPY {} ({}) FROM STDIN (FREEZE)").format(sql.Identifier(table), named)
            with raw.copy(order) as copy:
                copy.write(made[table])
            rows[table] += raw.rowcount
        if number % 50 == 0:
            print(f"{number * BLOCK} 件 {perf_counter() - began:.0f} 秒", file=sys.stderr)
    copied = perf_counter() - began
    for kind in (0, 1):  # first every index, then the constraints that lean on one another
        for table, defined in kept.items():
            dress(raw, table, [row for row in defined if row[0] == kind])
    _series(raw, plan)
    return rows, copied


def strip(raw: "psycopg.Cursor[Any]", table: str) -> list[tuple[int, str, str]]:
    """Take a table's indexes and ties off, its primary key apart; what they were."""
    found = raw.execute(_INDEXES, {"table": table}).fetchall()
    for is_constraint, name, _ in found:
        one = sql.Identifier(name)
        order = "ALTER TABLE {} DROP CONSTRAINT {}" if is_constraint else "DROP INDEX {1}"
        raw.execute(sql.SQL(order).format(sql.Identifier(table), one))
    return found


def dress(raw: "psycopg.Cursor[Any]", table: str, defined: list[tuple[int, str, str]]) -> None:
    for is_constraint, name, words in sorted(defined, key=lambda row: not row[2].startswith("UNI")):
        began = perf_counter()
        order = sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} ").format(
            sql.Identifier(table), sql.Identifier(name)
        )
        raw.execute(order + sql.SQL(words) if is_constraint else sql.SQL(words))
        print(f"{name} {perf_counter() - began:.1f} 秒", file=sys.stderr)


def _series(raw: "psycopg.Cursor[Any]", plan: Plan) -> None:
    """Let ids and numbers go on where the invented ones end."""
    raw.execute("SELECT setval(pg_get_serial_sequence('docket_case', 'id'), %s)", [plan.cases])
    raw.execute(
        "INSERT INTO docket_series (division, series, year, last)"
        " SELECT division, 'R', substr(number, 13, 4)::int, count(*) FROM docket_case"
        " GROUP BY 1, 3"
    )


def _blocks(plan: Plan) -> Iterator[dict[str, bytes]]:
    """The blocks in order, made by two processes a few ahead of what is written."""
    connection.ensure_connection()
    with ProcessPoolExecutor(2, mp_context=get_context("fork")) as pool:
        waiting: deque[Future[dict[str, bytes]]] = deque()
        for first in range(1, plan.cases + 1, BLOCK):
            waiting.append(pool.submit(block, plan, first, min(first + BLOCK - 1, plan.cases)))
            if len(waiting) > 6:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _plan(cases: int) -> Plan:
    now, rules = timezone.now(), book()
    rule = rules.term(TERM, FIRST, now.date())
    counted = snapshot_text(snapshot_of(rule, rules.hours(FIRST, now.date())))
    classes = rules.categories("grid", now.date(), FIRST)
    return Plan(
        cases=cases,
        now=now,
        towns=(_place(FIRST), _place(SECOND)),
        categories=tuple(c.code for c in classes if c.level == 2),
        deadline=(TERM, rule.version, rules.calendar.version, counted),
    )


def _place(division: str) -> Place:
    own = Unit.objects.filter(division=division)
    villages = own.filter(kind=UnitKind.VILLAGE).order_by("code")
    bodies = Unit.objects.filter(kind=UnitKind.DEPARTMENT).order_by("id")
    desk = Post.objects.get(role=Role.DESK, unit__division=division)
    filing = [Role.GRID_WORKER, Role.VILLAGE, Role.DESK]
    posts = Post.objects.filter(role__in=filing, unit__division=division).order_by("role", "id")
    names = [v.name.removesuffix("村").removesuffix("社区") for v in villages]
    return Place(
        division=division,
        desk=desk.unit_id,
        handlers=tuple([v.pk for v in villages] + [b.pk for b in bodies]),
        filers=tuple(Seat(p.officer_id, p.unit_id, p.role) for p in posts),
        grids=tuple(Grid.objects.order_by("id").values_list("id", "village_id")),
        names=tuple(names),
    )


def _second_town() -> None:
    """A second town beside the demonstration town, so that neither is the whole table."""
    if Unit.objects.filter(code=SECOND).exists():
        return
    now = timezone.now()
    since, trail = now.date().replace(year=2010), Trail(actor_code="bench", at=now, paper="")
    county = Unit.objects.get(code=SECOND[:6])
    town = open_unit(SECOND, "示范第二镇", UnitKind.TOWN, county, SECOND, since, **trail)
    seats = [(f"{SECOND}-desk", "示范第二镇窗口", UnitKind.BODY, Role.DESK)]
    seats += [
        (f"{SECOND}{place}", f"示范镇{place}村", UnitKind.VILLAGE, Role.GRID_WORKER)
        for place in range(201, 213)
    ]
    for code, name, kind, role in seats:
        unit = open_unit(code, name, kind, town, SECOND, since, **trail)
        officer = enter_officer(f"bench-{code}", name, demonstration=True, **trail)
        give_post(officer, role, unit, since, **trail)
