"""Many at once: each case is taken or refused on its own, and the same order sent again changes
nothing twice.
"""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from rest_framework.test import APIClient

from cases.docket.models import Case, Event
from cases.intake.urls import MANY
from cases.law.moves import Role
from tests.ledger import unchanged
from tests.seats import NO_CASES
from tests.town import Cast
from tests.walk import file, walk

Api = Callable[..., APIClient]
Pages = Callable[..., Client]
PATH, PAGE = "/api/v1/reports/bulk/", "/reports/bulk/"


def order(verb: str, *cases: Case, **facts: Any) -> dict[str, Any]:
    chosen = [{"number": c.number, "version": c.version} for c in cases]
    return {"verb": verb, "cases": chosen, "facts": facts}


def send(client: APIClient, body: Any, key: str = "") -> Any:
    return client.post(
        PATH, body, format="json", headers={"Idempotency-Key": key or str(uuid4())}
    )


def states(*cases: Case) -> list[str]:
    found = dict(Case.objects.values_list("pk", "state"))
    return [found[case.pk] for case in cases]


def test_each_case_is_taken_on_its_own(town: Cast, api: Api) -> None:
    cases = [file(town) for _ in range(3)]
    walk(town, cases[1], "accept")  # somebody was quicker: an older version, another state
    cases[1].version = 1
    answer = send(api(Role.DESK), order("accept", *cases))
    assert answer.status_code == 200
    told = answer.json()
    assert [(d["number"], d["version"], d["state"]) for d in told["done"]] == [
        (cases[0].number, 2, "ACCEPTED"),
        (cases[2].number, 2, "ACCEPTED"),
    ]
    (refused,) = told["refused"]
    assert (refused["number"], refused["status"]) == (cases[1].number, 409)
    assert refused["sentence"]
    assert states(*cases) == ["ACCEPTED"] * 3
    assert Event.objects.filter(verb="accept").count() == 3


def test_the_same_order_changes_nothing_twice(town: Cast, api: Api) -> None:
    cases, key, desk = [file(town), file(town)], str(uuid4()), api(Role.DESK)
    body = order("accept", *cases)
    first = send(desk, body, key)
    assert "Idempotent-Replayed" not in first
    with unchanged():
        again = send(desk, body, key)
    assert again.json() == first.json()
    assert again["Idempotent-Replayed"] == "true"
    with unchanged():
        other = send(desk, order("note", *cases, words="看过"), key)
    assert other.status_code == 409
    assert "Idempotency-Key" in other.json()["detail"]


def test_facts_go_to_every_case_and_are_checked_once_for_all(town: Cast, api: Api) -> None:
    cases = [walk(town, file(town), "accept") for _ in range(2)]
    desk = api(Role.DESK)
    with unchanged():
        for facts in ({}, {"unit": "x"}, {"unit": town.village.pk, "nonsense": 1}):
            assert send(desk, order("assign", *cases, **facts)).status_code == 400
        answer = send(desk, order("assign", *cases, unit=town.department.pk))
        assert [r["status"] for r in answer.json()["refused"]] == [400, 400]
    assert len(send(desk, order("assign", *cases, unit=town.village.pk)).json()["done"]) == 2
    assert set(Case.objects.values_list("unit", flat=True)) == {town.village.pk}


def test_what_is_not_mine_to_do_or_to_see_is_refused_case_by_case(town: Cast, api: Api) -> None:
    ours, theirs = file(town), walk(town, file(town, Role.DESK), "accept")
    with unchanged():
        for role, wanted in ((Role.VILLAGE, [404, 403]), (Role.SUPERVISOR, [409, 403])):
            body = order("accept", theirs, ours)
            told = send(api(role), body).json()
            assert told["done"] == []
            assert [r["status"] for r in told["refused"]] == wanted, role
        for role in NO_CASES:
            told = send(api(role), order("note", ours, words="看过")).json()
            assert [r["status"] for r in told["refused"]] == [404]
        other = send(api(Role.DESK, other=True), order("accept", ours)).json()
        assert [r["status"] for r in other["refused"]] == [404]


BAD: list[Any] = [
    {},
    [],
    {"verb": "accept", "cases": []},
    {"verb": "nothing", "cases": [{"number": "x", "version": 1}]},
    {"verb": "file", "cases": [{"number": "x", "version": 1}]},
    {"verb": "correct", "cases": [{"number": "x", "version": 1}]},
    {"verb": "accept", "cases": [{"number": "x"}]},
    {"verb": "accept", "cases": [{"number": "x", "version": -1}]},
    {"verb": "accept", "cases": [{"number": "x\0", "version": 1}]},
    {"verb": "accept", "cases": [{"number": "x", "version": 1}] * 2},
    {"verb": "accept", "cases": [{"number": str(n), "version": 1} for n in range(101)]},
    {"verb": "accept", "cases": [{"number": "x", "version": 1}], "facts": []},
    {"verb": "accept", "cases": [{"number": "x", "version": 1}], "facts": {"files": [1]}},
    {"verb": "accept", "cases": [{"number": "x", "version": 1}], "more": 1},
]


