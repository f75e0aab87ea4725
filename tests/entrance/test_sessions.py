"""Sessions (登录时限): an hour unused, a working day in all; nothing typed is lost silently."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.law.moves import Role
from tests.ledger import unchanged
from tests.town import PASSWORD, Cast
from tests.walk import file

DESK = {"username": "desk", "password": PASSWORD}
IDLE = timedelta(minutes=60)
DAY = timedelta(hours=12)
TYPED = {"category": "0602", "title": "<b>路灯不亮</b>", "description": "第一行\n第二行 😀"}


@pytest.fixture
def desk(page: Callable[..., Client]) -> Client:
    client = page(Role.DESK)
    assert client.get("/").status_code == 200
    return client


def later(by: timedelta) -> Any:
    return time_machine.travel(timezone.now() + by, tick=False)


def test_the_limits_are_an_hour_and_a_working_day() -> None:
    assert (settings.SESSION_IDLE_MINUTES, settings.SESSION_HOURS) == (60, 12)


def test_who_walked_away_is_logged_out_and_told_so(desk: Client) -> None:
    with later(IDLE):
        answer = desk.get("/cases/?view=all")
        assert answer["Location"] == "/login/?next=/cases/%3Fview%3Dall&why=idle"
        assert "_auth_user_id" not in desk.session
        said = desk.get(answer["Location"]).content.decode()
        assert "长时间未操作（超过 60 分钟），已自动退出，请重新登录。" in said
        assert 'value="/cases/?view=all"' in said
        assert desk.get("/").status_code == 302


def test_a_minute_before_the_hour_one_still_works_and_the_hour_begins_anew(desk: Client) -> None:
    now, almost = timezone.now(), IDLE - timedelta(seconds=2)
    for wait, status in ((almost, 200), (2 * almost, 200), (2 * almost + IDLE, 302)):
        with time_machine.travel(now + wait, tick=False):
            assert desk.get("/").status_code == status


def test_a_working_day_ends_it_however_busy(desk: Client) -> None:
    now = timezone.now()
    for half_hours in range(1, 24):
        with time_machine.travel(now + half_hours * IDLE / 2, tick=False):
            assert desk.get("/").status_code == 200, half_hours
    with time_machine.travel(now + DAY, tick=False):
        answer = desk.get("/")
        assert answer["Location"].endswith("&why=over")
        assert "登录已满 12 小时" in desk.get(answer["Location"]).content.decode()


def test_a_form_sent_too_late_is_shown_again_with_its_words(desk: Client) -> None:
    chosen = {"stream": "ordinary"}
    hidden = {"key": "9f0c2f1e-7f9b-4f4e-9d0e-0f6d3f6f2a11", "post": "1", "lng": "119.1"}
    with later(IDLE), unchanged():
        answer = desk.post(
            "/reports/new/",
            TYPED | chosen | hidden,
            headers={"Referer": "http://testserver/reports/new/?from=home"},
        )
    text = answer.content.decode()
    assert answer.status_code == 401
    assert "no-store" in answer["Cache-Control"]
    assert "长时间未操作" in text
    assert "没有办理" in text
    assert "&lt;b&gt;路灯不亮&lt;/b&gt;" in text
    assert "<b>路灯不亮" not in text
    assert "第一行\n第二行 😀" in text
    assert "标题" in text
    assert "一般事项" in text
    assert not [value for value in hidden.values() if f">{value}<" in text]
    assert "/login/?next=/reports/new/%3Ffrom%3Dhome&amp;why=idle&amp;undone=1" in text


def test_a_button_pressed_too_late_leads_to_the_log_in_and_says_it_was_not_done(
    desk: Client, town: Cast
) -> None:
    case = file(town)
    with later(IDLE), unchanged():
        answer = desk.post(
            f"/reports/{case.number}/accept/",
            {"version": "1", "key": "x"},
            headers={"Referer": f"http://testserver/reports/{case.number}/"},
        )
        assert answer.status_code == 302
        assert answer["Location"].startswith(f"/login/?next=/reports/{case.number}/&why=idle")
        text = desk.get(answer["Location"]).content.decode()
        assert "刚才提交的这一步没有办理。" in text


def test_a_script_of_the_page_is_sent_to_the_log_in(
    desk: Client, page: Callable[..., Client]
) -> None:
    with later(IDLE):
        answer = desk.get("/deadlines/1/why/", headers={"HX-Request": "true"})
        assert answer.status_code == 204
        assert answer["HX-Redirect"] == "/login/?next=/deadlines/1/why/&why=idle"
    village = page(Role.VILLAGE)
    village.get("/")
    with later(IDLE):
        answer = village.post("/reports/new/", TYPED, headers={"HX-Request": "true"})
        assert answer.status_code == 204
        assert answer["HX-Redirect"] == "/login/?next=/&why=idle&undone=1"


def test_a_session_that_was_ended_elsewhere_loses_no_words_either(desk: Client) -> None:
    desk.session.flush()
    answer = desk.post("/reports/new/", TYPED)
    assert answer.status_code == 401
    assert "登录已失效" in answer.content.decode()
    assert Client().post("/reports/new/", TYPED).status_code == 302


@pytest.mark.parametrize(
    "elsewhere",
    ["https://example.org/x", "//example.org/", "javascript:alert(1)", "", "http://testserver//e/"],
)
def test_the_way_back_is_never_anothers(elsewhere: str, desk: Client) -> None:
    with later(IDLE):
        answer = desk.post("/reports/new/", {"key": "1"}, headers={"Referer": elsewhere})
    assert answer["Location"].startswith("/login/?next=/&why=")


def test_a_password_sent_too_late_is_not_shown(desk: Client) -> None:
    with later(IDLE):
        answer = desk.post("/reports/new/", {"old_password": "hunter22hunter", "title": "事"})
    assert "hunter22hunter" not in answer.content.decode()


def test_the_interface_by_session_ends_too(desk: Client) -> None:
    assert desk.get("/api/v1/me/").status_code == 200
    with later(IDLE):
        answer = desk.get("/api/v1/me/")
        assert answer.status_code == 401
        assert "长时间未操作" in answer.json()["detail"]
        assert desk.get("/api/v1/me/").status_code == 401


def test_a_health_check_and_the_log_in_page_ask_no_session(desk: Client) -> None:
    with later(IDLE):
        assert desk.get("/healthz/live").status_code == 200


def test_logging_in_gives_a_new_session_and_a_new_clock(town: Cast) -> None:
    client = Client()
    client.get("/login/?next=/cases/")
    session = client.session
    session["planted"] = "by somebody"
    session.save()
    before = session.session_key
    answer = client.post("/login/", DESK | {"next": "/cases/?view=all"})
    assert answer["Location"] == "/cases/?view=all"
    assert client.session.session_key != before
    client.get("/")
    first = client.session["since"]
    with later(IDLE):
        client.get("/")
        client.post("/login/", DESK)
        client.get("/")
        assert client.session["since"] > first


def test_a_click_within_the_minute_writes_nothing(desk: Client) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert desk.get("/").status_code == 200
    assert not [q for q in asked.captured_queries if "UPDATE" in q["sql"]]
    with later(timedelta(minutes=2)), CaptureQueriesContext(connection) as asked:
        desk.get("/")
    assert len([q for q in asked.captured_queries if 'UPDATE "django_session"' in q["sql"]]) == 1


@pytest.mark.parametrize("why", ["nonsense", "", "<script>", "idle" * 99])
def test_the_log_in_page_says_nothing_it_was_not_told_by_us(why: str, town: Cast) -> None:
    text = Client().get("/login/", {"why": why, "undone": "1"}).content.decode()
    assert "没有办理" not in text
    assert "<script>" not in text.replace("<script src", "").replace("<script nonce", "")
