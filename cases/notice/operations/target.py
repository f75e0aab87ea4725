"""Where events are pushed to (推送目标): one address, looked up, judged, and then spoken to.

What an administrator types must not become a way into the machine's own network: every address the
name resolves to has to be public, the connection goes to the very address that was judged, and a
redirect is not followed. Inside a closed government network XIASHU_WEBHOOK_PRIVATE=1 says knowingly
that private addresses are meant.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

PATIENCE: Final = 5.0  # seconds, for the whole exchange
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052, 2.1: an IPv4 address inside
_PORTS: Final = {"https": 443, "http": 80}
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotPushed(Exception):
    """What was not delivered, and why; `at_all`: nothing else would be, until somebody mends it."""

    def __init__(self, sentence: str, *, at_all: bool = False) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.at_all = at_all


@dataclass(frozen=True)
class Target:
    """Where to, taken apart once; `host` is the name the certificate must show."""

    scheme: str
    host: str
    port: int
    path: str


def target_of(url: str) -> Target:
    """The target of an address; NotPushed where it may not be one."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        host = ""
        port = 0
    if not host or not port or parts.username or parts.password:
        raise NotPushed("推送地址不对，应如 https://主机/路径，不带用户名和密码。", at_all=True)
    if parts.scheme != "https" and not settings.WEBHOOK_HTTP:
        raise NotPushed("推送地址应为 https；内网确需 http 的，请由管理员专门放开。", at_all=True)
    path = parts.path or "/"
    return Target(parts.scheme, host, port, f"{path}?{parts.query}" if parts.query else path)


def addresses_of(target: Target) -> list[str]:
    """The addresses a target's name has now, all of them allowed; NotPushed otherwise."""
    try:
        told = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except OSError as unknown:
        raise NotPushed("推送地址的主机名查不到，请核对。", at_all=True) from unknown
    found = list(dict.fromkeys(str(entry[4][0]) for entry in told))
    if not settings.WEBHOOK_PRIVATE and not all(map(public, found)):
        words = "推送地址指向内部网络，已拒绝；确在内网的，请由管理员专门放开。"
        raise NotPushed(words, at_all=True)
    return found


def public(text: str) -> bool:
    """Whether an address belongs to nobody's inner network, the ones wrapped in it included."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return all(map(_outer, _meant(address)))


def _outer(address: Address) -> bool:
    # `is_global` alone lets IPv4-compatible, translated, local NAT64 and fec0::/10 pass.
    local = isinstance(address, ipaddress.IPv6Address) and address.is_site_local
    return address.is_global and not (address.is_multicast or address.is_reserved or local)


def _meant(address: Address) -> list[Address]:
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    if address in _NAT64:
        return [ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)]
    inner: list[Address] = [address]
    if address.sixtofour is not None:
        inner.append(address.sixtofour)
    if address.teredo is not None:
        inner.extend(address.teredo)
    return inner


def push(target: Target, body: bytes, headers: Mapping[str, str]) -> None:
    """Send one body to a target within five seconds in all; NotPushed where it was not taken."""
    link = _connection(target, addresses_of(target)[0])
    late = threading.Event()
    watch = threading.Timer(PATIENCE, _cut, [link, late])
    watch.daemon = True
    watch.start()
    try:
        link.request("POST", target.path, body, {"Connection": "close", **headers})
        answer = link.getresponse()
        status, moved = answer.status, answer.getheader("Location", "")
    except (http.client.HTTPException, OSError, ValueError) as gone:
        raise _gone(gone, late=late.is_set()) from gone
    finally:
        watch.cancel()
        link.close()
    if late.is_set():  # cut short in the middle of its headers
        raise _gone(TimeoutError(), late=True)
    if 300 <= status < 400:
        raise NotPushed(f"对方要求转到 {moved[:80] or '别处'}，没有跟随；请改填最终地址。")
    if not 200 <= status < 300:
        raise NotPushed(f"对方没有收下（{status}）。")


def _gone(error: Exception, *, late: bool) -> NotPushed:
    if late or isinstance(error, TimeoutError):
        return NotPushed("对方 5 秒内没有答完。", at_all=True)
    if isinstance(error, OSError):
        return NotPushed("连不上对方的服务。", at_all=True)
    return NotPushed("对方的应答看不懂。")


class _Plain(http.client.HTTPConnection):
    """A connection to the address that was judged, not to whatever the name means by now."""

    address: str

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), self.timeout)


class _Secure(http.client.HTTPSConnection):
    address: str

    def connect(self) -> None:
        plain = socket.create_connection((self.address, self.port), self.timeout)
        self.sock = plain  # while the handshake lasts the watch can cut it
        self.sock = _TRUST.wrap_socket(plain, server_hostname=self.host)


_TRUST: Final = ssl.create_default_context()


def _connection(target: Target, address: str) -> _Plain | _Secure:
    kind = _Secure if target.scheme == "https" else _Plain
    link = kind(target.host, target.port, timeout=PATIENCE)
    link.address = address
    return link


def _cut(link: http.client.HTTPConnection, late: threading.Event) -> None:
    late.set()
    sock = link.sock
    if sock is not None:
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return
