"""The sweep that chases (催办巡查): every rung whose time has come fires once, whoever sweeps.

Due rungs are taken oldest first, at most 200 cases a transaction, under the lock of their cases:
what somebody is working on is left to the next round. Rung, event, outbox and the next rung are
written together. After downtime only the highest passed rung fires, marked late by how much. A
round that fails is repeated rung by rung; the one that fails becomes a work item, waits an hour,
and stops nothing else.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import OperationalError, transaction
from django.db.models import Q

from cases.docket.models import Case, Deadline, DeadlineState
from cases.docket.operations.sweeping import A_TIME, FAILED, report_bad_row
from cases.oversight.operations.firing import AGAIN, Fired, fire

# What a chase neither says nor changes.
_UNREAD: Final = (
    *("search", "words", "title", "wrapped_key", "key_id", "lng", "lat", "datum"),
    *("outside", "veiled", "erased_at", "next_due", "version"),
)
Due = tuple[datetime, int, int]  # when the rung came, deadline, case


@dataclass
class Chased:
    """What a sweep did: deadlines with a passed rung, rungs fired, and what was left."""

    due: int = 0
    fired: int = 0
    skipped: int = 0
    by_rung: Counter[str] = field(default_factory=Counter)


def chase(at: datetime, *, limit: int | None = None) -> Chased:
    """Fire every rung that is due at an instant (催办); safe to run twice, and at once by many."""
    done = Chased()
    last: Due | None = None
    while limit is None or done.due < limit:
        waiting = _waiting(at, last)
        if not waiting:
            break
        fired = _round(waiting, at)
        done.due += len(waiting)
        done.fired += fired.count
        done.skipped += len(waiting) - fired.count
        done.by_rung += fired.by_rung
        last = waiting[-1]
    return done


def due_now(at: datetime) -> int:
    """How many deadlines have a passed rung at an instant."""
    found: int = _armed(at).count()
    return found


def _armed(at: datetime) -> Any:
    running = Q(state=DeadlineState.RUNNING)
    return Deadline.objects.filter(running, next_rung_at__lte=at).order_by("next_rung_at", "id")


def _waiting(at: datetime, last: Due | None) -> list[Due]:
    rows = _armed(at)
    if last is not None:
        # Said once more by itself, the bound lets the index begin there.
        rows = rows.filter(next_rung_at__gte=last[0])
        rows = rows.filter(Q(next_rung_at__gt=last[0]) | Q(pk__gt=last[1]))
    return list(rows.values_list("next_rung_at", "pk", "case_id")[:A_TIME])


def _round(waiting: list[Due], at: datetime) -> Fired:
    try:
        return _fire(waiting, at)
    except OperationalError:  # the database is gone, or stopped us: nothing is wrong with a case
        raise
    except FAILED:
        done = Fired()
        for one in waiting:
            done.add(_one(one, at))
        return done


def _one(due: Due, at: datetime) -> Fired:
    try:
        return _fire([due], at)
    except OperationalError:
        raise
    except FAILED as trouble:
        with transaction.atomic():
            if _locked({due[2]}):
                report_bad_row(due[2], trouble, at)
                _armed(at).filter(pk=due[1]).update(next_rung_at=at + AGAIN)
        return Fired()


def _fire(waiting: list[Due], at: datetime) -> Fired:
    with transaction.atomic():
        cases = _locked({case for _, _, case in waiting})
        return fire(cases, {pk for _, pk, _ in waiting}, at) if cases else Fired()


def _locked(wanted: set[int]) -> dict[int, Case]:
    rows = Case.objects.filter(pk__in=wanted).defer(*_UNREAD).order_by("id")
    return {case.pk: case for case in rows.select_for_update(of=("self",), skip_locked=True)}
