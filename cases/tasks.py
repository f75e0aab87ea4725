"""Every scheduled chore (定时任务), a few lines each: read the clock, call the operation."""

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from cases.docket.operations import destroy_again, recount, take_anchor
from cases.docket.operations.handing import hand_over_ended
from cases.docket.operations.uploads import sweep_uploads

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


@shared_task(name="cases.sweep_uploads")
def sweep() -> None:
    """Files that were sent ahead and taken by no move are thrown away."""
    sweep_uploads(timezone.now())


@shared_task(name="cases.hand_over_ended")
def hand_over() -> None:
    """What ended posts left open goes to whoever takes over; of empty units people are told."""
    hand_over_ended(timezone.now())
