"""Every scheduled chore (定时任务), a few lines each: read the clock, call the operation."""

import json
import logging
from time import monotonic

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from cases.board.operations.gathering import gather
from cases.board.operations.rating import rate_days
from cases.docket.operations import destroy_again, recount, take_anchor
from cases.docket.operations.handing import hand_over_ended
from cases.docket.operations.outbox import forget_taken
from cases.docket.operations.retaining import retain
from cases.docket.operations.uploads import sweep_uploads
from cases.intake.operations import resume_due
from cases.notice.operations.again import forget
from cases.notice.operations.deriving import derive
from cases.notice.operations.posting import post
from cases.notice.operations.sending import send
from cases.oversight.operations.chasing import chase
from cases.oversight.operations.clearing import clear
from cases.whistle.operations.ending import evaluate_due
from cases.whistle.operations.ending import resume_due as resume_whistles

HEARTBEAT, CHORES_HEARTBEAT = "heartbeat", "chores_heartbeat"
SIGN_KEPT = 86_400  # seconds: that there was a sign of life long ago is worth knowing
A_TURN = 40  # seconds a chase goes on; the next is woken within a minute
A_MOMENT = 10  # seconds notices are derived for; woken again after a quarter of a minute
A_BITE = 2_000  # rungs after which it looks at the clock
logger = logging.getLogger("cases.tasks")
ERASED_A_NIGHT = 1000  # what is left is erased the next night


@shared_task(name="cases.heartbeat")
def heartbeat() -> None:
    """The worker that chases and tells leaves a sign of life, which the health page reads."""
    cache.set(HEARTBEAT, timezone.now().isoformat(), timeout=SIGN_KEPT)


@shared_task(name="cases.chores_heartbeat")
def chores_heartbeat() -> None:
    """The worker of the chores leaves its sign; during a long chore it comes late."""
    cache.set(CHORES_HEARTBEAT, timezone.now().isoformat(), timeout=SIGN_KEPT)


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
    """Every rung whose time has come fires, once, whoever else sweeps at the same moment.

    What a rung asked of a person goes when its obligation has ended.
    """
    clear(timezone.now())
    ends = monotonic() + A_TURN
    while chase(timezone.now(), limit=A_BITE).fired and monotonic() < ends:
        pass


@shared_task(name="cases.derive_notices")
def derive_notices() -> None:
    """What happened is told to whom it concerns, each thing once to each."""
    ends = monotonic() + A_MOMENT
    while derive(timezone.now(), limit=A_BITE).events and monotonic() < ends:
        pass


@shared_task(name="cases.send_notices")
def send_notices() -> None:
    """Mail that is due is sent, one mail a person."""
    send(timezone.now())


@shared_task(name="cases.send_webhook")
def send_webhook() -> None:
    """Events are pushed to the other system, in order within a case."""
    post(timezone.now())


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
    logger.info("notices forgotten %s", forget(timezone.now()))
    logger.info("outbox forgotten %s", forget_taken(timezone.now()))
