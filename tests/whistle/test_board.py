"""The board: what stands in which column, for whom, how many, and what a card says."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from cases.docket.models import Case, Part
from cases.law.moves import Refused, Role
from cases.people.models import UnitKind
from cases.people.operations import open_unit
from cases.whistle.queries.board import Board, board
from cases.whistle.queries.wanted import LABELS, wanted_of
from tests.ledger import unchanged
from tests.town import BAOHUA, COUNTY, NOW, SINCE, XIASHU, Cast
from tests.whistle.way import PLAIN, answer, blown, closed, dispatched, take

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def seen(town: Cast, /, role: Role = Role.DESK, at: datetime = NOW, **asked: Any) -> Board:
    actor = town.actor(role)
    return board(actor, wanted_of(asked, actor, at), at)


def counts(found: Board) -> dict[str, int]:
    return {column.label: column.count for column in found.columns if column.count}


def in_every_state(town: Cast) -> dict[str, Case]:
    found = {"AWAITING_APPROVAL": blown(town), "BLOWN": blown(town)}
    found["DISPATCHED"], _ = dispatched(town)
    take(town, found["BLOWN"], "approve", Role.LEADER)
    for state in ("RESPONDING", "SHELVED"):
        case, part = dispatched(town)
        answer(town, part, "sign", Role.DEPT_OFFICER)
        found[state] = case
    take(town, found["SHELVED"], "shelve", Role.LEADER, obstacle="H2", plan="列入明年计划")
    ended = blown(town)
    take(town, ended, "approve", Role.LEADER)
    found["CLOSED"] = closed(town, ended)
    refused = blown(town)
    take(town, refused, "refuse", Role.LEADER, reason="镇里能办")
    return found


def test_every_whistle_stands_in_the_column_of_its_state(town: Cast) -> None:
    cases = in_every_state(town)
    found = seen(town)
    assert [column.code for column in found.columns] == list(LABELS)
    where = {column.code: [card.number for card in column.cards] for column in found.columns}
    expected = {code: [cases[code].number] if code in cases else [] for code in LABELS}
    assert where == expected
    assert found.count == 6


def test_what_ended_thirty_days_ago_is_off_the_board(town: Cast) -> None:
    case = blown(town)
    take(town, case, "approve", Role.LEADER)
    closed(town, case)
    assert counts(seen(town, at=NOW + 30 * DAY)) == {"近 30 天办结": 1}
    assert counts(seen(town, at=NOW + 30 * DAY + HOUR)) == {}


def test_what_is_due_next_stands_first(town: Cast) -> None:
    slow, quick = blown(town), blown(town, type="W1")
    take(town, slow, "approve", Role.LEADER)
    (column,) = [c for c in seen(town).columns if c.code == "BLOWN"]
    assert [card.number for card in column.cards] == [quick.number, slow.number]
    assert column.cards[0].urgent
    assert (column.cards[0].type, column.cards[0].title) == ("应急哨", "桥下排水不畅")


def test_a_card_says_who_owes_what_and_how_far_each_department_is(town: Cast) -> None:
    environment = town.units[f"{COUNTY}-environment"]
    enforcement = town.units[f"{XIASHU}-enforcement"]
    _, part = dispatched(town, assisting=[environment.pk], copied=[enforcement.pk])
    answer(town, part, "sign", Role.DEPT_OFFICER)
    (card,) = [card for c in seen(town, at=NOW + 2 * HOUR).columns for card in c.cards]
    assert card.owes == "示范生态环境局：签收"
    assert card.due is not None
    assert card.due.tone == "late"
    told = [(lamp.unit, lamp.capacity, lamp.state, lamp.owes) for lamp in card.lamps]
    assert told == [
        ("示范住建局", "主办", "已签收", "对接"),
        ("示范生态环境局", "协办", "待签收", "签收"),
    ]
    assert [lamp.due.tone for lamp in card.lamps if lamp.due] == ["soon", "late"]
    assert card.copied == 1


def test_a_department_sees_what_it_was_called_for_its_own_date_first(town: Cast) -> None:
    blown(town)
    environment = town.units[f"{COUNTY}-environment"]
    case, part = dispatched(town, assisting=[environment.pk])
    take_case, _ = dispatched(town)
    take(town, take_case, "withdraw", Role.DESK, reason="已自行解决")
    answer(town, part, "sign", Role.DEPT_OFFICER)
    found = seen(town, Role.DEPT_OFFICER, at=NOW + 2 * HOUR)
    (card,) = [card for c in found.columns for card in c.cards]
    assert (card.number, card.owes) == (case.number, "示范住建局：对接")
    assert [lamp.mine for lamp in card.lamps] == [True, False]


def test_by_department_each_has_what_it_still_has_in_hand(town: Cast) -> None:
    environment = town.units[f"{COUNTY}-environment"]
    dispatched(town, assisting=[environment.pk])
    dispatched(town, copied=[environment.pk])
    ended = blown(town)
    take(town, ended, "approve", Role.LEADER)
    closed(town, ended)
    assert counts(seen(town, by="unit")) == {"示范住建局": 2, "示范生态环境局": 1}
    assert counts(seen(town, by="unit", unit=environment.code)) == {"示范生态环境局": 1}
    assert counts(seen(town, Role.DEPT_LEAD, by="unit")) == {"示范住建局": 2}


def test_in_a_departments_column_its_own_date_stands_first(town: Cast) -> None:
    environment = town.units[f"{COUNTY}-environment"]
    _, part = dispatched(town, assisting=[environment.pk])
    answer(town, part, "sign", Role.DEPT_OFFICER)
    owes = {c.label: c.cards[0].owes for c in seen(town, by="unit").columns}
    assert owes == {"示范住建局": "示范住建局：对接", "示范生态环境局": "示范生态环境局：签收"}


def test_what_lies_with_a_section_stands_in_its_departments_column(town: Cast) -> None:
    trail: Any = {"actor_code": "tests", "at": NOW}
    section = open_unit(
        f"{COUNTY}-drain", "示范排水科", UnitKind.SECTION, town.department, COUNTY, SINCE, **trail
    )
    case, part = dispatched(town)
    dispatched(town)
    answer(town, part, "forward", Role.DEPT_OFFICER, unit=section.pk)
    found = seen(town, by="unit")
    assert counts(found) == {"示范住建局": 2}
    assert case.number in [card.number for card in found.columns[0].cards]
    alone = seen(town, by="unit", column=town.department.code)
    assert len(alone.columns[0].cards) == 2


def test_filters_narrow_the_columns(town: Cast) -> None:
    dispatched(town)
    blown(town, type="W1")
    at = NOW + 2 * HOUR
    assert counts(seen(town, at=at)) == {"已吹哨": 1, "已派哨": 1}
    assert counts(seen(town, at=at, type="W3")) == {"已派哨": 1}
    assert counts(seen(town, at=at, late="1")) == {"已吹哨": 1, "已派哨": 1}
    assert counts(seen(town, at=NOW + HOUR / 2, late="1")) == {"已吹哨": 1}
    assert counts(seen(town, at=at, unit=town.department.code)) == {"已派哨": 1}
    assert counts(seen(town, at=at, period="last")) == {}
    that_day: Any = {"from": "2026-11-20", "to": "2026-11-20"}
    assert counts(seen(town, at=at, **that_day)) == {"已吹哨": 1, "已派哨": 1}
    assert counts(seen(town, Role.COUNTY_DESK, at=at, town=BAOHUA)) == {}


def test_another_town_and_another_department_see_nothing(town: Cast) -> None:
    dispatched(town)
    actor = town.other_actor(Role.DESK)
    assert board(actor, wanted_of({}, actor, NOW), NOW).count == 0


def test_a_column_shows_its_first_and_leads_to_them_all(
    town: Cast, monkeypatch: pytest.MonkeyPatch, page: Any
) -> None:
    monkeypatch.setattr("cases.whistle.queries.board.CARDS", 2)
    monkeypatch.setattr("cases.whistle.queries.board.WHOLE", 2)
    numbers = [blown(town).number for _ in range(5)]
    column = seen(town).columns[0]
    assert (column.count, column.more, len(column.cards)) == (5, 3, 2)
    told, after = [], ""
    while True:
        found = seen(town, column="AWAITING_APPROVAL", after=after)
        assert [c.code for c in found.columns] == ["AWAITING_APPROVAL"]
        assert found.columns[0].count == 5
        told += [card.number for card in found.columns[0].cards]
        after = found.next
        if not after:
            break
    assert told == numbers
    html = page(Role.DESK).get("/whistles/board/").content.decode()
    assert "还有 3 件" in html
    assert "/whistles/board/?column=AWAITING_APPROVAL" in html


def test_the_column_of_what_ended_goes_back_in_time(
    town: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cases.whistle.queries.board.WHOLE", 1)
    numbers = []
    for hours in (1, 2):
        case = blown(town)
        take(town, case, "approve", Role.LEADER)
        closed(town, case)
        Case.objects.filter(pk=case.pk).update(closed_at=NOW + hours * HOUR)
        numbers.append(case.number)
    at = NOW + DAY
    every = next(c for c in seen(town, at=at).columns if c.code == "CLOSED")
    assert [card.number for card in every.cards] == numbers[::-1]
    first = seen(town, at=at, column="CLOSED")
    second = seen(town, at=at, column="CLOSED", after=first.next)
    shown = [card.number for f in (first, second) for card in f.columns[0].cards]
    assert (shown, second.next) == (numbers[::-1], "")


@pytest.mark.parametrize(
    "asked",
    [
        {"by": "officer"},
        {"type": "W9"},
        {"column": "SECRET"},
        {"unit": "=cmd()"},
        {"by": "unit", "column": "<script>"},
        {"column": "BLOWN", "after": "x"},
        {"column": "BLOWN", "after": "WzEsMl0="},
        {"period": "days"},
        {"from": "2026-11-20"},
        {"unit": "\0" + "😀" * 20_000},
    ],
)
def test_an_address_that_is_none_says_so(
    town: Cast, page: Any, api: Any, asked: dict[str, str]
) -> None:
    blown(town)
    with unchanged():
        answered = page(Role.DESK).get("/whistles/board/", asked)
        assert answered.status_code == 400
        assert "<script>" not in answered.content.decode().replace("<script src", "")
        assert "待批" in answered.content.decode()
        assert api(Role.DESK).get("/api/v1/whistles/board/", asked).status_code == 400


@pytest.mark.parametrize("role", [Role.GRID_WORKER, Role.ENTERPRISE, Role.MEDIATOR, Role.AUDITOR])
def test_seats_without_a_board_are_told_so(town: Cast, page: Any, api: Any, role: Role) -> None:
    actor = town.actor(role)
    with pytest.raises(Refused) as refused:
        wanted_of({}, actor, NOW)
    assert refused.value.sentence.startswith(f"{role.label}岗位没有吹哨看板")
    assert page(role).get("/whistles/board/").status_code == 403
    assert api(role).get("/api/v1/whistles/board/").status_code == 403


def test_an_erased_or_hostile_title_is_only_words(town: Cast, page: Any) -> None:
    blown(town, **(PLAIN | {"title": "<script>alert(1)</script>😀=cmd()"}))
    html = page(Role.DESK).get("/whistles/board/").content.decode()
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;😀=cmd()" in html
    Case.objects.update(wrapped_key=None)
    assert "（已依法销毁）" in page(Role.DESK).get("/whistles/board/").content.decode()


def test_the_interface_says_what_the_page_says(town: Cast, api: Any) -> None:
    case, _ = dispatched(town)
    told = api(Role.DESK).get("/api/v1/whistles/board/").json()
    column = next(c for c in told["columns"] if c["code"] == "DISPATCHED")
    assert (column["name"], column["count"]) == ("已派哨", 1)
    assert column["cards"][0]["number"] == case.number
    assert column["cards"][0]["lamps"][0]["unit"] == "示范住建局"
    by_unit = api(Role.DESK).get("/api/v1/whistles/board/", {"by": "unit"}).json()
    assert [c["name"] for c in by_unit["columns"]] == ["示范住建局"]


def test_an_empty_board_is_a_page_too(town: Cast, page: Any) -> None:
    client = page(Role.DESK)
    assert "共 0 件" in client.get("/whistles/board/").content.decode()
    by_unit = client.get("/whistles/board/?by=unit").content.decode()
    assert "没有部门手里有未了结的吹哨" in by_unit
    late = client.get("/whistles/board/?by=unit&late=1").content.decode()
    assert "没有符合这些条件的吹哨" in late


@pytest.mark.parametrize("asked", [{}, {"by": "unit"}, {"column": "DISPATCHED"}])
@pytest.mark.parametrize("role", [Role.DESK, Role.COUNTY_DESK, Role.DEPT_OFFICER])
def test_ten_questions_at_most(
    town: Cast,
    page: Any,
    api: Any,
    role: Role,
    asked: dict[str, str],
    django_assert_max_num_queries: Any,
) -> None:
    environment = town.units[f"{COUNTY}-environment"].pk
    for _ in range(4):
        dispatched(town, assisting=[environment])
    assert Part.objects.count() == 8
    client, door = page(role), api(role)
    client.get("/whistles/board/", asked)
    with django_assert_max_num_queries(10):
        assert client.get("/whistles/board/", asked).status_code == 200
    with django_assert_max_num_queries(10):
        assert door.get("/api/v1/whistles/board/", asked).status_code == 200
