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


app.conf.beat_schedule = {
    # Every half minute the worker leaves a sign of life, which the health page reads.
    "heartbeat": {"task": "cases.heartbeat", "schedule": 30.0},
    # Every minute: what is late, or soon will be, is chased (rungs that fired fire no more).
    "chase": {"task": "cases.chase", "schedule": 60.0},
    # Every minute: what happened is counted by day for the boards.
    "gather facts": {"task": "cases.gather_facts", "schedule": 60.0},
    # Every ten minutes: deadlines counted by an older calendar are counted again.
    "recount": {"task": "cases.recount", "schedule": crontab(minute="*/10")},
    # Every night at 02:30 town time the record is anchored outside the database.
    "daily anchor": {"task": "cases.take_anchor", "schedule": crontab(hour="2", minute="30")},
    # Every quarter of an hour: what was shelved until now comes back to the desk.
    "resume shelved": {"task": "cases.resume_shelved", "schedule": crontab(minute="*/15")},
    # Every quarter of an hour: whistles nobody evaluated or closed in time end by themselves.
    "end whistles": {"task": "cases.end_whistles", "schedule": crontab(minute="7-59/15")},
    # Every night at 03:40: files nobody submitted within a day, and files in no row, are deleted.
    "sweep uploads": {"task": "cases.sweep_uploads", "schedule": crontab(hour="3", minute="40")},
    # Every hour: what ended posts left open is handed over (a post that ends today is over).
    "hand over": {"task": "cases.hand_over_ended", "schedule": crontab(minute="5")},
    # Every night at 03:10: what has been kept as long as the rulebook says is erased.
    "retain": {"task": "cases.retain", "schedule": crontab(hour="3", minute="10")},
}
