"""The service's own beat in a hurry (加快的定时): what chases and tells is woken every second."""

from django.conf import settings

from xiashu.celery import app

for row in app.conf.beat_schedule.values():
    if row["task"] in settings.QUEUE_OF:
        row["schedule"] = 1.0

__all__ = ["app"]
