"""Is the service well (运行状态): for the machine's watcher, without log-in and without secrets.

Down means that nobody can work: database, broker, unapplied migrations. Degraded means that people
work on while somebody must look: no sign of life from the worker, a calendar that ends too soon,
work items that wait for a person, files that could not be kept, a backup that was missed. Notes are
told and change nothing.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import psycopg
import redis
from django.conf import settings
from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import DatabaseError

from cases.docket import scanning, vault
from cases.docket.queries.workitems import count_open
from cases.notice.queries import health as notice
from cases.people.queries import town_day
from cases.rulebook.queries import book

HEARTBEAT: Final = "heartbeat"
HEARTBEAT_LATE = timedelta(seconds=120)
CALENDAR_AHEAD = timedelta(days=60)
BACKUP_STAMP: Final = "backup.json"  # deploy.launch.backup leaves it
BACKUP_LATE = timedelta(days=2)
PATIENCE_SECONDS = 2


@dataclass(frozen=True)
class Health:
    """What was found; nothing down or degraded means well."""

    down: list[str] = field(default_factory=list)
    degraded: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def status(self) -> str:
        """One word: ok, degraded, down."""
        if self.down:
            return "down"
        return "degraded" if self.degraded else "ok"

    def as_dict(self) -> dict[str, Any]:
        """The answer of `/healthz/ready`."""
        told = {"status": self.status, "degraded": self.degraded, "down": self.down}
        return told | {"notes": self.notes}


def examine(now: datetime) -> Health:
    """Look at everything once; each look gives up after a few seconds."""
    health = Health()
    if trouble := _database() or _migrations():
        health.down.append(trouble)
    else:
        health.degraded.extend([*_calendar(now), *_work_items(), *notice.troubles(now)])
    if trouble := _broker():
        health.down.append(trouble)
    else:
        health.degraded.extend(_worker(now))
    health.degraded.extend([*_files(), *_backup(now)])
    health.notes.extend([_scanner(), *notice.notes()])
    if scanning.configured() and not scanning.reachable():
        health.degraded.append("scanner: no answer")
    return health


def _database() -> str:
    """A connection of its own: a pool that ran dry must not keep the watcher waiting."""
    wanted = {"dbname", "user", "password", "host", "port"}
    params = connections[DEFAULT_DB_ALIAS].get_connection_params()
    params = {key: value for key, value in params.items() if key in wanted}
    limit = f"-c statement_timeout={PATIENCE_SECONDS * 1000}"
    try:
        with psycopg.connect(**params, connect_timeout=PATIENCE_SECONDS, options=limit) as link:
            link.execute("SELECT 1")
    except psycopg.Error:
        return "database: no answer"
    return ""


def _migrations() -> str:
    try:
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "database: no answer"
    return f"migrations: {len(plan)} not applied" if plan else ""


def _broker() -> str:
    link = redis.Redis.from_url(
        settings.REDIS_URL.replace("redis+socket://", "unix://"),
        socket_timeout=PATIENCE_SECONDS,
        socket_connect_timeout=PATIENCE_SECONDS,
    )
    try:
        link.ping()
    except (redis.RedisError, OSError):
        return "broker: no answer"
    finally:
        link.close()
    return ""


def _worker(now: datetime) -> list[str]:
    seen = cache.get(HEARTBEAT)
    try:
        silent = now - datetime.fromisoformat(str(seen)) if seen else None
    except (ValueError, TypeError):
        silent = None
    if silent is None:
        return ["worker: no heartbeat"]
    if silent > HEARTBEAT_LATE:
        return [f"worker: last heartbeat {int(silent.total_seconds())} s ago"]
    return []


def _files() -> list[str]:
    return [] if vault.writable() else ["files: folder not writable"]


def _backup(now: datetime) -> list[str]:
    """Where a backup was once made, the next ones are missed."""
    try:
        told = json.loads((settings.STATE / BACKUP_STAMP).read_text(encoding="utf-8"))
        age = now - datetime.fromisoformat(told["made_at"])
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError):
        return ["backup: its stamp cannot be read"]
    return [f"backup: last made {age.days} days ago"] if age > BACKUP_LATE else []


def _scanner() -> str:
    return "scanner: configured" if scanning.configured() else "scanner: not configured"


def _calendar(now: datetime) -> list[str]:
    calendar = book().calendar
    today = town_day(now)
    if not calendar.is_confirmed(today):
        return [f"calendar: no notice for {today.year}"]
    if not calendar.is_confirmed(today + CALENDAR_AHEAD):
        return [f"calendar: no notice for {(today + CALENDAR_AHEAD).year}"]
    return []


def _work_items() -> list[str]:
    waiting = count_open()
    return [f"work items: {waiting}"] if waiting else []
