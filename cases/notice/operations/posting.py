"""Pushing events to another system (接口推送): signed, each by its id, in order within a case.

What goes out is `docket.queries.outbox.payloads`: open facts only, nothing of protected or
confidential cases. An event waits until the earlier ones of its case are delivered or dead. The
sender marks a row as tried and commits before it speaks; killed in between it sends once more,
under the same `Idempotency-Key`, so that the other side can tell.
"""

import hashlib
import hmac
import json
import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from cases.docket.models import Outbox
from cases.docket.operations.outbox import take_waiting
from cases.docket.queries.outbox import payloads
from cases.notice.models import Notice
from cases.notice.operations.deriving import events_of, hold_cases
from cases.notice.operations.target import NotPushed, Target, push, target_of
from cases.notice.states import BACK_OFF, OPEN, Channel, State

READER: Final = "webhook"
A_TIME: Final = 200
LEASE: Final = timedelta(minutes=5)
LONGEST_RUN: Final = 40.0  # seconds
NO_SECRET: Final = "没有设置 XIASHU_WEBHOOK_SECRET，不推送。"
_ONE_AT_A_TIME: Final = 7_118_310_202  # of an advisory lock: the order within a case is kept
logger = logging.getLogger(__name__)


@dataclass
class Posted:
    """What a run did: events queued, delivered, failed, and why all of it stopped."""

    queued: int = 0
    delivered: int = 0
    failed: int = 0
    down: str = ""


def post(at: datetime) -> Posted:
    """Push what waits (接口推送), oldest first; safe to run twice, and at once."""
    done = Posted()
    if not settings.WEBHOOK_URL:
        return done
    while queued := _queue(at):
        done.queued += queued
    try:
        if not settings.WEBHOOK_SECRET:
            raise NotPushed(NO_SECRET)
        target = target_of(settings.WEBHOOK_URL)
    except NotPushed as refused:
        done.down = refused.sentence
        logger.warning("webhook: %s", done.down)
        return done
    until = time.monotonic() + LONGEST_RUN
    while not done.down and time.monotonic() < until and (claimed := _claim(at)):
        _deliver(target, claimed, at, done)
    return done


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """How the other side knows it is us: HMAC-SHA256 over the timestamp, a dot, and the body."""
    told = f"{timestamp}.".encode() + body
    return "sha256=" + hmac.new(secret.encode(), told, hashlib.sha256).hexdigest()


@transaction.atomic
def _queue(at: datetime) -> int:
    """Turn rows of the outbox into pushes that wait; one worker at a time, so that order stands."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
        if not cursor.fetchone()[0]:
            return 0
    rows = take_waiting(READER, A_TIME, at)
    told = payloads(rows) if rows else {}
    leaving = [row for row in rows if row.pk in told]
    divisions = {(row.case_id, row.seq): told[row.pk]["division"] for row in leaving}
    hold_cases(row.case_id for row in leaving)
    Notice.objects.bulk_create(
        [
            Notice(
                key=f"{event.pk}:{READER}:{Channel.WEBHOOK}",
                event=event,
                case_id=event.case_id,
                seq=event.seq,
                part=event.part_id,
                verb=event.verb,
                rule=READER,
                channel=Channel.WEBHOOK,
                state=State.WAITING,
                division=divisions[event.case_id, event.seq],
                next_try_at=at,
                created_at=at,
            )
            for event in events_of(leaving)
        ],
        ignore_conflicts=True,
    )
    return len(rows)


def _claim(at: datetime) -> Notice | None:
    waiting = Notice.objects.filter(channel=Channel.WEBHOOK, state__in=OPEN)
    earlier = waiting.filter(case=OuterRef("case"), seq__lt=OuterRef("seq"))
    with transaction.atomic():
        due = waiting.filter(~Exists(earlier), next_try_at__lte=at).order_by("next_try_at", "id")
        row = due.select_for_update(skip_locked=True, of=("self",)).first()
        if row is not None:
            row.attempts += 1
            row.state, row.next_try_at = State.FAILED, at + LEASE
            row.save(update_fields=["attempts", "state", "next_try_at"])
    return row


def _deliver(target: Target, notice: Notice, at: datetime, done: Posted) -> None:
    told = _payload(notice)
    if told is None:
        _settle(notice, State.DEAD, "这件事已转为保密或受保护，不再推送")
        done.failed += 1
        return
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    stamp = str(int(at.timestamp()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Idempotency-Key": str(notice.event_id),
        "X-Xiashu-Timestamp": stamp,
        "X-Xiashu-Signature": signature(settings.WEBHOOK_SECRET, stamp, body),
    }
    try:
        push(target, body, headers)
    except NotPushed as refused:
        done.failed += 1
        if refused.at_all:  # the next one would fare no better: it keeps its attempts
            done.down = refused.sentence
        _put_off(notice, refused.sentence, at)
    else:
        done.delivered += 1
        _settle(notice, State.SENT, "", at)


def _payload(notice: Notice) -> dict[str, Any] | None:
    """What the event says now that it leaves: a case that became secret meanwhile says nothing."""
    row = Outbox(pk=0, case_id=notice.case_id, seq=notice.seq)
    return payloads([row]).get(0)


def _put_off(notice: Notice, why: str, at: datetime) -> None:
    if notice.attempts > len(BACK_OFF):
        _settle(notice, State.DEAD, why)
        return
    wait = timedelta(seconds=BACK_OFF[notice.attempts - 1])
    _own(notice).update(next_try_at=at + wait, last_error=why[:200])


def _settle(notice: Notice, state: State, why: str, at: datetime | None = None) -> None:
    _own(notice).update(state=state, next_try_at=None, sent_at=at, last_error=why[:200])


def _own(notice: Notice) -> Any:
    """The row while this sender has it to itself."""
    return Notice.objects.filter(pk=notice.pk, attempts=notice.attempts, state=State.FAILED)
