"""What taking a hundred thousand rows away as a sheet costs in memory and time (导出).

Run from the root on a database filled by `load_million` (100,000 cases or more), named by
`DATABASE_URL`: `.venv/bin/python -m deploy.bench export [--seat supervisor]`. The sheet is written
in a process of its own; its highest resident memory less what it held before is what the sheet
took. Prints one JSON object; `over` says whether it took more than it should.
"""

import argparse
import json
import os
import resource
import sys
from pathlib import Path
from tempfile import TemporaryFile
from time import perf_counter
from typing import Any

from django.db import connection
from django.utils import timezone

from cases.docket.models import Case
from cases.docket.queries import Filters
from cases.docket.queries.export import write_sheet
from cases.law.moves import Role
from cases.people.models import Officer
from cases.people.queries import actor_for, town_day

MOST_MB = 100.0


def main() -> None:
    """Write one sheet in a child and tell what it took."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seat", default=Role.SUPERVISOR.value)
    seat = asked.parse_args().seat
    cases = Case.objects.count()
    connection.close()
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        try:
            told = json.dumps(_measured(seat))
        except Exception as error:
            told = json.dumps({"error": str(error)})
        os.write(write, told.encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        found: dict[str, Any] = json.loads(pipe.read())
    os.waitpid(child, 0)
    over = found.get("took_mb", 0) > MOST_MB
    print(json.dumps({"cases": cases, **found, "over": over, "load": os.getloadavg()}))
    sys.exit("error" in found)


def _measured(seat: str) -> dict[str, Any]:
    now = timezone.now()
    actor = actor_for(Officer.objects.get(username=seat), None, town_day(now))
    with TemporaryFile() as first:  # what any sheet loads once is not this sheet's
        write_sheet(first, actor, Filters(view="all", q="R-999999999"), now)
    before, began = _resident(), perf_counter()
    with TemporaryFile() as file:
        rows = write_sheet(file, actor, Filters(view="all"), now)
        size = file.tell() or file.seek(0, os.SEEK_END)
    highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "rows": rows,
        "seconds": round(perf_counter() - began, 1),
        "before_mb": round(before, 1),
        "highest_mb": round(highest, 1),
        "took_mb": round(highest - before, 1),
        "sheet_mb": round(size / 2**20, 1),
    }


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20
