"""The two servers under the service: embedded, or named by `DATABASE_URL` and `REDIS_URL`."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
import redis

from deploy.launch.places import Places
from deploy.launch.postgres import start_postgres
from deploy.launch.postgres_home import FLOOR
from deploy.launch.processes import Child
from deploy.launch.valkey import start_valkey
from deploy.launch.words import Stop, say, step


@dataclass(frozen=True)
class Servers:
    """Addresses of the database and the queue, and the ones of them that are ours."""

    database_url: str
    redis_url: str
    children: tuple[Child, ...]


@contextmanager
def servers(where: Places, *, fast: bool = False) -> Iterator[Servers]:
    """Both servers for as long as they are needed; our own are stopped in reverse order.

    `fast` is for tests: nothing is kept safe, and nothing is said at the end.
    """
    ours: list[Child] = []
    try:
        database = _start_database(where, ours, fast=fast)
        queue = os.environ.get("REDIS_URL") or ""
        if queue:
            _check_queue(queue)
        else:
            with step("启动队列 Valkey"):
                queue = start_valkey(where, ours)
        yield Servers(database, queue, tuple(ours))
    finally:
        stop(ours, silent=fast)


@contextmanager
def database(where: Places) -> Iterator[str]:
    """The database alone, for as long as it is needed; its address."""
    ours: list[Child] = []
    try:
        yield _start_database(where, ours, fast=False)
    finally:
        stop(ours)


def stop(children: list[Child], *, silent: bool = False) -> None:
    """Stop our programs, the last started first."""
    while children:
        child = children.pop()
        code = child.stop()
        if not silent:
            say(f"{child.name}已停止" + (f"（退出码 {code}）" if code else ""))


def environment(where: Places, database_url: str, redis_url: str) -> dict[str, str]:
    """What every program of the service is told."""
    told = {
        "XIASHU_STATE": str(where.state),
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "PYTHONPATH": str(where.root),
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
    }
    return dict(os.environ) | told


def _start_database(where: Places, ours: list[Child], *, fast: bool) -> str:
    url = os.environ.get("DATABASE_URL") or ""
    if url:
        _check_database(url)
        return url
    with step("启动数据库 PostgreSQL"):
        return start_postgres(where, ours, fast=fast)


def _check_database(url: str) -> None:
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            version = connection.info.server_version // 10000
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[:1]
        raise Stop(
            f"DATABASE_URL 指向的数据库连不上（{''.join(reason)}）：请检查地址和口令。",
            "The database named by DATABASE_URL cannot be reached.",
        ) from None
    if version < FLOOR:
        raise Stop(
            f"DATABASE_URL 指向的是 PostgreSQL {version}，需要 {FLOOR} 或更高版本。",
            f"PostgreSQL {FLOOR} or later is needed.",
        )


def _check_queue(url: str) -> None:
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=10) as client:
            client.ping()
    except (redis.RedisError, ValueError, OSError) as error:
        raise Stop(
            f"REDIS_URL 指向的队列连不上（{error}）：请检查地址和口令。",
            "The queue named by REDIS_URL cannot be reached.",
        ) from None
