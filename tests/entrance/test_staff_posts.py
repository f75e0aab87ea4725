"""Posts, deputies and grid duties as the administrator keeps them, by page and by interface."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings as installed
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from cases.docket.models import Case, Event
from cases.law.moves import Role
from cases.people.models import Deputy, GridDuty, Officer, Post
from cases.people.operations import enter_officer, give_post, issue_token
from cases.rulebook.models import Change
from cases.rulebook.operations.seeds import load_seeds
from tests.together import together
from tests.town import BAOHUA, COUNTY, NOW, SINCE, XIASHU, Cast, settle
from tests.walk import file, walk

Api = Callable[..., APIClient]
Page = Callable[..., Client]
TRAIL: dict[str, Any] = {"actor_code": "o1.p1", "at": NOW}


def today() -> date:
    return timezone.localdate()


def newcomer(username: str = "newcomer") -> Officer:
    return enter_officer(username, "示范新人", **TRAIL)


def give(client: APIClient, **told: Any) -> Any:
    body = {"officer": "newcomer", "role": "village", "valid_from": str(today())} | told
    return client.post("/api/v1/staff/posts/", body, format="json")


def counts() -> tuple[int, int, int, int]:
    tables = (Post, Deputy, GridDuty, Change)
    return tuple(t._default_manager.count() for t in tables)  # type: ignore[return-value]


def test_a_post_is_given_by_page_and_stands_in_the_log(town: Cast, page: Page) -> None:
    newcomer()
    client = page(Role.SYSADMIN)
    form = {"officer": "newcomer", "role": "village", "unit": town.village.pk, "title": "受理员"}
    form |= {"valid_from": "2026-11-01", "paper": "下委〔2026〕12号"}

    answer = client.post("/staff/posts/", form)

    post = Post.objects.get(officer__username="newcomer")
    assert (answer.status_code, answer["Location"]) == (303, f"/staff/posts/{post.pk}/")
    assert (post.role, post.unit_id, post.title) == ("village", town.village.pk, "受理员")
    change = Change.objects.get(table="people_post", key=str(post.pk))
    admin = town.posts[Role.SYSADMIN]
    assert (change.what, change.paper) == ("give", "下委〔2026〕12号")
    assert change.actor_code == f"o{admin.officer_id}.p{admin.pk}"
    shown = client.get("/staff/changes/").content.decode()
    assert "示范东村 村（社区）受理 示范新人" in shown
    assert "依据：下委〔2026〕12号" in shown


def test_the_same_post_a_second_time_is_409_and_nothing_changes(town: Cast, api: Api) -> None:
    newcomer()
    client = api(Role.SYSADMIN)
    assert give(client, unit=town.village.pk).status_code == 201
    before = counts()

    answer = give(client, unit=town.village.pk)

    assert answer.status_code == 409
    assert "已有同一岗位" in answer.json()["detail"]
    assert counts() == before


REFUSED: dict[str, tuple[dict[str, Any], int, str]] = {
    "another town": ({"unit": "other"}, 404, "不在您的管理范围内"),
    "the county": ({"unit": "county"}, 404, "不在您的管理范围内"),
    "no such person": ({"officer": "nobody"}, 400, "没有用户名为 nobody"),
    "oneself": ({"officer": "sysadmin"}, 403, "您本人"),
    "no such role": ({"role": "system"}, 400, "角色"),
    "ends first": ({"valid_to": "2000-01-01"}, 400, "须晚于"),
    "a second head": ({"role": "head_of_organ", "unit": "town"}, 409, "已有行政机关负责人"),
    "a field nobody knows": ({"untit": 1}, 400, "没有这个字段"),
    "too long": ({"title": "长" * 20_000}, 400, "最多 60 字"),
    "a null byte": ({"title": "a\0b"}, 400, ""),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_given_is_refused_in_words(town: Cast, api: Api, name: str) -> None:
    newcomer()
    told, status, words = REFUSED[name]
    units = {
        "other": town.units[f"{BAOHUA}201"].pk,
        "county": town.units[f"{COUNTY}-housing"].pk,
        "town": town.town.pk,
    }
    sent: dict[str, Any] = {"unit": town.village.pk} | told
    sent["unit"] = units.get(sent["unit"], sent["unit"])
    before = counts()

    answer = give(api(Role.SYSADMIN), **sent)

    assert answer.status_code == status
    assert words in answer.json()["detail"]
    assert counts() == before


def test_who_keeps_the_system_keeps_neither_its_security_nor_its_audit(
    town: Cast, api: Api
) -> None:
    office = town.units[f"{XIASHU}-office"].pk
    before = counts()

    answer = give(api(Role.SYSADMIN), officer="secadmin", role="auditor", unit=office)

    assert answer.status_code == 409
    assert "三员分立" in answer.json()["detail"]
    assert counts() == before


def test_hostile_words_are_kept_as_words(town: Cast, page: Page) -> None:
    newcomer()
    client = page(Role.SYSADMIN)
    form = {"officer": "newcomer", "role": "village", "unit": town.village.pk}
    form |= {"title": "<script>x</script>\u202e👍", "valid_from": "2026-11-01"}

    client.post("/staff/posts/", form)

    post = Post.objects.get(officer__username="newcomer")
    assert post.title == "<script>x</script>👍"
    shown = client.get(f"/staff/posts/{post.pk}/").content.decode()
    assert "&lt;script&gt;x&lt;/script&gt;👍" in shown
    assert "<script>x" not in shown


def test_a_post_that_ends_today_hands_its_work_over_at_once(town: Cast, api: Api) -> None:
    case = walk(town, file(town), "assign")
    clerk = town.posts[Role.VILLAGE]
    Case.objects.filter(pk=case.pk).update(officer=clerk.officer)
    heir = newcomer()
    give_post(heir, Role.VILLAGE, town.village, SINCE, **TRAIL)
    token = APIClient()
    text, _ = issue_token(clerk.officer, clerk, timezone.now())
    token.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    assert token.get("/api/v1/me/").status_code == 200
    client = api(Role.SYSADMIN)
    assert client.get(f"/api/v1/staff/posts/{clerk.pk}/").json()["open_work"] == 1

    body = {"ends_on": str(today()), "successor": "newcomer", "paper": "免职文件"}
    answer = client.post(f"/api/v1/staff/posts/{clerk.pk}/end/", body, format="json")

    assert answer.status_code == 200
    told = answer.json()
    assert told["handed"] == {"cases": 1, "parts": 0, "left": 0}
    assert (told["post"]["valid_to"], told["post"]["successor"]) == (str(today()), "newcomer")
    case.refresh_from_db()
    assert case.officer_id == heir.pk
    assert token.get("/api/v1/me/").status_code == 403
    again = client.post(f"/api/v1/staff/posts/{clerk.pk}/end/", body, format="json")
    assert again.status_code == 409
    assert Event.objects.filter(case=case, verb="hand_over").count() == 1


def test_a_successor_from_elsewhere_ends_no_post(town: Cast, page: Page, api: Api) -> None:
    clerk = town.posts[Role.VILLAGE]
    before = counts()

    body = {"ends_on": str(today()), "successor": "desk"}
    url = f"staff/posts/{clerk.pk}/end/"
    answer = api(Role.SYSADMIN).post(f"/api/v1/{url}", body, format="json")
    shown = page(Role.SYSADMIN).post(f"/{url}", body)

    assert answer.status_code == 400
    assert "届时不是本单位在岗办理人员" in answer.json()["fields"]["successor"]
    assert shown.status_code == 400
    assert counts() == before


def test_an_administrator_does_not_end_the_own_post(town: Cast, page: Page) -> None:
    own = town.posts[Role.SYSADMIN]
    before = counts()

    answer = page(Role.SYSADMIN).post(f"/staff/posts/{own.pk}/end/", {"ends_on": str(today())})

    assert answer.status_code == 403
    assert "由其他系统管理员办理" in answer.content.decode()
    assert counts() == before


def test_a_form_under_another_post_is_refused(town: Cast, page: Page) -> None:
    before = counts()
    form = {"post": town.posts[Role.DESK].pk, "ends_on": str(today())}

    answer = page(Role.SYSADMIN).post(f"/staff/posts/{town.posts[Role.VILLAGE].pk}/end/", form)

    assert answer.status_code == 409
    assert counts() == before


def test_a_deputy_is_named_between_two_days_and_ended(town: Cast, page: Page, api: Api) -> None:
    post, tomorrow = town.posts[Role.DEPT_LEAD], today() + timedelta(days=1)
    here = town.posts[Role.CENTRE_DIRECTOR]
    body = {"held_post": here.pk, "officer": "mediator", "valid_from": str(today())}
    body |= {"valid_to": str(tomorrow)}
    client = api(Role.SYSADMIN)

    answer = client.post("/api/v1/staff/deputies/", body, format="json")

    assert answer.status_code == 201
    deputy = Deputy.objects.get()
    assert (deputy.post_id, deputy.officer.username) == (here.pk, "mediator")
    assert "示范调解员" in page(Role.SYSADMIN).get("/staff/deputies/?when=now").content.decode()
    assert client.post("/api/v1/staff/deputies/", body, format="json").status_code == 409
    outside = client.post("/api/v1/staff/deputies/", body | {"held_post": post.pk}, format="json")
    assert outside.status_code == 404
    ended = page(Role.SYSADMIN).post(
        f"/staff/deputies/{deputy.pk}/end/", {"ends_on": str(today())}
    )
    assert (ended.status_code, ended["Location"]) == (303, f"/staff/posts/{here.pk}/")
    deputy.refresh_from_db()
    assert deputy.valid_to == today()


def test_uncovered_grids_are_listed_until_somebody_looks_after_them(
    town: Cast, page: Page, api: Api
) -> None:
    grid = f"{XIASHU}201N02"
    duty = GridDuty.objects.get(grid__code=grid)
    client, admin = page(Role.SYSADMIN), api(Role.SYSADMIN)
    assert admin.get("/api/v1/staff/duties/?state=uncovered").json()["results"] == []

    ended = client.post(f"/staff/duties/{duty.pk}/end/", {"ends_on": str(today())})
    assert (ended.status_code, ended["Location"]) == (303, f"/staff/duties/?q={grid}")
    listed = admin.get("/api/v1/staff/duties/?state=uncovered").json()["results"]
    assert [row["code"] for row in listed] == [grid]
    assert "无人包干" in client.get("/staff/duties/?state=uncovered").content.decode()

    form = {"grid": grid, "officer": "liaison", "duty": "liaison", "valid_from": str(today())}
    wrong = client.post("/staff/duties/", form)
    assert wrong.status_code == 400
    assert "联络员只包干微网格" in wrong.content.decode()
    form |= {"officer": "grid_worker", "duty": "worker"}
    assert client.post("/staff/duties/", form).status_code == 303
    assert admin.get("/api/v1/staff/duties/?state=uncovered").json()["results"] == []


def test_of_two_administrators_who_give_one_post_at_once_one_does(transactional_db: None) -> None:
    load_seeds(installed.SEEDS, NOW)
    town = settle()
    newcomer()
    second = newcomer("second_admin")
    office = town.units[f"{XIASHU}-office"]
    posts = [
        town.posts[Role.SYSADMIN],
        give_post(second, Role.SYSADMIN, office, SINCE, **TRAIL),
    ]
    clients = []
    for post in posts:
        client = APIClient(raise_request_exception=False)
        text, _ = issue_token(post.officer, post, timezone.now())
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
        clients.append(client)

    given = together(*[lambda c=c: give(c, unit=town.village.pk) for c in clients * 2])

    assert sorted(answer.status_code for answer in given) == [201, 409, 409, 409]
    assert Post.objects.filter(officer__username="newcomer").count() == 1


def test_two_heads_given_at_once_are_one_head(transactional_db: None) -> None:
    load_seeds(installed.SEEDS, NOW)
    town = settle()
    justice = town.units[f"{XIASHU}-justice"]
    people = [newcomer(f"head{n}") for n in range(3)]

    given = together(
        *[
            lambda o=o: give_post(o, Role.DEPT_LEAD, justice, SINCE, **TRAIL)
            for o in people
        ]
    )

    assert sorted(type(g).__name__ for g in given) == ["Post", "Refused", "Refused"]
    assert Post.objects.filter(role=Role.DEPT_LEAD, unit=justice).count() == 1


@pytest.mark.parametrize("role", [Role.SECADMIN, Role.AUDITOR, Role.DESK, Role.LEADER])
def test_only_the_system_administrator_keeps_the_house(
    town: Cast, page: Page, api: Api, role: Role
) -> None:
    newcomer()
    before = counts()
    form = {"officer": "newcomer", "role": "village", "unit": town.village.pk}

    assert page(role).post("/staff/posts/", form).status_code == 403
    assert give(api(role), unit=town.village.pk).status_code == 403
    assert counts() == before
