"""The whole schedule of chores (定时任务), in words; every chore is a sweep that may run twice.

Deadlines live in the database: beat only wakes the sweeps, and no ETA is ever put in the broker.
"""

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import worker_init

from xiashu.production import refuse_demonstration

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiashu.settings")

app = Celery("xiashu")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["cases"])


@worker_init.connect
def refuse(**_: Any) -> None:
    """A worker does not start where demonstration accounts could log in to real matters."""
    refuse_demonstration()


MINUTE, HOUR = 60, 3600


def _woken(task: str, schedule: Any, expires: int) -> dict[str, Any]:
    """One row of the schedule; a wake-up nobody heard for `expires` seconds is void.

    Else they would pile up while the worker is down: the next one does the work of all before it.
    """
    return {"task": f"cases.{task}", "schedule": schedule, "options": {"expires": expires}}


app.conf.beat_schedule = {
    # Every half minute each worker leaves a sign of life, which the health page reads.
    "heartbeat": _woken("heartbeat", 30.0, 25),
    "chores heartbeat": _woken("chores_heartbeat", 30.0, 25),
    # Every minute: what is late, or soon will be, is chased (rungs that fired fire no more).
    "chase": _woken("chase", 60.0, 55),
    # Every quarter of a minute: what happened becomes notices (in the app at once).
    "derive notices": _woken("derive_notices", 15.0, 14),
    # Every minute: mail that is due is sent, what waits for one person as one mail.
    "send notices": _woken("send_notices", 60.0, 55),
    # Every minute: events go to the other system, where one is named.
    "send webhook": _woken("send_webhook", 60.0, 55),
    # Every minute: what happened is counted by day for the boards.
    "gather facts": _woken("gather_facts", 60.0, 55),
    # Every ten minutes: deadlines counted by an older calendar are counted again.
    "recount": _woken("recount", crontab(minute="*/10"), 9 * MINUTE),
    # Every night at 02:30 town time the record is anchored outside the database.
    "daily anchor": _woken("take_anchor", crontab(hour="2", minute="30"), 20 * HOUR),
    # Every quarter of an hour: what was shelved until now comes back to the desk.
    "resume shelved": _woken("resume_shelved", crontab(minute="*/15"), 14 * MINUTE),
    # Every quarter of an hour: whistles nobody evaluated or closed in time end by themselves.
    "end whistles": _woken("end_whistles", crontab(minute="7-59/15"), 14 * MINUTE),
    # Every night at 03:40: files nobody submitted within a day, and files in no row, are deleted.
    "sweep uploads": _woken("sweep_uploads", crontab(hour="3", minute="40"), 20 * HOUR),
    # Every hour: what ended posts left open is handed over (a post that ends today is over).
    "hand over": _woken("hand_over_ended", crontab(minute="5"), 55 * MINUTE),
    # Every night at 03:10: what has been kept as long as the rulebook says is erased.
    "retain": _woken("retain", crontab(hour="3", minute="10"), 20 * HOUR),
}
