"""The security administrator's desk (锁定与会话): unlock, take back, end; key ids, never keys.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from axes.models import AccessAttempt
from django.conf import settings as installed
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from cases.docket.operations import take_anchor
from cases.law.moves import Role
from cases.people.models import Token
from cases.people.operations import issue_token
from cases.rulebook.models import Change
from tests.ledger import unchanged
from tests.town import PASSWORD, Cast
from tests.walk import file

DESK = {"username": "desk", "password": PASSWORD}
HERE = "/api/v1/security/"


@pytest.fixture
def own_anchors(settings: Any, tmp_path: Path) -> None:
    settings.ANCHORS = tmp_path


def lock(username: str = "desk") -> Client:
    client = Client(raise_request_exception=False)
    for _ in range(5):
        client.post("/login/", {"username": username, "password": "wrong"})
    return client


def sent(client: APIClient, path: str, body: dict[str, Any]) -> Any:
    headers = {"Idempotency-Key": str(uuid4())}
    return client.post(HERE + path, body, format="json", headers=headers)


def test_a_locked_name_is_listed_and_unlocked(town: Cast, page: Callable[..., Client]) -> None:
    outside = lock()
    assert outside.post("/login/", DESK).status_code == 429
    browser = page(Role.SECADMIN)
    text = browser.get("/security/").content.decode()
    assert "desk" in text
    assert "127.0.0.1" in text
    answer = browser.post("/security/unlock/", {"username": "desk", "address": "127.0.0.1"})
    assert (answer.status_code, answer["Location"]) == (303, "/security/")
    assert "已解锁：desk" in browser.get("/security/").content.decode()
    assert outside.post("/login/", DESK).status_code == 302
    change = Change.objects.get(what="unlock")
    assert (change.table, change.key) == ("people_officer", "desk")
    # The right password, sent while it was locked, counts too.
    assert change.before == {"address": "127.0.0.1", "failures": 6}
    assert change.actor_code.startswith(f"o{town.officer(Role.SECADMIN).pk}.")


def test_what_is_not_locked_cannot_be_unlocked(
    town: Cast, api: Callable[..., APIClient], page: Callable[..., Client]
) -> None:
    lock()
    client = api(Role.SECADMIN)
    before = AccessAttempt.objects.count()
    for body, status in (
        ({"username": "desk", "address": "10.0.0.9"}, 404),
        ({"username": "village", "address": "127.0.0.1"}, 404),
        ({"username": "desk", "address": "nowhere"}, 400),
        ({"username": "\0", "address": "127.0.0.1"}, 400),
        ({"username": "desk"}, 400),
        ({"username": "desk", "address": "127.0.0.1", "also": 1}, 400),
    ):
        with unchanged():
            assert sent(client, "unlock/", body).status_code == status, body
    answer = page(Role.SECADMIN).post("/security/unlock/", {"username": "x", "address": "y"})
    assert answer.status_code == 404
    assert "没有被锁定" in answer.content.decode()
    assert AccessAttempt.objects.count() == before
    assert not Change.objects.filter(what="unlock").exists()


def test_a_lock_that_has_run_out_is_not_listed(town: Cast, api: Callable[..., APIClient]) -> None:
    lock()
    client = api(Role.SECADMIN)
    assert [p["username"] for p in client.get(HERE).json()["locked"]] == ["desk"]
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=15))
    assert client.get(HERE).json()["locked"] == []


def test_four_failures_are_no_lock_and_five_from_two_browsers_are(
    town: Cast, api: Callable[..., APIClient]
) -> None:
    client = api(Role.SECADMIN)
    for n in range(4):
        Client(headers={"User-Agent": f"b{n % 2}"}).post("/login/", DESK | {"password": "wrong"})
    assert client.get(HERE).json()["locked"] == []
    Client(headers={"User-Agent": "b0"}).post("/login/", DESK | {"password": "wrong"})
    assert [p["failures"] for p in client.get(HERE).json()["locked"]] == [5]
    assert Client().post("/login/", DESK).status_code == 429
    body = {"username": "desk", "address": "127.0.0.1"}
    assert sent(client, "unlock/", body).status_code == 200
    assert Client().post("/login/", DESK).status_code == 302


def test_another_towns_names_are_not_ours_to_unlock(
    town: Cast, api: Callable[..., APIClient]
) -> None:
    lock("baohua_desk")
    lock("nobody-we-know")
    client = api(Role.SECADMIN)
    assert [p["username"] for p in client.get(HERE).json()["locked"]] == ["nobody-we-know"]
    body = {"username": "baohua_desk", "address": "127.0.0.1"}
    assert sent(client, "unlock/", body).status_code == 404


def test_a_token_is_taken_back_at_once(town: Cast, api: Callable[..., APIClient]) -> None:
    desk, client = api(Role.DESK), api(Role.SECADMIN)
    listed = client.get(HERE).json()["log_ins"]
    assert [row["username"] for row in listed] == ["secadmin", "desk"]
    token = listed[1]["id"]
    assert sent(client, "tokens/revoke/", {"token": token}).status_code == 200
    assert desk.get("/api/v1/me/").status_code == 401
    change = Change.objects.get(what="revoke")
    assert (change.table, change.key) == ("people_token", str(token))
    for again in (token, 10**9):
        assert sent(client, "tokens/revoke/", {"token": again}).status_code == 404
    assert sent(client, "tokens/revoke/", {"token": 10**30}).status_code == 400


def test_another_towns_token_is_not_ours_to_take(
    town: Cast, api: Callable[..., APIClient], page: Callable[..., Client]
) -> None:
    theirs = api(Role.DESK, other=True)
    token = Token.objects.get().pk
    assert sent(api(Role.SECADMIN), "tokens/revoke/", {"token": token}).status_code == 404
    browser = page(Role.SECADMIN)
    for wrong in (str(token), "", "x", "９", "-1", "9" * 40):
        assert browser.post("/security/tokens/revoke/", {"token": wrong}).status_code == 404
    assert theirs.get("/api/v1/me/").status_code == 200


def test_ending_all_log_ins_ends_pages_and_tokens_and_nobody_elses(
    town: Cast, api: Callable[..., APIClient], page: Callable[..., Client]
) -> None:
    one, two, token = page(Role.DESK), page(Role.DESK), api(Role.DESK)
    leader, browser = page(Role.LEADER), page(Role.SECADMIN)
    for client in (one, two, leader, browser):
        assert client.get("/").status_code == 200
    answer = browser.post("/security/sessions/end/", {"username": " desk "}, follow=True)
    assert "已全部下线：网页登录 2 个，登录凭证 1 个。" in answer.content.decode()
    assert [one.get("/").status_code, two.get("/").status_code] == [302, 302]
    assert token.get("/api/v1/me/").status_code == 401
    assert leader.get("/").status_code == 200
    assert Change.objects.get(what="log_out").before == {"sessions": 2, "tokens": 1}
    again = sent(api(Role.SECADMIN), "sessions/end/", {"username": "desk"})
    assert again.json() == {"username": "desk", "sessions": 0, "tokens": 0}


def test_nobody_of_another_town_and_nobody_unknown_is_logged_out(
    town: Cast, api: Callable[..., APIClient], page: Callable[..., Client]
) -> None:
    theirs = page(Role.DESK, other=True)
    assert theirs.get("/").status_code == 200
    for name in ("baohua_desk", "nobody", "x" * 60):
        with unchanged():
            answer = sent(api(Role.SECADMIN), "sessions/end/", {"username": name})
        assert (answer.status_code, list(answer.json()["fields"])) == (400, ["username"])
    answer = page(Role.SECADMIN).post("/security/sessions/end/", {"username": "\0<b>"})
    assert answer.status_code == 400
    assert "<b>" not in answer.content.decode()
    assert theirs.get("/").status_code == 200


def test_ids_of_keys_are_shown_and_never_a_key(
    town: Cast, api: Callable[..., APIClient], page: Callable[..., Client]
) -> None:
    ring = installed.KEYRING
    told = api(Role.SECADMIN).get(HERE)
    assert told.json()["keys"] == [{"id": i, "seals": i == ring.current} for i in sorted(ring.keys)]
    text = told.content.decode() + page(Role.SECADMIN).get("/security/").content.decode()
    for key in [*ring.keys.values(), ring.blind, ring.anchor, installed.SECRET_KEY.encode()]:
        assert key.hex() not in text
        assert key.decode("latin-1") not in text


@pytest.mark.usefixtures("own_anchors")
def test_the_last_anchor_is_shown_missed_or_gone(
    town: Cast, api: Callable[..., APIClient], page: Callable[..., Client]
) -> None:
    client, browser = api(Role.SECADMIN), page(Role.SECADMIN)
    assert client.get(HERE).json()["anchor"] is None
    assert "还没有存证" in browser.get("/security/").content.decode()
    file(town)
    anchor = take_anchor(timezone.now() - timedelta(hours=27))
    told = client.get(HERE).json()["anchor"]
    assert (told["cases"], told["late"], told["present"]) == (1, True, True)
    assert "超过一天没有存证" in browser.get("/security/").content.decode()
    Path(anchor.file).unlink()
    assert "文件不在原处" in browser.get("/security/").content.decode()
    take_anchor(timezone.now())
    told = client.get(HERE).json()["anchor"]
    assert (told["late"], told["present"]) == (False, True)
    assert "/" not in told["file"]


def test_the_desk_is_the_security_administrators_alone(
    town: Cast, api: Callable[..., APIClient], page: Callable[..., Client]
) -> None:
    lock()
    token = issue_token(town.officer(Role.DESK), town.posts[Role.DESK], timezone.now())[1]
    asks: list[tuple[str, dict[str, Any]]] = [
        ("unlock/", {"username": "desk", "address": "127.0.0.1"}),
        ("tokens/revoke/", {"token": token.pk}),
        ("sessions/end/", {"username": "desk"}),
    ]
    for role in (r for r in town.posts if r is not Role.SECADMIN):
        client, browser = api(role), page(role)
        assert client.get(HERE).status_code == browser.get("/security/").status_code == 403
        for path, body in asks:
            with unchanged():
                assert sent(client, path, body).status_code == 403, (role, path)
                assert browser.post(f"/security/{path}", body).status_code == 403, (role, path)
    token.refresh_from_db()
    assert token.revoked_at is None
    assert AccessAttempt.objects.exists()


def test_the_desk_costs_the_same_however_many_are_logged_in(
    town: Cast, api: Callable[..., APIClient], page: Callable[..., Client]
) -> None:
    client, browser = api(Role.SECADMIN), page(Role.SECADMIN)

    def cost() -> list[int]:
        found = []
        for ask, path in ((client, HERE), (browser, "/security/")):
            ask.get(path)
            with CaptureQueriesContext(connection) as asked:
                assert ask.get(path).status_code == 200
            found.append(len(asked))
        return found

    few = cost()
    for _ in range(60):
        issue_token(town.officer(Role.DESK), town.posts[Role.DESK], timezone.now())
    assert cost() == few
    assert max(few) <= 8


def test_log_ins_are_listed_by_pages(town: Cast, api: Callable[..., APIClient]) -> None:
    client = api(Role.SECADMIN)
    for _ in range(4):
        issue_token(town.officer(Role.DESK), town.posts[Role.DESK], timezone.now())
    found, after = [], 0
    while after is not None:
        told = client.get(HERE, {"after": after, "size": 2}).json()
        found += [row["id"] for row in told["log_ins"]]
        after = told["next"]
    assert found == list(Token.objects.order_by("-id").values_list("id", flat=True))
