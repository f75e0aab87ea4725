"""Is the service well (运行状态): for the machine's watcher, without log-in and without secrets.

Down means that nobody can work: database, broker, unapplied migrations. Degraded means that people
work on while somebody must look: no sign of life from a worker, rungs that wait to fire, a calendar
that ends too soon, work items that wait for a person, files that could not be kept, a backup that
was missed. Notes are told and change nothing. `words` says it all to a clerk.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
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
from cases.oversight.queries.waiting import oldest_waiting
from cases.people.queries import town_day
from cases.rulebook.queries import book

HEARTBEAT: Final = "heartbeat"
CHORES_HEARTBEAT: Final = "chores_heartbeat"
HEARTBEAT_LATE = timedelta(seconds=120)
CHORES_LATE = timedelta(minutes=30)  # a night's chore may take so long (xiashu.settings)
CHASING_LATE = timedelta(minutes=5)
CALENDAR_AHEAD = timedelta(days=60)
BACKUP_STAMP: Final = "backup.json"  # deploy.launch.backup leaves it
BACKUP_LATE = timedelta(days=2)
PATIENCE_SECONDS = 2
# What other chapters say of themselves, in a watcher's words.
_SAID: Final = (
    (re.compile(r"oldest(?: event)? waits (\d+) min"), "最早的一条已等了 {} 分钟。"),
    (re.compile(r"(\d+) dead letters"), "有 {} 条多次发送没有送达。"),
    (re.compile(r"no secret"), "没有设置签名密钥，暂不推送。"),
)


class Level(StrEnum):
    """How something stands (运行状态)."""

    OK = "ok"
    OFF = "off"
    ATTENTION = "attention"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Finding:
    """One thing found: what it is about, how bad, as a watcher reads it and as a clerk does.

    What a watcher need not know has no `note`.
    """

    code: str
    level: Level
    note: str
    sentence: str


@dataclass(frozen=True)
class Health:
    """What was found; nothing down or degraded means well. `looked_at` are the codes of the looks
    that could be taken at all.
    """

    down: list[str] = field(default_factory=list)
    degraded: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    looked_at: set[str] = field(default_factory=set)

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

    def look(self, code: str, found: Iterable[Finding], into: list[str] | None = None) -> None:
        """Keep what a look found, under `degraded` unless said otherwise."""
        self.looked_at.add(code)
        for one in found:
            self.findings.append(one)
            if one.note:
                (self.degraded if into is None else into).append(one.note)


def examine(now: datetime) -> Health:
    """Look at everything once; each look gives up after a few seconds."""
    health = Health()
    health.look("database", found := [*_database()] or [*_migrations()], health.down)
    if not found:
        health.look("chasing", _chasing(now))
        health.look("calendar", _calendar(now))
        health.look("work items", _work_items())
        troubles = notice.troubles(now)
        for code in ("notices", "mail", "webhook"):
            health.look(code, said(code, troubles))
    health.look("broker", found := [*_broker()], health.down)
    if not found:
        health.look("worker", _alive("worker", HEARTBEAT, HEARTBEAT_LATE, now))
        health.look("chores", _alive("chores", CHORES_HEARTBEAT, CHORES_LATE, now))
    health.look("files", _files())
    health.look("backup", _backup(now))
    health.look("scanner", _scanner(), health.notes)
    health.look("scanner", _silent_scanner())
    for note in notice.notes():
        health.look(note.partition(":")[0], [_switch(note)], health.notes)
    return health


def said(code: str, troubles: Iterable[str]) -> list[Finding]:
    """What another chapter found, given as a watcher reads it (`mail: 3 dead letters`)."""
    return [
        Finding(code, Level.ATTENTION, trouble, _sentence(trouble.partition(": ")[2]))
        for trouble in troubles
        if trouble.partition(":")[0] == code
    ]


def _sentence(words: str) -> str:
    for pattern, sentence in _SAID:
        if match := pattern.search(words):
            return sentence.format(*match.groups())
    return "不正常。"


def _stopped(code: str, said: str, sentence: str) -> list[Finding]:
    return [Finding(code, Level.STOPPED, f"{code}: {said}", sentence)]


def _attention(code: str, said: str, sentence: str) -> list[Finding]:
    return [Finding(code, Level.ATTENTION, f"{code}: {said}", sentence)]


def _database() -> list[Finding]:
    """A connection of its own: a pool that ran dry must not keep the watcher waiting."""
    wanted = {"dbname", "user", "password", "host", "port"}
    params = connections[DEFAULT_DB_ALIAS].get_connection_params()
    params = {key: value for key, value in params.items() if key in wanted}
    limit = f"-c statement_timeout={PATIENCE_SECONDS * 1000}"
    try:
        with psycopg.connect(**params, connect_timeout=PATIENCE_SECONDS, options=limit) as link:
            link.execute("SELECT 1")
    except psycopg.Error:
        return _stopped("database", "no answer", "数据库没有应答。")
    return []


def _migrations() -> list[Finding]:
    try:
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return _stopped("database", "no answer", "数据库没有应答。")
    sentence = f"程序已经更新，数据库还有 {len(plan)} 步没有跟上。"
    return _stopped("migrations", f"{len(plan)} not applied", sentence) if plan else []


def _broker() -> list[Finding]:
    link = redis.Redis.from_url(
        settings.REDIS_URL.replace("redis+socket://", "unix://"),
        socket_timeout=PATIENCE_SECONDS,
        socket_connect_timeout=PATIENCE_SECONDS,
    )
    try:
        link.ping()
    except (redis.RedisError, OSError):
        return _stopped("broker", "no answer", "队列没有应答。")
    finally:
        link.close()
    return []


def _alive(code: str, sign: str, late: timedelta, now: datetime) -> list[Finding]:
    seen = cache.get(sign)
    try:
        silent = now - datetime.fromisoformat(str(seen)) if seen else None
    except (ValueError, TypeError):
        silent = None
    if silent is None:
        return _stopped(code, "no heartbeat", "没有收到它的报到，可能没有启动。")
    if silent > late:
        seconds = int(silent.total_seconds())
        sentence = f"最近一次报到在 {seconds // 60} 分钟前。"
        return _stopped(code, f"last heartbeat {seconds} s ago", sentence)
    return []


def _chasing(now: datetime) -> list[Finding]:
    """Rungs that should have fired long since: the chase has stopped, whatever the worker says."""
    oldest = oldest_waiting(now - CHASING_LATE)
    if oldest is None:
        return []
    minutes = int((now - oldest).total_seconds() // 60)
    sentence = f"催办停了：最早一级在 {minutes} 分钟前就该发出，还没有发。"
    return _stopped("chasing", f"oldest rung waits {minutes} min", sentence)


def _files() -> list[Finding]:
    if vault.writable():
        return []
    return _stopped("files", "folder not writable", "附件目录不能写入，照片和附件传不上来。")


def _backup(now: datetime) -> list[Finding]:
    """Where a backup was once made, the next ones are missed."""
    try:
        told = json.loads((settings.STATE / BACKUP_STAMP).read_text(encoding="utf-8"))
        age = now - datetime.fromisoformat(told["made_at"])
    except FileNotFoundError:
        return [Finding("backup", Level.ATTENTION, "", "还没有做过备份。")]
    except (OSError, ValueError, KeyError, TypeError):
        return _attention("backup", "its stamp cannot be read", "看不出最近一次备份是什么时候。")
    if age <= BACKUP_LATE:
        return []
    sentence = f"最近一次备份在 {age.days} 天前。"
    return _attention("backup", f"last made {age.days} days ago", sentence)


def _switch(note: str) -> Finding:
    """Whether mail and pushes are on at all; what is off is not well, and nobody's fault."""
    code, _, said = note.partition(": ")
    if said == "configured":
        return Finding(code, Level.OK, note, "")
    return Finding(code, Level.OFF, note, "没有配置，不发送；站内通知照常。")


def _scanner() -> list[Finding]:
    if scanning.configured():
        return [Finding("scanner", Level.OK, "scanner: configured", "")]
    sentence = "没有接入病毒扫描，附件照收不查。"
    return [Finding("scanner", Level.OFF, "scanner: not configured", sentence)]


def _silent_scanner() -> list[Finding]:
    if not scanning.configured() or scanning.reachable():
        return []
    return _stopped("scanner", "no answer", "病毒扫描没有应答，附件暂时都传不上来。")


def _calendar(now: datetime) -> list[Finding]:
    calendar = book().calendar
    today = town_day(now)
    for day in (today, today + CALENDAR_AHEAD):
        if not calendar.is_confirmed(day):
            sentence = f"{day.year} 年的放假安排还没有录入，跨入该年的期限暂按平常周计算。"
            return _attention("calendar", f"no notice for {day.year}", sentence)
    return []


def _work_items() -> list[Finding]:
    waiting = count_open()
    sentence = f"有 {waiting} 件系统办不了、要人处理的事。"
    return _attention("work items", str(waiting), sentence) if waiting else []
