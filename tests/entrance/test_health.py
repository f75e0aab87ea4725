"""Health (运行状态): down only when nobody can work, degraded when somebody must look."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.utils import timezone

from cases.docket.models import WorkItem
from cases.entrance.health import HEARTBEAT, examine
from tests.town import NOW, Cast

WELL = datetime(2026, 6, 1, 10, 0, tzinfo=NOW.tzinfo)


def test_the_process_answers_without_log_in(db: None) -> None:
    assert Client().get("/healthz/live").json() == {"status": "ok"}


def test_all_well(town: Cast) -> None:
    cache.set(HEARTBEAT, (WELL - timedelta(seconds=119)).isoformat())

    notes = [f"{one}: not configured" for one in ("scanner", "mail", "webhook")]
    well = {"status": "ok", "degraded": [], "down": [], "notes": notes}
    assert examine(WELL).as_dict() == well


def test_a_silent_worker_degrades(town: Cast) -> None:
    assert examine(WELL).degraded == ["worker: no heartbeat"]
    cache.set(HEARTBEAT, (WELL - timedelta(seconds=121)).isoformat())
    assert examine(WELL).degraded == ["worker: last heartbeat 121 s ago"]
    cache.set(HEARTBEAT, "nonsense")
    assert examine(WELL).degraded == ["worker: no heartbeat"]


def test_a_calendar_that_ends_within_sixty_days_degrades(town: Cast) -> None:
    ends = {
        datetime(2026, 11, 1, 23, 0, tzinfo=NOW.tzinfo): [],
        datetime(2026, 11, 2, 1, 0, tzinfo=NOW.tzinfo): ["calendar: no notice for 2027"],
        datetime(2027, 1, 1, 1, 0, tzinfo=NOW.tzinfo): ["calendar: no notice for 2027"],
    }
    for now, expected in ends.items():
        cache.set(HEARTBEAT, now.isoformat())
        assert examine(now).degraded == expected


def test_work_items_that_wait_degrade(town: Cast) -> None:
    cache.set(HEARTBEAT, WELL.isoformat())
    told: dict[str, Any] = {"kind": "bad_row", "division": "321183102", "since": NOW}
    WorkItem.objects.create(key="a", words="第 2 行", **told)
    WorkItem.objects.create(key="b", words="第 3 行", **told)
    WorkItem.objects.create(key="c", words="第 4 行", done_at=NOW, **told)

    found = examine(WELL)

    assert (found.degraded, found.down) == (["work items: 2"], [])


def test_a_backup_that_was_missed_degrades(town: Cast, settings: Any) -> None:
    cache.set(HEARTBEAT, WELL.isoformat())
    stamp = settings.STATE / "backup.json"
    told = {
        '{"made_at": "2026-05-30T10:00:00+08:00"}': [],
        '{"made_at": "2026-05-30T01:59:59+00:00"}': ["backup: last made 2 days ago"],
        '{"made_at": "2026-05-01T10:00:00+08:00"}': ["backup: last made 31 days ago"],
        '{"made_at": "2026-05-01T10:00:00"}': ["backup: its stamp cannot be read"],
        '{"made': ["backup: its stamp cannot be read"],
    }
    for text, expected in told.items():
        stamp.write_text(text)
        assert examine(WELL).degraded == expected
    stamp.unlink()
    assert examine(WELL).degraded == []


def test_what_is_degraded_still_answers_200(town: Cast) -> None:
    answer = Client().get("/healthz/ready")

    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    assert answer.json()["down"] == []


def test_without_a_broker_it_is_down(town: Cast, settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    answer = Client().get("/healthz/ready")

    assert answer.status_code == 503
    assert answer.json()["down"] == ["broker: no answer"]


def test_unapplied_migrations_are_down(town: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_: [("a", False)])

    assert examine(timezone.now()).down == ["migrations: 1 not applied"]


def test_a_dead_database_is_down_and_names_no_secret(
    town: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = {"dbname": "x", "host": "127.0.0.1", "port": "1", "password": "secret"}
    monkeypatch.setattr(connections["default"], "get_connection_params", lambda: nowhere)

    found = examine(WELL)

    assert found.down == ["database: no answer"]
    assert "secret" not in str(found.as_dict())
