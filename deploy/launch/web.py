"""The programs of the service itself: web server, worker and beat; and whether it is up."""

import errno
import json
import os
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.launch.places import Places
from deploy.launch.processes import Child, Program, start
from deploy.launch.words import Stop, tail

# Waiting for /healthz/ready, in seconds.
PATIENCE = 60.0

ANY = {"0.0.0.0", "::"}
# A worker serves no pages and spells no names: without both it takes half the memory.
LEAN = {"CELERY_SKIP_CHECKS": "1", "PYPINYIN_NO_PHRASES": "true"}


@dataclass(frozen=True)
class Door:
    """Where the web server listens."""

    host: str
    port: int

    @property
    def address(self) -> str:
        """What a person on this machine types."""
        host = "127.0.0.1" if self.host in ANY else self.host
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def hosts(self) -> str:
        """The names the service answers to unless `XIASHU_HOSTS` says otherwise."""
        names = {"localhost", "127.0.0.1", "[::1]"}
        if self.host in ANY:
            names |= {socket.gethostname(), *_own_addresses()}
        else:
            names.add(f"[{self.host}]" if ":" in self.host else self.host)
        return ",".join(sorted(names))


def door() -> Door:
    """`XIASHU_HOST` (default 127.0.0.1) and `XIASHU_PORT` (default 8000), when they are free."""
    text = os.environ.get("XIASHU_PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Stop(
            f"XIASHU_PORT 应为 1 到 65535 的整数，现在是“{text}”。",
            "XIASHU_PORT must be a number from 1 to 65535.",
        )
    found = Door(os.environ.get("XIASHU_HOST") or "127.0.0.1", int(text))
    family = socket.AF_INET6 if ":" in found.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((found.host, found.port))
            probe.listen()
        except OSError as error:
            raise _closed(found, error) from None
    return found


def start_web(where: Places, env: Mapping[str, str], at: Door, into: list[Child]) -> Child:
    """The web server (granian), one process for each core up to four."""
    workers = os.environ.get("XIASHU_WORKERS") or str(min(4, max(2, os.cpu_count() or 2)))
    argv: list[str | Path] = [where.python, "-m", "granian", "--interface", "wsgi"]
    argv += ["--host", at.host, "--port", str(at.port), "--workers", workers]
    argv += ["--blocking-threads", "4", "--no-ws", "--log-level", "warning"]
    # A process of it that is asked to stop while it still starts does not hear it (granian 2.8).
    argv += ["--workers-kill-timeout", "8", "xiashu.wsgi:application"]
    return start(where, Program("web", "网站", argv, where.root), env, into)


def start_workers(where: Places, env: Mapping[str, str], into: list[Child]) -> None:
    """Two workers: one chases and tells, one carries out the chores, so that neither waits.

    Three processes for the first: at most one sends mail, one calls other systems (each ends before
    it is woken again), and one is always free for the chase.
    """
    _start_worker(where, env, into, ("worker", "催办与通知"), "chase,notice", 3)
    _start_worker(where, env, into, ("chores", "后台任务"), "chores", 1)


def _start_worker(
    where: Places,
    env: Mapping[str, str],
    into: list[Child],
    named: tuple[str, str],
    queues: str,
    processes: int,
) -> None:
    code, name = named
    argv: list[str | Path] = [where.python, "-m", "celery", "-A", "xiashu", "worker"]
    argv += ["--queues", queues, "--hostname", f"{code}@%h", "--loglevel", "INFO"]
    argv += ["--pool", "prefork", "--concurrency", str(processes)]
    argv += ["--without-gossip", "--without-mingle"]
    start(where, Program(code, name, argv, where.root), {**env, **LEAN}, into)


def start_beat(where: Places, env: Mapping[str, str], into: list[Child]) -> Child:
    """Beat: wakes the chores at their hours."""
    argv: list[str | Path] = [where.python, "-m", "celery", "-A", "xiashu", "beat"]
    argv += ["--loglevel", "INFO", "--schedule", where.state / "beat-schedule", "--pidfile", ""]
    return start(where, Program("beat", "定时", argv, where.root), env, into)


def wait_ready(web: Child, at: Door) -> list[str]:
    """Wait until the service answers; what it says is degraded. Stop when it does not come up."""
    deadline = time.monotonic() + PATIENCE
    answer = "没有应答"
    while web.alive and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{at.address}/healthz/ready", timeout=10) as response:
                return list(json.load(response).get("degraded", []))
        except urllib.error.HTTPError as error:
            answer = f"{error.code} {error.read(500).decode(errors='replace')}"
        except (OSError, ValueError) as error:
            answer = str(error)
        time.sleep(0.1)
    raise Stop(
        f"网站没有就绪（{answer}），日志见 {web.log}\n{tail(web.log)}",
        "The service did not become ready; see the log.",
    )


def _closed(at: Door, error: OSError) -> Stop:
    if error.errno == errno.EADDRINUSE:
        return Stop(
            f"端口 {at.port} 已被占用：请停掉占用它的程序，"
            "或换一个端口，例如 XIASHU_PORT=8001 ./deploy/run。",
            "The port is in use; choose another with XIASHU_PORT.",
        )
    return Stop(
        f"不能在 {at.host}:{at.port} 上监听（{error.strerror}）：请检查 XIASHU_HOST、XIASHU_PORT。",
        "Cannot listen there; check XIASHU_HOST and XIASHU_PORT.",
    )


def _own_addresses() -> list[str]:
    """The address this machine has towards others; a datagram socket that sends nothing knows it.

    192.0.2.1 is reserved for documentation (RFC 5737).
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return []
        return [str(probe.getsockname()[0])]
