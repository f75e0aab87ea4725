"""Units and officers as the administrator keeps them; passwords, scope, the log, budgets."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from cases.law.moves import Role
from cases.people.models import Officer, Post, Token, Unit
from cases.people.operations import end_post, enter_officer, give_post, issue_token
from cases.rulebook.models import Change
from tests.town import BAOHUA, COUNTY, NOW, PASSWORD, SINCE, XIASHU, Cast
from tests.walk import file, walk

Api = Callable[..., APIClient]
Page = Callable[..., Client]
TRAIL: dict[str, Any] = {"actor_code": "o1.p1", "at": NOW}
LIST = 10


def today() -> date:
    return timezone.localdate()


def test_a_unit_is_opened_changed_and_closed_with_its_paper(town: Cast, page: Page) -> None:
    client = page(Role.SYSADMIN)
    form = {"code": f"{XIASHU}-new", "name": "示范新办", "kind": "body", "parent": town.town.pk}
    form |= {"valid_from": "2026-11-01", "phone": "0511-80000000", "paper": "下委〔2026〕3号"}

    answer = client.post("/staff/units/", form)

    unit = Unit.objects.get(code=f"{XIASHU}-new")
    assert answer["Location"] == f"/staff/units/{unit.pk}/"
    assert (unit.division, unit.parent_id, unit.phone) == (XIASHU, town.town.pk, "0511-80000000")
    told = {"name": "示范更名办", "short_name": "更名办", "on": "2026-11-02", "phone": ""}
    assert client.post(f"/staff/units/{unit.pk}/change/", told).status_code == 303
    unit.refresh_from_db()
    assert (unit.name, unit.short_name, unit.phone) == ("示范更名办", "更名办", "")
    assert unit.pinyin == "shifangengmingban"
    change = Change.objects.filter(table="people_unit", key=unit.code).latest("pk")
    assert (change.after or {})["effective_on"] == "2026-11-02"
    shown = client.get(f"/staff/units/{unit.pk}/").content.decode()
    assert "<del>示范新办</del>" in shown
    assert client.post(f"/staff/units/{unit.pk}/close/", {"on": str(today())}).status_code == 303
    unit.refresh_from_db()
    assert unit.closed_on == today()


UNITS = {
    "a code twice": ({"code": f"{XIASHU}-desk"}, 400, "已被使用"),
    "another towns division": ({"division": BAOHUA}, 400, "不在您的管理范围"),
    "no division": ({"division": "下蜀"}, 400, "2 至 12 位数字"),
    "a parent elsewhere": ({"parent": "other"}, 404, "不在您的管理范围内"),
    "no parent": ({"parent": ""}, 400, "上级单位"),
    "a kind nobody knows": ({"kind": "castle"}, 400, "类型"),
    "blanks for a name": ({"name": "  \u200b "}, 400, "名称"),
}


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_that_cannot_be_is_refused(town: Cast, api: Api, name: str) -> None:
    told, status, words = UNITS[name]
    body = {"code": "x-1", "name": "示范新办", "kind": "body", "parent": town.town.pk}
    body |= {"valid_from": "2026-11-01"} | told
    if body["parent"] == "other":
        body["parent"] = town.other_town.pk
    if body["parent"] == "":
        del body["parent"]
    before = (Unit.objects.count(), Change.objects.count())

    answer = api(Role.SYSADMIN).post("/api/v1/staff/units/", body, format="json")

    assert (answer.status_code, words in answer.json()["detail"]) == (status, True), answer.json()
    assert before == (Unit.objects.count(), Change.objects.count())


def test_a_unit_that_holds_work_offers_to_hand_it_over_first(town: Cast, api: Api) -> None:
    walk(town, file(town), "assign")
    for role in (Role.VILLAGE, Role.GRID_WORKER, Role.LIAISON):
        end_post(town.posts[role], today(), **TRAIL)
    client, base = api(Role.SYSADMIN), f"/api/v1/staff/units/{town.village.pk}/"

    refused = client.post(f"{base}close/", {"on": str(today())}, format="json")
    assert refused.status_code == 409
    assert "还有 1 件在办，请先移交给其他单位" in refused.json()["detail"]
    moved = client.post(f"{base}hand_over/", {"to_unit": town.desk.pk}, format="json")
    assert moved.json() == {"cases": 1, "parts": 0, "left": 0}
    closed = client.post(f"{base}close/", {"on": str(today())}, format="json")
    assert (closed.status_code, closed.json()["closed_on"]) == (200, str(today()))


def test_units_above_are_seen_and_never_changed(town: Cast, page: Page, api: Api) -> None:
    county = town.units[f"{COUNTY}-housing"]
    client = page(Role.SYSADMIN)

    assert "示范住建局" not in client.get("/staff/units/").content.decode()
    assert "上级，只能查看" in client.get("/staff/units/?state=above").content.decode()
    shown = client.get(f"/staff/units/{county.pk}/").content.decode()
    assert f"/staff/units/{county.pk}/change/" not in shown
    before = Change.objects.count()
    body = {"name": "改名", "on": str(today())}
    for unit in (county, town.other_town):
        assert client.post(f"/staff/units/{unit.pk}/change/", body).status_code == 404
        url = f"/api/v1/staff/units/{unit.pk}/change/"
        assert api(Role.SYSADMIN).post(url, body, format="json").status_code == 404
    assert Change.objects.count() == before


def test_an_officer_is_entered_and_cannot_log_in_before_a_password_is_given(
    town: Cast, api: Api
) -> None:
    body = {"username": "li.ming", "person": "示范李明", "phone": "138 0000 0000"}

    answer = api(Role.SYSADMIN).post("/api/v1/staff/officers/", body, format="json")

    assert answer.status_code == 201
    officer = Officer.objects.get(username="li.ming")
    assert (officer.name, officer.pinyin, officer.has_usable_password()) == (
        *("示范李明", "shifanliming", False),
    )
    again = api(Role.SYSADMIN).post(
        "/api/v1/staff/officers/", body | {"username": "LI.Ming"}, format="json"
    )
    assert (again.status_code, "已被使用" in again.json()["detail"]) == (400, True)


WRONG = [
    ({"username": "李明"}, "username"),
    ({"username": "a b"}, "username"),
    ({"username": "=cmd()"}, "username"),
    ({"username": "x" * 61}, "username"),
    ({"phone": "电话"}, "phone"),
    ({"email": "nothing"}, "email"),
    ({"person": "名" * 61}, "person"),
    ({"person": "\u202e"}, "person"),
]


@pytest.mark.parametrize(("told", "field"), WRONG, ids=str)
def test_an_officer_that_cannot_be_is_refused(
    town: Cast, api: Api, told: dict[str, str], field: str
) -> None:
    body = {"username": "new", "person": "示范新人"} | told
    before = Officer.objects.count()

    answer = api(Role.SYSADMIN).post("/api/v1/staff/officers/", body, format="json")

    assert answer.status_code == 400
    assert field in answer.json()["fields"]
    assert Officer.objects.count() == before


def test_a_reset_password_is_shown_once_and_ends_every_log_in(town: Cast, page: Page) -> None:
    desk = town.posts[Role.DESK]
    working, admin = page(Role.DESK), page(Role.SYSADMIN)
    issue_token(desk.officer, desk, timezone.now())
    assert working.get("/").status_code == 200

    shown = admin.post(f"/staff/officers/{desk.officer_id}/reset_password/", {"paper": "本人申请"})

    made = shown.context["made"].password
    assert (shown.status_code, made in shown.content.decode()) == (200, True)
    assert "no-store" in shown["Cache-Control"]
    assert made not in admin.get(f"/staff/officers/{desk.officer_id}/").content.decode()
    assert working.get("/")["Location"].startswith("/login/?next=/")
    assert not Token.objects.filter(officer=desk.officer, revoked_at=None).exists()
    desk.officer.refresh_from_db()
    assert (desk.officer.check_password(made), desk.officer.must_change_password) == (True, True)
    assert not desk.officer.check_password(PASSWORD)
    notes = Change.objects.filter(table="people_officer", key="desk")
    assert notes.latest("pk").paper == "本人申请"
    assert made not in str(list(notes.values("before", "after")))


def test_an_administrator_neither_stops_nor_resets_the_own_account(
    town: Cast, api: Api
) -> None:
    own = town.officer(Role.SYSADMIN)
    before = Change.objects.count()
    for verb, body in (("stop", {"on": str(today())}), ("reset_password", {})):
        url = f"/api/v1/staff/officers/{own.pk}/{verb}/"
        answer = api(Role.SYSADMIN).post(url, body, format="json")
        assert (answer.status_code, "您本人" in answer.json()["detail"]) == (403, True), verb
    assert Change.objects.count() == before


def test_a_stopped_account_is_out_at_the_next_click_and_comes_back(
    town: Cast, page: Page, api: Api
) -> None:
    desk, working, admin = town.posts[Role.DESK], page(Role.DESK), api(Role.SYSADMIN)
    url = f"/api/v1/staff/officers/{desk.officer_id}/"
    text, _ = issue_token(desk.officer, desk, timezone.now())

    stopped = admin.post(f"{url}stop/", {"on": str(today())}, format="json")
    assert (stopped.status_code, stopped.json()["is_active"]) == (200, False)
    assert working.get("/").status_code == 302
    assert admin.post(f"{url}stop/", {"on": str(today())}, format="json").status_code == 409
    again = admin.post(f"{url}restart/", {"on": str(today())}, format="json")
    assert again.json()["is_active"] is True
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    assert client.get("/api/v1/me/").status_code == 401


def test_who_also_sits_outside_is_kept_by_the_administrator_above(town: Cast, api: Api) -> None:
    desk = town.officer(Role.DESK)
    give_post(desk, Role.COUNTY_DESK, town.units[f"{COUNTY}-desk"], SINCE, **TRAIL)

    url = f"/api/v1/staff/officers/{desk.pk}/reset_password/"
    answer = api(Role.SYSADMIN).post(url, {}, format="json")

    assert answer.status_code == 404
    desk.refresh_from_db()
    assert desk.check_password(PASSWORD)


def test_certificates_are_entered_once_and_end(town: Cast, page: Page) -> None:
    client = page(Role.SYSADMIN)
    form = {"officer": "mediator", "certificate": "mediator", "number": "调 001"}
    form |= {"valid_from": "2026-01-01"}
    answer = client.post("/staff/certificates/", form)
    paper = town.officer(Role.MEDIATOR).certificates.get()
    assert answer["Location"] == f"/staff/officers/{paper.officer_id}/"
    twice = client.post("/staff/certificates/", form)
    assert (twice.status_code, "已登记" in twice.content.decode()) == (409, True)
    client.post(f"/staff/certificates/{paper.pk}/end/", {"ends_on": str(today())})
    paper.refresh_from_db()
    assert paper.valid_to == today()


def test_the_log_is_narrowed_by_table_day_and_paper(town: Cast, page: Page, api: Api) -> None:
    enter_officer("li.ming", "示范李明", actor_code="o1.p1", at=NOW, paper="批文甲")
    client = api(Role.SYSADMIN)

    def told(query: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = client.get(f"/api/v1/staff/changes/?{query}").json()["results"]
        return rows

    (only,) = told("kind=people_officer&from=2026-11-20&to=2026-11-20&q=批文甲")
    assert (only["table_label"], only["what_label"]) == ("人员", "录入")
    assert only["whose"] == "示范李明 li.ming"
    assert {"label": "姓名", "before": "", "after": "示范李明"} in only["fields_told"]
    assert told("kind=people_officer&from=2026-11-21&q=批文甲") == []
    assert told("kind=people_post&q=批文甲") == []
    assert client.get("/api/v1/staff/changes/?from=x").status_code == 400
    assert page(Role.SYSADMIN).get("/staff/changes/?from=x&after=y").status_code == 200


def test_neither_the_log_nor_the_lists_show_another_town(town: Cast, api: Api) -> None:
    other = town.other_officer(Role.DESK)
    enter_officer("ours", "示范本镇", **TRAIL)
    theirs = enter_officer("theirs", "示范他镇", **TRAIL)
    give_post(theirs, Role.DUTY, town.units[f"{BAOHUA}-desk"], SINCE, **TRAIL)
    client = api(Role.SYSADMIN)

    names = {row["username"] for row in client.get(OFFICERS).json()["results"]}
    assert {"desk", "ours"} <= names
    assert names.isdisjoint({other.username, "theirs"})
    log = client.get("/api/v1/staff/changes/?size=100").json()["results"]
    assert "示范本镇 ours" in {row["whose"] for row in log}
    assert not [row for row in log if "他镇" in str(row)]


OFFICERS = "/api/v1/staff/officers/?size=100"
PAGES = ("units", "officers", "posts", "deputies", "duties", "changes")


@pytest.mark.parametrize("name", PAGES)
def test_a_list_costs_the_same_whatever_its_length(
    town: Cast, page: Page, api: Api, name: str, django_assert_max_num_queries: Any
) -> None:
    for number in range(40):
        officer = enter_officer(f"many{number:02d}", f"示范众人{number:02d}", **TRAIL)
        give_post(officer, Role.AGENT, town.village, SINCE, **TRAIL)
    client, admin = page(Role.SYSADMIN), api(Role.SYSADMIN)
    client.get(f"/staff/{name}/")
    with django_assert_max_num_queries(LIST + 2):
        assert client.get(f"/staff/{name}/").status_code == 200
    with django_assert_max_num_queries(LIST):
        assert admin.get(f"/api/v1/staff/{name}/?size=100").status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_every_list_is_paged_by_key_without_loss(town: Cast, api: Api, name: str) -> None:
    for number in range(5):
        officer = enter_officer(f"many{number:02d}", "示范同名", **TRAIL)
        give_post(officer, Role.AGENT, town.village, SINCE, **TRAIL)
    client = api(Role.SYSADMIN)
    whole = client.get(f"/api/v1/staff/{name}/?size=100").json()["results"]
    seen: list[Any] = []
    after = ""
    for _ in range(60):
        told = client.get(f"/api/v1/staff/{name}/", {"size": "2", "after": after}).json()
        seen += told["results"]
        after = told["next"]
        if not after:
            break
    assert [row["id"] for row in seen] == [row["id"] for row in whole]


@pytest.mark.parametrize(
    "query",
    ["q=%00", "after=%00|x", "after=|99999999999999999999", "unit=x", "size=0", "q=" + "长" * 300],
)
def test_no_address_breaks_a_list(town: Cast, page: Page, api: Api, query: str) -> None:
    for name in PAGES:
        assert page(Role.SYSADMIN).get(f"/staff/{name}/?{query}").status_code == 200, name
        assert api(Role.SYSADMIN).get(f"/api/v1/staff/{name}/?{query}").status_code in {200, 400}


def test_people_are_found_by_name_sound_account_and_state(town: Cast, api: Api) -> None:
    enter_officer("li.ming", "示范李明", **TRAIL)
    client = api(Role.SYSADMIN)
    for query in ("q=李明", "q=shifanli", "q=li.ming", "state=no_post"):
        rows = client.get(f"/api/v1/staff/officers/?{query}").json()["results"]
        assert [row["username"] for row in rows] == ["li.ming"], query
    rows = client.get(f"/api/v1/staff/officers/?unit={town.desk.pk}&role=desk").json()["results"]
    assert [row["username"] for row in rows] == ["desk"]


def test_the_overview_says_what_ends_soon(town: Cast, page: Page) -> None:
    post = town.posts[Role.AGENT]
    Post.objects.filter(pk=post.pk).update(valid_to=today() + timedelta(days=5))

    shown = page(Role.SYSADMIN).get("/staff/").content.decode()

    assert "示范帮办代办员" in shown
    assert f"/staff/posts/{post.pk}/" in shown
