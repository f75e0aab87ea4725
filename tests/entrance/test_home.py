"""The morning's page: short lists by seat, each case in one of them, and the way to every place."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from cases.docket.models import Case, Stake
from cases.docket.queries.home import Sent, home
from cases.entrance.queries import BAR, entries
from cases.intake.operations import VERBS
from cases.intake.states.way import REWORK
from cases.intake.states.words import RETURNED
from cases.law.moves import Role
from tests.town import NOW, SEATS, Cast
from tests.walk import BY_EVENT, file, walk

SENT = Sent(states=(RETURNED,), terms=REWORK.opens)
LATER = NOW + timedelta(minutes=1)


def shown(town: Cast, role: Role) -> dict[str, list[str]]:
    lists = home(town.actor(role), LATER, SENT)
    return {one.name: [row.number for row in one.rows] for one in lists}


def take(town: Cast, case: Case, verb: str, role: Role, **facts: object) -> Case:
    VERBS[verb](case, by=town.actor(role), at=NOW, slip=BY_EVENT, **facts)
    case.refresh_from_db()
    return case


def number(case: Case) -> str:
    return str(case.number)


def test_a_grid_worker_sees_what_to_check_before_what_was_filed(town: Cast) -> None:
    handled, plain = walk(town, file(town), "handle"), file(town)
    lists = shown(town, Role.GRID_WORKER)
    assert list(lists) == ["late", "owing", "filed", "back"]
    assert lists["owing"] == [number(handled)]
    assert lists["filed"] == [number(plain)]
    every = [row for one in home(town.actor(Role.GRID_WORKER), LATER, SENT) for row in one.rows]
    said = {row.number: row.state_label for row in every}
    assert said == {number(handled): "待核查", number(plain): "待受理"}


def test_the_desk_sees_what_came_back_and_what_waits_for_its_answer(town: Cast) -> None:
    returned = walk(town, file(town), "assign")
    take(town, returned, "hand_back", Role.VILLAGE, ground="S1", reason="不属本村")
    asked = walk(town, file(town), "sign")
    take(town, asked, "ask_extension", Role.VILLAGE, need="X1", days=3, reason="等检测")
    fresh, late = file(town), file(town)
    Case.objects.filter(pk=late.pk).update(next_due=NOW - timedelta(days=1))
    lists = shown(town, Role.DESK)
    assert list(lists) == ["late", "back", "asked", "owing", "filed"]
    assert lists["late"] == [number(late)]
    assert lists["back"] == [number(returned)]
    assert lists["asked"] == [number(asked)]
    assert lists["owing"] == [number(fresh)]


def test_what_is_to_be_done_again_comes_back_to_whoever_did_it(town: Cast) -> None:
    again = walk(town, file(town), "handle")
    take(town, again, "rework", Role.GRID_WORKER, finding="还是不亮")
    plain = walk(town, file(town), "assign")
    lists = shown(town, Role.VILLAGE)
    assert lists["back"] == [number(again)]
    assert lists["owing"] == [number(plain)]
    assert shown(town, Role.LEADER)["owing"] == []


def test_a_leader_sees_what_waits_for_a_yes_and_what_is_late_in_town(town: Cast) -> None:
    waiting, late = walk(town, file(town), "accept"), file(town)
    take(town, waiting, "propose_shelving", Role.DESK, obstacle="H2", plan="明年列入计划")
    Case.objects.filter(pk=late.pk).update(next_due=NOW - timedelta(days=1))
    for role in (Role.LEADER, Role.HEAD_OF_ORGAN):
        lists = shown(town, role)
        assert lists["asked"] == [number(waiting)], role
        assert lists["late"] == [number(late)], role
    assert shown(town, Role.SUPERVISOR)["late"] == [number(late)]
    other = home(town.other_actor(Role.LEADER), LATER, SENT)
    assert [row for one in other for row in one.rows] == []


def test_each_list_is_short_and_the_whole_is_one_click_away(
    town: Cast, page: Callable[..., Client]
) -> None:
    for _ in range(12):
        file(town)
    (owing,) = [one for one in home(town.actor(Role.DESK), LATER, SENT) if one.name == "owing"]
    assert (len(owing.rows), owing.full) == (10, True)
    text = page(Role.DESK).get("/").content.decode()
    for url in ("/cases/?view=mine", "/cases/?view=asked"):
        assert page(Role.DESK).get(url).status_code == 200
    assert 'href="/cases/?view=mine"' in text


@pytest.mark.parametrize("role", list(SEATS))
def test_every_seat_has_a_home_of_at_most_thirteen_questions(
    role: Role, town: Cast, page: Callable[..., Client], django_assert_max_num_queries: object
) -> None:
    walk(town, file(town), "assign")
    file(town)
    client = page(role)
    client.get("/")
    with django_assert_max_num_queries(13) as few:  # type: ignore[operator]
        assert client.get("/").status_code == 200
    for _ in range(5):
        file(town)
        walk(town, file(town), "handle")
    with django_assert_max_num_queries(13) as many:  # type: ignore[operator]
        client.get("/")
    assert len(many) == len(few)


def test_an_answer_that_is_owed_twice_is_listed_once(town: Cast) -> None:
    asked = walk(town, file(town), "sign")
    take(town, asked, "ask_extension", Role.VILLAGE, need="X1", days=3, reason="等检测")
    stake = Stake.objects.get(case=asked, why="asked")
    stake.pk, stake.officer = None, town.officer(Role.DESK)
    stake.save()
    assert shown(town, Role.DESK)["asked"] == [number(asked)]


@pytest.mark.parametrize("role", list(SEATS))
def test_a_phone_shows_five_places_at_most_and_ones_own(role: Role) -> None:
    places = entries(role, "/")
    bar = [entry.url for entry in places if entry.bar]
    assert len(bar) <= BAR
    assert bar[0] == "/"
    assert bar[-1] == "/me/"
    assert [entry.url for entry in places if entry.active] == ["/"]
    assert len({entry.url for entry in places}) == len(places)


def test_each_seat_is_led_to_its_own_places() -> None:
    def urls(role: Role) -> list[str]:
        return [entry.url for entry in entries(role, "/")]

    assert urls(Role.DESK) == [
        *("/", "/cases/", "/reports/new/", "/unit/", "/whistles/board/", "/overdue/"),
        *("/board/", "/reports/import/", "/whistles/rates/", "/rules/", "/people/", "/me/"),
    ]
    assert urls(Role.SYSADMIN) == [
        *("/", "/staff/", "/rules/manage/", "/health/", "/rules/", "/people/", "/me/"),
    ]
    assert urls(Role.DEPT_OFFICER)[4:5] == ["/whistles/inbox/"]
    assert "/whistles/approvals/" in urls(Role.LEADER)
    assert "/whistles/rulings/" in urls(Role.ARBITER)
    assert urls(Role.LEADER)[4] == "/today/"
    assert "/months/" in urls(Role.VILLAGE)
    assert "/access-log/" in urls(Role.AUDITOR)
    assert "/security/" in urls(Role.SECADMIN)
    assert "/unit/" not in urls(Role.GRID_WORKER)
    active = [e.url for e in entries(Role.DESK, "/reports/import/") if e.active]
    assert active == ["/reports/import/"]
    assert [e.url for e in entries(Role.DESK, "/reports/x/") if e.active] == ["/cases/"]
    assert [e.url for e in entries(Role.SYSADMIN, "/rules/manage/") if e.active] == [
        "/rules/manage/"
    ]
