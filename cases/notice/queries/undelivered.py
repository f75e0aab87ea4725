"""What did not arrive (通知投递): by channel, reason and recipient, never by case.

The system administrator mends addresses and servers and sees no case (三员分立); a supervisor and
the desk see whom nobody has told.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import CharField, Count, F, Max, Min, QuerySet, Value
from django.db.models.functions import MD5, Cast, Coalesce, Concat

from cases.law.moves import Refused, Role, Why
from cases.notice.models import Notice
from cases.notice.states import Channel, State
from cases.people.queries import Actor

SEATS: Final = frozenset({Role.SYSADMIN, Role.SUPERVISOR, Role.DESK, Role.COUNTY_DESK})
MOST: Final = 200


@dataclass(frozen=True)
class Group:
    """What did not arrive for one reason at one recipient; `id` names the group."""

    id: str
    channel: str
    channel_label: str
    reason: str
    recipient: str
    unit: str
    count: int
    last: datetime


def may_see(role: Role) -> bool:
    """Whether a seat has the page of what did not arrive."""
    return role in SEATS


def dead_of(actor: Actor) -> QuerySet[Notice]:
    """What did not arrive in a seat's territory; Refused for a seat without the page."""
    if not may_see(actor.role):
        words = "通知投递由系统管理员、督查和综合受理窗口查看，请切换到相应岗位。"
        raise Refused(words, why=Why.ROLE)
    return Notice.objects.filter(state=State.DEAD, division__startswith=actor.division)


def undelivered(actor: Actor) -> list[Group]:
    """What did not arrive, the newest first."""
    rows = dead_of(actor).values("channel", "last_error", "recipient", "recipient__name")
    rows = rows.annotate(count=Count("pk"), last=Max("created_at"), of=Min("unit__short_name"))
    rows = rows.order_by("-last", "channel", "recipient")
    return [_group(dict(row)) for row in rows[:MOST]]


def of_group(rows: QuerySet[Notice], group: str) -> QuerySet[Notice]:
    """The rows of one group, by its id."""
    told = Concat(
        F("channel"),
        Value("|"),
        F("last_error"),
        Value("|"),
        Coalesce(Cast("recipient", CharField()), Value("")),
        output_field=CharField(),
    )
    return rows.alias(group=MD5(told)).filter(group=group.replace("\0", ""))


def _group(row: dict[str, Any]) -> Group:
    channel = Channel(row["channel"])
    named = f"{channel.value}|{row['last_error']}|{row['recipient'] or ''}"
    return Group(
        id=hashlib.md5(named.encode(), usedforsecurity=False).hexdigest(),
        channel=channel.value,
        channel_label=channel.label,
        reason=row["last_error"],
        recipient=row["recipient__name"] or "外部系统",
        unit=row["of"] or "",
        count=row["count"],
        last=row["last"],
    )
