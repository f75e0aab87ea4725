"""The arbitration desk, the precedents and the boundaries fought over (职责界定)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from cases.docket.models import Deadline, Part
from cases.law.moves import Refused, Role
from cases.whistle.models import Precedent
from cases.whistle.queries.boundaries import OUTCOMES, boundaries, year_to
from cases.whistle.queries.precedents import Asked, of_class, precedents
from cases.whistle.queries.ruling import desk
from tests.ledger import unchanged
from tests.town import COUNTY, NOW, TODAY, Cast
from tests.whistle.disputes import OBJECTION, objected, ruled
from tests.whistle.way import answer, dispatched

Api = Callable[..., APIClient]
Page = Callable[..., Client]
SCRIPT = "<script>alert(1)</script>😀=cmd()"


def test_an_objection_waits_on_the_desk_of_the_arbiter_and_of_the_county(town: Cast) -> None:
    case, part = objected(town)
    for role in (Role.ARBITER, Role.COUNTY_DESK):
        shown = desk(town.actor(role), NOW)
        (row,) = shown.waiting
        assert (row.number, row.part, row.objector) == (str(case), part.pk, "示范住建局")
        assert (row.ground_label, row.belongs) == ("履职清单列为其他单位", "示范编办")
        assert (row.town, row.category_name) == ("下蜀镇", "路灯不亮")
        assert (row.late, row.told) == (False, True)
        assert row.due.due_at == Deadline.objects.get(part=part, term="whistle.rule").due_at
        assert (shown.above, shown.ruled, shown.next) == ([], [], None)


def test_what_is_due_first_stands_first_and_pages_go_on_from_the_last(town: Cast) -> None:
    late, early = objected(town, NOW + timedelta(days=3))[1], objected(town)[1]
    actor = town.actor(Role.ARBITER)
    whole = desk(actor, NOW)
    assert [row.part for row in whole.waiting] == [early.pk, late.pk]
    first = desk(actor, NOW, size=1)
    assert ([row.part for row in first.waiting], first.next) == ([early.pk], first.waiting[0].id)
    second = desk(actor, NOW, size=1, after=first.next or 0)
    assert ([row.part for row in second.waiting], second.next) == ([late.pk], None)


def test_what_was_passed_upward_waits_apart_for_the_superior(town: Cast) -> None:
    _, part = objected(town)
    ruled(town, part, "raise")
    shown = desk(town.actor(Role.COUNTY_DESK), NOW)
    assert (shown.waiting, [row.part for row in shown.above]) == ([], [part.pk])
    assert shown.ruled == []
    assert precedents(town.actor(Role.COUNTY_DESK), Asked(), TODAY).rows == []


def test_the_desk_is_for_those_who_rule(town: Cast, page: Page, api: Api) -> None:
    objected(town)
    for role in (Role.DESK, Role.DEPT_OFFICER, Role.ENTERPRISE, Role.SYSADMIN):
        assert page(role).get("/whistles/rulings/").status_code == 403
        assert api(role).get("/api/v1/whistles/rulings/").status_code == 403
    told = api(Role.ARBITER).get("/api/v1/whistles/rulings/").json()
    assert [row["objector"] for row in told["waiting"]] == ["示范住建局"]


def test_a_ruling_guides_its_class_until_its_last_day(town: Cast) -> None:
    case, part = objected(town)
    ruled(town, part, "keep", until=date(2026, 12, 31), interim=None)
    actor = town.actor(Role.DESK)
    (row,) = precedents(actor, Asked(category="06"), TODAY).rows
    assert (row.words, row.in_force) == ("示范住建局提出异议，维持由示范住建局承办", True)
    assert (row.last_day, row.url) == (date(2026, 12, 31), f"/whistles/{case}/")
    last, after = date(2026, 12, 31), date(2027, 1, 1)
    assert [len(found) for found in of_class(actor, "0602", case.division, last)] == [1, 0]
    assert [len(found) for found in of_class(actor, "0602", case.division, after)] == [0, 1]
    assert precedents(actor, Asked(), after).rows == []
    assert len(precedents(actor, Asked(standing="ended"), after).rows) == 1
    assert of_class(actor, "", case.division, last) == ([], [])


def test_a_precedent_is_narrowed_by_either_unit(town: Cast) -> None:
    _, part = objected(town)
    other = town.units[f"{COUNTY}-establishment"]
    ruled(town, part, "reassign", to=other.pk)
    actor = town.actor(Role.LEADER)
    for unit in (town.department, other):
        assert len(precedents(actor, Asked(unit=unit.code), TODAY).rows) == 1
    for asked in (Asked(unit=town.desk.code), Asked(category="01"), Asked(unit="\0x")):
        assert precedents(actor, asked, TODAY).rows == []
    with pytest.raises(Refused):
        precedents(actor, Asked(standing="ever"), TODAY)


def test_another_town_reads_a_precedent_by_its_number_only(town: Cast, page: Page) -> None:
    case, part = objected(town)
    ruled(town, part, "keep")
    (row,) = precedents(town.other_actor(Role.DESK), Asked(), TODAY).rows
    assert (row.number, row.url, row.town) == (str(case), "", "下蜀镇")
    told = page(Role.DESK, other=True).get("/whistles/precedents/").content.decode()
    assert str(case) in told
    assert f'href="/whistles/{case}/"' not in told


def test_precedents_page_by_the_last_one(town: Cast, api: Api) -> None:
    rows = [_precedent(town, objected(town)[0].pk, number) for number in range(3)]
    told = api(Role.DESK).get("/api/v1/whistles/precedents/?size=2").json()
    assert [row["id"] for row in told["results"]] == [rows[2].pk, rows[1].pk]
    told = api(Role.DESK).get(f"/api/v1/whistles/precedents/?size=2&after={told['next']}").json()
    assert ([row["id"] for row in told["results"]], told["next"]) == ([rows[0].pk], None)


def _precedent(town: Cast, case: int, seq: int) -> Precedent:
    return Precedent.objects.create(
        case_id=case,
        seq=seq,
        division="321183102",
        category="0602",
        ruling="keep",
        objector=town.department,
        unit=town.department,
        paper="界定",
        valid_from=TODAY,
    )


def test_boundaries_count_each_objection_once_by_what_became_of_it(town: Cast) -> None:
    other = town.units[f"{COUNTY}-establishment"]
    ruled(town, objected(town)[1], "reassign", to=other.pk)
    ruled(town, objected(town)[1], "keep")
    ruled(town, objected(town)[1], "raise")
    objected(town)
    answer(town, objected(town)[1], "take_back_objection", Role.DEPT_OFFICER)
    answer(town, objected(town)[1], "admit_objection", Role.DESK, reason="同意")
    objected(town, category="0101")
    told = boundaries(town.actor(Role.ARBITER), year_to({}, TODAY))
    assert (told.total, [row.category for row in told.rows]) == (7, ["0101", "0602"])
    row = told.rows[1]
    counts = {code: n for (code, _), n in zip(OUTCOMES, row.outcomes, strict=True) if n}
    assert counts == {"reassign": 1, "keep": 1, "raise": 1, "settled": 2, "waiting": 1}
    assert (row.unit, row.total, row.passed_to) == ("示范住建局", 6, [("示范编办", 1)])
    assert row.grounds == [("S3", "履职清单列为其他单位", 6)]
    assert sum(told.sums) == told.total


def test_boundaries_of_a_superior_count_as_ruled_and_twice_objected_twice(town: Cast) -> None:
    _, part = objected(town)
    ruled(town, part, "raise")
    told: dict[str, Any] = {"ruling": "keep", "paper": "市 1 号", "superior": "市政府"}
    told |= {"reason": "维持", "interim": town.department.pk}
    answer(town, part, "rule_above", Role.COUNTY_DESK, **told)
    answer(town, part, "raise_objection", Role.DEPT_OFFICER, **OBJECTION)
    found = boundaries(town.actor(Role.COUNTY_DESK), year_to({}, TODAY))
    counts = {code: n for (code, _), n in zip(OUTCOMES, found.sums, strict=True) if n}
    assert (found.total, counts) == (2, {"keep": 1, "waiting": 1})


def test_boundaries_are_those_of_the_period_and_of_the_territory(town: Cast) -> None:
    objected(town)
    days = {"from": "2026-11-01", "to": "2026-11-19"}
    assert boundaries(town.actor(Role.ARBITER), year_to(days, TODAY)).total == 0
    days["to"] = "2026-11-20"
    assert boundaries(town.actor(Role.ARBITER), year_to(days, TODAY)).total == 1
    assert boundaries(town.actor(Role.SUPERVISOR), year_to(days, TODAY)).total == 1
    assert boundaries(town.other_actor(Role.SUPERVISOR), year_to(days, TODAY)).total == 0
    period = year_to({}, date(2028, 2, 29))
    assert (period.since, period.until) == (date(2027, 3, 1), date(2028, 2, 29))


@pytest.mark.parametrize("query", ["from=2026-12-01&to=2026-01-01", "from=x&to=%00", "period=ever"])
def test_a_period_that_is_none_is_told_and_nothing_breaks(page: Page, api: Api, query: str) -> None:
    answered = page(Role.ARBITER).get(f"/whistles/boundaries/?{query}")
    assert answered.status_code == 400
    assert "note-error" in answered.content.decode()
    assert api(Role.ARBITER).get(f"/api/v1/whistles/boundaries/?{query}").status_code == 400


def test_boundaries_by_interface(town: Cast, api: Api) -> None:
    objected(town)
    told = api(Role.LEADER).get("/api/v1/whistles/boundaries/?period=days").status_code
    assert told == 400
    whole = api(Role.LEADER).get("/api/v1/whistles/boundaries/?from=2026-11-20&to=2026-11-20")
    (row,) = whole.json()["results"]
    assert row["outcomes"] == [{"code": "waiting", "label": "待界定", "count": 1}]
    assert api(Role.DEPT_OFFICER).get("/api/v1/whistles/boundaries/").status_code == 403


@pytest.mark.parametrize(
    "address",
    [
        "/whistles/rulings/?after=99999999999999999999",
        "/whistles/rulings/?after=%00",
        "/whistles/precedents/?category=%00&unit=%00&after=-1",
        "/whistles/precedents/?unit=" + "%F0%9F%98%80" * 50,
    ],
)
def test_no_address_breaks_a_list(page: Page, address: str) -> None:
    assert page(Role.ARBITER).get(address).status_code == 200


def test_words_of_an_objection_are_shown_as_words(town: Cast, page: Page) -> None:
    _, part = dispatched(town)
    told = OBJECTION | {"belongs": SCRIPT, "paper": SCRIPT}
    answer(town, part, "raise_objection", Role.DEPT_OFFICER, **told)
    ruled(town, part, "raise", paper=SCRIPT)
    for address in ("/whistles/rulings/", "/whistles/boundaries/"):
        shown = page(Role.ARBITER).get(address).content.decode()
        assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)" in page(Role.ARBITER).get("/whistles/rulings/").content.decode()


def test_nothing_to_rule_on_is_said(town: Cast, page: Page) -> None:
    told = page(Role.ARBITER).get("/whistles/rulings/").content.decode()
    assert "没有等待界定的派单异议。" in told
    assert "还没有作出过职责界定。" in told
    assert "没有提出派单异议" in page(Role.ARBITER).get("/whistles/boundaries/").content.decode()
    assert "现在没有有效的先例" in page(Role.DESK).get("/whistles/precedents/").content.decode()


def test_lists_cost_the_same_however_long(
    town: Cast, page: Page, django_assert_max_num_queries: Any
) -> None:
    other = town.units[f"{COUNTY}-establishment"]
    for _ in range(4):
        objected(town)
        ruled(town, objected(town)[1], "reassign", to=other.pk)
        ruled(town, objected(town)[1], "raise")
    client = page(Role.COUNTY_DESK)
    for address in ("/whistles/rulings/", "/whistles/boundaries/", "/whistles/precedents/"):
        client.get(address)
        with django_assert_max_num_queries(14), unchanged():
            assert client.get(address).status_code == 200


def test_the_queries_of_a_list_are_ten_at_most(
    town: Cast, django_assert_max_num_queries: Any
) -> None:
    for _ in range(3):
        objected(town)
    assert Part.objects.filter(state="OBJECTED").count() == 3
    actor = town.actor(Role.ARBITER)
    with django_assert_max_num_queries(10):
        assert len(desk(actor, NOW).waiting) == 3
    with django_assert_max_num_queries(6):
        assert boundaries(actor, year_to({}, TODAY)).total == 3
