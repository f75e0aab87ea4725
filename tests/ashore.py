"""Where a backup of the test's database comes from and goes to (备份与恢复), for tests of both."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql

from deploy.launch.archive import DUMP, drafted
from deploy.launch.backup import write_backup
from deploy.launch.kept_keys import samples
from deploy.launch.places import Places, places

HANDLED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
KEYS = {name: bytes(range(32)) for name in ("master_k1", "blind_key", "anchor_key")}


def state(folder: Path) -> Places:
    """A state folder with this installation's keys in it."""
    keys = {f"master_{key_id}": key for key_id, key in settings.KEYRING.keys.items()}
    keys |= {"blind_key": settings.KEYRING.blind, "anchor_key": settings.KEYRING.anchor}
    put_keys(folder, keys)
    return replace(places(), state=folder)


def put_keys(folder: Path, keys: dict[str, bytes]) -> None:
    """Keys in a state folder."""
    (folder / "keys").mkdir(parents=True, exist_ok=True)
    for name, key in keys.items():
        (folder / "keys" / name).write_text(f"{key.hex()}\n", "ascii")


def url_of(name: str = "") -> str:
    """The address of the test's database, or of another one beside it."""
    told = connection.settings_dict
    name, account = name or told["NAME"], f"{told['USER']}:{told['PASSWORD']}"
    if told["PORT"]:
        return f"postgresql://{account}@{told['HOST']}:{told['PORT']}/{name}"
    return f"postgresql://{account}@/{name}?host={told['HOST']}"


def backed_up(where: Places, target: Path) -> dict[str, Any]:
    """A backup of the test's database and of a state folder."""
    with drafted(target) as draft:
        return write_backup(where, url_of(), draft, target)


@contextmanager
def empty_database() -> Iterator[str]:
    """A new database beside the test's; its address."""
    name = f"{connection.settings_dict['NAME']}_back"
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with psycopg.connect(url_of(), autocommit=True) as beside:
        beside.execute(drop)
        beside.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield url_of(name)
        finally:
            beside.execute(drop)


def written(target: Path, **other: Any) -> Path:
    """A backup's file of invented parts, whole unless something `other` is said of it."""
    told: dict[str, Any] = {
        "made_at": "2026-11-20T02:00:00+00:00",
        "postgres": 15,
        "tool": 15,
        "migrations": [["cases", "0001_initial"]],
        "keys": samples(KEYS),
        "counts": {"cases": 0, "events": 0},
    }
    parts = other.pop("parts", {DUMP: b"dump", f"files/{'ab' * 32}": b"sealed"})
    with drafted(target) as draft:
        for name, content in parts.items():
            draft.add(name, BytesIO(content))
        draft.finish(told | other, target)
    return target
