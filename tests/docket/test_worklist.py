"""The worklist: filters in the address, what waits for my answer, search, who finds whom."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from cases.docket.models import FAR, AccessLog, Case, ExternalRef, Stake
from cases.docket.queries import Filters, worklist
from cases.docket.queries.filters import filters_of, in_words
from cases.intake.operations import VERBS
from cases.law.moves import Refused, Role
from tests.ledger import unchanged
from tests.town import NOW, XIASHU, Cast
from tests.walk import BY_EVENT, file, walk

LATER = NOW + timedelta(hours=1)


def listed(town: Cast, role: Role, **filters: Any) -> list[str]:
    page = worklist(town.actor(role), Filters(**({"view": "all"} | filters)), LATER)
    return [row.number for row in page.rows]


def take(town: Cast, case: Case, verb: str, role: Role, **facts: Any) -> None:
    VERBS[verb](case, by=town.actor(role), at=NOW, slip=BY_EVENT, **facts)
    case.refresh_from_db()


def extension(town: Cast, case: Case) -> None:
    """The village asks the desk for more time."""
    take(town, case, "ask_extension", Role.VILLAGE, need="X1", days=3, reason="等检测结果")


def numbers(*cases: Case) -> list[str]:
    return [str(case.number) for case in cases]


def test_each_filter_leaves_what_it_says(town: Cast) -> None:
    here = file(town, lng=119.175, lat=32.175)
    there = file(town, village=f"{XIASHU}202", category="0601")
    other = file(town, category="0101", urgent=True)
    desk = Role.DESK
    assert set(listed(town, desk)) == set(numbers(here, there, other))
    assert listed(town, desk, category="0602") == numbers(here)
    assert set(listed(town, desk, category="06")) == set(numbers(here, there))
    assert listed(town, desk, category="0999") == []
    assert listed(town, desk, category="%") == []
    assert listed(town, desk, urgent=True) == numbers(other)
    assert listed(town, desk, place=f"{XIASHU}201") == numbers(here)
    assert listed(town, desk, place=f"{XIASHU}201N01") == numbers(here)
    assert listed(town, desk, place=f"{XIASHU}201N02") == []
    assert listed(town, desk, place=f"{XIASHU}202") == numbers(there)
    assert listed(town, desk, place="nowhere") == []
    assert listed(town, desk, unit=f"{XIASHU}201") == []
    walk(town, here, "assign")
    assert listed(town, desk, unit=f"{XIASHU}201") == numbers(here)
    assert listed(town, desk, state="ASSIGNED", category="06") == numbers(here)
    assert listed(town, desk, kind="nothing") == []


def test_a_filter_that_does_not_exist_is_refused_in_words(town: Cast) -> None:
    wrong: list[dict[str, Any]] = [
        *({"view": "nothing"}, {"due": "never"}, {"who": "me"}, {"after": "x"}),
    ]
    for filters in wrong:
        with pytest.raises(Refused) as said:
            worklist(town.actor(Role.DESK), Filters(**filters), NOW)
        assert list(said.value.fields) == list(filters)


def test_whose_desk_it_lies_on_is_asked_within_ones_own_unit_only(town: Cast) -> None:
    case = walk(town, file(town), "assign")
    nobody = walk(town, file(town), "assign")
    officer = town.officer(Role.VILLAGE)
    take(town, case, "entrust", Role.VILLAGE, officer=officer.pk)
    assert listed(town, Role.VILLAGE, view="unit", who=str(officer.pk)) == numbers(case)
    assert listed(town, Role.VILLAGE, view="unit", who="none") == numbers(nobody)
    assert listed(town, Role.VILLAGE, view="unit", who="999999") == []
    assert listed(town, Role.DESK, who=str(officer.pk)) == []
    assert listed(town, Role.SUPERVISOR, who=str(officer.pk)) == []


def test_what_waits_for_my_answer_is_mine_while_another_holds_the_case(town: Cast) -> None:
    case, plain = walk(town, file(town), "sign"), walk(town, file(town), "sign")
    assert listed(town, Role.DESK, view="asked") == []
    extension(town, case)
    assert listed(town, Role.DESK, view="asked") == numbers(case)
    assert listed(town, Role.DESK, view="mine") == []
    for role in (Role.VILLAGE, Role.LEADER, Role.GRID_WORKER, Role.SUPERVISOR):
        assert listed(town, role, view="asked") == [], role
    (row,) = worklist(town.actor(Role.DESK), Filters(view="asked"), LATER).rows
    owed = Stake.objects.get(case=case, why="asked", until=None)
    assert row.due is not None
    assert row.due.due_at == owed.next_due != FAR
    assert (row.unit_name, row.waiting) == ("示范东村", "待我答复：延期审批")
    rows = worklist(town.actor(Role.VILLAGE), Filters(), LATER).rows
    waiting = {row.number: row.waiting for row in rows}
    assert waiting == {case.number: "等示范综合受理窗口延期审批", plain.number: "待我办理"}
    take(town, case, "refuse_extension", Role.DESK, reason="能按期办完")
    assert listed(town, Role.DESK, view="asked") == []


def test_what_waits_for_an_answer_comes_by_what_is_due_first(town: Cast) -> None:
    cases = [walk(town, file(town), "sign") for _ in range(3)]
    for case in cases:
        extension(town, case)
    for hours, case in zip((5, 1, 3), cases, strict=True):
        Stake.objects.filter(case=case, why="asked").update(
            next_due=NOW + timedelta(hours=hours)
        )
    found, after = [], ""
    while True:
        filters = Filters(view="asked", size=1, after=after)
        page = worklist(town.actor(Role.DESK), filters, LATER)
        found += [row.number for row in page.rows]
        after = page.next
        if not after:
            break
    assert found == numbers(cases[1], cases[2], cases[0])


def test_a_row_says_in_whose_hands_it_is_and_what_it_waits_for(town: Cast) -> None:
    case = walk(town, file(town), "accept")
    rows = {r: worklist(town.actor(r), Filters(view="all"), LATER).rows[0] for r in (Role.DESK,)}
    assert (rows[Role.DESK].unit_name, rows[Role.DESK].waiting) == ("示范综合受理窗口", "待我交办")
    walk_on(town, case)
    (row,) = worklist(town.actor(Role.DESK), Filters(view="all"), LATER).rows
    assert (row.unit_name, row.waiting, row.mine) == ("示范东村", "等签收", False)
    asked = file(town)
    take(town, asked, "ask_more", Role.DESK, asked="哪一盏")
    row = worklist(town.actor(Role.LEADER), Filters(view="all", q=str(asked.number)), LATER).rows[0]
    assert row.officer_name == "示范网格员"
    assert row.waiting == "等补充情况"


def walk_on(town: Cast, case: Case) -> None:
    take(town, case, "assign", Role.DESK, unit=town.village.pk)


def test_all_by_what_is_due_next_leaves_out_what_has_ended(town: Cast) -> None:
    closed = walk(town, file(town))
    early, late = file(town, at=NOW - timedelta(days=2)), file(town)
    for role in (Role.DESK, Role.GRID_WORKER):
        assert listed(town, role, sort="due") == numbers(early, late)
        assert listed(town, role) == numbers(late, closed, early)


ODD = ["%", "_", "\\", "路", "😀", "😀😀😀", "'|&!:*", "\u202e", "%%%%", "，。", "不存在" * 40]


@pytest.mark.parametrize("q", ODD)
def test_an_odd_question_is_answered_and_never_with_everything(
    q: str, town: Cast, page: Callable[..., Client], api: Callable[..., APIClient]
) -> None:
    file(town, title="水管破裂", description="正在漏水")
    with unchanged():
        assert listed(town, Role.DESK, q=q) == []
        answer = page(Role.DESK).get("/cases/", {"view": "all", "q": q})
    assert answer.status_code == 200
    assert "水管破裂" not in answer.content.decode()
    status = api(Role.DESK).get("/api/v1/cases/", {"q": q}).status_code
    assert status == (400 if len(q) > 100 else 200)


def test_nothing_typed_is_no_question(town: Cast, page: Callable[..., Client]) -> None:
    case = file(town)
    for q in ("", "   ", "\u3000"):
        assert listed(town, Role.DESK, q=q) == numbers(case)
    shown = page(Role.DESK).get("/cases/?view=all&q=%00").content.decode()
    assert str(case.number) in shown


def test_a_number_is_found_in_all_its_forms(town: Cast) -> None:
    case = file(town)
    place = int(str(case.number)[-6:])
    short = f"R-{place}"
    wide = "".join(chr(ord(c) + 0xFEE0) if c != " " else c for c in str(case.number))
    for q in (str(case.number), str(case.number).lower(), short, f"r-2026-{place:06d}", wide):
        found = worklist(town.actor(Role.DESK), Filters(view="all", q=q), NOW).rows
        assert [row.number for row in found] == numbers(case), q
    assert listed(town, Role.DESK, q=f"R-2024-{place}") == []
    assert listed(town, Role.DESK, q="R-999999999") == []


def test_another_systems_number_is_found_by_those_who_see_the_case(town: Cast) -> None:
    case = file(town)
    ExternalRef.objects.create(case=case, system="hotline", number="DH-77", division=XIASHU)
    assert listed(town, Role.DESK, q="DH-77") == numbers(case)
    assert listed(town, Role.ENFORCEMENT, q="DH-77") == []
    assert listed(town, Role.DESK, q="DH-7") == []


TOLD: dict[str, Any] = {"reporter": "赵大山", "phone": "13812345678"}


def test_a_reporter_is_found_by_those_who_may_read_who_reported(town: Cast) -> None:
    case = walk(town, file(town, **TOLD), "assign")
    file(town, reporter="钱小河", phone="13912345678")
    readers = (Role.DESK, Role.DUTY, Role.LEADER, Role.HEAD_OF_ORGAN, Role.COUNTY_DESK)
    for role in (*readers, Role.GRID_WORKER):  # the grid worker filed it
        assert listed(town, role, q="138 1234 5678") == numbers(case), role
        assert listed(town, role, q="赵大山", by="name") == numbers(case), role
    for role in (Role.VILLAGE, Role.SUPERVISOR, Role.LIAISON):
        assert listed(town, role, q="13812345678") == [], role
        assert listed(town, role, q="赵大山", by="name") == [], role
    other = town.other_actor(Role.DESK)
    for filters in (Filters("all", q="13812345678"), Filters("all", q="赵大山", by="name")):
        assert worklist(other, filters, NOW).rows == []


def test_a_part_of_a_name_or_number_finds_nobody(town: Cast) -> None:
    file(town, **TOLD)
    for q, by in (("赵大", "name"), ("赵", "name"), ("1381234567", ""), ("%", "name")):
        assert listed(town, Role.DESK, q=q, by=by) == []
    assert listed(town, Role.DESK, q="赵大山") == []  # not a word of the matter


def test_looking_for_a_reporter_leaves_a_trace_without_whom(
    town: Cast, page: Callable[..., Client], api: Callable[..., APIClient]
) -> None:
    file(town, **TOLD)
    page(Role.DESK).get("/cases/", {"view": "all", "q": "赵大山", "by": "name"})
    api(Role.VILLAGE).get("/api/v1/cases/", {"q": "13812345678"})
    first, second = AccessLog.objects.order_by("id")
    assert (first.what, first.rows, first.words) == ("search", 1, "按反映人姓名")
    assert first.officer == town.officer(Role.DESK)
    assert (second.what, second.rows, second.words) == ("search", 0, "按电话")
    page(Role.DESK).get("/cases/", {"view": "all", "q": "路灯"})
    assert AccessLog.objects.count() == 2


def test_the_address_says_it_all_and_comes_back_the_same() -> None:
    asked = {"view": "unit", "q": "路灯", "category": "06", "from": "2026-11-01", "urgent": "1"}
    filters = filters_of(asked | {"nonsense": "1", "after": "x", "to": "2026-99-99"})
    assert filters.told() == asked
    assert filters_of(dict(p.split("=") for p in ["view=closed"])).query == "view=closed"
    words = in_words(filters_of({"q": "13812345678", "state": "ASSIGNED"}))
    assert "138" not in words
    assert "状态：已交办(办理中)" in words


def test_the_page_keeps_every_filter_in_its_links(town: Cast, page: Callable[..., Client]) -> None:
    for _ in range(31):
        file(town)
    path = "/cases/?view=all&category=0602&place=&urgent=&sort=due&who="
    shown = page(Role.DESK).get(path).content.decode()
    assert "category=0602" in shown
    assert "sort=due" in shown
    assert 'rel="next"' in shown
    assert "/cases/export/?view=all&amp;category=0602&amp;sort=due" in shown
    refused = page(Role.DESK).get("/cases/?due=never")
    assert refused.status_code == 400
    assert "时限筛选只能是" in refused.content.decode()
