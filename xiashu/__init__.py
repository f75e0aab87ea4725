"""The Django project: settings, addresses, and the schedule of chores."""

from xiashu.celery import app as celery_app

__all__ = ["celery_app"]
