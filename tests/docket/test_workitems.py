"""Work items (要人处理的事): shown to whoever can put it right, and settled once."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from rest_framework.test import APIClient

from cases.docket.models import Case, WorkItem
from cases.docket.operations.workitems import settle
from cases.docket.queries.workitems import open_items
from cases.law.moves import Refused, Role, Why
from tests.conftest import send
from tests.ledger import unchanged
from tests.town import BAOHUA, NOW, TODAY, XIASHU, Cast
from tests.walk import file

Api = Callable[..., APIClient]
WHOLE = {Role.SUPERVISOR, Role.LEADER, Role.DESK, Role.COUNTY_DESK}


@pytest.fixture
def case(town: Cast) -> Case:
    return file(town)


@pytest.fixture
def items(case: Case) -> dict[str, WorkItem]:
    """Two of this town, one of them about a case and not about rules; one of the other town."""
    return {
        "no_rule": item("no_rule", case=case),
        "no_holder": item("no_holder", case=case),
        "bad_row": item("bad_row", BAOHUA),
    }


def item(kind: str, division: str = XIASHU, case: Case | None = None) -> WorkItem:
    words = f"{kind} 的说明"
    return WorkItem.objects.create(
        kind=kind, case=case, division=division, words=words, key=str(uuid4()), since=NOW
    )


def kinds(rows: list[Any]) -> list[str]:
    return [row.kind for row in rows]


def test_each_seat_sees_what_it_can_put_right(town: Cast, items: dict[str, WorkItem]) -> None:
    for role in town.posts:
        seen = kinds(open_items(town.actor(role)).rows)
        wanted = ["no_rule", "no_holder"] if role in WHOLE else []
        if role is Role.COUNTY_DESK:
            wanted = ["no_rule", "no_holder", "bad_row"]
        if role is Role.SYSADMIN:
            wanted = ["no_rule"]
        assert seen == wanted, role
    assert kinds(open_items(town.other_actor(Role.DESK)).rows) == ["bad_row"]
    assert open_items(town.other_actor(Role.VILLAGE)).rows == []


def test_the_administrator_sees_no_case_behind_an_item(
    town: Cast, case: Case, items: dict[str, WorkItem]
) -> None:
    shown = open_items(town.actor(Role.DESK)).rows[0]
    assert (shown.number, shown.url) == (case.number, f"/reports/{case.number}/")
    assert shown.kind_label == "没有适用的规则"

    bare = open_items(town.actor(Role.SYSADMIN)).rows[0]
    assert (bare.number, bare.url, bare.words) == ("", "", shown.words)


def test_items_come_page_by_page_oldest_first(town: Cast, api: Api) -> None:
    made = [item("bad_row").pk for _ in range(5)]
    desk = api(Role.DESK)

    first = desk.get("/api/v1/work-items/?size=3").json()
    last = desk.get(f"/api/v1/work-items/?size=3&after={first['next']}").json()

    assert [row["id"] for row in first["results"] + last["results"]] == made
    assert last["next"] is None


def test_whoever_was_first_stays(town: Cast, items: dict[str, WorkItem]) -> None:
    mine = items["no_rule"]
    settle(mine.pk, by=town.actor(Role.DESK), at=NOW)
    settle(mine.pk, by=town.actor(Role.LEADER), at=NOW.replace(hour=11))

    mine.refresh_from_db()
    assert (mine.done_at, mine.done_by) == (NOW, town.officer(Role.DESK))
    assert kinds(open_items(town.actor(Role.DESK)).rows) == ["no_holder"]


def test_what_is_not_theirs_is_not_settled(town: Cast, items: dict[str, WorkItem]) -> None:
    tries = [
        (town.other_actor(Role.DESK), "no_rule"),
        (town.actor(Role.DESK), "bad_row"),
        (town.actor(Role.SYSADMIN), "no_holder"),
        (town.actor(Role.AUDITOR), "no_rule"),
        (town.actor(Role.GRID_WORKER, TODAY), "no_rule"),
    ]
    for actor, kind in tries:
        with unchanged(), pytest.raises(Refused) as refused:
            settle(items[kind].pk, by=actor, at=NOW)
        assert refused.value.why is Why.HIDDEN


def test_the_interface_settles_once_and_says_so_again(
    town: Cast, api: Api, items: dict[str, WorkItem]
) -> None:
    path = f"/api/v1/work-items/{items['no_rule'].pk}/settle/"
    bare = api(Role.DESK).post(path, {}, format="json")
    assert (bare.status_code, list(bare.json()["fields"])) == (400, ["Idempotency-Key"])
    assert send(api(Role.DESK), path, {"words": "?"}).status_code == 400
    assert send(api(Role.DESK, other=True), path, {}).status_code == 404

    first = send(api(Role.DESK), path, {})
    again = send(api(Role.LEADER), path, {})

    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert first.json()["done_by"] == "示范综合受理窗口"
    assert "Idempotent-Replayed" not in first.headers
    assert again["Idempotent-Replayed"] == "true"


def test_the_morning_page_lists_them_with_a_button(
    town: Cast, page: Callable[..., Client], case: Case, items: dict[str, WorkItem]
) -> None:
    client = page(Role.DESK)
    shown = client.get("/").content.decode()
    assert "要人处理的事" in shown
    assert f'href="/reports/{case.number}/"' in shown

    path = f"/work-items/{items['no_rule'].pk}/settle/"
    answer = client.post(path, {"post": town.posts[Role.DESK].pk}, follow=True)
    assert answer.redirect_chain == [("/", 303)]
    assert "已记为处理" in answer.content.decode()
    assert "no_rule 的说明" not in answer.content.decode()
    assert "已经处理过" in client.post(path, follow=True).content.decode()

    assert page(Role.DESK, other=True).post(path).status_code == 404
    assert "要人处理的事" not in page(Role.GRID_WORKER).get("/").content.decode()


def test_the_administrators_page_lists_them_without_the_case(
    town: Cast, page: Callable[..., Client], case: Case, items: dict[str, WorkItem]
) -> None:
    shown = page(Role.SYSADMIN).get("/").content.decode()

    assert "no_rule 的说明" in shown
    assert str(case.number) not in shown
