"""Are notices well (通知是否正常): for the health page, each as a short code with its number."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Count, Min

from cases.docket.models import Event, Outbox
from cases.notice.models import Notice
from cases.notice.states import OPEN, Channel, State

# Longer than this nothing that is due should wait.
LATE: Final = timedelta(minutes=15)
_NAMES: Final = {Channel.MAIL: "mail", Channel.WEBHOOK: "webhook"}


def troubles(now: datetime) -> list[str]:
    """What somebody must look at: `notices: …`, `mail: 3 dead letters`, `webhook: no secret`."""
    found = []
    if minutes := _underived(now):
        found.append(f"notices: oldest event waits {minutes} min")
    due = Notice.objects.filter(state__in=OPEN, next_try_at__lt=now - LATE)
    for channel, oldest in due.values_list("channel").annotate(Min("next_try_at")).order_by():
        minutes = int((now - oldest).total_seconds() // 60)
        found.append(f"{_NAMES[Channel(channel)]}: oldest waits {minutes} min")
    dead = Notice.objects.filter(state=State.DEAD).values_list("channel")
    for channel, many in dead.annotate(Count("pk")).order_by("channel"):
        found.append(f"{_NAMES[Channel(channel)]}: {many} dead letters")
    if settings.WEBHOOK_URL and not settings.WEBHOOK_SECRET:
        found.append("webhook: no secret")
    return found


def notes() -> list[str]:
    """What is told and changes nothing: whether mail and pushes are configured."""
    return [
        f"mail: {'configured' if settings.MAIL_ON else 'not configured'}",
        f"webhook: {'configured' if settings.WEBHOOK_URL else 'not configured'}",
    ]


def _underived(now: datetime) -> int:
    """For how many minutes the oldest event has waited for its notices, 0 for a short while."""
    first = Outbox.objects.filter(reader="notice", taken_at=None).order_by("id").first()
    if first is None:
        return 0
    written = Event.objects.filter(case_id=first.case_id, seq=first.seq)
    since = written.values_list("recorded_at", flat=True).first()
    return int((now - since).total_seconds() // 60) if since and now - since > LATE else 0
