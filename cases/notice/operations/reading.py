"""Read, and how one wants to be told (已读、通知设置)."""

from datetime import datetime

from cases.law.moves import Refused, Why
from cases.notice.models import Notice, Preference
from cases.notice.states import Channel, State
from cases.people.models import Officer

MANY = 200  # at one time


def read(officer: Officer, ids: list[int], at: datetime) -> int:
    """Mark some of one's own notices as read (标为已读); how many were unread.

    Refused where none of them is one's own: read before, it stays as it was.
    """
    if len(ids) > MANY:
        words = f"一次最多标记 {MANY} 条。"
        raise Refused(words, why=Why.FACTS, fields={"ids": words})
    own = Notice.objects.filter(channel=Channel.APP, recipient=officer, pk__in=ids)
    marked: int = own.filter(state=State.SENT).update(state=State.READ, read_at=at)
    if not marked and not own.exists():
        raise Refused("没有这条通知，或它不是给您的。", why=Why.HIDDEN)
    return marked


def choose(officer: Officer, *, mail: bool, digest: bool) -> Preference:
    """Say how one wants to be told (通知设置); the app always tells."""
    row, _ = Preference.objects.update_or_create(
        officer=officer, defaults={"mail": mail, "digest": digest and mail}
    )
    return row
