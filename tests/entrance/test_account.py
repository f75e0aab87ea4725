"""One's own account (我的): the password that must be changed first, deputies, tokens, own data."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from cases.law.moves import Role
from cases.people.models import Deputy, Officer, Token
from cases.people.operations import give_password, issue_token, reset_password
from cases.rulebook.models import Change
from tests.town import BAOHUA, NOW, PASSWORD, Cast

Api = Callable[..., APIClient]
Page = Callable[..., Client]
TRAIL: dict[str, Any] = {"actor_code": "o1.p1", "at": NOW}
NEW = "own-secret-2026"
TWICE = {"old": PASSWORD, "new": NEW, "again": NEW}


def today() -> date:
    return timezone.localdate()


def first_log_in(town: Cast) -> tuple[Client, str]:
    """The desk's officer, logged in with a password the administrator made."""
    made = reset_password(town.officer(Role.DESK), **TRAIL)
    client = Client()
    answer = client.post("/login/", {"username": "desk", "password": made})
    assert answer.status_code == 302
    return client, made


def test_nothing_is_open_before_the_own_password_is_made(town: Cast) -> None:
    client, made = first_log_in(town)
    for path in ("/", "/cases/", "/reports/new/", "/me/", "/people/", "/post/"):
        assert client.get(path)["Location"] == "/me/password/", path
    sent = client.post("/reports/new/", {"category": "0602", "title": "路灯不亮"})
    assert sent["Location"] == "/me/password/"
    assert client.get("/api/v1/cases/").status_code == 403
    shown = client.get("/me/password/")
    assert "您的密码由管理员设置" in shown.content.decode()

    done = client.post("/me/password/", {"old": made, "new": NEW, "again": NEW})

    assert (done.status_code, done["Location"]) == (303, "/")
    assert client.get("/").status_code == 200
    officer = town.officer(Role.DESK)
    officer.refresh_from_db()
    assert (officer.must_change_password, officer.check_password(NEW)) == (False, True)


def test_who_must_change_may_still_leave(town: Cast) -> None:
    client, _ = first_log_in(town)
    assert client.post("/logout/")["Location"] == "/login/"


def test_no_token_is_given_and_none_is_taken_before(town: Cast) -> None:
    desk = town.posts[Role.DESK]
    text, _ = issue_token(desk.officer, desk, timezone.now())
    Officer.objects.filter(pk=desk.officer_id).update(must_change_password=True)
    client = APIClient()

    asked = {"username": "desk", "password": PASSWORD}
    refused = client.post("/api/v1/tokens/", asked, format="json")
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    reading = client.get("/api/v1/me/")

    for answer in (refused, reading):
        assert answer.status_code == 403
        assert answer["Content-Type"] == "application/problem+json"
        assert "改成自己的密码后再办" in answer.json()["detail"]
    assert Token.objects.count() == 1


def test_the_interface_changes_it_too(town: Cast) -> None:
    client, made = first_log_in(town)
    body = {"old": made, "new": NEW, "again": NEW}

    answer = client.post("/api/v1/me/password/", body, content_type="application/json")

    assert answer.status_code == 204
    assert client.get("/api/v1/me/").status_code in {401, 403}
    fresh = APIClient().post(
        "/api/v1/tokens/", {"username": "desk", "password": NEW}, format="json"
    )
    assert fresh.status_code == 201


def test_a_new_password_ends_the_other_log_ins_and_keeps_this_one(town: Cast, page: Page) -> None:
    here, there, desk = page(Role.DESK), page(Role.DESK), town.posts[Role.DESK]
    issue_token(desk.officer, desk, timezone.now())

    answer = here.post("/me/password/", TWICE)

    assert answer.status_code == 303
    assert here.get("/").status_code == 200
    assert there.get("/")["Location"].startswith("/login/?next=/")
    assert not Token.objects.filter(officer=desk.officer, revoked_at=None).exists()
    change = Change.objects.filter(table="people_officer", key="desk").latest("pk")
    assert (change.what, change.actor_code) == ("password", f"o{desk.officer_id}")


WEAK = [
    ({"new": "short", "again": "short"}, "10"),
    ({"new": "1234567890123", "again": "1234567890123"}, "数字"),
    ({"new": "password123", "again": "password123"}, "常见"),
    ({"again": "something-else-1"}, "不一致"),
    ({"old": "wrong-password"}, "原密码不正确"),
    ({"new": PASSWORD, "again": PASSWORD}, "不能与原密码相同"),
    ({"new": "字" * 20_000, "again": "字" * 20_000}, "200"),
]


