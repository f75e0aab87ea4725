"""The programs the launcher starts: each in its own session, each with its own log.

A child dies with the launcher even when that is killed outright (parent-death signal). Should one
outlive it all the same, its birth note (`$XIASHU_STATE/run/`) lets the next launcher end it.
"""

import ctypes
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from deploy.launch.places import Places
from deploy.launch.words import say

# prctl(2): PR_SET_PDEATHSIG.
_DEATH_SIGNAL = 1
_libc = ctypes.CDLL(None, use_errno=True)

# A log longer than this is put aside at the next start (one older copy is kept), in bytes.
_LONG_LOG = 10_000_000

_ASKS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


@dataclass(frozen=True)
class Account:
    """An unprivileged account of the system."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class Program:
    """What to start: its file name for log and note, its Chinese name, and how it is stopped."""

    code: str
    name: str
    argv: Sequence[str | Path]
    cwd: Path
    account: Account | None = None
    farewell: signal.Signals = signal.SIGTERM
    patience: float = 20.0


@dataclass(frozen=True)
class Child:
    """A running program of ours."""

    program: Program
    process: subprocess.Popen[bytes]
    log: Path
    note: Path

    @property
    def name(self) -> str:
        """What a person calls it."""
        return self.program.name

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self.process.poll() is None

    def stop(self) -> int:
        """Ask it to end, insist after its patience (seconds) is over; the exit code."""
        if self.alive:
            self.process.send_signal(self.program.farewell)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=self.program.patience)
        if self.alive:
            say(f"{self.name}未按时停止，强制结束")
            os.killpg(self.process.pid, signal.SIGKILL)
        self.note.unlink(missing_ok=True)
        return self.process.wait()


def start(where: Places, program: Program, env: Mapping[str, str], into: list[Child]) -> Child:
    """Start a program in a new session, its output appended to its log, and put it `into` a list.

    No request to stop can come between the start and the list.
    """
    log = where.logs / f"{program.code}.log"
    if log.exists() and log.stat().st_size > _LONG_LOG:
        log.replace(log.with_suffix(".log.1"))
    note = where.state / "run" / f"{program.code}.json"
    note.parent.mkdir(mode=0o700, exist_ok=True)
    with _undisturbed():
        process = _spawn(program, env, log)
        told = {"pid": process.pid, "born": born(process.pid), "farewell": int(program.farewell)}
        note.write_text(json.dumps(told), encoding="ascii")
        child = Child(program, process, log, note)
        into.append(child)
    return child


def end_orphans(where: Places) -> None:
    """End what a launcher that was killed left behind (the caller holds the lock)."""
    for note in sorted((where.state / "run").glob("*.json"), reverse=True):
        try:
            told = json.loads(note.read_text(encoding="ascii"))
            pid, then, farewell = int(told["pid"]), told["born"], int(told["farewell"])
        except (ValueError, KeyError):
            then = None
        if then is not None and born(pid) == then:
            say(f"结束上次遗留的进程 {pid}（{note.stem}）")
            _end(pid, then, farewell)
        note.unlink()


def born(pid: int) -> str | None:
    """When a process began (clock ticks since boot, as text); None when it does not run.

    Together with its number this tells a process from a later one with the same number.
    """
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()
    return None if fields[0] == "Z" else fields[19]


def _end(pid: int, then: str, farewell: int) -> None:
    for attempt in range(300):
        if born(pid) != then:
            return
        if attempt % 20 == 0:
            os.kill(pid, farewell)
        time.sleep(0.1)
    os.killpg(pid, signal.SIGKILL)


def _spawn(program: Program, env: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    account = program.account

    def settle() -> None:
        _libc.prctl(_DEATH_SIGNAL, int(program.farewell), 0, 0, 0)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ASKS)

    with log.open("ab") as out:
        return subprocess.Popen(
            [str(part) for part in program.argv],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=dict(env),
            cwd=program.cwd,
            start_new_session=True,
            umask=0o077,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            preexec_fn=settle,
        )


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Requests to stop wait until the end of the block."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _ASKS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ASKS)
