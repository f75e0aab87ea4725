"""Reading a backup's file (核对备份): nothing is believed that its manifest does not name.

A file is whole when every member is a plain file of a name we write, as long and with the digest
its manifest says, and the manifest is there at all: it is the last thing written.
"""

import hashlib
import json
import os
import re
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from deploy.launch.answers import Refusal
from deploy.launch.archive import (
    BLOCK,
    DESTROYED,
    DUMP,
    FORMAT,
    MANIFEST,
    PROJECT,
    Part,
    for_its_owner,
)

_NAMES: Final = re.compile(
    rf"{re.escape(DUMP)}|{re.escape(DESTROYED)}|anchors/anchor-[0-9TZ]+\.gz|files/[0-9a-f]{{64}}"
)
_LONGEST_MANIFEST: Final = 1 << 30
_DAMAGED: Final = "备份文件已损坏或不完整"
# Whatever reading a spoiled tar or a spoiled manifest may end in.
_OTHERS: Final = (
    OSError,
    EOFError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RecursionError,
    tarfile.TarError,
)


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself; `keys` are samples sealed with the keys it needs."""

    made_at: str
    postgres: int
    tool: int
    migrations: list[tuple[str, str]]
    keys: dict[str, str]
    counts: dict[str, int]
    parts: dict[str, Part]


class Backup:
    """A backup opened for reading, its members known and as many as its manifest names."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._members = _members(tar)
        self._tar = tar
        self.manifest = _manifest(tar, self._members)
        there = {name: member.size for name, member in self._members.items() if name != MANIFEST}
        if there != {part.name: part.size for part in self.manifest.parts.values()}:
            raise _damaged("内容与清单不一致")

    def check(self) -> None:
        """Read everything once; Refusal when a digest does not match."""
        for name in self.manifest.parts:
            self.copy(name, None)

    def copy(self, name: str, into: Path | None) -> None:
        """Copy one member into a file, whole or not at all (None: read it only)."""
        source = self._tar.extractfile(self._members[name])
        if source is None:
            raise _damaged(name)
        if into is None:
            _copied(source, None, self.manifest.parts[name])
            return
        half = into.with_name(f".{into.name}.half")
        try:
            with open(half, "wb", opener=for_its_owner) as out:
                _copied(source, out, self.manifest.parts[name])
            os.utime(half, (self._members[name].mtime,) * 2)
            half.replace(into)
        except BaseException:
            half.unlink(missing_ok=True)
            raise

    def text(self, name: str) -> str:
        """A member as text; empty when there is none."""
        if name not in self._members:
            return ""
        source = self._tar.extractfile(self._members[name])
        return source.read().decode("utf-8", "replace") if source else ""


@contextmanager
def opened_backup(path: Path) -> Iterator[Backup]:
    """A backup to read; Refusal when it is none, is broken, or comes from a later version."""
    if not path.exists():
        raise Refusal("file", f"找不到备份文件 {path}，请核对路径。")
    if not path.is_file():
        raise Refusal("file", f"{path} 不是文件，请给出备份文件。")
    try:
        tar = tarfile.open(path, "r:")  # noqa: SIM115
    except PermissionError as error:
        raise Refusal("file", f"没有读取 {path} 的权限，请换用能读它的账号。") from error
    except _OTHERS as error:
        raise Refusal("file", f"{path} 不是备份文件，或已损坏，请换一份备份。") from error
    with tar:
        yield Backup(tar)


def _members(tar: tarfile.TarFile) -> dict[str, tarfile.TarInfo]:
    found: dict[str, tarfile.TarInfo] = {}
    try:
        for member in tar:
            if member.name in found or not member.isreg():
                raise _damaged("有不该有的内容")
            found[member.name] = member
    except _OTHERS as error:
        raise _damaged("读到一半就断了") from error
    return found


def _manifest(tar: tarfile.TarFile, members: dict[str, tarfile.TarInfo]) -> Manifest:
    member = members.get(MANIFEST)
    if member is None or member.size > _LONGEST_MANIFEST:
        raise _damaged("没有清单")
    try:
        source = tar.extractfile(member)
        told = json.loads(source.read() if source else b"")
        if told["project"] != PROJECT:
            raise _damaged("不是本系统的备份")
        if int(told["format"]) > FORMAT:
            raise Refusal(
                "file", "这份备份是更新的版本做的，本程序读不了：请先升级程序，再恢复。"
            )
        return _understood(told)
    except _OTHERS as error:
        raise _damaged("清单读不懂") from error


def _understood(told: dict[str, Any]) -> Manifest:
    parts = [Part(str(p["name"]), int(p["size"]), str(p["sha256"])) for p in told["parts"]]
    if strange := [part.name for part in parts if not _NAMES.fullmatch(part.name)]:
        raise _damaged(f"有不该有的内容 {strange[0][:80]}")
    if DUMP not in {part.name for part in parts}:
        raise _damaged("没有数据库")
    return Manifest(
        made_at=str(told["made_at"]),
        postgres=int(told["postgres"]),
        tool=int(told["tool"]),
        migrations=[(str(app), str(name)) for app, name in told["migrations"]],
        keys={str(name): str(bytes.fromhex(s).hex()) for name, s in told["keys"].items()},
        counts={str(name): int(count) for name, count in told["counts"].items()},
        parts={part.name: part for part in parts},
    )


def _copied(source: IO[bytes], out: IO[bytes] | None, part: Part) -> None:
    hashed = hashlib.sha256()
    while block := _read(source):
        hashed.update(block)
        if out is not None:
            out.write(block)
    if hashed.hexdigest() != part.sha256:
        raise _damaged(f"{part.name} 的校验值不符")


def _read(source: IO[bytes]) -> bytes:
    try:
        return source.read(BLOCK)
    except _OTHERS as error:
        raise _damaged("读到一半就断了") from error


def _damaged(why: str) -> Refusal:
    return Refusal("file", f"{_DAMAGED}（{why}），没有恢复任何内容：请换一份备份。")


def clear(paths: Iterator[Path]) -> None:
    """Remove files that were put in place for nothing."""
    for path in paths:
        with suppress(OSError):
            path.unlink(missing_ok=True)
