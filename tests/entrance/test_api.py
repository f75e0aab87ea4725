"""The doors' API: tokens under one post, who am I, lists scoped to the division."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from cases.law.moves import Role
from cases.people.models import Deputy, Post
from tests.conftest import send
from tests.town import BAOHUA, PASSWORD, SINCE, XIASHU, Cast

Api = Callable[..., APIClient]
PROBLEM = "application/problem+json"


def ask(**sent: Any) -> Any:
    body = {"username": "desk", "password": PASSWORD} | sent
    return APIClient().post("/api/v1/tokens/", body, format="json")


def bearer(token: str) -> APIClient:
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def test_a_token_acts_under_the_only_post(town: Cast) -> None:
    answer = ask()

    assert answer.status_code == 201
    told = answer.json()
    assert (told["post"], told["role"]) == (town.posts[Role.DESK].pk, "desk")
    me = bearer(told["token"]).get("/api/v1/me/").json()
    assert me["username"] == "desk"
    assert me["unit"] == {"id": town.desk.pk, "name": "示范综合受理窗口"}
    assert me["division"] == XIASHU


def test_with_several_posts_one_must_be_named(town: Cast) -> None:
    other = Post.objects.create(
        officer=town.officer(Role.DESK), role=Role.VILLAGE, unit=town.village, valid_from=SINCE
    )

    answer = ask()
    assert answer.status_code == 400
    assert answer["Content-Type"] == PROBLEM
    assert str(other.pk) in answer.json()["fields"]["post"]

    assert ask(post=other.pk).json()["role"] == "village"


def test_a_post_of_someone_else_gives_no_token(town: Cast) -> None:
    answer = ask(post=town.posts[Role.LEADER].pk)

    assert answer.status_code == 403
    assert answer["Content-Type"] == PROBLEM


def test_wrong_log_ins_are_problems(town: Cast) -> None:
    wrong = ask(password="wrong")
    assert (wrong.status_code, wrong["Content-Type"]) == (401, PROBLEM)
    assert wrong["WWW-Authenticate"] == 'Bearer realm="api"'
    missing = APIClient().post("/api/v1/tokens/", {"username": "desk"}, format="json")
    assert (missing.status_code, list(missing.json()["fields"])) == (400, ["password"])


def test_the_fifth_wrong_password_locks_here_too(town: Cast) -> None:
    for _ in range(5):
        answer = ask(password="wrong")

    assert (answer.status_code, answer["Content-Type"]) == (429, PROBLEM)
    assert "15 分钟" in answer.json()["detail"]
    assert ask().status_code == 429


def test_an_old_token_does_not_bar_a_new_log_in(town: Cast) -> None:
    body = {"username": "desk", "password": PASSWORD}

    answer = bearer("stale").post("/api/v1/tokens/", body, format="json")

    assert answer.status_code == 201


def test_a_token_taken_back_opens_nothing(town: Cast) -> None:
    client = bearer(ask().json()["token"])

    assert client.delete("/api/v1/tokens/").status_code == 204
    gone = client.get("/api/v1/me/")
    assert (gone.status_code, gone["Content-Type"]) == (401, PROBLEM)


def test_a_token_ends_with_its_post(town: Cast) -> None:
    client = bearer(ask().json()["token"])
    Post.objects.filter(pk=town.posts[Role.DESK].pk).update(valid_to=timezone.localdate())

    answer = client.get("/api/v1/me/")

    assert answer.status_code == 403
    assert "岗位" in answer.json()["detail"]


def test_without_a_post_there_is_no_token(town: Cast) -> None:
    Post.objects.filter(pk=town.posts[Role.DESK].pk).update(valid_to=timezone.localdate())

    assert ask().status_code == 403


def test_without_a_log_in_nothing_is_listed(town: Cast) -> None:
    for path in ("me", "units", "grids", "grids/locate", "categories"):
        answer = APIClient().get(f"/api/v1/{path}/")
        assert (answer.status_code, answer["Content-Type"]) == (401, PROBLEM), path


def test_a_town_never_sees_the_other_towns_units_and_grids(town: Cast, api: Api) -> None:
    units = api(Role.DESK).get("/api/v1/units/").json()["results"]
    assert {u["division"] for u in units} == {"3211", "321183", XIASHU}
    grids = api(Role.DESK, other=True).get("/api/v1/grids/").json()["results"]
    assert [g["code"] for g in grids] == [f"{BAOHUA}201N01"]
    assert "boundary" not in grids[0]

    both = api(Role.COUNTY_DESK).get("/api/v1/units/").json()["results"]
    assert {u["division"] for u in both} >= {XIASHU, BAOHUA}


def test_boundaries_come_when_asked_for(town: Cast, api: Api) -> None:
    grids = api(Role.DESK).get("/api/v1/grids/?kind=micro&boundary=true").json()["results"]

    assert len(grids) == 2
    assert grids[0]["boundary"]["type"] == "Polygon"


def test_a_point_finds_its_grid(town: Cast, api: Api) -> None:
    told = api(Role.DESK).get("/api/v1/grids/locate/?lng=119.173&lat=32.163").json()

    assert told["grid"]["code"] == f"{XIASHU}201D01"
    assert told["micro"]["code"] == f"{XIASHU}201N01M01"
    assert told["outside"] is False


def test_points_that_are_none_are_refused(town: Cast, api: Api) -> None:
    client = api(Role.DESK)
    wrong = ("", "?lng=x&lat=1", "?lng=200&lat=1", "?lng=119&lat=32&datum=bd09", "?lng=0&lat=0")
    for query in wrong:
        answer = client.get(f"/api/v1/grids/locate/{query}")
        assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM), query


def test_categories_carry_term_and_flags(town: Cast, api: Api) -> None:
    rows = api(Role.DESK).get("/api/v1/categories/").json()["results"]

    gas = next(row for row in rows if row["code"] == "0103")
    assert (gas["phone_now"], gas["flags"]) == (True, ["T", "B"])
    assert gas["quality"] == "town_default"
    petitions = api(Role.DESK).get("/api/v1/categories/?scheme=petition").json()["results"]
    assert {row["scheme"] for row in petitions} == {"petition"}


def test_a_pages_log_in_serves_its_scripts(town: Cast, page: Callable[..., Client]) -> None:
    assert page(Role.DESK).get("/api/v1/me/").json()["role"] == "desk"


def test_a_script_without_the_pages_secret_changes_nothing(town: Cast) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(town.officer(Role.GRID_WORKER))
    body = {"category": "0602", "title": "路灯不亮"}

    answer = client.post("/api/v1/reports/", body, format="json")

    assert (answer.status_code, answer["Content-Type"]) == (403, PROBLEM)
    assert "刷新后再办" in answer.json()["detail"]


def test_an_unknown_address_is_a_problem_too(town: Cast, api: Api) -> None:
    answer = api(Role.DESK).get("/api/v1/nothing/")

    assert (answer.status_code, answer["Content-Type"]) == (404, PROBLEM)


def test_who_deputises_works_at_their_own_post_unless_they_say_otherwise(town: Cast) -> None:
    lent = town.posts[Role.LEADER]
    Deputy.objects.create(post=lent, officer=town.officer(Role.DESK), valid_from=SINCE)

    told = ask().json()
    assert (told["post"], told["role"]) == (town.posts[Role.DESK].pk, "desk")
    assert [seat["post"] for seat in told["posts"]] == [told["post"], lent.pk]
    assert ask(post=lent.pk).json()["role"] == "leader"


def test_a_log_in_with_a_field_nobody_knows_is_refused(town: Cast) -> None:
    answer = ask(psot=1)

    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["psot"])


BODIES = {
    "no JSON": (b"{", "不是有效的 JSON，第 1 行第 2 个字符有误"),
    "nothing but blanks": (b" ", "不是有效的 JSON"),
    "a byte order mark": (b"\xef\xbb\xbf{}", "不是有效的 JSON"),
    "a list": (b"[]", "应为一个 JSON 对象"),
    "null": (b"null", "应为一个 JSON 对象"),
    "text": (b'"desk"', "应为一个 JSON 对象"),
    "deep": (b'{"a":' * 100_000, "嵌套过深"),
    "deep and whole": (b'{"a":' * 40 + b"1" + b"}" * 40, "嵌套过深"),
    "deep list": (b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "嵌套过深"),
    "half a character": (b'{"username": "\\ud800"}', "残缺的字符"),
    "half a character as a name": (b'{"\\udfff": 1}', "残缺的字符"),
    "half a character far down": (b'{"a": [{"b": ["\\ud800x"]}]}', "残缺的字符"),
    "another encoding": ('{"username": "村"}'.encode("gbk"), "不是 UTF-8"),
    "not a number": (b'{"post": NaN}', "无法识别的数字"),
    "a number without end": (b'{"post": ' + b"9" * 5000 + b"}", "无法识别的数字"),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_cannot_be_read_is_a_problem_in_words(town: Cast, name: str) -> None:
    sent, words = BODIES[name]
    client = APIClient(raise_request_exception=False)

    answer = client.post("/api/v1/tokens/", sent, content_type="application/json")

    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)
    assert words in answer.json()["detail"]


def test_a_body_that_is_too_large_is_413(town: Cast, api: Api, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    body = {"category": "0602", "title": "路灯不亮" * 300}

    answer = send(api(Role.GRID_WORKER), "/api/v1/reports/", body)

    assert (answer.status_code, answer["Content-Type"]) == (413, PROBLEM)
    assert "过大" in answer.json()["detail"]


def test_a_page_that_sends_too_much_is_told_so(
    town: Cast, page: Callable[..., Client], settings: Any
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    client = page(Role.GRID_WORKER)

    answer = client.post("/reports/new/", {"title": "路灯不亮" * 300})

    assert answer.status_code == 413
    assert "过大" in answer.content.decode()
