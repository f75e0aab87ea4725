"""Workers killed, the queue away, the database restarted in mid-sweep (催办中断): nothing is lost.

`.venv/bin/python -m deploy.drills chase_killed [--due 20000] [--kills 10] [--pause 60]`. A worker
is killed (-9) at random moments while rungs are due, the queue stops for `pause` seconds, and the
database restarts while a sweep runs. After recovery nothing is lost and nothing came twice.
"""

import random
import time
from typing import Any

from django.db import DatabaseError, connections
from django.utils import timezone

from deploy.drills.agreement import agreed, all_fired, arm, due_at, numbers, wait
from deploy.drills.crew import Crew, crew
from deploy.drills.site import Site

OPTIONS = {"due": 20_000, "kills": 10, "pause": 60, "patience": 900, "seed": 7}


def drill(
    site: Site, *, due: int, kills: int, pause: int, patience: int, seed: int
) -> dict[str, Any]:
    """Kill, pause, restart; each while rungs are due."""
    chance, share, began = random.Random(seed), due // 3, time.monotonic()
    with crew(site, workers=2, beats=1) as found:
        arm(due - 2 * share)
        killed = _killed(found, chance, kills, due - 2 * share, patience)
        over = wait(all_fired, patience)
        site.queue_down()
        arm(share, first=due - 2 * share + 1)
        time.sleep(pause)
        site.queue_up()
        back = time.monotonic()
        over = wait(all_fired, patience) and over
        back = time.monotonic() - back
        arm(share, first=due - share + 1)
        caught = wait(lambda: _left() < share, patience)
        left = _left()
        site.restart_database()
        over = wait(_fired_again, patience) and over
    checks = {"killed while rungs were due": killed == kills, "all fired in the end": over}
    checks |= {"the database went in mid-sweep": caught and left > 0} | agreed(due=due)
    told: dict[str, Any] = {"due": due, "kills": killed, "pause_seconds": pause}
    told |= {"left_at_restart": left, "seconds_after_the_queue_was_back": round(back, 1)}
    told |= {"seconds": round(time.monotonic() - began, 1)}
    return told | numbers() | {"checks": checks}


def _killed(
    found: Crew, chance: random.Random, kills: int, due: int, patience: int
) -> int:
    """Kill at random moments of a sweep; how often there was one to kill in."""
    done = 0
    wait(lambda: _left() < due, patience)  # the first round is through: they are at work
    while done < kills and _left():
        time.sleep(chance.uniform(0.05, 0.7))
        if not _left():
            break
        found.kill_one(chance)
        done += 1
        _moves_on(patience)
    return done


def _moves_on(patience: int) -> None:
    before = _left()
    wait(lambda: _left() < before, patience)


def _left() -> int:
    return due_at(timezone.now())


def _fired_again() -> bool:
    """Whether all has fired, while the database may not be there yet."""
    try:
        return all_fired()
    except DatabaseError:
        connections.close_all()
        return False
