"""What was filed nearby already (附近已有人报过): near, of late, nothing secret."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from cases.docket.models import Case
from cases.grid.datum import wgs84_to_gcj02
from cases.intake.queries.nearby import Near, Spot, in_words, nearby
from cases.law.moves import Role
from tests.ledger import unchanged
from tests.town import NOW, XIASHU, Cast
from tests.walk import file, walk

Page = Callable[..., Client]
Api = Callable[..., APIClient]
SPOT = Spot("0602", 119.175, 32.165)


def seen(town: Cast, spot: Spot = SPOT, role: Role = Role.DESK) -> list[Near]:
    return nearby(town.actor(role), spot, NOW)


def numbers(town: Cast, spot: Spot = SPOT, role: Role = Role.DESK) -> list[str]:
    return [one.number for one in seen(town, spot, role)]


def at(east: float = 0, north: float = 0) -> dict[str, Any]:
    """A place so many metres off the spot."""
    return {"lng": 119.175 + east / 94_140, "lat": 32.165 + north / 111_195}


def test_near_and_of_late_is_listed_the_nearest_first(town: Cast) -> None:
    far, near = file(town, **at(150)), file(town, **at(0, 60))
    file(town, **at(260))
    file(town, category="0301", **at())
    file(town, at=NOW - timedelta(days=31), **at())
    found = seen(town)
    assert [(n.number, n.where) for n in found] == [
        (near.number, "约 60 米"),
        (far.number, "约 150 米"),
    ]
    assert {(n.title, n.state_label, n.url) for n in found} == {
        ("路灯不亮", "待受理", f"/reports/{near.number}/"),
        ("路灯不亮", "待受理", f"/reports/{far.number}/"),
    }


def test_a_point_in_gcj02_is_looked_for_where_it_is(town: Cast) -> None:
    case = file(town, **at())
    lng, lat = wgs84_to_gcj02(119.175, 32.165)
    assert numbers(town, Spot("0602", lng, lat, "gcj02")) == [case.number]
    assert numbers(town, Spot("0602", lng, lat, "wgs84")) == []


def test_without_a_point_the_village_is_looked_through(town: Cast) -> None:
    case = file(town, village=f"{XIASHU}201")
    file(town, village=f"{XIASHU}202")
    found = seen(town, Spot("0602", village=f"{XIASHU}201"))
    assert [(n.number, n.where) for n in found] == [(case.number, "同一村（社区）")]


@pytest.mark.parametrize(
    "spot",
    [
        Spot(""),
        Spot("0602"),
        Spot("", 119.175, 32.165),
        Spot("0602", float("nan"), 32.1),
        Spot("0602", 119.175, 90.0),
        Spot("0602", 119.175, None),
        Spot("' OR 1=1", 119.175, 32.165),
    ],
    ids=["nothing", "no place", "no class", "nan", "the pole", "half", "quote"],
)
def test_what_is_no_spot_finds_nothing(town: Cast, spot: Spot) -> None:
    file(town, **at())
    assert seen(town, spot) == []


def test_what_a_seat_may_not_open_is_number_and_state_alone(town: Cast) -> None:
    case = file(town, Role.DESK, **at())
    assert seen(town, role=Role.LIAISON) == [Near(str(case.number), "待受理", closed=False)]
    assert seen(town)[0].title == "路灯不亮"


@pytest.mark.parametrize("stream", ["informer", "discipline"])
def test_what_is_secret_is_told_to_nobody_who_may_not_open_it(town: Cast, stream: str) -> None:
    case = file(town, Role.DESK, stream=stream, **at())
    for role in (Role.LIAISON, Role.VILLAGE, Role.GRID_WORKER, Role.ENTERPRISE):
        assert numbers(town, role=role) == [], role
    assert numbers(town, role=Role.DESK) == [case.number]


def test_a_firm_is_told_of_its_own_alone(town: Cast) -> None:
    file(town, **at())
    own = file(town, Role.ENTERPRISE, **at(10))
    assert numbers(town, role=Role.ENTERPRISE) == [own.number]


def test_another_town_is_not_told(town: Cast) -> None:
    file(town, **at())
    assert nearby(town.other_actor(Role.DESK), SPOT, NOW) == []


def test_what_is_open_comes_before_what_is_closed_and_five_are_enough(town: Cast) -> None:
    closed = walk(town, file(town, **at()), "close")
    opened = file(town, **at(90))
    assert numbers(town) == [opened.number, closed.number]
    for n in range(5):
        file(town, **at(n))
    assert len(numbers(town)) == 5


def test_an_erased_case_is_not_told(town: Cast) -> None:
    case = file(town, **at())
    Case.objects.filter(pk=case.pk).update(erased_at=NOW)
    assert numbers(town) == []


@pytest.mark.parametrize(
    ("metres", "words"),
    [(None, "同一村（社区）"), (3, "就在这里"), (24, "约 20 米"), (186, "约 190 米")],
)
def test_a_distance_in_words(metres: float | None, words: str) -> None:
    assert in_words(metres) == words


def test_the_list_by_page_and_by_interface_is_the_same_and_costs_little(
    town: Cast, page: Page, api: Api, django_assert_max_num_queries: Any
) -> None:
    cases = [file(town, at=timezone.now(), **at(n)) for n in range(4)]
    query = "?category=0602&lng=119.175&lat=32.165"
    browser, client = page(Role.GRID_WORKER), api(Role.GRID_WORKER)
    with unchanged(), django_assert_max_num_queries(8):
        shown = browser.get(f"/reports/nearby/{query}", headers={"HX-Request": "true"})
    with django_assert_max_num_queries(8):
        told = client.get(f"/api/v1/reports/nearby/{query}").json()
    text = shown.content.decode()
    assert {row["number"] for row in told["results"]} == {c.number for c in cases}
    assert all(str(c.number) in text for c in cases)
    assert "您可以直接看" in text
    assert "<html" not in text
    assert "<html" in browser.get(f"/reports/nearby/{query}").content.decode()


@pytest.mark.parametrize(
    "query", ["", "?category=%00&lng=%00", "?category=0602&lng=x&lat=y", "?lng=1e400&lat=-1e400"]
)
def test_a_wrong_question_is_answered_with_nothing(town: Cast, page: Page, query: str) -> None:
    answer = page(Role.GRID_WORKER).get(f"/reports/nearby/{query}", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content.decode().strip()) == (200, "")


def test_before_filing_the_interface_tells_numbers_and_classes(town: Cast, api: Api) -> None:
    told = api(Role.GRID_WORKER).get("/api/v1/reports/before-filing/").json()
    assert [c["number"] for c in told["calls"]] == ["119", "110", "120", "122"]
    assert len(told["usual"]) == 6
    assert {"code": "0301", "name": "暴露垃圾、积存垃圾", "phone_now": False,
            "self_handled": True} in told["usual"]  # fmt: skip
    assert api(Role.SUPERVISOR).get("/api/v1/reports/before-filing/").status_code == 403
