"""The service and its commands as an operator starts them (真实进程), for the drills."""

import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.launch.places import places
from deploy.launch.postgres import free_port

PATIENCE = 240.0  # seconds until the service is up: the first start makes a demonstration month
STOPPING = 60.0


@dataclass(frozen=True)
class Service:
    """A running service: its state folder and port."""

    state: Path
    port: int

    @property
    def accounts(self) -> dict[str, dict[str, str]]:
        """The demonstration log-ins by role."""
        told: dict[str, Any] = json.loads((self.state / "demo.json").read_text(encoding="utf-8"))
        found: dict[str, dict[str, str]] = told["roles"]
        return found


@dataclass(frozen=True)
class Done:
    """What a command answered: its exit code and the object it printed."""

    code: int
    told: dict[str, Any]


@contextmanager
def running(state: Path) -> Iterator[Service]:
    """`./deploy/run` on a state folder, up and ready; stopped as Ctrl-C stops it."""
    port = free_port()
    env = environment(state) | {"XIASHU_PORT": str(port), "XIASHU_DEMO": "1"}
    with (state.parent / f"{state.name}.log").open("ab") as log:
        process = subprocess.Popen(
            [places().root / "deploy" / "run"], env=env, stdout=log, stderr=log
        )
    try:
        _wait(process, port, Path(log.name))
        yield Service(state, port)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(STOPPING)


def command(state: Path, name: str, *words: str) -> Done:
    """`./deploy/NAME WORDS` on a state folder, with its answer."""
    orders: list[str | Path] = [places().root / "deploy" / name, *words]
    done = subprocess.run(
        orders, env=environment(state), capture_output=True, text=True, check=False
    )
    try:
        return Done(done.returncode, json.loads(done.stdout))
    except ValueError as wrong:
        raise SystemExit(f"{name} {words}: {done.returncode} {done.stderr[-2000:]}") from wrong


def environment(state: Path) -> dict[str, str]:
    """This environment with another state folder, and the embedded servers in it."""
    others = {"DATABASE_URL", "REDIS_URL", "XIASHU_POOL"}
    kept = {name: value for name, value in os.environ.items() if name not in others}
    freely = {"XIASHU_RATE_ACCOUNT": "0", "XIASHU_RATE_UPLOADS": "0"}
    return kept | freely | {"XIASHU_STATE": str(state)}


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz/ready", timeout=5).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
            continue
        if "已就绪" in log.read_text(encoding="utf-8"):
            return
    raise SystemExit(f"the service did not start: {log.read_text(encoding='utf-8')[-2000:]}")
