"""Throttles (限流): over the share 429 with the seconds to wait; without the cache, nobody is shut
out; behind our proxy each address counts for itself.
"""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client, RequestFactory
from rest_framework.test import APIClient

from cases.entrance.throttles import address_of
from cases.law.moves import Role
from tests.ledger import unchanged
from tests.town import PASSWORD, Cast

ME = "/api/v1/me/"
LOG_IN = {"username": "desk", "password": PASSWORD}


@pytest.fixture(autouse=True)
def shares(settings: Any) -> dict[str, int]:
    settings.API_SHARES = {"account": 3, "uploads": 1, "address": 2}
    found: dict[str, int] = settings.API_SHARES
    return found


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel("2026-11-20T10:00:15+08:00", tick=False) as clock:
        yield clock


def test_over_the_share_one_is_told_when_to_come_again(
    api: Callable[..., APIClient], clock: Any
) -> None:
    desk, leader = api(Role.DESK), api(Role.LEADER)
    assert [desk.get(ME).status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = desk.get(ME)
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Retry-After"] == "45"
    assert answer.json() == {
        "type": "about:blank",
        "title": "操作太频繁",
        "status": 429,
        "detail": "操作太频繁，请 45 秒后再试。",
    }
    assert leader.get(ME).status_code == 200
    clock.shift(45)
    assert desk.get(ME).status_code == 200


def test_a_second_token_has_no_share_of_its_own(api: Callable[..., APIClient]) -> None:
    for _ in range(3):
        assert api(Role.DESK).get(ME).status_code == 200
    assert api(Role.DESK).get(ME).status_code == 429


def test_a_move_over_the_share_is_not_made(api: Callable[..., APIClient]) -> None:
    desk = api(Role.DESK)
    for _ in range(3):
        desk.get(ME)
    with unchanged():
        answer = desk.post("/api/v1/reports/", {"title": "事"}, format="json")
    assert answer.status_code == 429


def test_nobody_known_shares_by_address(town: Cast) -> None:
    here, there = APIClient(), APIClient(REMOTE_ADDR="10.0.0.9")
    wrong = LOG_IN | {"password": "wrong"}
    path = "/api/v1/tokens/"
    assert [here.post(path, wrong, format="json").status_code for _ in range(3)] == [401, 401, 429]
    assert there.post(path, LOG_IN, format="json").status_code == 201


def test_files_have_a_smaller_share(api: Callable[..., APIClient]) -> None:
    desk = api(Role.DESK)
    sent = [desk.post(ME, {"a": "b"}, format="multipart").status_code for _ in range(2)]
    assert sent == [405, 429]
    assert desk.get(ME).status_code == 200


def test_a_share_of_nothing_is_no_limit(api: Callable[..., APIClient], settings: Any) -> None:
    settings.API_SHARES = {"account": 0, "uploads": 0, "address": 0}
    desk = api(Role.DESK)
    assert {desk.get(ME).status_code for _ in range(9)} == {200}


def test_without_the_cache_everybody_is_let_through_and_the_log_says_so(
    api: Callable[..., APIClient], monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    def gone(*_: Any, **__: Any) -> None:
        raise ConnectionError("no route to the cache")

    desk = api(Role.DESK)
    monkeypatch.setattr(type(cache._connections["default"]), "add", gone)  # type: ignore[attr-defined]
    assert {desk.get(ME).status_code for _ in range(6)} == {200}
    assert "requests are not counted" in caplog.text


def test_pages_are_not_counted(page: Callable[..., Client]) -> None:
    desk = page(Role.DESK)
    assert {desk.get("/cases/").status_code for _ in range(9)} == {200}


@pytest.mark.parametrize(
    ("passed", "proxy", "wanted"),
    [
        ("203.0.113.7", True, "203.0.113.7"),
        ("6.6.6.6, 203.0.113.7", True, "203.0.113.7"),
        ("2001:db8::1", True, "2001:db8::1"),
        ("unknown", True, "10.0.0.1"),
        ("", True, "10.0.0.1"),
        ("'; DROP", True, "10.0.0.1"),
        ("203.0.113.7", False, "10.0.0.1"),
    ],
)
def test_an_address_is_believed_from_our_own_proxy_only(
    passed: str, proxy: bool, wanted: str, settings: Any
) -> None:
    settings.BEHIND_PROXY = proxy
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=passed)
    assert address_of(request) == wanted
