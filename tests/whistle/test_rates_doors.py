"""Who may read the rates, in which period, and the rows behind each number."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from cases.docket.models import WorkItem
from cases.intake.operations import accept
from cases.law.moves import Refused, Role, Why
from cases.whistle.queries.period import period_of
from cases.whistle.queries.rates import rates, scope_of
from tests.ledger import unchanged
from tests.town import COUNTY, NOW, TODAY, XIASHU, Cast
from tests.whistle.counted import ALL, HOUR, LATER, made, read, replied, rows_of
from tests.whistle.way import JUDGED, answer, blown, dispatched, take


def test_each_number_opens_the_rows_it_counts(town: Cast) -> None:
    done, part = replied(town)
    answer(town, part, "evaluate", Role.DESK, NOW + 3 * HOUR, **JUDGED)
    idle, _ = dispatched(town, copied=[town.units[f"{COUNTY}-environment"].pk])
    given = {
        ("calls", ""): 3,
        ("hit", ""): 1,
        ("miss", ""): 1,
        ("counted", ""): 2,
        ("left", ""): 1,
        ("left", "抄送部门，不承担办理"): 1,
        ("left", "没有这种原因"): 0,
    }
    for (what, why), many in given.items():
        assert len(rows_of(town, rate="响应率", what=what, why=why).rows) == many, (what, why)
    (row,) = rows_of(town, rate="响应率", what="hit").rows
    assert (row.number, row.title, row.url) == (
        done.number,
        "桥下排水不畅",
        f"/whistles/{done.number}/",
    )
    assert row.facts == [
        ("签收", "按时"),
        ("对接", "按时"),
        ("是否解决", "已解决"),
        ("是否满意", "满意"),
    ]
    (missed,) = rows_of(town, rate="响应率", what="miss").rows
    assert (missed.number, missed.counted) == (idle.number, "只计入分母")


def test_rows_of_the_towns_own_rates(town: Cast, filed: Any) -> None:
    report = filed()
    accept(report, by=town.actor(Role.DESK), at=NOW)
    case, _ = dispatched(town)
    assert [r.number for r in rows_of(town, rate="按时派哨率", what="hit").rows] == [case.number]
    assert [r.number for r in rows_of(town, rate="吹哨率", what="miss").rows] == [report.number]
    direct = "不由上报事件而来的哨（企业、领导直接吹哨等）"
    assert [r.number for r in rows_of(town, rate="吹哨率", what="left", why=direct).rows] == [
        case.number
    ]


def test_rows_come_page_by_page(town: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cases.whistle.queries.behind.SIZE", 2)
    monkeypatch.setattr("cases.whistle.queries.behind._FIRST", 2)
    numbers = [dispatched(town)[0].number for _ in range(5)]
    seen, after = [], 0
    while True:
        page = rows_of(town, what="calls", after=str(after))
        seen += [row.number for row in page.rows]
        after = page.next
        if not after:
            break
    assert seen == numbers[::-1]


def test_a_department_reads_its_own_and_nothing_of_the_towns(town: Cast) -> None:
    dispatched(town, assisting=[town.units[f"{COUNTY}-environment"].pk])
    found = read(town, Role.DEPT_LEAD)
    assert [line.name for line in found.departments] == ["示范住建局"]
    assert (found.total.calls, found.towns) == (1, [])
    assert len(rows_of(town, Role.DEPT_LEAD, what="calls").rows) == 1
    environment = f"{COUNTY}-environment"
    assert rows_of(town, Role.DEPT_LEAD, what="calls", unit=environment).rows == []
    with pytest.raises(Refused) as refused:
        rows_of(town, Role.DEPT_LEAD, rate="吹哨率")
    assert refused.value.fields == {"rate": "吹哨率是镇的指标，部门只看响应率、解决率、满意率。"}


def test_another_town_counts_nothing_of_this_one(town: Cast) -> None:
    dispatched(town)
    actor = town.other_actor(Role.SUPERVISOR)
    found = rates(actor, scope_of(ALL | {"town": XIASHU}, actor, LATER), LATER)
    assert (found.total.calls, found.departments, found.towns) == (0, [], [])
    assert read(town, Role.COUNTY_DESK).total.calls == 1
    assert read(town, Role.COUNTY_DESK, town="321183109").total.calls == 0


@pytest.mark.parametrize(
    ("asked", "days"),
    [
        ({}, ("2026-11-01", "2026-11-30")),
        ({"period": "last"}, ("2026-10-01", "2026-10-31")),
        ({"period": "26"}, ("2026-10-26", "2026-11-25")),
        ({"period": "26last"}, ("2026-09-26", "2026-10-25")),
        ({"from": "2026-02-01", "to": "2026-02-28"}, ("2026-02-01", "2026-02-28")),
    ],
)
def test_periods(asked: dict[str, str], days: tuple[str, str]) -> None:
    found = period_of(asked, TODAY)
    assert (str(found.since), str(found.until)) == days


@pytest.mark.parametrize(
    ("today", "days"),
    [
        (date(2026, 11, 25), ("2026-10-26", "2026-11-25")),
        (date(2026, 11, 26), ("2026-11-26", "2026-12-25")),
        (date(2026, 12, 31), ("2026-12-26", "2027-01-25")),
        (date(2027, 1, 5), ("2026-12-26", "2027-01-25")),
    ],
)
def test_the_month_of_the_26th_turns_on_its_day(today: date, days: tuple[str, str]) -> None:
    found = period_of({"period": "26"}, today)
    assert (str(found.since), str(found.until)) == days


BAD: list[tuple[dict[str, str], str]] = [
    ({"period": "year"}, "period"),
    ({"period": "days"}, "from"),
    ({"period": "days", "from": "2026-11-02", "to": "2026-11-01"}, "to"),
    ({"period": "days", "from": "2026-13-40", "to": "2026-11-01"}, "from"),
    ({"period": "days", "from": "0001-01-01", "to": "9999-12-31"}, "from"),
    ({"period": "days", "from": "\0", "to": "=cmd()"}, "from"),
    ({"type": "<script>"}, "type"),
]


@pytest.mark.parametrize(("asked", "field"), BAD)
def test_an_address_that_asks_for_nothing_there_is_says_so(
    town: Cast, page: Any, api: Any, asked: dict[str, str], field: str
) -> None:
    actor = town.actor(Role.SUPERVISOR)
    with unchanged():
        with pytest.raises(Refused) as refused:
            scope_of(asked, actor, NOW)
        assert (refused.value.why, list(refused.value.fields)) == (Why.FACTS, [field])
        assert page(Role.SUPERVISOR).get("/whistles/rates/", asked).status_code == 400
        assert page(Role.SUPERVISOR).get("/whistles/rates/rows/", asked).status_code == 400
        assert api(Role.SUPERVISOR).get("/api/v1/whistles/rates/", asked).status_code == 400


@pytest.mark.parametrize(
    "asked",
    [
        {"rate": "好评率"},
        {"what": "all"},
        {"unit": "nobody"},
        {"unit": "x" * 20_000},
        {"after": "-1"},
        {"after": "1e3"},
        {"after": "9" * 40},
        {"why": "\0😀" * 9_000, "what": "left", "unit": "\0"},
    ],
)
def test_rows_that_are_not_there(town: Cast, page: Any, api: Any, asked: dict[str, str]) -> None:
    found = page(Role.SUPERVISOR).get("/whistles/rates/rows/", asked)
    assert found.status_code == 400
    assert "回到三率" in found.content.decode()
    assert api(Role.SUPERVISOR).get("/api/v1/whistles/rates/rows/", asked).status_code == 400


def test_hostile_words_are_shown_as_words(town: Cast, page: Any) -> None:
    case = blown(town, title="<script>alert(1)</script>")
    take(town, case, "approve", Role.LEADER)
    take(town, case, "dispatch", Role.DESK, lead=town.department.pk)
    told = page(Role.SUPERVISOR).get("/whistles/rates/rows/", ALL).content.decode()
    assert "<script>alert(1)" not in told
    assert "&lt;script&gt;alert(1)" in told


def test_without_a_rule_there_is_no_in_time(town: Cast) -> None:
    _, part = dispatched(town)
    part.deadlines.filter(term="whistle.sign").delete()
    assert WorkItem.objects.count() == 0
    assert made(read(town, at=NOW).total.figures, "响应率") == (0, 0, {"没有签收、对接时限": 1})


def test_page_and_interface_say_the_same(town: Cast, page: Any, api: Any) -> None:
    replied(town)
    client: Client = page(Role.LEADER)
    seen = client.get("/whistles/rates/", ALL)
    assert seen.status_code == 200
    door: APIClient = api(Role.LEADER)
    told = door.get("/api/v1/whistles/rates/", ALL).json()
    assert (told["since"], told["until"]) == ("2026-11-01", "2026-12-31")
    response = told["total"]["rates"][0]
    assert (response["name"], response["percent"], response["numerator"]) == ("响应率", "100.0", 1)
    assert "按时签收并按时对接的" in seen.content.decode()
    rows = door.get("/api/v1/whistles/rates/rows/", ALL | {"what": "hit"}).json()
    assert [row["unit"] for row in rows["results"]] == ["示范住建局"]
    assert told["total"]["rates"][1]["excluded"][0]["reason"] == "尚未评价"


def test_an_empty_month_is_a_page_too(town: Cast, page: Any) -> None:
    told = page(Role.SUPERVISOR).get("/whistles/rates/").content.decode()
    assert "这一期没有派哨" in told
    assert "0.0%" not in told
    rows = page(Role.SUPERVISOR).get("/whistles/rates/rows/").content.decode()
    assert "这里没有数据" in rows


@pytest.mark.parametrize("address", ["/whistles/rates/", "/whistles/rates/rows/"])
@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.COUNTY_DESK, Role.DEPT_OFFICER])
def test_ten_questions_at_most(
    town: Cast, page: Any, api: Any, role: Role, address: str, django_assert_max_num_queries: Any
) -> None:
    for _ in range(3):
        replied(town, assisting=[town.units[f"{COUNTY}-environment"].pk])
    client, door = page(role), api(role)
    client.get(address, ALL)
    with django_assert_max_num_queries(10):
        assert client.get(address, ALL).status_code == 200
    with django_assert_max_num_queries(10):
        assert door.get(f"/api/v1{address}", ALL).status_code == 200
