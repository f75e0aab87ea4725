"""Every scheduled chore (定时任务), a few lines each: read the clock, call the operation."""

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from cases.docket.operations import destroy_again, recount, take_anchor

HEARTBEAT = "heartbeat"


@shared_task(name="cases.heartbeat")
def heartbeat() -> None:
    """The worker leaves a sign of life, which the health page reads."""
    cache.set(HEARTBEAT, timezone.now().isoformat(), timeout=3600)


@shared_task(name="cases.take_anchor")
def anchor() -> None:
    """The record is anchored outside the database; what a restore brought back is destroyed."""
    destroy_again()
    take_anchor(timezone.now())


@shared_task(name="cases.recount")
def count_again() -> None:
    """Deadlines counted by an older calendar are counted again."""
    recount(timezone.now())
