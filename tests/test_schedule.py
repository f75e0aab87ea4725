"""The schedule (定时任务): which queue, for how long a wake-up is good, what ends before what."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from cases import tasks
from cases.entrance.health import CHORES_HEARTBEAT, HEARTBEAT, examine
from cases.entrance.rules import keepers
from cases.oversight.models import Chase
from cases.rulebook.queries.tables.every import EVERY
from tests.town import Cast
from tests.walk import file
from xiashu.celery import app

SCHEDULE = app.conf.beat_schedule


def queue_of(task: str) -> str:
    """Where a task goes that is sent by its name."""
    found: str = app.amqp.router.route({}, task)["queue"].name
    return found


def test_what_chases_and_tells_has_its_own_queues() -> None:
    known = ("chase", "heartbeat", "derive_notices", "send_notices", "send_webhook")
    assert [queue_of(f"cases.{name}") for name in known] == [
        *("chase", "chase", "notice", "notice", "notice")
    ]
    assert {queue_of(f"cases.{name}") for name in ("recount", "take_anchor", "retain")} == {
        "chores"
    }


def test_a_wake_up_nobody_heard_is_void_before_the_next(settings: Any) -> None:
    for name, row in SCHEDULE.items():
        assert row["task"] in app.tasks, name
        every = row["schedule"]
        seconds = every if isinstance(every, float) else 24 * 3600
        assert 0 < row["options"]["expires"] < seconds, name


def test_urgent_tasks_end_before_they_are_woken_again(settings: Any) -> None:
    limits = app.conf.task_annotations
    for task in settings.QUEUE_OF:
        assert limits[task]["soft_time_limit"] < limits[task]["time_limit"] < 60
    away = settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]
    assert settings.CELERY_TASK_SOFT_TIME_LIMIT < settings.CELERY_TASK_TIME_LIMIT < away
    assert limits["cases.chase"]["soft_time_limit"] > tasks.A_TURN


def test_a_dying_worker_gives_back_what_it_had() -> None:
    conf = app.conf
    assert (conf.task_acks_late, conf.task_reject_on_worker_lost) == (True, True)
    assert (conf.worker_prefetch_multiplier, conf.worker_max_memory_per_child) == (1, 150_000)


def test_both_workers_leave_a_sign_of_life(town: Cast) -> None:
    for task, sign in ((tasks.heartbeat, HEARTBEAT), (tasks.chores_heartbeat, CHORES_HEARTBEAT)):
        cache.delete(sign)
        task()
        assert cache.get(sign)
    codes = {note.partition(":")[0] for note in examine(timezone.now()).degraded}
    assert not codes & {"worker", "chores"}


def test_a_task_handed_out_twice_fires_nothing_twice(town: Cast) -> None:
    file(town, at=timezone.now() - timedelta(days=20))
    for _ in range(3):
        tasks.chase_due()
    assert Chase.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_entering_a_notice_wakes_the_count(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(app, "send_task", lambda name, **_: sent.append(name))
    for slug in ("notices", "terms"):
        keepers.wake_recount(EVERY[slug])
    assert sent == ["cases.recount"]
