"""The supervisor's board (督查看板): every number opens its rows, under the one rule of access."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.board.models import DayFact
from cases.board.queries.behind import asked_of
from cases.board.queries.rows import rows
from cases.board.queries.wanted import ground_of, wanted_of
from cases.docket import kinds
from cases.docket.models import Case, Deadline
from cases.intake.states import REPORT
from cases.law.moves import Refused, Role
from cases.oversight.operations.chasing import chase
from cases.people.models import Officer, Unit
from cases.whistle.queries.behind import asked_of as asked_of_rate
from cases.whistle.queries.behind import behind
from cases.whistle.queries.rates import scope_of
from tests.board.counted import ALL, LATER, gathered, links, seen, sound
from tests.board.test_facts import story
from tests.town import NOW, XIASHU, Cast
from tests.walk import file, walk
from tests.whistle.way import blown, dispatched

AT = NOW + timedelta(days=21)


def opened(town: Cast, url: str, role: Role = Role.SUPERVISOR, at: Any = AT) -> int:
    """How many rows an address opens, over all its pages."""
    parts = urlsplit(url)
    told = dict(parse_qsl(parts.query))
    many, actor = 0, town.actor(role)
    for _ in range(40):
        if parts.path == "/whistles/rates/rows/":
            page: Any = behind(actor, scope_of(told, actor, at), asked_of_rate(told), at)
        else:
            ground = ground_of(actor, at)
            page = rows(ground, wanted_of(told, ground), asked_of(told))
        many += len(page.rows)
        if not page.next:
            return many
        told["after"] = str(page.next)
    raise AssertionError(url)


def numbers(found: Any) -> list[tuple[int, str]]:
    """Every number of a board with its address."""
    told = [(found.running.count, found.running.url), (found.late.count, found.late.url)]
    for age in found.ages:
        told += [(n.count, n.url) for _, _, n in age.colours] + [(age.all.count, age.all.url)]
    for one in (*found.today, *found.waiting, *found.shelved, *found.happened):
        told.append((one.number.count, one.number.url))
    figures = [*found.rates, *found.town_rates]
    for line in (*found.units, *found.villages):
        own = (line.running, line.today, line.week, line.late, line.yellow, line.red)
        told += [(n.count, n.url) for n in (*own, *line.happened)]
        figures += line.rates
    for step in found.trend.steps:
        told += [(n.count, n.url) for n in step.numbers]
        figures += step.rates
    for figure in figures:
        told += [(figure.rate.numerator, figure.hits), (figure.rate.denominator, figure.counted)]
        told += [(many, url) for _, many, url in figure.left]
    return told


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.COUNTY_DESK, Role.LEADER])
def test_every_number_opens_exactly_its_rows(town: Cast, role: Role) -> None:
    story(town)
    dispatched(town)
    file(town, category="0602", village="321183102202")
    Case.objects.filter(pk=walk(town, file(town), "assign").pk).update(state="SHELVED")
    gathered(AT)
    found = seen(town, role, AT)
    told = numbers(found)
    assert len(told) > 240
    for count, url in dict.fromkeys(told):
        assert opened(town, url, role) == count, url
    assert sum(count for count, _ in told) > 60


def test_the_board_narrowed_opens_its_rows_too(town: Cast) -> None:
    story(town)
    dispatched(town)
    gathered(AT)
    units = [line.code for line in seen(town, at=AT).units]
    narrowings = [{"unit": units[0]}, {"unit": units[-1]}, {"village": "none"}, {"kind": "whistle"}]
    narrowings += [{"village": f"{XIASHU}202"}, {"town": XIASHU}, {"unit": "none"}]
    for asked in narrowings:
        found = seen(town, Role.COUNTY_DESK, AT, by="month", **asked)
        # A rate of nobody's calls has no rows to be asked for.
        for count, url in dict.fromkeys(one for one in numbers(found) if one[0]):
            assert opened(town, url, Role.COUNTY_DESK) == count, (asked, url)


def test_ages_and_colours_of_what_runs(town: Cast) -> None:
    file(town)
    deadline = Deadline.objects.get()
    cases: list[tuple[timedelta, str]] = [
        (timedelta(days=8), "late7"), (timedelta(days=7), "late7"), (timedelta(days=4), "late3"),
        (timedelta(days=2), "late1"), (timedelta(), "late0"), (timedelta(minutes=-1), "today"),
        (timedelta(days=-2), "week"), (timedelta(days=-20), "later"),
    ]
    for late, age in cases:
        found = seen(town, at=deadline.due_at + late)
        assert {line.code: line.all.count for line in found.ages if line.all.count} == {age: 1}
        assert found.late.count == (late >= timedelta())
    Deadline.objects.update(colour="red")
    found = seen(town)
    lamps = [(code, n.count) for age in found.ages for code, _, n in age.colours if n.count]
    assert lamps == [("red", 1)]
    assert [line.red.count for line in found.units] == [1]


def test_a_protected_file_is_counted_and_never_opened(town: Cast) -> None:
    guarded = file(town, title="家事纠纷")
    kinds.register(replace(REPORT, code="guarded", label="受保护", protected=True))
    Case.objects.filter(pk=guarded.pk).update(kind="guarded")
    secret = file(town, title="检举某人")
    Case.objects.filter(pk=secret.pk).update(confidential=True)
    plain = file(town, title="路灯不亮")
    try:
        gathered()
        found = seen(town)
        assert found.running.count == 3
        ground = ground_of(town.actor(Role.SUPERVISOR), NOW)
        page = rows(ground, wanted_of({}, ground), asked_of({"what": "owed"}))
    finally:
        kinds._KINDS.pop("guarded")
    told = {row.number: row for row in page.rows}
    assert told[str(plain)].seen
    assert told[str(plain)].title == "路灯不亮"
    for case, label in ((guarded, "受保护"), (secret, "上报事件")):
        row = told[str(case)]
        assert (row.kind_label, row.state, row.seen) == (label, "待受理", False)
        assert (row.title, row.url, row.facts, row.at) == ("", "", [], None)


def test_another_town_counts_nothing_of_this_one(town: Cast) -> None:
    file(town)
    gathered()
    ground = ground_of(town.other_actor(Role.SUPERVISOR), NOW)
    told = rows(ground, wanted_of(ALL, ground), asked_of({"what": "opened"}))
    assert told.rows == []
    with pytest.raises(Refused):
        wanted_of({"unit": f"{XIASHU}201"}, ground)
    with pytest.raises(Refused):
        wanted_of({"village": f"{XIASHU}201"}, ground)


@pytest.mark.parametrize(
    "role", [Role.VILLAGE, Role.DEPT_OFFICER, Role.GRID_WORKER, Role.SYSADMIN, Role.DUTY]
)
def test_other_seats_have_no_board(town: Cast, role: Role) -> None:
    with pytest.raises(Refused):
        ground_of(town.actor(role), NOW)


HOSTILE = [
    "period=nothing",
    "period=days",
    "period=days&from=2026-01-01",
    "from=2026-11-31&to=2026-12-01",
    "from=2016-01-01&to=2026-01-01",
    "from=2026-02-01&to=2026-01-01",
    "from=0001-01-01&to=0001-01-02",
    "unit=nirgends",
    "unit=%00",
    "village=%27%3B--",
    "kind=%00",
    "town=321184",
]


@pytest.mark.parametrize("query", HOSTILE)
def test_a_narrowing_that_cannot_be_is_said_and_this_month_shown(
    town: Cast, page: Callable[..., Client], api: Any, query: str
) -> None:
    answer = page(Role.SUPERVISOR).get(f"/board/?{query}")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert page(Role.SUPERVISOR).get(f"/board/rows/?{query}").status_code == 400
    assert api(Role.SUPERVISOR).get(f"/api/v1/board/?{query}").status_code == 400


def test_a_year_is_looked_at_and_no_more(town: Cast, page: Callable[..., Client]) -> None:
    browser = page(Role.SUPERVISOR)
    assert browser.get("/board/?from=2025-11-21&to=2026-11-21").status_code == 200
    answer = browser.get("/board/?from=2025-11-20&to=2026-11-21")
    assert answer.status_code == 400
    assert "统计期最长 366 天" in answer.content.decode()


@pytest.mark.parametrize(
    "query",
    ["what=nothing", "what=owed&age=old", "what=owed&colour=pink", "what=shelved_now&waits=x",
     "what=owed&after=x", "what=owed&after=WyJ4IiwgMV0=", "what=opened&after=W10="],
)
def test_rows_that_do_not_exist_are_said(
    town: Cast, page: Callable[..., Client], api: Any, query: str
) -> None:
    assert page(Role.SUPERVISOR).get(f"/board/rows/?{query}").status_code == 400
    assert api(Role.SUPERVISOR).get(f"/api/v1/board/rows/?{query}").status_code == 400


def test_no_person_appears_on_a_board(town: Cast, page: Callable[..., Client]) -> None:
    story(town)
    gathered(AT)
    browser = page(Role.SUPERVISOR)
    told = [browser.get("/board/").content.decode()]
    told += [browser.get(url).content.decode() for _, url in links(browser.get("/board/"))[:40]]
    named_so = set(Unit.objects.values_list("name", flat=True))
    names = set(Officer.objects.values_list("name", flat=True)) - named_so
    for text in told:
        main = text[text.index("<main"): text.index("</main>")]
        assert not [name for name in names if f">{name}<" in main or f"{name}）" in main]
        assert not re.search(r"排名第|名列|officer", main)


def test_a_chase_is_booked_on_whoever_is_late(town: Cast) -> None:
    dispatched(town)
    chase(NOW + timedelta(days=20))
    gathered(AT)
    made = DayFact.objects.filter(measure="chased_red", kind="whistle")
    assert set(made.values_list("unit", flat=True)) == {town.department.pk}
    board = seen(town, at=AT, unit=town.department.code)
    red = {one.code: one.number for one in board.happened}["chased_red"]
    assert red.count == opened(town, red.url) == made.get().count
    assert sound()


def test_pages_go_on_from_the_last(town: Cast) -> None:
    for place in range(60):
        file(town, at=NOW - timedelta(minutes=place))
    gathered()
    found = seen(town)
    told = {one.code: one.number for one in found.happened}
    assert (told["opened"].count, found.running.count) == (60, 60)
    assert opened(town, told["opened"].url, at=NOW) == 60
    assert opened(town, found.running.url, at=NOW) == 60


def test_pages_and_interface_cost_the_same_however_much_there_is(
    town: Cast, page: Callable[..., Client], api: Any
) -> None:
    doors = [(page(Role.SUPERVISOR), ""), (api(Role.SUPERVISOR), "/api/v1")]
    file(town)
    gathered()

    def cost(browser: Any, url: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(url).status_code == 200
        return len(asked)

    addresses = ("/board/", "/board/rows/?what=owed", "/board/rows/?what=opened&period=quarter")
    doors[0][0].get("/board/")  # what a process keeps is read once
    few = [cost(browser, f"{door}{url}") for browser, door in doors for url in addresses]
    story(town)
    for _ in range(12):
        file(town)
    gathered(AT)
    doors[0][0].get("/board/")
    many = [cost(browser, f"{door}{url}") for browser, door in doors for url in addresses]
    assert many == few
    assert max(few) < 15


def test_the_interface_tells_what_the_page_shows(town: Cast, api: Any) -> None:
    story(town)
    blown(town, Role.LEADER, type="W1")
    gathered(AT)
    told = api(Role.SUPERVISOR).get("/api/v1/board/", {"period": "quarter", "by": "month"}).json()
    found = {one["code"]: one["number"] for one in told["happened"]}
    assert found["opened"]["count"] == 6
    page = api(Role.SUPERVISOR).get("/api/v1" + found["opened"]["url"]).json()
    assert len(page["results"]) == 6
    assert page["results"][0]["seen"]
    assert len(told["trend"]["steps"]) == 12
    assert [rate["name"] for rate in told["rates"]] == ["响应率", "解决率", "满意率"]
    assert LATER
