"""The backup's file (备份文件): a plain tar whose last member, the manifest, names all the others.

    database.dump          pg_dump's custom format
    destroyed_keys.jsonl   the keys known to be destroyed
    anchors/…  files/…     anchors, and sealed attachments by digest
    manifest.json          format, moment, migrations, samples of the keys; size and SHA-256 of each

It is written under a temporary name and gets its own when it is complete.
"""

import errno
import fcntl
import hashlib
import json
import os
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Final

from deploy.launch.answers import Refusal

FORMAT: Final = 1
PROJECT: Final = "xiashu"
DUMP: Final = "database.dump"
DESTROYED: Final = "destroyed_keys.jsonl"
MANIFEST: Final = "manifest.json"
BLOCK: Final = 1 << 20
_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NO_LINKS: Final = {errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK}


@dataclass(frozen=True)
class Part:
    """One member of the file, with its size in bytes."""

    name: str
    size: int
    sha256: str


class Draft:
    """A backup that is being written."""

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self.path = path
        self.parts: list[Part] = []
        self._file = file

    def add(self, name: str, source: IO[bytes], mtime: float = 0) -> Part:
        """Write a member whose size is known only at its end."""
        head = tarfile.TarInfo(name)
        head.mode, head.mtime = 0o600, int(mtime)
        begin, hashed = self._file.tell(), hashlib.sha256()
        self._file.write(head.tobuf(tarfile.GNU_FORMAT))
        while block := source.read(BLOCK):
            hashed.update(block)
            head.size += len(block)
            self._file.write(block)
        self._file.write(b"\0" * (-head.size % tarfile.BLOCKSIZE))
        end = self._file.tell()
        self._file.seek(begin)
        self._file.write(head.tobuf(tarfile.GNU_FORMAT))
        self._file.seek(end)
        self.parts.append(Part(name, head.size, hashed.hexdigest()))
        return self.parts[-1]

    def finish(self, manifest: Mapping[str, Any], target: Path) -> int:
        """Write the manifest, see it all on disk, and give the file its name; its bytes."""
        told = {"format": FORMAT, "project": PROJECT} | dict(manifest)
        told["parts"] = [asdict(part) for part in self.parts]
        text = json.dumps(told, ensure_ascii=False, indent=0).encode()
        self.add(MANIFEST, BytesIO(text))
        self._file.write(b"\0" * tarfile.BLOCKSIZE * 2)
        size = self._file.tell()
        self._file.flush()
        os.fsync(self._file.fileno())
        _publish(self.path, target)
        return size


@contextmanager
def drafted(target: Path) -> Iterator[Draft]:
    """A draft beside the target; whatever happens, nothing half-written stays behind."""
    refuse_taken(target)
    path = target.with_name(f".{target.name}.{os.getpid()}.half")
    try:
        _sweep(target)
        with open(path, "xb", opener=for_its_owner) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield Draft(path, file)
    except OSError as error:
        raise _unwritten(target, error) from error
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def for_its_owner(path: str, flags: int) -> int:
    """Open a file so that what is new is its owner's alone, whatever the mask."""
    return os.open(path, flags, 0o600)


def refuse_taken(target: Path) -> None:
    """Refuse a target that exists, or whose folder is not there."""
    if os.path.lexists(target):
        raise Refusal("file", f"{target} 已经存在，不会覆盖：请换一个文件名。")
    if not target.parent.is_dir():
        raise Refusal("file", f"没有 {target.parent} 这个文件夹，请先建立，或换一个位置。")


def _publish(draft: Path, target: Path) -> None:
    """A link, unlike a renaming, never replaces what somebody else put there meanwhile."""
    try:
        os.link(draft, target)
    except FileExistsError:
        refuse_taken(target)
        raise
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        refuse_taken(target)
        draft.rename(target)
    handle = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sweep(target: Path) -> None:
    """Remove what a killed backup of the same name left; one at work holds its lock."""
    for left in target.parent.iterdir():
        if not (left.name.startswith(f".{target.name}.") and left.suffix == ".half"):
            continue
        with suppress(OSError), left.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            left.unlink()


def _unwritten(target: Path, error: OSError) -> Refusal:
    if error.errno in _FULL:
        return Refusal(
            "file", f"{target.parent} 所在磁盘空间不足，没有留下半份文件：请清理，或换一个位置。"
        )
    about = f"{error.strerror}：{error.filename}" if error.filename else str(error.strerror)
    return Refusal("file", f"备份写不到 {target.parent}（{about}）：请换一个可写的位置。")
