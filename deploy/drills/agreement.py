"""What must agree to the row after any storm (逐行核对): rungs, chases, events, outbox, notices."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from cases.docket import kinds
from cases.docket.models import Deadline, Outbox
from cases.docket.queries.verify import verify_record
from cases.oversight.models import Chase
from cases.oversight.operations.chasing import due_now
from deploy.bench.armed import ground, load

LONG_AGO = timedelta(days=40)  # every rung by time has come since, whatever days off lay between
_EVENTS = "SELECT case_id, seq FROM docket_event WHERE verb = 'chase'"
_CHASES = "SELECT case_id, seq FROM oversight_chase"
_LETTERS = "SELECT case_id, seq FROM docket_outbox WHERE reader = %s"
_ODD = {
    "a deadline stands on the rung that fired last": """
        SELECT count(*) FROM docket_deadline d
        WHERE d.generation = 1 AND d.rung IS DISTINCT FROM coalesce(
            (SELECT max(c.rung) FROM oversight_chase c WHERE c.deadline_id = d.id), 0)""",
    "a case counts its events": """
        SELECT count(*) FROM docket_case c
        WHERE c.seq <> (SELECT count(*) FROM docket_event e WHERE e.case_id = c.id)""",
    "a rung fired once": """
        SELECT count(*) FROM (SELECT 1 FROM oversight_chase
            GROUP BY deadline_id, rung, generation HAVING count(*) > 1) twice""",
}
_NOTICES = {
    "a notice was made once": """
        SELECT count(*) FROM (SELECT 1 FROM notice_notice
            GROUP BY event_id, recipient_id, post_id, channel HAVING count(*) > 1) twice""",
    "no chase went untold": """
        SELECT count(*) FROM docket_event e WHERE e.verb = 'chase' AND NOT EXISTS
            (SELECT FROM notice_notice n WHERE n.event_id = e.id) AND NOT EXISTS
            (SELECT FROM docket_workitem w
             WHERE w.case_id = e.case_id AND w.kind = 'nobody_told')""",
}


def arm(many: int, first: int = 1) -> None:
    """So many cases more whose ladder has long passed."""
    load(ground(timezone.now() - LONG_AGO, 1), first, first + many - 1, 1)


def wait(done: Callable[[], bool], patience: float) -> bool:
    """Whether something comes about within its patience (seconds)."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if done():
            return True
        time.sleep(0.05)
    return False


def all_fired() -> bool:
    """Whether nothing is due, and whoever reads of chases has read them."""
    return not due_now(timezone.now()) and not _unread()


def agreed(*, due: int | None = None) -> dict[str, bool]:
    """The checks, each with its answer; with `due`, every deadline fired once."""
    checks = {} if due is None else {
        "each fired once": (Chase.objects.count(), _fired()) == (due, due),
    }  # fmt: skip
    checks["events and chases agree"] = _same(_EVENTS, _CHASES)
    for reader in kinds.readers(quiet=False):
        same = f"events and outbox of {reader} agree"
        letters = f"{_LETTERS} AND (case_id, seq) IN ({_EVENTS})"
        checks[same] = _same(_EVENTS, letters, reader)
        checks[f"{same}, none twice"] = not _count(
            "SELECT count(*) - count(DISTINCT (case_id, seq)) FROM docket_outbox WHERE reader = %s",
            reader,
        )
    odd = _ODD | (_NOTICES if "notice" in kinds.readers(quiet=False) else {})
    checks |= {name: not _count(query) for name, query in odd.items()}
    return checks | {"the record verifies": not verify_record().broken}


def numbers() -> dict[str, Any]:
    """How many rows of each there are."""
    told = {"deadlines": Deadline.objects.count(), "chases": Chase.objects.count()}
    told |= {"events": _count(f"SELECT count(*) FROM ({_EVENTS}) e")}
    told |= {"outbox": Outbox.objects.count()}
    if "notice" in kinds.readers(quiet=False):
        told["notices"] = _count("SELECT count(*) FROM notice_notice")
    return told


def due_at(at: datetime) -> int:
    """How many deadlines have a passed rung at an instant."""
    return due_now(at)


def _fired() -> int:
    return Chase.objects.values("deadline").distinct().count()


def _unread() -> bool:
    waiting = Outbox.objects.filter(reader="notice", taken_at=None)
    return "notice" in kinds.readers(quiet=False) and waiting.exists()


def _same(one: str, other: str, *told: str) -> bool:
    """Whether two questions have the same rows, in both directions."""
    return not _count(
        f"SELECT count(*) FROM (({one} EXCEPT {other}) UNION ALL ({other} EXCEPT {one})) differing",
        *(told * 2),
    )


def _count(query: str, *told: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, list(told))
        found: int = cursor.fetchone()[0]
    return found
