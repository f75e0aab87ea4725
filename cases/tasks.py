"""Every scheduled chore (定时任务), a few lines each: read the clock, call the operation."""

import json
import logging

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from cases.board.operations.gathering import gather
from cases.board.operations.rating import rate_days
from cases.docket.operations import destroy_again, recount, take_anchor
from cases.docket.operations.handing import hand_over_ended
from cases.docket.operations.retaining import retain
from cases.docket.operations.uploads import sweep_uploads
from cases.intake.operations import resume_due
from cases.oversight.operations.chasing import chase
from cases.whistle.operations.ending import evaluate_due
from cases.whistle.operations.ending import resume_due as resume_whistles

HEARTBEAT = "heartbeat"
logger = logging.getLogger("cases.tasks")
ERASED_A_NIGHT = 1000  # what is left is erased the next night


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


@shared_task(name="cases.chase")
def chase_due() -> None:
    """Every rung whose time has come fires, once, whoever else sweeps at the same moment."""
    chase(timezone.now())


@shared_task(name="cases.gather_facts")
def gather_facts() -> None:
    """What happened since the last round is counted by day; rates that may differ, again."""
    now = timezone.now()
    gather(now)
    rate_days(now)


@shared_task(name="cases.sweep_uploads")
def sweep() -> None:
    """Files that were sent ahead and taken by no move are thrown away."""
    sweep_uploads(timezone.now())


@shared_task(name="cases.hand_over_ended")
def hand_over() -> None:
    """What ended posts left open goes to whoever takes over; of empty units people are told."""
    hand_over_ended(timezone.now())


@shared_task(name="cases.resume_shelved")
def resume_shelved() -> None:
    """What was shelved and is to be looked at again comes back to the desk."""
    resume_due(timezone.now())
    resume_whistles(timezone.now())


@shared_task(name="cases.end_whistles")
def end_whistles() -> None:
    """What nobody evaluated in time ends as not evaluated; what is all judged is closed."""
    evaluate_due(timezone.now())


@shared_task(name="cases.retain")
def erase_in_time() -> None:
    """What has been kept long enough is erased; the proof goes to the log."""
    proof = retain(timezone.now(), limit=ERASED_A_NIGHT)
    logger.info("retention %s", json.dumps(proof.as_dict(), ensure_ascii=False))
