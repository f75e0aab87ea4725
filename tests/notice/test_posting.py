"""The webhook (接口推送): signed, in order, and only to where it may go."""

import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from cases.docket import kinds
from cases.docket.models import Case, Event
from cases.notice.models import Notice
from cases.notice.operations import target
from cases.notice.operations.posting import NO_SECRET, post
from cases.notice.operations.target import NotPushed, addresses_of, public, push, target_of
from tests.together import together
from tests.town import NOW, Cast
from tests.walk import file, walk

SECRET = "for-tests-only"


@dataclass
class Heard:
    """What the other system got, and how it answers."""

    port: int = 0
    status: int = 204
    sleeps: float = 0.0
    drips: bool = False
    location: str = ""
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def other_system(settings: Any, **how: Any) -> Iterator[Heard]:
    """Another system on this machine, which only a test may push to."""
    heard = Heard(**how)

    class Takes(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
            time.sleep(heard.sleeps)
            self.send_response(heard.status)
            if heard.location:
                self.send_header("Location", heard.location)
            self.end_headers()

        def handle_one_request(self) -> None:
            if not heard.drips:
                return super().handle_one_request()
            try:
                for letter in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200:
                    self.wfile.write(bytes([letter]))
                    time.sleep(0.05)
            except OSError:
                self.close_connection = True
            return None

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Takes)
    server.daemon_threads = True
    heard.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    settings.WEBHOOK_URL = f"http://127.0.0.1:{heard.port}/events?from=town"
    settings.WEBHOOK_SECRET = SECRET
    settings.WEBHOOK_PRIVATE = settings.WEBHOOK_HTTP = True
    yield heard
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def reader() -> Iterator[None]:
    kinds.register_reader("webhook", quiet=False)
    yield
    kinds._READERS.pop("webhook")


def states() -> list[tuple[int, str, int, str]]:
    rows = Notice.objects.filter(channel="webhook").order_by("case_id", "seq")
    return list(rows.values_list("seq", "state", "attempts", "last_error"))


def test_every_event_is_pushed_once_signed_and_in_order(town: Cast, settings: Any) -> None:
    case = walk(town, file(town, title="拆迁补偿争议"))
    with other_system(settings) as heard:
        done = post(NOW)
        assert (done.queued, done.delivered, done.failed, done.down) == (7, 7, 0, "")
        assert post(NOW).delivered == 0
    told = [json.loads(body) for _, body in heard.got]
    assert [event["seq"] for event in told] == [1, 2, 3, 4, 5, 6, 7]
    assert {event["number"] for event in told} == {case.number}
    headers, body = heard.got[0]
    signed = f"{headers['x-xiashu-timestamp']}.".encode() + body
    wanted = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert headers["x-xiashu-signature"] == f"sha256={wanted}"
    assert headers["idempotency-key"] == str(Event.objects.get(case=case, seq=1).pk)
    assert "拆迁" not in b"".join(body for _, body in heard.got).decode()


def test_what_is_confidential_never_leaves(town: Cast, settings: Any) -> None:
    secret, plain = file(town), file(town)
    Case.objects.filter(pk=secret.pk).update(confidential=True)
    with other_system(settings) as heard:
        assert post(NOW).delivered == 1
    assert json.loads(heard.got[0][1])["number"] == plain.number


def test_what_became_confidential_while_it_waited_is_dead(town: Cast, settings: Any) -> None:
    case = file(town)
    with other_system(settings, status=500) as heard:
        post(NOW)
        Case.objects.filter(pk=case.pk).update(confidential=True)
        heard.status = 200
        assert post(NOW + timedelta(minutes=1)).delivered == 0
    assert len(heard.got) == 1
    assert states()[0][1] == "dead"


def test_later_events_of_a_case_wait_for_the_earlier_and_other_cases_do_not(
    town: Cast, settings: Any
) -> None:
    walk(town, file(town), "accept")
    with other_system(settings, status=500) as heard:
        done = post(NOW)
        other = file(town)
        heard.status = 200
        again = post(NOW)
        assert (done.failed, again.delivered) == (1, 1)
        assert json.loads(heard.got[-1][1])["number"] == other.number
        assert post(NOW + timedelta(minutes=1)).delivered == 2
    assert states()[0] == (1, "sent", 2, "")


def test_tried_again_and_then_dead_and_the_next_goes_on(town: Cast, settings: Any) -> None:
    walk(town, file(town), "accept")
    at = NOW
    with other_system(settings, status=503) as heard:
        for _ in range(6):
            post(at)
            row = Notice.objects.filter(channel="webhook", seq=1).get()
            at = row.next_try_at or at
        assert states()[0] == (1, "dead", 6, "对方没有收下（503）。")
        heard.status = 200
        assert post(at + timedelta(minutes=1)).delivered == 1


