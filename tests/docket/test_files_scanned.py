"""Scanned (病毒扫描): asked where one is installed; where it is silent, nothing passes."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from cases.docket import scanning
from cases.docket.operations.uploads import receive_upload
from cases.entrance.health import examine
from cases.law.moves import Refused, Role
from tests.docket.makers import PDF
from tests.ledger import unchanged
from tests.town import NOW, Cast

EICAR = PDF.replace(b"trailer", b"EICAR")


def _hear(line: socket.socket) -> bytes:
    order = b""
    while not order.endswith(b"\0"):
        order += line.recv(1)
    if order == b"zPING\0":
        return b"PONG\0"
    assert order == b"zINSTREAM\0"
    content = b""
    while size := struct.unpack(">I", line.recv(4, socket.MSG_WAITALL))[0]:
        content += line.recv(size, socket.MSG_WAITALL)
    return b"stream: Eicar-Test FOUND\0" if b"EICAR" in content else b"stream: OK\0"


@contextmanager
def clamd(door: socket.socket, said: Callable[[socket.socket], bytes] = _hear) -> Iterator[None]:
    """A scanner that speaks as clamd does."""
    door.listen()

    def serve() -> None:
        while True:
            try:
                line, _ = door.accept()
            except OSError:
                return
            with line:
                line.sendall(said(line))

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield
    finally:
        door.shutdown(socket.SHUT_RDWR)
        door.close()


@pytest.fixture(params=["tcp", "unix"])
def door(request: Any, settings: Any, tmp_path: Path) -> socket.socket:
    if request.param == "unix":
        found = socket.socket(socket.AF_UNIX)
        found.bind(str(tmp_path / "clamd"))
        settings.CLAMD = f"unix://{tmp_path / 'clamd'}"
        return found
    found = socket.socket()
    found.bind(("127.0.0.1", 0))
    settings.CLAMD = f"tcp://127.0.0.1:{found.getsockname()[1]}"
    return found


def test_what_is_found_is_refused_and_the_rest_passes(town: Cast, door: socket.socket) -> None:
    desk = town.actor(Role.DESK)
    with clamd(door):
        assert receive_upload("a.pdf", PDF, by=desk, at=NOW).kind == "document"
        with unchanged(), pytest.raises(Refused, match="不安全"):
            receive_upload("a.pdf", EICAR, by=desk, at=NOW)
        assert scanning.reachable()
        assert "scanner: configured" in examine(NOW).notes
        assert "scanner: no answer" not in examine(NOW).degraded


@pytest.mark.parametrize("said", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"\xff\xff\0"])
def test_a_scanner_that_fails_lets_nothing_pass(
    town: Cast, door: socket.socket, said: bytes
) -> None:
    def fail(line: socket.socket) -> bytes:
        line.recv(65536)
        return said

    with clamd(door, fail), unchanged(), pytest.raises(Refused, match="请稍后再传"):
        receive_upload("a.pdf", PDF, by=town.actor(Role.DESK), at=NOW)


@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1:1", "unix:///nowhere/clamd", "http://x", "nonsense"]
)
def test_a_scanner_that_is_not_there_lets_nothing_pass(
    town: Cast, settings: Any, address: str
) -> None:
    settings.CLAMD = address
    with unchanged(), pytest.raises(Refused) as refusal:
        receive_upload("a.pdf", PDF, by=town.actor(Role.DESK), at=NOW)
    assert refusal.value.fields == {"files": "病毒扫描暂不可用，请稍后再传。"}
    assert "scanner: no answer" in examine(NOW).degraded


def test_without_a_scanner_files_pass_and_health_says_so(town: Cast, settings: Any) -> None:
    settings.CLAMD = ""
    assert receive_upload("a.pdf", PDF, by=town.actor(Role.DESK), at=NOW)
    found = examine(NOW)
    assert found.notes[0] == "scanner: not configured"
    assert [words for words in found.degraded if "scanner" in words] == []


def test_a_silent_scanner_is_given_up(town: Cast, settings: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(scanning, "SCAN_SECONDS", 0.2)
    monkeypatch.setattr(scanning, "CONNECT_SECONDS", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        settings.CLAMD = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        with unchanged(), pytest.raises(Refused, match="请稍后再传"):
            receive_upload("a.pdf", PDF, by=town.actor(Role.DESK), at=NOW)


def test_a_folder_that_takes_no_file_degrades(town: Cast, settings: Any, tmp_path: Path) -> None:
    (tmp_path / "files").write_bytes(b"a file stands where the folder should")
    assert "files: folder not writable" in examine(NOW).degraded
