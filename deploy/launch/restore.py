"""`./deploy/restore FILE`: a backup into an empty state folder (恢复), and only there.

Everything that can be refused is refused before anything is written; the database comes back in
one transaction. Then the migrations of today's version, and what was destroyed after the backup is
destroyed again (个人信息保护法 47); at last the whole record is verified.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import django
import psycopg
from django.db.migrations.loader import MigrationLoader

from deploy.launch.answers import Answer, Refusal, answered, one_file
from deploy.launch.archive import DESTROYED, DUMP
from deploy.launch.destroyed_list import destroyed_before, join_destroyed
from deploy.launch.dumping import restore_dump, tools
from deploy.launch.kept_keys import refuse_other_keys
from deploy.launch.lock import alone
from deploy.launch.places import Places, places, private_text
from deploy.launch.processes import end_orphans
from deploy.launch.servers import database, environment
from deploy.launch.snapshot import unreachable
from deploy.launch.unpacking import Backup, Manifest, clear, opened_backup
from deploy.launch.words import Stop, run_quietly, say, step, tail

# Stands while a restore is under way: one that was killed may be done again with the same file.
MARK: Final = "restoring.json"
_TABLES: Final = """
    SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^(pg_|information_schema$)'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
"""
_USAGE: Final = """./deploy/restore FILE

把备份文件 FILE 恢复到空的状态目录（XIASHU_STATE）。先把分开保管的 keys 文件夹和最新的
destroyed_keys.jsonl 放进这个目录。恢复后自动升级、重新销毁已销毁的密钥，并核验全部记录。"""


def main(argv: list[str]) -> int:
    """The exit code; 1 when the record that came back does not verify."""
    return answered(lambda: _restore(places(), argv), lambda t: bool(t["verified"]["broken"]))


def _restore(where: Places, argv: list[str]) -> Answer:
    path = one_file(argv, _USAGE)
    begun = time.monotonic()
    with opened_backup(path) as backup:
        manifest = backup.manifest
        refuse_unfit(where, manifest)
        with step("核对备份文件"):
            backup.check()
        with _alone(where):
            end_orphans(where)
            known = destroyed_before(where.state)
            with database(where) as url:
                told = bring_back(where, url, backup)
    told = {"file": str(path), "made_at": manifest.made_at} | told
    told["destroyed_list"] = "state" if known else "backup"
    if not known:
        say(
            f"{where.state} 里没有 {DESTROYED}：备份之后销毁了哪些密钥无从得知。"
            "如有这份清单，请放进来，再运行 ./deploy/manage restored。"
        )
    return told | {"seconds": round(time.monotonic() - begun, 1)}


def refuse_unfit(where: Places, manifest: Manifest) -> None:
    """Refuse what can be seen before a server is started: used folders, keys, migrations."""
    _refuse_used_folders(where, manifest)
    refuse_other_keys(where.state, manifest.keys)
    # The keys are there, so that reading the settings makes none.
    os.environ["XIASHU_STATE"] = str(where.state)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiashu.settings")
    django.setup()
    ours = set(MigrationLoader(None).disk_migrations or {})
    if unknown := [f"{app}.{name}" for app, name in manifest.migrations if (app, name) not in ours]:
        raise Refusal(
            "file",
            f"这份备份的数据库结构比本程序新（{unknown[-1]} 本程序没有）：请先升级程序，再恢复。",
        )


def bring_back(where: Places, url: str, backup: Backup) -> Answer:
    """Fill an empty database and empty folders from a backup, and bring the record to today."""
    manifest = backup.manifest
    programs = _refuse_used_database(where, url, manifest)
    mark, dump = where.state / MARK, where.state / ".restoring.dump"
    private_text(mark, json.dumps({"made_at": manifest.made_at}))
    try:
        with step("放回附件和存证"):
            _put_files(where, backup)
        join_destroyed(where.state, backup.text(DESTROYED))
        with step("恢复数据库"):
            backup.copy(DUMP, dump)
            restore_dump(programs, url, dump)
    except BaseException as error:
        clear(path for _, path in _targets(where, manifest))
        if isinstance(error, OSError):
            raise _unwritten(where, error) from error
        raise
    finally:
        for path in (dump, mark):
            path.unlink(missing_ok=True)
    told = _finished(where, url)
    files = sum(name.startswith("files/") for name in manifest.parts)
    anchors = sum(name.startswith("anchors/") for name in manifest.parts)
    return manifest.counts | {"files": files, "anchors": anchors} | told


def _finished(where: Places, url: str) -> Answer:
    """Migrate, destroy again, verify: with the programs of today's version."""
    env = environment(where, url, os.environ.get("REDIS_URL") or "redis://127.0.0.1:6379/0")
    manage: list[str | Path] = [where.python, where.root / "manage.py"]
    log = where.logs / "restore.log"
    with step("更新数据库结构"):
        if run_quietly([*manage, "migrate", "--noinput"], log, env=env, cwd=where.root):
            raise Stop(
                f"数据已经恢复，但数据库结构没有更新成功，详见日志 {log}\n{tail(log)}",
                "migrate failed; see the log.",
            )
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ANALYZE")
    with step("重新销毁、核验记录"):
        done = subprocess.run(
            [*manage, "restored"], env=env, cwd=where.root, capture_output=True, text=True
        )
    try:
        told: Answer = json.loads(done.stdout)
        return {name: told[name] for name in ("destroyed_again", "uploads_lost", "verified")}
    except (ValueError, KeyError) as error:
        log.write_text(done.stdout + done.stderr, encoding="utf-8")
        raise Stop(
            f"数据已经恢复，但核验没有做完，详见日志 {log}；请运行 ./deploy/manage verify_record。",
            "The verification did not finish; see the log.",
        ) from error


