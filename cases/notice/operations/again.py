"""Sending again what was not delivered (重新发送), and forgetting what was (通知保存期限)."""

import logging
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from cases.law.moves import Refused, Why
from cases.law.terms import Term, Unit
from cases.notice.models import Notice
from cases.notice.queries.undelivered import dead_of, of_group
from cases.notice.states import Channel, State
from cases.people.queries import Actor, town_day
from cases.rulebook.queries import book
from cases.rulebook.queries.rules import RuleMissing

KEPT: Final = "retention.notice"
A_TIME: Final = 5000
# The most of days a unit of time can have: nothing is deleted a day too soon.
_AT_MOST: Final = {Unit.DAY: 1, Unit.WORKING_DAY: 3, Unit.MONTH: 31, Unit.YEAR: 366}
logger = logging.getLogger(__name__)


def send_again(group: str, *, by: Actor, at: datetime) -> int:
    """Send what did not arrive once more (重新发送): of one group, or all where none is named.

    Its attempts begin anew; how many there were. Refused where the seat has no such group.
    """
    rows = dead_of(by)
    if group:
        rows = of_group(rows, group)
    again: int = rows.update(
        state=State.WAITING, attempts=0, next_try_at=at, hold_until=None, last_error=""
    )
    if not again:
        raise Refused("没有需要重新发送的，可能刚才已有人发过，请刷新。", why=Why.HIDDEN)
    logger.info("notices sent again: %s by %s", again, by.stamp)
    return again


def forget(at: datetime) -> int:
    """Delete what was read or delivered long enough ago (到期删除); what never arrived stays.

    How long is the rulebook's `retention.notice`; a town without a rule keeps all of it.
    """
    rules, gone = book(), 0
    towns = Notice.objects.order_by("division").values_list("division", flat=True).distinct()
    for division in list(towns):
        try:
            term = rules.term(KEPT, division, town_day(at)).term
        except RuleMissing:
            continue
        gone += _forget(division, at - _length(term))
    return gone


def _length(term: Term) -> timedelta:
    return timedelta(days=term.amount * _AT_MOST.get(term.unit, 1))


def _forget(division: str, before: datetime) -> int:
    arrived = Q(state=State.SENT, channel=Channel.MAIL) | Q(
        state=State.SENT, channel=Channel.WEBHOOK
    )
    old = Notice.objects.filter(Q(state=State.READ) | arrived, created_at__lt=before)
    gone = 0
    while True:
        ids = list(old.filter(division=division).values_list("pk", flat=True)[:A_TIME])
        if not ids:
            return gone
        gone += Notice.objects.filter(pk__in=ids).delete()[0]