@pytest.mark.parametrize("body", BAD, ids=range(len(BAD)))
def test_a_wrong_order_does_nothing(body: Any, town: Cast, api: Api) -> None:
    file(town)
    with unchanged():
        answer = send(api(Role.DESK), body)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


def test_without_a_key_nothing_is_taken(town: Cast, api: Api) -> None:
    case = file(town)
    with unchanged():
        answer = api(Role.DESK).post(PATH, order("accept", case), format="json")
    assert answer.status_code == 400


def confirm(client: Client, post: int, verb: str, *cases: Case, **facts: Any) -> Any:
    chosen = [f"{case.number}:{case.version}" for case in cases]
    given = {"verb": verb, "case": chosen, "key": str(uuid4()), "post": post}
    return client.post(PAGE, given | facts)


def test_the_page_offers_what_is_open_on_all_of_them(town: Cast, page: Pages) -> None:
    fresh, accepted = file(town), walk(town, file(town), "accept")
    desk = page(Role.DESK)

    def offered(*cases: Case) -> set[str]:
        shown: Any = desk.get(PAGE, {"case": [str(c.number) for c in cases]})
        assert shown.status_code == 200
        return {move.verb for move in shown.context["moves"]}

    assert {"accept", "not_accept", "note"} <= offered(fresh)
    assert "assign" in offered(accepted)
    assert offered(fresh, accepted) == offered(fresh) & offered(accepted)
    assert not offered(fresh) - set(MANY)
    assert offered() == set()


def test_the_page_confirms_takes_and_tells(town: Cast, page: Pages) -> None:
    cases = [walk(town, file(town), "accept") for _ in range(3)]
    desk, post = page(Role.DESK), town.posts[Role.DESK].pk
    asked = desk.get(PAGE, {"case": [str(c.number) for c in cases], "verb": "assign"})
    shown = asked.content.decode()
    for case in cases:
        assert f'value="{case.number}:2"' in shown
    assert "确认交办 3 件" in shown
    walk_one(town, cases[1])
    done = confirm(desk, post, "assign", *cases, unit=town.village.pk)
    told = done.content.decode()
    assert done.status_code == 200
    assert "已办 <strong>2</strong> 件" in told
    assert f'value="{cases[1].number}" checked' in told
    assert [str(item.number) for item in done.context["done"]] == [
        str(cases[0].number),
        str(cases[2].number),
    ]


def walk_one(town: Cast, case: Case) -> None:
    MANY["assign"](
        Case(kind="report", number=case.number),
        by=town.actor(Role.DESK),
        at=case.opened_at,
        unit=town.village.pk,
    )


def test_the_page_sent_twice_tells_the_same(town: Cast, page: Pages) -> None:
    cases = [file(town), file(town)]
    desk = page(Role.DESK)
    given = {
        "verb": "accept",
        "case": [f"{case.number}:{case.version}" for case in cases],
        "key": str(uuid4()),
        "post": town.posts[Role.DESK].pk,
    }
    first = desk.post(PAGE, given)
    with unchanged():
        again = desk.post(PAGE, given)
    assert [d.number for d in again.context["done"]] == [d.number for d in first.context["done"]]
    assert again.context["refused"] == []


def test_the_page_says_what_is_wrong_and_keeps_what_was_filled_in(town: Cast, page: Pages) -> None:
    case = walk(town, file(town), "accept")
    desk, post = page(Role.DESK), town.posts[Role.DESK].pk
    with unchanged():
        answer = confirm(desk, post, "assign", case, instruction="尽快")
        assert answer.status_code == 400
        shown = answer.content.decode()
        assert "请选择“承办单位”" in shown
        assert "尽快" in shown
        assert confirm(desk, post, "nothing", case).status_code == 400
        assert confirm(desk, post, "assign").status_code == 400
        many = [Case(number=str(n), version=1) for n in range(101)]
        assert confirm(desk, post, "accept", *many).status_code == 400
        assert confirm(desk, post + 1, "accept", case).status_code == 409


def test_an_officer_is_named_for_many_by_the_unit_that_holds_them(town: Cast, page: Pages) -> None:
    cases = [walk(town, file(town), "assign") for _ in range(2)]
    village, post = page(Role.VILLAGE), town.posts[Role.VILLAGE].pk
    asked = village.get(PAGE, {"case": [str(c.number) for c in cases], "verb": "entrust"})
    assert "示范村（社区）受理" in asked.content.decode()
    officer = town.officer(Role.VILLAGE).pk
    confirm(village, post, "entrust", *cases, officer=officer)
    assert set(Case.objects.values_list("officer", flat=True)) == {officer}


def test_rows_are_chosen_on_the_desks_list_and_not_on_the_grid_workers(
    town: Cast, page: Pages
) -> None:
    file(town)
    assert 'form="bulk"' in page(Role.DESK).get("/cases/").content.decode()
    shown = page(Role.GRID_WORKER).get("/cases/?view=all").content.decode()
    assert 'form="bulk"' not in shown
    assert 'form="bulk"' not in page(Role.DESK).get("/").content.decode()
