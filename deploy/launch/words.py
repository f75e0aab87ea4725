"""What the launcher says: one plain sentence for each thing that can go wrong, and progress.

All of it goes to standard error, so that standard output carries only what was asked for.
"""

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

# A person waiting wants a sign of life about this often, in seconds.
SIGN_OF_LIFE = 5.0

_born = time.monotonic()


class Stop(Exception):
    """The launcher cannot go on: a Chinese sentence saying what to do, and a short English one."""

    def __init__(self, sentence: str, english: str) -> None:
        super().__init__(f"{sentence}\n  {english}")
        self.sentence = sentence


def say(text: str) -> None:
    """One line of progress with the seconds since the start."""
    print(f"[{time.monotonic() - _born:5.1f}s] {text}", file=sys.stderr, flush=True)


def refuse(problem: Stop) -> None:
    """Show why the launcher stops."""
    print(f"✗ {problem}", file=sys.stderr, flush=True)


@contextmanager
def step(name: str) -> Iterator[None]:
    """Announce a step and, when it is done, how long it took."""
    say(f"{name} …")
    begun = time.monotonic()
    yield
    took = time.monotonic() - begun
    say(f"{name} ✓ {took:.1f}s")


def run_quietly(
    argv: Sequence[str | Path],
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> int:
    """Run a long program with its output in a log, showing signs of life; the exit code."""
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with log.open("ab") as out:
        process = subprocess.Popen(
            [str(part) for part in argv],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=cwd,
        )
        try:
            return _wait(process)
        except BaseException:
            process.terminate()
            process.wait()
            raise


def tail(log: Path, lines: int = 8) -> str:
    """The last lines of a log, indented; empty when there is none."""
    if not log.exists():
        return ""
    text = log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
    return "\n".join("    " + line for line in text)


def _wait(process: subprocess.Popen[bytes]) -> int:
    while True:
        try:
            return process.wait(timeout=SIGN_OF_LIFE)
        except subprocess.TimeoutExpired:
            say("  仍在进行 …")