def _put_files(where: Places, backup: Backup) -> None:
    for name, path in _targets(where, backup.manifest):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        backup.copy(name, path)
    os.sync()


def _targets(where: Places, manifest: Manifest) -> Iterator[tuple[str, Path]]:
    """Each file of the backup that lies beside the database, and where."""
    for name in manifest.parts:
        folder, _, file = name.partition("/")
        if folder == "files":
            yield name, where.state / folder / file[:2] / file[2:4] / file
        elif folder == "anchors":
            yield name, where.state / folder / file


def _refuse_used_folders(where: Places, manifest: Manifest) -> None:
    begun = (where.state / MARK).exists()
    ours = {path for _, path in _targets(where, manifest)} if begun else set()
    for folder in ("files", "anchors"):
        for path in (where.state / folder).rglob("*"):
            half = path.name.startswith(".")
            if not (path.is_dir() or half or path in ours):
                raise _used(f"{where.state / folder} 里已经有文件")


def _refuse_used_database(where: Places, url: str, manifest: Manifest) -> Path:
    """The programs to restore with; Refusal when the database holds anything or is too old."""
    try:
        with psycopg.connect(url, connect_timeout=10, autocommit=True) as connection:
            server = connection.info.server_version // 10000
            tables: Any = connection.execute(_TABLES).fetchone()
            if tables[0]:
                raise _used(f"数据库里已经有 {tables[0]} 张表")
            if server < manifest.postgres:
                raise Refusal(
                    "database",
                    f"备份来自 PostgreSQL {manifest.postgres}，这里是 {server}："
                    f"请换用 {manifest.postgres} 或更高版本的数据库。",
                )
            connection.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    except psycopg.Error as error:
        raise unreachable(error) from error
    return tools(where, server, manifest.tool)


@contextmanager
def _alone(where: Places) -> Iterator[None]:
    with ExitStack() as held:
        try:
            held.enter_context(alone(where, "restore"))
        except Stop as problem:
            raise Refusal("XIASHU_STATE", problem.sentence) from problem
        yield


def _used(why: str) -> Refusal:
    return Refusal(
        "XIASHU_STATE",
        f"只能恢复到空的状态目录，{why}：请另设 XIASHU_STATE（外部数据库另建一个空库），"
        "把 keys 和 destroyed_keys.jsonl 放进去，再恢复。原有数据没有改动。",
    )


def _unwritten(where: Places, error: OSError) -> Refusal:
    return Refusal(
        "XIASHU_STATE",
        f"{where.state} 写不进去（{error.strerror}），没有恢复任何内容：请腾出空间或换一个目录。",
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