@pytest.mark.parametrize(("told", "words"), WEAK, ids=lambda v: str(v)[:20])
def test_a_password_that_will_not_do_is_refused_in_chinese(
    town: Cast, page: Page, told: dict[str, str], words: str
) -> None:
    before = Change.objects.count()

    answer = page(Role.DESK).post("/me/password/", TWICE | told)

    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert (town.officer(Role.DESK).check_password(PASSWORD), Change.objects.count()) == (
        *(True, before),
    )


def test_guessing_the_old_password_locks_like_the_log_in(town: Cast, page: Page) -> None:
    client = page(Role.DESK)
    for _ in range(5):
        answer = client.post("/me/password/", TWICE | {"old": "guess"})
    assert answer.status_code == 429
    assert client.post("/me/password/", TWICE).status_code == 429
    assert Officer.objects.get(username="desk").check_password(PASSWORD)


def test_demonstration_accounts_need_not_change(town: Cast) -> None:
    officer = town.officer(Role.DESK)
    give_password(officer, "demo-secret-2026", must_change=False, **TRAIL)
    client = Client()
    client.force_login(officer)
    assert client.get("/").status_code == 200


def deputy(town: Cast, **told: Any) -> dict[str, Any]:
    days = {"valid_from": str(today()), "valid_to": str(today() + timedelta(days=90))}
    return {"held_post": town.posts[Role.MEDIATOR].pk, "deputy": "centre_clerk"} | days | told


def test_a_colleague_stands_in_for_ninety_days_at_most(town: Cast, page: Page, api: Api) -> None:
    answer = page(Role.MEDIATOR).post("/me/deputies/", deputy(town))

    assert (answer.status_code, answer["Location"]) == (303, "/me/")
    named = Deputy.objects.get()
    assert named.officer.username == "centre_clerk"
    change = Change.objects.get(table="people_deputy")
    assert change.actor_code == f"o{town.officer(Role.MEDIATOR).pk}"
    assert "示范中心受理员" in page(Role.MEDIATOR).get("/me/").content.decode()
    twice = api(Role.MEDIATOR).post("/api/v1/me/deputies/", deputy(town), format="json")
    assert twice.status_code == 409
    ended = api(Role.MEDIATOR).post(f"/api/v1/me/deputies/{named.pk}/end/", {}, format="json")
    assert (ended.status_code, ended.json()["valid_to"]) == (200, str(today()))


NOT_SO = {
    "longer": {"valid_to": str(timezone.localdate() + timedelta(days=200))},
    "from the past": {"valid_from": "2026-01-01"},
    "from elsewhere": {"deputy": "desk"},
    "oneself": {"deputy": "mediator"},
    "another's post": {"held_post": "desk"},
}


@pytest.mark.parametrize("name", NOT_SO)
def test_a_deputy_that_may_not_be_is_refused(
    town: Cast, page: Page, api: Api, name: str
) -> None:
    sent = deputy(town) | NOT_SO[name]
    if sent["held_post"] == "desk":
        sent["held_post"] = town.posts[Role.DESK].pk
    assert page(Role.MEDIATOR).post("/me/deputies/", sent).status_code == 400
    answer = api(Role.MEDIATOR).post("/api/v1/me/deputies/", sent, format="json")
    assert answer.status_code == 400
    assert not Deputy.objects.exists()


def test_nobody_ends_somebody_elses_deputy_or_token(town: Cast, api: Api, page: Page) -> None:
    page(Role.MEDIATOR).post("/me/deputies/", deputy(town))
    row, desk = Deputy.objects.get(), town.posts[Role.DESK]
    _, token = issue_token(desk.officer, desk, timezone.now())
    for path in (f"me/deputies/{row.pk}/end/", f"me/tokens/{token.pk}/revoke/"):
        assert api(Role.AGENT).post(f"/api/v1/{path}", {}, format="json").status_code == 404
        assert page(Role.AGENT).post(f"/{path}").status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None


