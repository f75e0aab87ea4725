"""How long the database takes for the supervisor's board and the leader's screen.

Run from the root on a database filled by `load_million`, named by `DATABASE_URL`:
`.venv/bin/python -m deploy.bench board [--fill] [--runs 5] [--slow]`. `--fill` first adds events,
whistles, colours (once), then counts the day facts. Prints one JSON object: rows, the questions of
each page, milliseconds in the database (best and median of the runs); `--slow` with each statement.
"""

import argparse
import json
import os
import statistics
import sys
from time import perf_counter
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.test import Client
from django.utils import timezone

from cases.board.models import DayFact, RateFact
from cases.board.operations.rating import rate_days
from cases.board.operations.rebuilding import rebuild
from cases.docket.models import Case, Deadline, Event
from cases.law.moves import Role
from cases.people.models import Post
from deploy.bench.board_load import fill

PAGES = ("/board/", "/board/?by=month&period=quarter", "/today/", "/board/rows/?what=owed&age=late",
         "/board/rows/?what=opened")
SEATS = (Role.SUPERVISOR, Role.COUNTY_DESK, Role.LEADER)


def main() -> None:
    """Fill if asked, ask each page, print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--fill", action="store_true")
    asked.add_argument("--runs", type=int, default=5)
    asked.add_argument("--slow", action="store_true")
    options = asked.parse_args()
    told: dict[str, Any] = {}
    if options.fill:
        told = _filled()
    told["rows"] = {
        "cases": Case.objects.count(),
        "events": Event.objects.count(),
        "running": Deadline.objects.filter(state="running").count(),
        "day_facts": DayFact.objects.count(),
        "rate_facts": RateFact.objects.count(),
    }
    told["pages"] = [
        _measure(role, page, options.runs, slow=options.slow) for role in SEATS for page in PAGES
    ]
    told["load"] = os.getloadavg()
    print(json.dumps(told, ensure_ascii=False, indent=1))


def _filled() -> dict[str, Any]:
    began = perf_counter()
    fill()
    filled = perf_counter()
    now = timezone.now()
    facts = rebuild(now)
    counted = perf_counter()
    days = 0
    while some := rate_days(now):
        days += some
        print(f"三率 {days} 天 {perf_counter() - counted:.0f} 秒", file=sys.stderr)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) board_dayfact, board_ratefact")
    return {
        "fill_seconds": round(filled - began, 1),
        "recount_seconds": round(counted - filled, 1),
        "facts": facts,
        "rate_seconds": round(perf_counter() - counted, 1),
        "days": days,
    }


def _measure(role: Role, page: str, runs: int, *, slow: bool) -> dict[str, Any]:
    post = Post.objects.filter(role=role).select_related("officer").order_by("id")[0]
    client = Client(HTTP_HOST="localhost")
    client.force_login(post.officer)
    session = client.session
    session["acting_post"] = post.pk
    session.save()
    times: list[float] = []
    asked: list[tuple[float, str]] = []

    def timed(execute: Any, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        cursor: CursorWrapper = context["cursor"]
        began = perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            asked.append((1000 * (perf_counter() - began), str(sql)[:160] if cursor else ""))

    for _ in range(runs + 1):
        asked.clear()
        with connection.execute_wrapper(timed):
            status = client.get(page).status_code
        times.append(sum(took for took, _ in asked))
    told = {
        "page": page,
        "seat": role.value,
        "status": status,
        "questions": len(asked),
        "best_ms": round(min(times[1:]), 1),
        "median_ms": round(statistics.median(times[1:]), 1),
    }
    slowest = sorted(asked, reverse=True)[:4]
    return told | ({"slowest": [(round(t, 1), q) for t, q in slowest]} if slow else {})


if __name__ == "__main__":
    main()
