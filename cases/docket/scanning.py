"""Looking for malware (病毒扫描): clamd is asked where one is installed, before a file is opened.

Without one, files pass and the health page says so. With one that does not answer, nothing passes.
"""

import socket
import struct
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from cases.docket.sniffing import refused

CONNECT_SECONDS, SCAN_SECONDS = 3.0, 30.0
_CHUNK: Final = 2**18


def scan(content: bytes) -> None:
    """Refused where something was found, or where the scanner does not answer."""
    if not configured():
        return
    try:
        said = _ask(b"zINSTREAM\0", content)
    except (OSError, ValueError) as silent:
        raise refused("病毒扫描暂不可用，请稍后再传。") from silent
    if said.endswith("FOUND"):
        raise refused("病毒扫描发现这个文件不安全，没有接收。请勿在本机打开它，并联系系统管理员。")
    if not said.endswith("OK"):
        raise refused("病毒扫描暂不可用，请稍后再传。")


def configured() -> bool:
    """Whether a scanner is named."""
    return bool(settings.CLAMD)


def reachable() -> bool:
    """Whether the scanner answers."""
    try:
        return _ask(b"zPING\0") == "PONG"
    except (OSError, ValueError):
        return False


def _ask(order: bytes, content: bytes | None = None) -> str:
    with _line() as line:
        line.sendall(order)
        line.settimeout(CONNECT_SECONDS if content is None else SCAN_SECONDS)
        if content is not None:
            for at in range(0, len(content), _CHUNK):
                chunk = content[at : at + _CHUNK]
                line.sendall(struct.pack(">I", len(chunk)) + chunk)
            line.sendall(struct.pack(">I", 0))
        said = b""
        while not said.endswith(b"\0") and (more := line.recv(4096)):
            said += more
    return said.rstrip(b"\0\n").decode("utf-8", "replace").strip()


def _line() -> socket.socket:
    address = urlsplit(settings.CLAMD)
    if address.scheme == "unix":
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(CONNECT_SECONDS)
        try:
            line.connect(address.path)
        except OSError:
            line.close()
            raise
        return line
    if address.scheme != "tcp" or not address.hostname:
        raise ValueError("XIASHU_CLAMD must be tcp://host:port or unix:///path")
    where = (address.hostname, address.port or 3310)
    return socket.create_connection(where, timeout=CONNECT_SECONDS)
