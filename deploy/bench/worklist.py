"""How long the database takes for a first page of the worklist, for every seat and view.

Run from the root on a database filled by `load_million`, named by `DATABASE_URL`:
`.venv/bin/python -m deploy.bench worklist [--runs 5] [--plans]`. It asks for the page as the doors
do, catches the statement, and lets PostgreSQL explain it with its real times: planning and
execution, in milliseconds, the best and the median of the runs. Prints one JSON object; `over`
names what takes longer than it should.
"""

import argparse
import json
import os
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.utils import timezone

from cases.docket.models import Case, Stake
from cases.docket.queries import Filters, worklist
from cases.law.moves import Role
from cases.people.models import Officer
from cases.people.queries import Actor, actor_for, town_day

SEATS = (
    Role.DESK,
    Role.VILLAGE,
    Role.COUNTY_DESK,
    Role.SUPERVISOR,
    Role.GRID_WORKER,
    Role.LEADER,
    Role.DEPT_OFFICER,
)
ASKED: dict[str, Filters] = {
    "mine": Filters(view="mine"),
    "unit": Filters(view="unit"),
    "all": Filters(view="all"),
    "closed": Filters(view="closed"),
    "late": Filters(view="unit", due="late"),
    "asked": Filters(view="asked"),
    "who": Filters(view="unit", who="none"),
    "category": Filters(view="all", category="06"),
    "place": Filters(view="all", place="321183102201"),
    "due first": Filters(view="all", sort="due"),
    "search common": Filters(view="all", q="路灯 不亮"),
    "search rare": Filters(view="all", q="化粪池渗水 老街"),
    "search mine": Filters(view="mine", q="井盖 损坏"),
    "search none": Filters(view="all", q="天文台 望远镜"),
}
PAGE_MS, SEARCH_MS = 4.0, 30.0
_ROWS = 'FROM "docket_case"'


def main() -> None:
    """Ask, explain, and print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--runs", type=int, default=5)
    asked.add_argument("--plans", action="store_true", help="with the whole plans")
    options = asked.parse_args()
    rows = []
    for role in SEATS:
        actor = _actor(role)
        for name, filters in ASKED.items():
            rows.append(_measure(role, name, actor, filters, options.runs, plans=options.plans))
            second = rows[-1].pop("second")
            if second:
                more = Filters(view=filters.view, q=filters.q, due=filters.due, after=second)
                rows.append(_measure(role, f"{name} p2", actor, more, options.runs))
                rows[-1].pop("second")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('fsync'), version()")
        fsync, version = cursor.fetchone()
    told = {
        "cases": Case.objects.count(),
        "stakes": Stake.objects.count(),
        "database": version.split(" on ")[0],
        "fsync": fsync,
        "load": os.getloadavg(),
        "over": [f"{r['seat']}/{r['view']}" for r in rows if r["ms"] > _limit(r["view"])],
        "slowest_ms": max(r["ms"] for r in rows),
    }
    lines = ",\n  ".join(json.dumps(row, ensure_ascii=False) for row in rows)
    print(json.dumps(told, ensure_ascii=False)[:-1] + f', "rows": [\n  {lines}\n]}}')


def _measure(
    role: Role, view: str, actor: Actor, filters: Filters, runs: int, *, plans: bool = False
) -> dict[str, Any]:
    now = timezone.now()
    with _caught() as caught:
        page = worklist(actor, filters, now)
    explained = [_explain(*caught[0]) for _ in range(runs)] if caught else []
    took = [e["Planning Time"] + e["Execution Time"] for e in explained] or [0.0]
    best = min(explained, key=lambda e: e["Execution Time"], default={})
    told: dict[str, Any] = {
        "seat": str(role),
        "view": view,
        "ms": round(min(took), 2),
        "median_ms": round(statistics.median(took), 2),
        "planning_ms": round(best.get("Planning Time", 0.0), 2),
        "found": len(page.rows),
    }
    if best:
        plan = best["Plan"]
        told["blocks"] = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
        told["plan"] = " > ".join(_summary(plan))
    if plans:
        told["whole"] = best
    return told | {"second": page.next}


def _explain(statement: str, params: Any) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {statement}", params)
        found = cursor.fetchone()[0]
    explained: dict[str, Any] = (json.loads(found) if isinstance(found, str) else found)[0]
    return explained


@contextmanager
def _caught() -> Iterator[list[tuple[str, Any]]]:
    """The statements that read cases, as they are sent."""
    caught: list[tuple[str, Any]] = []

    def catch(
        execute: Callable[..., Any], statement: str, params: Any, many: bool, context: Any
    ) -> Any:
        if _ROWS in statement:
            caught.append((statement, params))
        return execute(statement, params, many, context)

    with connection.execute_wrapper(catch):
        yield caught


def _summary(plan: dict[str, Any]) -> Iterator[str]:
    """The nodes from the top, with the index each uses."""
    where = plan.get("Index Name") or plan.get("Relation Name") or ""
    yield f"{plan['Node Type']} {where}".strip()
    for below in plan.get("Plans", ()):
        yield from _summary(below)


def _actor(role: Role) -> Actor:
    return actor_for(Officer.objects.get(username=role.value), None, town_day(timezone.now()))


def _limit(view: str) -> float:
    return SEARCH_MS if view.startswith("search") else PAGE_MS
