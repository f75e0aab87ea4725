"""Two beats and four workers on the same due rungs (同时催办): each fires once.

`.venv/bin/python -m deploy.drills chase_twice [--due 20000]`. Afterwards rungs, chases, events,
outbox and, where notices are read, notices agree to the row, and the chains verify.
"""

import time
from typing import Any

from deploy.drills.agreement import agreed, all_fired, arm, numbers, wait
from deploy.drills.crew import crew
from deploy.drills.site import Site

OPTIONS = {"due": 20_000, "workers": 4, "beats": 2, "patience": 600}


def drill(site: Site, *, due: int, workers: int, beats: int, patience: int) -> dict[str, Any]:
    """Let them loose on `due` rungs and count afterwards."""
    arm(due)
    began = time.monotonic()
    with crew(site, workers=workers, beats=beats):
        ended = wait(all_fired, patience)
        took = time.monotonic() - began
        time.sleep(2.5)  # whoever is woken once more finds nothing to do
    checks = {"all fired in time": ended} | agreed(due=due)
    return {"due": due, "seconds": round(took, 1)} | numbers() | {"checks": checks}
