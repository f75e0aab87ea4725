"""`./deploy/backup FILE`: database, attachments and anchors in one file, while people work (备份).

The keys are not in it: who finds the file reads nothing. They are kept apart, with the list of
destroyed keys, which must survive the loss of everything else (个人信息保护法 47).
"""

import json
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import psycopg

from deploy.launch.answers import Answer, Refusal, answered, one_file
from deploy.launch.archive import DESTROYED, DUMP, Draft, drafted, refuse_taken
from deploy.launch.dumping import dumping, tools, version_of
from deploy.launch.kept_keys import refuse_strange_cases, samples
from deploy.launch.lock import opened, wait_alone_or_running
from deploy.launch.places import Places, places, private_text
from deploy.launch.processes import end_orphans
from deploy.launch.servers import database
from deploy.launch.snapshot import Snapshot, snapshot, still_kept, unreachable
from deploy.launch.words import say, step

# When the last one was made: the health page reads it.
STAMP: Final = "backup.json"
_NAME: Final = re.compile(r"[0-9a-f]{64}")
_USAGE: Final = """./deploy/backup FILE

把数据库、附件和存证写进一个新文件 FILE；服务不用停。密钥不在里面，须与备份分开保管。
用法、恢复和演练见 README.md“备份与恢复”。"""


def main(argv: list[str]) -> int:
    """The exit code; 1 when files of the record were missing or changed."""
    return answered(lambda: _backup(places(), argv), lambda told: bool(told["broken"]))


def _backup(where: Places, argv: list[str]) -> Answer:
    target = one_file(argv, _USAGE)
    refuse_taken(target)
    begun = time.monotonic()
    with _reached(where) as url, drafted(target) as draft:
        told = write_backup(where, url, draft, target)
    told["seconds"] = round(time.monotonic() - begun, 1)
    private_text(where.state / STAMP, json.dumps(told, ensure_ascii=False, indent=1))
    say(told["apart"])
    return told


def write_backup(where: Places, url: str, draft: Draft, target: Path) -> Answer:
    """Write a backup of a database that is up into a draft, and give it its name."""
    with snapshot(url, where.state / "anchors") as seen:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        keys = refuse_strange_cases(where.state, seen.wrapped)
        with step("导出数据库"), dumping(where, url, seen.server, seen.name) as source:
            dump = draft.add(DUMP, source)
    with step("收存附件和存证"):
        broken = [f"存证 {name} 不见了" for name in seen.unanchored]
        broken += _add_files(where, url, draft, seen)
        _add_anchors(where, draft, seen)
    manifest: dict[str, Any] = {
        "made_at": at,
        "postgres": seen.server,
        "tool": version_of(tools(where, seen.server)),
        "migrations": seen.migrations,
        "keys": samples(keys),
        "counts": seen.counts,
    }
    files = sum(part.name.startswith("files/") for part in draft.parts)
    size = draft.finish(manifest, target)
    told = {"file": str(target), "made_at": at, "bytes": size, "database_bytes": dump.size}
    told |= seen.counts | {"files": files, "anchors": len(seen.anchors)}
    return told | {"broken": broken, "apart": _apart(where)}


def _add_files(where: Places, url: str, draft: Draft, seen: Snapshot) -> list[str]:
    """Every file of the vault; what is wrong with those that rows of the snapshot name."""
    broken: list[str] = []
    missing = set(seen.files)
    for path in sorted((where.state / "files").glob("??/??/*")):
        if _NAME.fullmatch(path.name) is None:
            continue
        part = _add(draft, f"files/{path.name}", path)
        if part is None:
            continue
        missing.discard(path.name)
        if part != path.name:
            broken.append(f"附件 {path.name[:8]} 内容与摘要不符")
    # What was erased or taken by a move since the snapshot is gone rightly.
    lost = still_kept(url, missing) if missing else set()
    return broken + [f"附件 {name[:8]} 的文件不见了" for name in sorted(lost)]


def _add_anchors(where: Places, draft: Draft, seen: Snapshot) -> None:
    for path in seen.anchors:
        _add(draft, f"anchors/{path.name}", path)
    listed = where.state / DESTROYED
    if listed.exists():
        draft.add(DESTROYED, BytesIO(listed.read_bytes()))


def _add(draft: Draft, name: str, path: Path) -> str | None:
    """The digest of a file that was added; None when it is gone."""
    try:
        source = path.open("rb")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Refusal("files", f"{path} 读不出来（{error.strerror}），请核对权限。") from error
    with source:
        return draft.add(name, source, os.fstat(source.fileno()).st_mtime).sha256


@contextmanager
def _reached(where: Places) -> Iterator[str]:
    """The database of the running service, or the same one started for as long as this takes."""
    with opened(where) as lock:
        found = wait_alone_or_running(where, lock, "backup")
        if found is not None:
            yield _answers(found.database_url)
            return
        end_orphans(where)
        if not (os.environ.get("DATABASE_URL") or (where.state / "pg" / "data").exists()):
            raise Refusal(
                "database",
                f"{where.state} 里还没有数据库，没有可以备份的内容：请核对 XIASHU_STATE。",
            )
        with database(where) as url:
            yield url


def _answers(url: str) -> str:
    try:
        psycopg.connect(url, connect_timeout=10).close()
    except psycopg.Error as error:
        raise unreachable(error) from error
    return url


def _apart(where: Places) -> str:
    return (
        f"密钥不在备份里：请把 {where.state / 'keys'} 和 {where.state / DESTROYED} "
        "另存一份，与备份分开保管；没有密钥，备份谁也恢复不了。"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
