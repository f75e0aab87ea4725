"""Kept lists and the work of a unit: whose they are, their bounds, numbers that open rows."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from rest_framework.test import APIClient

from cases.docket.models import Case, SavedView
from cases.docket.operations.saved import MOST, drop_view, keep_view
from cases.docket.queries import Filters, worklist
from cases.docket.queries.filters import filters_of
from cases.docket.queries.load import unit_load
from cases.intake.operations import VERBS
from cases.law.moves import Refused, Role
from cases.people.operations import end_post
from tests.conftest import send
from tests.ledger import unchanged
from tests.town import NOW, TODAY, Cast
from tests.walk import BY_EVENT, file, walk

Api = Callable[..., APIClient]
Pages = Callable[..., Client]
VIEWS = "/api/v1/saved-views/"


def keep(town: Cast, name: str, query: str, role: Role = Role.DESK) -> SavedView:
    return keep_view(name, query, by=town.actor(role), at=NOW)


def test_a_list_is_kept_as_its_address_and_comes_back(town: Cast, api: Api, page: Pages) -> None:
    asked = "view=unit&due=late&after=x&nonsense=1&size=9"
    answer = send(api(Role.DESK), VIEWS, {"name": " 本单位  超期 ", "query": asked})
    assert answer.status_code == 200
    (kept,) = answer.json()["results"]
    assert (kept["name"], kept["query"]) == ("本单位 超期", "view=unit&due=late")
    assert kept["url"] == "/cases/?view=unit&due=late"
    for path in ("/cases/", "/"):
        shown = page(Role.DESK).get(path).content.decode()
        assert 'href="/cases/?view=unit&amp;due=late"' in shown
        assert "本单位 超期" in shown
        assert "本单位 超期" not in page(Role.LEADER).get(path).content.decode()
    assert api(Role.LEADER).get(VIEWS).json() == {"results": []}


def test_the_same_name_is_the_same_list(town: Cast) -> None:
    first = keep(town, "超期", "view=unit&due=late")
    with unchanged():
        assert keep(town, "超期", "view=unit&due=late").pk == first.pk
    assert keep(town, "超期", "view=all&due=late").pk == first.pk
    assert SavedView.objects.get().query == "view=all&due=late"


@pytest.mark.parametrize(
    ("name", "query", "field"),
    [
        ("", "view=all", "name"),
        ("   ", "view=all", "name"),
        ("\u202e\u200b\0", "view=all", "name"),
        ("字" * 21, "view=all", "name"),
        ("名", "view=nothing", "query"),
        ("名", "view=all&q=13812345678", "query"),
        ("名", "view=all&q=赵大山&by=name", "query"),
        ("名", "q=" + "路" * 100, "query"),
        ("名", "&".join(f"a{n}=1" for n in range(60)), "query"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_words(
    name: str, query: str, field: str, town: Cast, page: Pages
) -> None:
    with unchanged():
        with pytest.raises(Refused) as said:
            keep(town, name, query)
        assert list(said.value.fields) == [field]
        given = {"name": name, "query": query, "post": town.posts[Role.DESK].pk}
        answer = page(Role.DESK).post("/cases/saved/", given)
    assert answer.status_code == 303
    assert answer["Location"].startswith("/cases/?")


def test_twenty_lists_are_kept_and_no_more(town: Cast) -> None:
    for n in range(MOST):
        keep(town, f"筛选 {n}", "view=all")
    with unchanged(), pytest.raises(Refused, match="最多保存 20 个"):
        keep(town, "再来一个", "view=all")
    keep(town, "筛选 3", "view=closed")
    keep(town, "别人的", "view=all", Role.LEADER)


def test_only_ones_own_list_is_dropped(town: Cast, api: Api, page: Pages) -> None:
    mine, other = keep(town, "我的", "view=all"), keep(town, "他的", "view=all", Role.LEADER)
    desk = api(Role.DESK)
    with unchanged():
        for pk in (other.pk, 999_999):
            assert send(desk, f"{VIEWS}{pk}/remove/", {}).status_code == 404
            post = {"post": town.posts[Role.DESK].pk}
            assert page(Role.DESK).post(f"/cases/saved/{pk}/remove/", post).status_code == 404
    assert send(desk, f"{VIEWS}{mine.pk}/remove/", {}).json() == {"results": []}
    assert send(desk, f"{VIEWS}{mine.pk}/remove/", {}).status_code == 404
    gone = {"post": town.posts[Role.LEADER].pk, "next": "https://example.com/"}
    answer = page(Role.LEADER).post(f"/cases/saved/{other.pk}/remove/", gone)
    assert (answer.status_code, answer["Location"]) == (303, "/cases/")
    assert not SavedView.objects.exists()


def test_the_keepers_of_the_house_keep_no_lists_of_cases(town: Cast, api: Api) -> None:
    with unchanged():
        for role in (Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR):
            body = {"name": "名", "query": "view=all"}
            assert send(api(role), VIEWS, body).status_code == 403
        without = api(Role.DESK).post(VIEWS, {"name": "名", "query": ""}, format="json")
        assert without.status_code == 400
    with pytest.raises(Refused):
        drop_view(1, by=town.actor(Role.SYSADMIN))


def entrust(town: Cast, case: Case, officer: Any) -> None:
    VERBS["entrust"](
        case, by=town.actor(Role.VILLAGE), at=NOW, slip=BY_EVENT, officer=officer.pk
    )


def loaded(town: Cast) -> None:
    """Four cases with the village: one named, one late, one due this week, one without a date."""
    cases = [walk(town, file(town), "assign") for _ in range(4)]
    entrust(town, cases[0], town.officer(Role.VILLAGE))
    for case, due in zip(cases, (-1, -1, 3, 300), strict=True):
        Case.objects.filter(pk=case.pk).update(next_due=NOW + timedelta(days=due))
    walk(town, file(town), "handle")  # with the grid worker of the village, to be checked
    file(town)  # with the desk


def test_every_number_opens_as_many_rows(town: Cast) -> None:
    loaded(town)
    for role in (Role.VILLAGE, Role.DESK, Role.LEADER):
        actor = town.actor(role)
        load = unit_load(actor, NOW)
        for row in (*load.officers, *load.below):
            for due, count in (("", row.running), ("week", row.week), ("late", row.late)):
                asked = filters_of(dict(p.split("=") for p in row.url.split("?")[1].split("&")))
                filters = Filters(view="unit", who=asked.who, unit=asked.unit, due=due, size=100)
                found = worklist(actor, filters, NOW).rows
                assert len(found) == count, (role, row.name, due)


def test_a_unit_sees_its_work_by_officer_in_the_order_of_names(town: Cast) -> None:
    loaded(town)
    load = unit_load(town.actor(Role.VILLAGE), NOW)
    told = [(row.name, row.running, row.week, row.late) for row in load.officers]
    assert told == [
        ("示范网格员", 1, 1, 0),
        ("示范微网格联络员", 0, 0, 0),
        ("示范村（社区）受理", 1, 0, 1),
        ("未指定", 3, 1, 1),
    ]
    assert load.below == []
    below = {row.name: row.running for row in unit_load(town.actor(Role.LEADER), NOW).below}
    assert below["示范东村"] == 5
    assert below["示范综合受理窗口"] == 1
    assert "示范宝华村" not in below


def test_who_has_left_and_still_holds_something_is_shown(town: Cast) -> None:
    loaded(town)
    end_post(town.posts[Role.VILLAGE], TODAY, actor_code="tests", at=NOW)
    duty = unit_load(town.actor(Role.GRID_WORKER), NOW)
    assert ("示范村（社区）受理（已不在岗）", 1) in [(r.name, r.running) for r in duty.officers]


def test_the_units_page_and_interface_are_for_seats_of_a_unit(
    town: Cast, page: Pages, api: Api
) -> None:
    loaded(town)
    shown = page(Role.VILLAGE).get("/unit/").content.decode()
    assert "未指定" in shown
    assert "view=unit&amp;who=none&amp;due=late" in shown
    told = api(Role.VILLAGE).get("/api/v1/unit/").json()
    assert told["unit"] == "示范东村"
    assert told["officers"][-1]["running"] == 3
    for role in (Role.GRID_WORKER, Role.SUPERVISOR, Role.SYSADMIN, Role.MEDIATOR):
        assert page(role).get("/unit/").status_code == 403
        assert api(role).get("/api/v1/unit/").status_code == 403


def test_the_work_of_a_unit_costs_the_same_however_much_it_is(
    town: Cast, django_assert_max_num_queries: Any
) -> None:
    loaded(town)
    with django_assert_max_num_queries(5) as few:
        unit_load(town.actor(Role.LEADER), NOW)
    for _ in range(10):
        walk(town, file(town), "assign")
    with django_assert_max_num_queries(5) as many:
        unit_load(town.actor(Role.LEADER), NOW)
    assert len(few) == len(many)


def test_a_key_is_asked_for(town: Cast, api: Api) -> None:
    headers = {"Idempotency-Key": str(uuid4())}
    bad = api(Role.DESK).post(VIEWS, {"name": "名"}, format="json", headers=headers)
    assert bad.status_code == 400
