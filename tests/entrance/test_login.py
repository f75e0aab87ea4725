"""Log-in (登录): the right way in, and every wrong one with a sentence."""

from django.test import Client

from cases.law.moves import Role
from tests.town import PASSWORD, Cast

DESK = {"username": "desk", "password": PASSWORD}


def test_anyone_unknown_is_sent_to_the_log_in(town: Cast) -> None:
    answer = Client().get("/cases/?view=all")

    assert answer.status_code == 302
    assert answer["Location"] == "/login/?next=/cases/%3Fview%3Dall"


def test_a_script_of_the_page_is_told_where_to_go(town: Cast) -> None:
    answer = Client().get("/deadlines/1/why/", headers={"HX-Request": "true"})

    assert answer.status_code == 204
    assert answer["HX-Redirect"].startswith("/login/?next=")


def test_with_one_post_the_log_in_leads_straight_to_work(town: Cast) -> None:
    client = Client()

    answer = client.post("/login/", DESK | {"next": "/cases/?view=all"}, follow=True)

    assert answer.redirect_chain == [("/cases/?view=all", 302)]
    assert client.session["acting_post"] == town.posts[Role.DESK].pk


def test_the_way_back_never_leaves_the_site(town: Cast) -> None:
    for elsewhere in ("https://example.org/", "//example.org/", "javascript:alert(1)"):
        answer = Client().post("/login/", DESK | {"next": elsewhere})
        assert answer["Location"] == "/"


def test_a_wrong_password_says_what_to_do(town: Cast) -> None:
    client = Client()

    answer = client.post("/login/", DESK | {"password": "wrong"})

    assert answer.status_code == 400
    assert "用户名或密码不正确" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_the_fifth_wrong_password_locks_the_name_at_this_address_only(town: Cast) -> None:
    client = Client()
    for _ in range(5):
        answer = client.post("/login/", DESK | {"password": "wrong"})

    assert answer.status_code == 429
    assert "请 15 分钟后再试" in answer.content.decode()
    assert answer["Retry-After"] == "900"
    assert client.post("/login/", DESK).status_code == 429
    assert Client(REMOTE_ADDR="10.0.0.9").post("/login/", DESK).status_code == 302
    assert client.post("/login/", DESK | {"username": "village"}).status_code == 302


def test_a_closed_account_stays_outside(town: Cast) -> None:
    officer = town.officer(Role.DESK)
    officer.is_active = False
    officer.save()

    assert Client().post("/login/", DESK).status_code == 400


def test_logging_out_ends_it(town: Cast) -> None:
    client = Client()
    client.post("/login/", DESK)

    assert client.post("/logout/")["Location"] == "/login/"
    assert client.get("/").status_code == 302
    assert client.get("/logout/").status_code in {302, 405}