def test_a_redirect_is_not_followed_and_says_where_to(town: Cast, settings: Any) -> None:
    file(town)
    inside = "http://169.254.169.254/latest/meta-data/"
    with other_system(settings, status=302, location=inside) as heard:
        assert post(NOW).failed == 1
    assert len(heard.got) == 1
    assert states()[0][3] == f"对方要求转到 {inside}，没有跟随；请改填最终地址。"


@pytest.mark.parametrize("how", [{"sleeps": 2.0}, {"drips": True}], ids=["late", "drop by drop"])
def test_a_slow_one_is_cut_off(
    town: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch, how: dict[str, Any]
) -> None:
    monkeypatch.setattr(target, "PATIENCE", 0.4)
    file(town)
    file(town)
    began = time.monotonic()
    with other_system(settings, **how):
        done = post(NOW)
    assert time.monotonic() - began < 2
    assert (done.failed, done.down) == (1, "对方 5 秒内没有答完。")
    assert [(state, tries) for _, state, tries, _ in states()] == [("failed", 1), ("waiting", 0)]


def test_one_that_is_down_stops_the_run_after_one_try(town: Cast, settings: Any) -> None:
    for _ in range(3):
        file(town)
    with other_system(settings):
        pass
    done = post(NOW)
    assert (done.queued, done.failed, done.down) == (3, 1, "连不上对方的服务。")
    assert [tries for _, _, tries, _ in states()] == [1, 0, 0]


def test_without_a_secret_nothing_is_pushed_and_nothing_lost(town: Cast, settings: Any) -> None:
    file(town)
    with other_system(settings) as heard:
        settings.WEBHOOK_SECRET = ""
        assert post(NOW).down == NO_SECRET
        assert heard.got == []
        settings.WEBHOOK_SECRET = SECRET
        assert post(NOW).delivered == 1


def test_without_an_address_nothing_is_taken(town: Cast, settings: Any) -> None:
    settings.WEBHOOK_URL = ""
    file(town)
    assert post(NOW).queued == 0
    assert states() == []


@pytest.mark.django_db(transaction=True)
def test_two_posters_at_once_push_each_event_once(town: Cast, settings: Any) -> None:
    for _ in range(5):
        walk(town, file(town), "assign")
    with other_system(settings) as heard:
        found = together(*[lambda: post(NOW) for _ in range(3)])
        assert [one for one in found if isinstance(one, Exception)] == []
        post(NOW)
    told = [(e["number"], e["seq"]) for e in (json.loads(body) for _, body in heard.got)]
    assert len(told) == len(set(told)) == 15
    for number in {number for number, _ in told}:
        assert [seq for n, seq in told if n == number] == [1, 2, 3]


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "0.0.0.0"),
        *("100.64.0.1", "::1", "::", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "224.0.0.1"),
        *("::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1", "nonsense", ""),
        *("::127.0.0.1", "64:ff9b:1::7f00:1", "::ffff:0:127.0.0.1", "fec0::1", "240.0.0.1"),
    ],
)
def test_no_inner_address_is_public_however_it_is_written(address: str) -> None:
    assert not public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_a_public_address_is_public(address: str) -> None:
    assert public(address)


def test_a_name_is_refused_for_one_inner_address_among_many(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WEBHOOK_PRIVATE = False
    told = [(2, 1, 6, "", ("8.8.8.8", 443)), (2, 1, 6, "", ("10.0.0.1", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: told)
    with pytest.raises(NotPushed) as refused:
        addresses_of(target_of("https://hook.example.cn/in"))
    assert "指向内部网络" in refused.value.sentence


def test_the_connection_goes_to_the_address_that_was_judged(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def lookup(host: str, *_: Any, **__: Any) -> Any:
        asked.append(host)  # the second answer would be the inner one
        return [(2, 1, 6, "", ("127.0.0.1", 0))]

    with other_system(settings) as heard:
        monkeypatch.setattr(socket, "getaddrinfo", lookup)
        reached: list[tuple[str, int]] = []
        connect = socket.create_connection

        def noted(address: tuple[str, int], *rest: Any) -> Any:
            reached.append(address)
            monkeypatch.undo()
            return connect(address, *rest)

        monkeypatch.setattr(socket, "create_connection", noted)
        push(target_of(f"http://hook.example.cn:{heard.port}/in"), b"{}", {})
    assert (asked, reached) == (["hook.example.cn"], [("127.0.0.1", heard.port)])
    assert heard.got[0][0]["host"] == f"hook.example.cn:{heard.port}"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://hook.example.cn/", "应为 https"),
        ("ftp://hook.example.cn/", "推送地址不对"),
        ("https://u:p@hook.example.cn/", "推送地址不对"),
        ("https:///in", "推送地址不对"),
        ("https://hook.example.cn:99999/", "推送地址不对"),
        ("不是地址", "推送地址不对"),
    ],
)
def test_an_address_that_may_not_be_one_is_said(settings: Any, url: str, words: str) -> None:
    settings.WEBHOOK_HTTP = False
    with pytest.raises(NotPushed) as refused:
        target_of(url)
    assert words in refused.value.sentence
