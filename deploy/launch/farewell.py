"""Being asked to stop: Ctrl-C, a closed terminal and SIGTERM mean the same, and are heard once."""

import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType

_ASKS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Farewell(BaseException):
    """Somebody asked the launcher to stop."""


def listen() -> None:
    """From now on a request to stop raises Farewell; a second one does not disturb the stopping."""
    for ask in _ASKS:
        signal.signal(ask, _heard)


def ignore() -> None:
    """From now on requests to stop are heard and not followed."""
    for ask in _ASKS:
        signal.signal(ask, _nothing)


def call(argv: Sequence[str | Path], env: Mapping[str, str], cwd: Path | None = None) -> int:
    """Run a program in front and wait for its end; its exit code, 128 + n when a signal ended it.

    It hears Ctrl-C from the terminal itself; other requests to stop are passed on to it.
    """
    ignore()
    process = subprocess.Popen([str(part) for part in argv], env=dict(env), cwd=cwd)

    def pass_on(number: int, frame: FrameType | None) -> None:
        process.send_signal(number)

    for ask in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ask, pass_on)
    code = process.wait()
    listen()
    return code if code >= 0 else 128 - code


def _heard(number: int, frame: FrameType | None) -> None:
    ignore()
    raise Farewell


def _nothing(number: int, frame: FrameType | None) -> None:
    """A handler, not SIG_IGN: children would inherit that."""
