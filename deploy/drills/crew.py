"""Workers and beats as real processes (演练人手): started as the service does, killed at will."""

import os
import random
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.drills.site import Site

_ASKED = 15.0  # seconds a process may take to end by itself


class Crew:
    """The workers and beats at a site, each in a session of its own."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.workers: list[subprocess.Popen[bytes]] = []
        self.beats: list[subprocess.Popen[bytes]] = []

    def hire(self) -> None:
        """Start one more worker for what chases and tells."""
        name = f"w{os.urandom(4).hex()}@%h"
        argv = ["worker", "--queues", "chase,notice", "--hostname", name, "--concurrency", "1"]
        argv += ["--without-gossip", "--without-mingle", "--loglevel", "INFO"]
        self.workers.append(self._start("worker", "xiashu", argv))

    def beat(self) -> None:
        """Start one more beat, which wakes the chase every second."""
        schedule = self.site.where.state / f"beat-{len(self.beats)}"
        argv = ["beat", "--schedule", str(schedule), "--pidfile", "", "--loglevel", "INFO"]
        self.beats.append(self._start("beat", "deploy.drills.hasty", argv))

    def kill_one(self, chance: random.Random) -> None:
        """Kill -9 a worker: its process that sweeps alone, or all of it; a dead one is replaced."""
        worker = chance.choice(self.workers)
        below = _children(worker.pid)
        if below and chance.random() < 0.5:
            os.kill(chance.choice(below), signal.SIGKILL)
            return
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        self.workers.remove(worker)
        self.hire()

    def _start(self, code: str, app: str, argv: list[str]) -> subprocess.Popen[bytes]:
        orders = [str(self.site.where.python), "-m", "celery", "-A", app, *argv]
        with (self.site.where.logs / f"{code}.log").open("ab") as log:
            return subprocess.Popen(
                orders,
                env=self.site.env,
                cwd=self.site.where.root,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


@contextmanager
def crew(site: Site, *, workers: int, beats: int) -> Iterator[Crew]:
    """So many workers and beats at a site, gone afterwards."""
    found = Crew(site)
    try:
        for _ in range(workers):
            found.hire()
        for _ in range(beats):
            found.beat()
        yield found
    finally:
        for process in (*found.beats, *found.workers):
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_ASKED)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _children(pid: int) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except OSError:
        return []
    return [int(word) for word in text.split()]
