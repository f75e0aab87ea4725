"""Counting again (期限重算): a new holiday notice moves the deadlines still running, never the
past.

Provisional dates become firm; where the date changes, the earlier one stays as an event.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from cases.docket.chain import mark_of
from cases.docket.counted import SET, count
from cases.docket.models import Case, Deadline, DeadlineState
from cases.docket.record import Batch, begin
from cases.docket.record.clocks import arm, set_dates
from cases.docket.states import RECOUNT
from cases.people.queries import SYSTEM

A_TIME = 200  # cases a transaction
_DATES = ["last_day", "due_at", "provisional", "calendar_version"]


@dataclass
class Recounted:
    """What a recount did: deadlines looked at, moved to another date, and cases left locked."""

    looked_at: int = 0
    moved: int = 0
    skipped: int = 0


def recount(at: datetime) -> Recounted:
    """Count every running deadline again that was counted by another calendar than today's.

    A case somebody is working on is skipped and taken by the next run.
    """
    done = Recounted()
    last = 0
    while True:
        with transaction.atomic():
            moment = begin()
            version = moment.book.calendar.version
            waiting = (
                Deadline.objects.filter(state=DeadlineState.RUNNING, case_id__gt=last)
                .exclude(calendar_version=version)
                .order_by("case_id")
                .values_list("case_id", flat=True)
                .distinct()[:A_TIME]
            )
            wanted = list(waiting)
            if not wanted:
                return done
            rows = Case.objects.select_for_update(of=("self",), skip_locked=True)
            cases = list(rows.filter(pk__in=wanted).order_by("id"))
            done.skipped += len(wanted) - len(cases)
            batch = Batch(moment)
            unmoved = [d for case in cases for d in _recount(batch, case, version, at, done)]
            Deadline.objects.bulk_update(unmoved, _DATES)
            batch.write()
            last = wanted[-1]


def _recount(
    batch: Batch, case: Case, version: str, at: datetime, done: Recounted
) -> list[Deadline]:
    unmoved = []
    moved: list[tuple[Deadline, dict[str, Any]]] = []
    for deadline in batch.deadlines(case):
        if deadline.state != DeadlineState.RUNNING or deadline.calendar_version == version:
            continue
        done.looked_at += 1
        was, until = deadline.last_day, deadline.due_at
        calendar = batch.moment.book.calendar
        counted = count(deadline, calendar)
        if deadline.snapshot.get(SET):
            counted = replace(counted, calendar=version)
        set_dates(deadline, counted)
        if deadline.due_at == until:
            unmoved.append(deadline)
            continue
        done.moved += 1
        deadline.generation += 1
        arm(batch.moment, deadline, case, anew=True)
        told = {"deadline": mark_of(deadline), "was": was, "now": deadline.last_day}
        moved.append((deadline, told))
    for deadline, facts in moved:
        part = batch.part(case, deadline.part_id) if deadline.part_id else None
        named: dict[str, Any] = facts | {"calendar": version}
        batch.take(RECOUNT, case, part=part, by=SYSTEM, at=at, moved=[deadline], **named)
    return unmoved
