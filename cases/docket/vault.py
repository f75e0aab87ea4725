"""The vault (密件库): sealed files outside the database and the web root, named by what they are.

A file lies under the SHA-256 of its ciphertext, so whoever changes it is found by its name. Two
sealings of one file never give the same bytes: every file has one row it belongs to.
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.conf import settings

from cases.docket.chain import digest
from cases.people.seal import open_, seal

_PLACE: Final = b"case file"
_NAME: Final = re.compile(r"[0-9a-f]{64}")
_HALF: Final = "."  # how the name of a file still being written begins


class Missing(LookupError):
    """A file that should be in the vault and is not."""


def keep(plain: bytes, key: bytes) -> str:
    """Seal a file under a key and keep it; its digest, by which it is found again."""
    sealed = seal(plain, key, _PLACE)
    name = digest(sealed)
    _write(_path(name), sealed)
    return name


def read(name: str, key: bytes) -> bytes:
    """A file opened again; Missing when it is gone, SealBroken when it was changed."""
    try:
        return open_(_path(name).read_bytes(), key, _PLACE)
    except OSError as gone:
        raise Missing(name) from gone


def exists(name: str) -> bool:
    """Whether a file is there."""
    try:
        return _path(name).is_file()
    except Missing:
        return False


def sound(name: str) -> bool:
    """Whether a file is there and still what its name says."""
    try:
        with _path(name).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == name
    except (OSError, Missing):
        return False


def delete(*names: str) -> None:
    """Delete files; what is gone already is no trouble."""
    for name in filter(None, names):
        _path(name).unlink(missing_ok=True)


def every() -> Iterator[tuple[str, float]]:
    """Each file that was kept, with the second it was written."""
    for path in _root().glob("??/??/*"):
        if _NAME.fullmatch(path.name) is None:
            continue
        try:
            yield path.name, path.stat().st_mtime
        except OSError:
            continue  # deleted meanwhile


def sweep_half(before: float) -> int:
    """Delete what was never written to its end; how many."""
    gone = 0
    for path in _root().glob(f"??/??/{_HALF}*"):
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def writable() -> bool:
    """Whether a file could be kept now."""
    try:
        _root().mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=_root()):
            return True
    except OSError:
        return False


def _root() -> Path:
    folder: Path = settings.STATE / "files"
    return folder


def _path(name: str) -> Path:
    if _NAME.fullmatch(name) is None:
        raise Missing(name)
    return _root() / name[:2] / name[2:4] / name


def _write(path: Path, sealed: bytes) -> None:
    for folder in (_root(), path.parent.parent, path.parent):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # mkstemp gives 0600; the rename makes the file appear whole or not at all.
    handle, half = tempfile.mkstemp(prefix=_HALF, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        os.replace(half, path)
    except BaseException:
        Path(half).unlink(missing_ok=True)
        raise
    _fsync(path.parent)


def _fsync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
