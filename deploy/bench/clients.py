"""Clients of the API that cost little themselves: they share the machine with what they measure.

Each keeps one connection open, as a phone or a neighbouring system would, and sends one request
after another. Loopback only.
"""

import json
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import Any

PATIENCE = 30.0  # seconds for one answer


@dataclass
class Tally:
    """What one client saw: seconds of each answer, and the first words of what was wrong."""

    took: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    kept: list[Any] = field(default_factory=list)
    began: float = 0.0
    ended: float = 0.0


@dataclass(frozen=True)
class Answer:
    """An answer: its status and its body."""

    status: int
    body: bytes

    @property
    def told(self) -> dict[str, Any]:
        """The body as an object."""
        found: dict[str, Any] = json.loads(self.body)
        return found


class Line:
    """One kept-open connection to the service on this machine."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket = self._open()

    def send(
        self,
        method: str,
        path: str,
        token: str = "",
        body: Any = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Send one request and read its answer to the end."""
        data = b"" if body is None else json.dumps(body).encode()
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self._port}"]
        lines += [f"Content-Length: {len(data)}", "Content-Type: application/json"]
        lines += [f"Authorization: Bearer {token}"] if token else []
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        self._socket.sendall("\r\n".join([*lines, "", ""]).encode() + data)
        return self._read()

    def send_bytes(self, path: str, token: str, body: bytes, kind: str) -> Answer:
        """Send a body of another kind than JSON and read the answer to its end."""
        lines = [f"POST {path} HTTP/1.1", f"Host: 127.0.0.1:{self._port}"]
        lines += [f"Content-Length: {len(body)}", f"Content-Type: {kind}"]
        lines += [f"Authorization: Bearer {token}"]
        self._socket.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        return self._read()

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _open(self) -> socket.socket:
        line = socket.create_connection(("127.0.0.1", self._port), timeout=PATIENCE)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return line

    def _read(self) -> Answer:
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._more()
        head, _, body = data.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").lower().split("\r\n")
        length = next((int(x[15:]) for x in lines if x.startswith("content-length:")), 0)
        while len(body) < length:
            body += self._more()
        return Answer(int(lines[0].split()[1]), body)

    def _more(self) -> bytes:
        data = self._socket.recv(65536)
        if not data:
            raise ConnectionError("the service hung up")
        return data


# What a client does until its time is over: `work(line, tally, until, own share of the input)`.
Work = Callable[[Line, Tally, float, list[Any]], None]


def together(work: Work, port: int, clients: int, seconds: float, given: list[Any]) -> Tally:
    """Let many clients work side by side in two processes; what they saw, put together."""
    begin = time.time() + 0.5
    shares = [given[place::clients] for place in range(clients)]
    halves = [shares[0::2], shares[1::2]]
    with ProcessPoolExecutor(2, mp_context=get_context("fork")) as pool:
        ready = [pool.submit(_half, work, port, begin, seconds, half) for half in halves]
        tallies = [tally for one in ready for tally in one.result()]
    whole = Tally(
        began=min(t.began for t in tallies),
        ended=max(t.ended for t in tallies),
    )
    for tally in tallies:
        whole.took += tally.took
        whole.wrong += tally.wrong
        whole.kept += tally.kept
    return whole


def _half(
    work: Work, port: int, begin: float, seconds: float, shares: list[list[Any]]
) -> list[Tally]:
    tallies = [Tally() for _ in shares]
    threads = [
        threading.Thread(target=_client, args=(work, port, begin, seconds, tally, share))
        for tally, share in zip(tallies, shares, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tallies


def _client(
    work: Work, port: int, begin: float, seconds: float, tally: Tally, share: list[Any]
) -> None:
    line = Line(port)
    time.sleep(max(begin - time.time(), 0))
    tally.began = time.time()
    try:
        work(line, tally, begin + seconds, share)
    except (OSError, ValueError) as broken:
        tally.wrong.append(f"{type(broken).__name__}: {broken}"[:300])
    tally.ended = time.time()
    line.close()
