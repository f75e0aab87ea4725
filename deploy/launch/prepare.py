"""Making the database ready: migrations, seeds, the demo town; and collecting the static files.

What was done is noted with a digest of what it was done from, so a second start does nothing twice.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg

from deploy.launch.places import Places, private_text
from deploy.launch.words import Stop, run_quietly, step, tail

# A manifest must be there before the settings choose the storage that writes one.
_EMPTY_MANIFEST = '{"paths": {}, "version": "1.1", "hash": ""}'


def prepare(where: Places, env: Mapping[str, str], *, demo: bool) -> None:
    """Migrate and load the seeds when the database is new or behind; the demo town if wanted."""
    with _one_at_a_time(where):
        todo = _todo(where, env["DATABASE_URL"], demo=demo)
        for words, command, arguments in todo:
            if _known(where, command):
                with step(words):
                    _manage(where, env, command, *arguments)
        if todo:
            done = {"digest": _digest(where), "database": _state_of(env["DATABASE_URL"])}
            done["demo"] = str(demo or (_done(where).get("demo") == "True"))
            private_text(_note(where), json.dumps(done, indent=1))


def collect(where: Places, env: Mapping[str, str]) -> None:
    """Gather the static files with names that carry their digest; skipped when none changed."""
    target = where.state / "static"
    mark = target / ".digest"
    digest = _static_digest(where)
    if mark.exists() and mark.read_text(encoding="ascii") == digest:
        return
    manifest = target / "staticfiles.json"
    if not manifest.exists():
        target.mkdir(mode=0o700, exist_ok=True)
        manifest.write_text(_EMPTY_MANIFEST, encoding="ascii")
    with step("整理静态文件"):
        _manage(where, env, "collectstatic", "--noinput", "--clear", "--verbosity", "0")
    mark.write_text(digest, encoding="ascii")


def _todo(where: Places, url: str, *, demo: bool) -> list[tuple[str, str, list[str]]]:
    done = _done(where)
    current = done.get("digest") == _digest(where) and done.get("database") == _state_of(url)
    steps: list[tuple[str, str, list[str]]] = []
    if not current:
        steps += [("更新数据库结构", "migrate", ["--noinput", "--verbosity", "1"])]
        steps += [("装入基础数据（节假日、期限、目录）", "load_seeds", [])]
    shown = (where.state / "demo.json").exists() and done.get("demo") == "True"
    if demo and not (current and shown):
        steps += [("建立演示镇", "demo_town", []), ("装入演示月", "demo_month", [])]
    return steps


def _manage(where: Places, env: Mapping[str, str], *argv: str) -> None:
    log = where.logs / "prepare.log"
    if run_quietly([where.python, where.root / "manage.py", *argv], log, env=env, cwd=where.root):
        raise Stop(
            f"{argv[0]} 没有成功，详见日志 {log}\n{tail(log)}",
            f"{argv[0]} failed; see the log.",
        )


def _known(where: Places, command: str) -> bool:
    """Whether it is Django's own or one of ours."""
    ours = where.root / "cases" / "management" / "commands" / f"{command}.py"
    return command == "migrate" or ours.exists()


def _done(where: Places) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads(_note(where).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def _note(where: Places) -> Path:
    return where.state / "prepared.json"


def _digest(where: Places) -> str:
    """Of all that the database is made from."""
    commands = where.root / "cases" / "management" / "commands"
    paths = [*(where.root / "cases" / "migrations").glob("*.py"), where.locks / "requirements.txt"]
    paths += [path for path in (where.root / "seeds").rglob("*") if path.is_file()]
    paths += [*commands.glob("load_seeds.py"), *commands.glob("*demo*.py")]
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(f"{path.relative_to(where.root)}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _state_of(url: str) -> str:
    """Which database it is and how far it was migrated, as one text."""
    with psycopg.connect(url, connect_timeout=10) as connection:
        named = connection.execute(
            "SELECT oid::text FROM pg_database WHERE datname = current_database()"
        ).fetchone()
        if connection.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,):
            return f"{named} new"
        far = connection.execute("SELECT count(*), max(applied)::text FROM django_migrations")
        return f"{named} {far.fetchone()}"


def _static_digest(where: Places) -> str:
    folders = [where.root / "cases" / "static", where.state / "frontend"]
    lines = [(where.locks / "requirements.txt").read_text(encoding="utf-8")]
    for path in sorted(_files(folders)):
        seen = path.stat()
        lines.append(f"{path} {seen.st_size} {seen.st_mtime_ns}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _files(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in folder.rglob("*") if path.is_file())


@contextmanager
def _one_at_a_time(where: Places) -> Iterator[None]:
    descriptor = os.open(where.state / "prepare.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
