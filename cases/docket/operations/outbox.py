"""Taking from the outbox (取件): one reader's rows, oldest first, each taken by one taker only."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from cases.docket.models import Outbox

# Taken rows say nothing any more; for so long they still show who took what when.
KEPT: Final = timedelta(days=30)
A_TIME: Final = 5000


def take_waiting(reader: str, limit: int, at: datetime) -> list[Outbox]:
    """Claim up to `limit` rows of a reader, oldest first, and mark them as taken.

    Rows that somebody else is taking at the same moment are passed over. Called inside a
    transaction the claim stands or falls with it: what could not be delivered waits again after a
    rollback. Called outside one, what is taken is taken.
    """
    if limit <= 0:
        return []
    with transaction.atomic():
        waiting = Outbox.objects.filter(reader=reader, taken_at=None).order_by("id")
        rows = list(waiting.select_for_update(skip_locked=True, of=("self",))[:limit])
        Outbox.objects.filter(pk__in=[row.pk for row in rows]).update(taken_at=at)
    for row in rows:
        row.taken_at = at
    return rows


def forget_taken(at: datetime) -> int:
    """Delete rows that were taken long enough ago, a few thousand at a time; how many."""
    old = Outbox.objects.filter(taken_at__lt=at - KEPT).order_by("id")
    gone = 0
    while ids := list(old.values_list("pk", flat=True)[:A_TIME]):
        gone += Outbox.objects.filter(pk__in=ids).delete()[0]
    return gone
