"""Sweeps (巡办): find, claim under the case's lock, act, record; running twice harms nothing.

At most 200 cases a transaction, in the order of their ids; what somebody is working on is left to
the next run. A batch that fails is repeated case by case, and the case that fails becomes a work
item instead of stopping the others.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.db import DatabaseError, transaction
from django.db.models import QuerySet

from cases.docket.models import Case, WorkItem
from cases.docket.record import Batch, Slip, begin
from cases.docket.slip import NO_SLIP
from cases.law.moves import Refused
from cases.law.rule import LawError

A_TIME: Final = 200  # cases a transaction
Act = Callable[[Batch, Case, datetime], None]
# What one case may do wrong; a lost connection (OperationalError) comes up again and ends a sweep.
FAILED = (Refused, LawError, DatabaseError, LookupError, ValueError, TypeError, ArithmeticError)


def sweep(found: QuerySet[Case], act: Act, at: datetime, slip: Slip = NO_SLIP) -> int:
    """Do something with every case found (逐件巡办); how many were claimed."""
    done, last = 0, 0
    while True:
        try:
            with transaction.atomic():
                claimed = _act(found.filter(pk__gt=last), act, at, A_TIME, slip)
        except FAILED:
            claimed = _one_by_one(found.filter(pk__gt=last), act, at, slip)
        done += len(claimed)
        if not claimed:
            return done
        last = claimed[-1]


def _act(
    rows: QuerySet[Case], act: Act, at: datetime, many: int, slip: Slip
) -> list[int]:
    locked = rows.order_by("id").select_for_update(of=("self",), skip_locked=True)
    cases = list(locked.defer("search")[:many])
    batch = Batch(begin(), slip)
    for case in cases:
        act(batch, case, at)
    batch.write()
    return [case.pk for case in cases]


def _one_by_one(
    rows: QuerySet[Case], act: Act, at: datetime, slip: Slip
) -> list[int]:
    wanted = list(rows.order_by("id").values_list("pk", flat=True)[:A_TIME])
    for pk in wanted:
        try:
            with transaction.atomic():
                _act(rows.filter(pk=pk), act, at, 1, slip)
        except FAILED as trouble:
            report_bad_row(pk, trouble, at)
    return wanted


def report_bad_row(pk: int, trouble: Exception, at: datetime) -> None:
    """Leave a case that could not be carried on to a person, as a work item."""
    case = Case.objects.get(pk=pk)
    said = getattr(trouble, "sentence", type(trouble).__name__)
    item = WorkItem(
        kind="bad_row",
        case_id=pk,
        division=case.division,
        words=f"{case}：系统未能自动办理，请人工处理。{said}"[:400],
        key=f"bad_row:{pk}:{case.seq}"[:120],
        since=at,
    )
    WorkItem.objects.bulk_create([item], ignore_conflicts=True)
