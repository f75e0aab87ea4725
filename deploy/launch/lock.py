"""One launcher to one state folder: the lock, and the note about what runs.

The lock goes with the process that holds it, so a killed launcher leaves none behind. The note
(`services.json`) names the running servers; it counts only while its launcher lives.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from deploy.launch.places import Places, private_text
from deploy.launch.processes import born
from deploy.launch.words import Stop, say


@dataclass(frozen=True)
class Running:
    """What runs on this state folder, and how to reach it."""

    launcher: int
    born: str | None
    database_url: str
    redis_url: str
    address: str
    children: dict[str, int]


def running(where: Places) -> Running | None:
    """The servers that run now; None when nobody's launcher lives."""
    try:
        said = Running(**json.loads(_note(where).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return said if said.born and born(said.launcher) == said.born else None


def tell(where: Places, what: Running) -> None:
    """Write the note (0600: it may carry a password)."""
    private_text(_note(where), json.dumps(asdict(what), ensure_ascii=False, indent=1))


def forget(where: Places) -> None:
    """Take the note away."""
    _note(where).unlink(missing_ok=True)


@contextmanager
def alone(where: Places, what: str) -> Iterator[None]:
    """Hold the state folder for `what`; Stop when a service runs on it, wait for a command."""
    with _open(where) as file:
        _take(where, file, what)
        try:
            yield
        finally:
            forget(where)
            file.truncate(0)


def wait_alone_or_running(where: Places, file: IO[str], what: str) -> Running | None:
    """Take the lock (None), or find servers that run; waits for the other command to end."""
    told = False
    while True:
        if (found := running(where)) is not None:
            return found
        if _grab(file, what):
            return None
        if not told:
            say("另一个命令正在使用这个状态目录，等它结束 …")
            told = True
        time.sleep(0.2)


@contextmanager
def opened(where: Places) -> Iterator[IO[str]]:
    """The lock file, not locked yet; closing it gives the lock back."""
    with _open(where) as file:
        yield file


def _take(where: Places, file: IO[str], what: str) -> None:
    told = False
    while not _grab(file, what):
        holder = _holder(where)
        if holder.startswith("run"):
            now = running(where)
            place = f"，地址 {now.address}" if now and now.address else "，正在启动"
            raise Stop(
                f"服务已经在运行（进程 {holder.split()[-1]}{place}）；"
                "要再开一个，请另设 XIASHU_STATE 和 XIASHU_PORT。",
                "It is already running on this state folder.",
            )
        if not told:
            say("一个管理命令正在使用这个状态目录，等它结束 …")
            told = True
        time.sleep(0.2)


def _open(where: Places) -> IO[str]:
    path = where.state / "launcher.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    return os.fdopen(descriptor, "r+", encoding="utf-8")


def _grab(file: IO[str], what: str) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    file.seek(0)
    file.truncate()
    file.write(f"{what} {os.getpid()}")
    file.flush()
    return True


def _holder(where: Places) -> str:
    return (where.state / "launcher.lock").read_text(encoding="utf-8").strip()


def _note(where: Places) -> Path:
    return where.state / "services.json"
