"""Who would be called, and why (派哨依据): routes, rulings in force, duty lists; never a guess."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db.models import F

from cases.docket.models import Case
from cases.law.moves import Role
from cases.people.models import Unit
from cases.rulebook.models import DutyItem
from cases.rulebook.models.whistling import Route
from cases.rulebook.operations import note_change
from cases.whistle.models import Precedent
from cases.whistle.queries.routing import NOTHING, Preview, preview_of
from tests.ledger import unchanged
from tests.town import COUNTY, NOW, TODAY, XIASHU, Cast
from tests.whistle.way import blown, dispatched

CLASS = "0405"
# What is left where neither a route nor a ruling nor the lists speak: the class's own handler.
BY_CLASS = [("示范生态环境局", "lead")]
HOUSING, ENVIRONMENT = f"{COUNTY}-housing", f"{COUNTY}-environment"


def told() -> None:
    """The book and the directory are read anew."""
    note_change("rulebook_route", "t", "test", None, {"for": "tests"}, actor_code="t", at=NOW)


def route(unit: str, capacity: str = "lead", category: str = CLASS, **more: Any) -> None:
    rests = {"paper": "示范派哨目录〔2026〕1号", "quality": "published", "citation": "示范"}
    Route.objects.create(
        category=category,
        unit=unit,
        capacity=capacity,
        valid_from=date(2020, 1, 1),
        scope=more.pop("scope", ""),
        **(rests | more),
    )
    told()


@pytest.fixture
def bare_routes(town: Cast) -> None:
    Route.objects.update(valid_to=F("valid_from"))  # the demonstration's own speak no more
    told()


@pytest.fixture
def see(town: Cast, bare_routes: None) -> Callable[..., Preview]:
    def seen(category: str = CLASS, **more: Any) -> Preview:
        return preview_of(town.actor(Role.DESK), XIASHU, category, NOW, **more)

    return seen


def rows(preview: Preview) -> list[tuple[str, str]]:
    return [(p.name, p.capacity) for p in preview.proposed]


def ruled(town: Cast, ruling: str, to: Unit, **more: Any) -> Precedent:
    case, _ = dispatched(town)
    return Precedent.objects.create(
        case=case,
        seq=1,
        division=more.pop("division", XIASHU),
        category=CLASS,
        ruling=ruling,
        objector=town.department,
        unit=to,
        paper="示范职责界定书",
        valid_from=TODAY - timedelta(days=more.pop("ago", 1)),
        valid_to=more.pop("valid_to", None),
    )


def environment(town: Cast) -> Unit:
    return town.units[ENVIRONMENT]


def test_a_route_of_the_very_class_names_departments_with_their_paper(see: Any) -> None:
    route(HOUSING, "assist")
    route(ENVIRONMENT)
    route(HOUSING, "lead", CLASS[:2])
    preview = see()
    assert rows(preview) == [("示范生态环境局", "lead"), ("示范住建局", "assist")]
    first = preview.proposed[0]
    assert first.why == "派哨目录（本分类）列为主办"
    assert (first.paper, first.quality_label) == ("示范派哨目录〔2026〕1号", "公开资料")
    assert preview.nothing == ""


def test_where_the_class_has_no_route_its_main_class_speaks(see: Any) -> None:
    route(HOUSING, "lead", CLASS[:2])
    preview = see()
    assert rows(preview) == [("示范住建局", "lead")]
    assert preview.proposed[0].why == "派哨目录（所属大类）列为主办"


def test_without_any_basis_nothing_is_proposed(see: Any) -> None:
    preview = see("0907")
    assert preview.proposed == []
    assert preview.nothing == NOTHING
    assert "没有依据，不作推荐" in preview.nothing


@pytest.mark.parametrize("category", ["", "zzzz", "0", "9" * 12, "'; DROP--"])
def test_an_unknown_class_says_nothing_at_all(see: Any, category: str) -> None:
    preview = see(category)
    assert (preview.category, preview.proposed, preview.nothing) == ("", [], "")


def test_a_route_to_a_department_that_is_no_more_says_so_and_proposes_nobody(
    town: Cast, see: Any
) -> None:
    route(ENVIRONMENT)
    Unit.objects.filter(code=ENVIRONMENT).update(closed_on=TODAY)
    note_change("people_unit", "t", "test", None, {"for": "tests"}, actor_code="t", at=NOW)
    preview = see()
    assert preview.proposed == []
    assert [ENVIRONMENT in note for note in preview.notes] == [True]


def test_a_route_of_another_county_does_not_speak_here(see: Any) -> None:
    route(HOUSING, scope="321181")
    preview = see()
    assert rows(preview) == [("示范生态环境局", "lead")]
    assert preview.proposed[0].why == "分类默认承办：水利/生态环境"
    assert preview.proposed[0].quality_label == "镇默认"


def test_a_ruling_that_passed_the_matter_on_outweighs_the_route(town: Cast, see: Any) -> None:
    route(HOUSING)
    ruled(town, "reassign", environment(town), valid_to=TODAY + timedelta(days=30))
    preview = see()
    assert rows(preview) == [("示范生态环境局", "lead")]
    last = (TODAY + timedelta(days=29)).isoformat()
    words = f"示范住建局曾提异议，职责界定改派示范生态环境局（有效至 {last}）"
    assert preview.proposed[0].why == words
    assert preview.proposed[0].paper == "示范职责界定书"


@pytest.mark.parametrize(
    ("ruling", "wanted"),
    [
        ("keep", [("示范住建局", "lead")]),
        ("swap", [("示范生态环境局", "lead"), ("示范住建局", "assist")]),
        ("joint", [("示范生态环境局", "lead"), ("示范住建局", "assist")]),
        ("return", BY_CLASS),
        ("channel", BY_CLASS),
    ],
)
def test_each_ruling_means_its_own_for_the_next_dispatch(
    town: Cast, see: Any, ruling: str, wanted: list[tuple[str, str]]
) -> None:
    route(HOUSING)
    to = town.department if ruling == "keep" else environment(town)
    ruled(town, ruling, to)
    preview = see()
    assert rows(preview) == wanted
    warned = any("请先核对是否确需吹哨" in note for note in preview.notes)
    assert warned == (ruling in {"return", "channel"})


def test_a_ruling_past_its_end_or_of_another_county_guides_nobody(town: Cast, see: Any) -> None:
    route(HOUSING)
    ruled(town, "reassign", environment(town), ago=9, valid_to=TODAY)
    ruled(town, "reassign", environment(town), division="321181101")
    preview = see()
    assert (rows(preview), preview.guides) == ([("示范住建局", "lead")], [])


def test_of_two_rulings_on_one_department_the_later_one_counts(town: Cast, see: Any) -> None:
    route(HOUSING)
    ruled(town, "reassign", environment(town), ago=20)
    ruled(town, "keep", town.department, ago=2)
    preview = see()
    assert rows(preview) == [("示范住建局", "lead")]
    assert [(g.ruling, g.newest) for g in preview.guides] == [("keep", True), ("reassign", False)]


def test_a_ruling_made_for_the_town_beside_guides_this_one_too(town: Cast, see: Any) -> None:
    ruled(town, "reassign", environment(town), division="321183109")
    assert rows(see()) == [("示范生态环境局", "lead")]


def listed(kind: str, lead: str) -> None:
    DutyItem.objects.create(
        list_kind=kind,
        number="7",
        name="污水直排、河塘黑臭整治",
        lead_department=lead,
        valid_from=date(2025, 1, 1),
        paper="示范履职事项清单",
        quality="published",
        citation="示范",
    )
    told()


def test_the_duty_list_names_the_lead_where_no_route_does(see: Any) -> None:
    listed("assisting", "示范住建局")
    preview = see()
    assert rows(preview) == [("示范住建局", "lead")]
    assert "第 7 项" in preview.proposed[0].why
    assert [duty.number for duty in preview.duties] == ["7"]


def test_a_department_the_list_names_but_the_directory_does_not_is_no_proposal(see: Any) -> None:
    listed("assisting", "某某局")
    assert rows(see()) == BY_CLASS


def test_what_the_list_calls_the_towns_own_is_said_before_whistling(see: Any) -> None:
    listed("basic", "")
    notes = see().notes
    assert len(notes) == 1
    assert "本镇基本履职（第 7 项，示范履职事项清单）" in notes[0]


def test_a_department_chosen_without_any_basis_is_told_apart(town: Cast, see: Any) -> None:
    route(HOUSING)
    named = [("lead", town.department.pk), ("assist", environment(town).pk), ("copy", 10**9)]
    preview = see(named=named)
    assert [(p.name, bool(p.paper)) for p in preview.chosen] == [
        ("示范住建局", True),
        ("示范生态环境局", False),
    ]
    assert [p.name for p in preview.astray] == ["示范生态环境局"]


def test_earlier_whistles_of_the_class_and_village_are_shown_for_a_year(
    town: Cast, see: Any
) -> None:
    place: dict[str, Any] = {"category": CLASS, "village": town.village.code}
    near = blown(town, **place)
    old = blown(town, **place)
    Case.objects.filter(pk=old.pk).update(opened_at=NOW - timedelta(days=366))
    blown(town, category=CLASS, village=f"{XIASHU}202")
    blown(town, category="0302", village=town.village.code)
    assert [e.number for e in see(village=town.village.code).earlier] == [near.number]
    assert see().earlier == []


def test_looking_changes_nothing_and_asks_little(
    town: Cast, see: Any, django_assert_max_num_queries: Any
) -> None:
    route(HOUSING)
    ruled(town, "joint", environment(town))
    blown(town, category=CLASS, village=town.village.code)
    see()
    with unchanged(), django_assert_max_num_queries(6):
        see(village=town.village.code, named=[("lead", town.department.pk)])