def test_a_token_is_taken_back_from_the_own_page(town: Cast, page: Page) -> None:
    desk = town.posts[Role.DESK]
    text, token = issue_token(desk.officer, desk, timezone.now())
    client = page(Role.DESK)
    assert f"/me/tokens/{token.pk}/revoke/" in client.get("/me/").content.decode()

    assert client.post(f"/me/tokens/{token.pk}/revoke/").status_code == 303

    bearer = APIClient()
    bearer.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    assert bearer.get("/api/v1/me/").status_code == 401
    assert f"/me/tokens/{token.pk}/" not in client.get("/me/").content.decode()


def test_phone_and_address_are_ones_own_to_change(town: Cast, page: Page, api: Api) -> None:
    client = page(Role.DESK)
    told = {"phone": "0511-1234567", "email": "a@example.gov.cn"}
    assert client.post("/me/contact/", told).status_code == 303
    officer = Officer.objects.get(username="desk")
    assert (officer.phone, officer.email) == ("0511-1234567", "a@example.gov.cn")
    wrong = client.post("/me/contact/", told | {"phone": "=cmd()"})
    assert (wrong.status_code, "电话只能填" in wrong.content.decode()) == (400, True)
    body = {"name": "改名"}
    assert api(Role.DESK).post("/api/v1/me/contact/", body, format="json").status_code == 400
    cleared = api(Role.DESK).post("/api/v1/me/contact/", {"phone": ""}, format="json")
    assert (cleared.json()["phone"], cleared.json()["email"]) == ("", "a@example.gov.cn")


def test_what_is_kept_of_me_can_be_taken_away(town: Cast, page: Page) -> None:
    answer = page(Role.ENFORCEMENT).get("/me/data/")

    assert "attachment" in answer["Content-Disposition"]
    told = json.loads(answer.content)
    assert told["账号"]["用户名"] == "enforcement"
    assert told["岗位"][0]["角色"] == "执法人员"
    assert told["证件"][0]["证号"] == "示范11000001"
    assert "password" not in answer.content.decode()
    assert "digest" not in answer.content.decode()


def test_the_directory_shows_units_and_people_of_here_and_above(town: Cast, page: Page) -> None:
    Officer.objects.filter(username="village").update(phone="13900000000")
    client = page(Role.DESK)
    whole = client.get("/people/").content.decode()
    assert "示范东村" in whole
    assert "示范住建局" in whole
    assert "示范宝华村" not in whole
    found = client.get("/people/?q=village").content.decode()
    assert "13900000000" in found
    assert "示范住建局" not in found
    seated = client.get(f"/people/{town.village.pk}/").content.decode()
    assert "示范网格员" in seated
    assert client.get(f"/people/{town.units[f'{BAOHUA}201'].pk}/").status_code == 404


def test_enterprises_see_units_and_their_phones_and_no_person(
    town: Cast, page: Page, api: Api
) -> None:
    Officer.objects.filter(username="grid_worker").update(phone="13900000001")
    town.village.phone = "0511-7654321"
    town.village.save()
    client = page(Role.ENTERPRISE)
    for query in ("", "?q=grid", "?q=示范东村"):
        shown = client.get(f"/people/{query}").content.decode()
        assert "13900000001" not in shown
        assert "示范村（社区）受理" not in shown
    assert "0511-7654321" in client.get("/people/?q=示范东村").content.decode()
    assert client.get(f"/people/{town.village.pk}/").status_code == 404
    told = api(Role.ENTERPRISE).get("/api/v1/people/?q=示范").json()
    assert told["people"] == []
    assert all(unit["heads"] == [] for unit in told["units"])
    assert api(Role.ENTERPRISE).get(f"/api/v1/people/{town.village.pk}/").status_code == 404


@pytest.mark.parametrize("path", ["/me/", "/people/", "/people/?q=示范", "/me/readings/"])
def test_own_pages_stay_within_their_queries(
    town: Cast, page: Page, path: str, django_assert_max_num_queries: Any
) -> None:
    client = page(Role.DESK)
    client.get(path)
    with django_assert_max_num_queries(13):
        assert client.get(path).status_code == 200


def test_hostile_words_find_nothing_and_break_nothing(town: Cast, page: Page) -> None:
    client = page(Role.DESK)
    for q in ("%00", "<script>", "%F0%9F%98%80", "'" * 60, "长" * 3000, "%25_"):
        assert client.get(f"/people/?q={q}").status_code == 200, q
    assert client.get("/people/99999999999999999999999/").status_code == 404
    assert client.get("/me/readings/?after=99999999999999999999").status_code == 200
