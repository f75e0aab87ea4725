"""Notices derived from events (生成通知): rule × audience × channel, each once.

The sweep takes rows of the outbox oldest first, at most 200 a transaction, and writes the notices
in the same one: what somebody else has taken is passed over, and after a crash all of it waits
again. The key (`event:recipient:channel`) keeps the same notice from standing twice.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db import OperationalError, connection, transaction

from cases.docket.models import Event, Outbox, WorkItem
from cases.docket.operations import sweeping
from cases.docket.operations.outbox import take_waiting
from cases.notice.models import Notice
from cases.notice.operations.making import Made, make

READER: Final = "notice"
A_TIME: Final = 200  # rows of the outbox a transaction
# What one event may do wrong; a hiccup of the database (OperationalError) is no event's fault.
_FAILED: Final = (*sweeping.FAILED, AttributeError)
logger = logging.getLogger(__name__)


@dataclass
class Derived:
    """What a sweep did: events taken, notices written by channel, rows that could not be read."""

    events: int = 0
    failed: int = 0
    by_channel: Counter[str] = field(default_factory=Counter)


def derive(at: datetime, limit: int | None = None) -> Derived:
    """Turn waiting events into notices (生成通知); many may, and again after a crash."""
    done = Derived()
    while limit is None or done.events < limit:
        many = A_TIME if limit is None else min(A_TIME, limit - done.events)
        try:
            with transaction.atomic():
                rows = take_waiting(READER, many, at)
                made = make(events_of(rows), at)
                _write(made)
            taken = _count(done, len(rows), made)
        except OperationalError:
            raise
        except _FAILED:
            taken = _one_by_one(many, at, done)
        if not taken:
            break
    return done


def _one_by_one(many: int, at: datetime, done: Derived) -> int:
    """A batch that failed, row by row: the row that fails becomes a work item and stops nobody."""
    taken = 0
    for _ in range(many):
        with transaction.atomic():
            rows = take_waiting(READER, 1, at)
            made = Made()
            try:
                with transaction.atomic():
                    made = make(events_of(rows), at)
                    _write(made)
            except OperationalError:
                raise
            except _FAILED:
                logger.exception("no notice of %s", rows[0])
                made = Made(items=[_by_hand(rows[0], at)])
                _write(made)
                done.failed += 1
        taken += _count(done, len(rows), made)
        if not rows:
            break
    return taken


def hold_cases(cases: Iterable[int | None]) -> None:
    """Hold cases in the order of their ids, as moves do, before anything of them is written.

    What is written points at them, and the database would hold them only at the commit, in the
    order of writing: against a move that holds two of them one of both would be broken off.
    """
    held = sorted({case for case in cases if case is not None})
    orders = "SELECT id FROM docket_case WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE"
    with connection.cursor() as cursor:
        cursor.execute(orders, [held])


def events_of(rows: Sequence[Outbox]) -> list[Event]:
    """The events behind rows of the outbox, in the rows' order; one query."""
    wanted = {(row.case_id, row.seq): place for place, row in enumerate(rows)}
    cases, seqs = {row.case_id for row in rows}, {row.seq for row in rows}
    near = Event.objects.filter(case__in=cases, seq__in=seqs) if rows else ()
    found = [event for event in near if (event.case_id, event.seq) in wanted]
    return sorted(found, key=lambda event: wanted[event.case_id, event.seq])


def _write(made: Made) -> None:
    hold_cases([*(row.case_id for row in made.notices), *(row.case_id for row in made.items)])
    Notice.objects.bulk_create(made.notices, ignore_conflicts=True)
    items = {item.key: item for item in made.items}  # in one order, whoever sweeps at once
    WorkItem.objects.bulk_create([items[key] for key in sorted(items)], ignore_conflicts=True)


def _count(done: Derived, taken: int, made: Made) -> int:
    done.events += taken
    done.by_channel.update(str(notice.channel) for notice in made.notices)
    return taken


def _by_hand(row: Outbox, at: datetime) -> WorkItem:
    return WorkItem(
        kind="bad_row",
        case_id=row.case_id,
        division=row.case.division,
        words=f"{row.case}：第 {row.seq} 步未能生成通知，请人工告知相关人员。",
        key=f"notice:{row.case_id}:{row.seq}",
        since=at,
    )
