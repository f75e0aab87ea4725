"""A department's inbox (应哨箱): its calls over all towns, what is due next first."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from cases.docket.models import Case, Part
from cases.law.moves import Refused, Role
from cases.people.queries import Actor
from cases.whistle.operations import VERBS, blow_whistle
from cases.whistle.queries.inbox import inbox
from cases.whistle.queries.reach import Narrowing
from tests.town import BAOHUA, COUNTY, NOW, XIASHU, Cast
from tests.walk import BY_EVENT
from tests.whistle.way import FOUR, PLAIN, answer, take

Page = Callable[..., Client]
Api = Callable[..., APIClient]
DESK = Role.DESK


def called(
    town: Cast,
    *,
    at: datetime = NOW,
    by: Actor | None = None,
    lead: int | None = None,
    copied: list[int] | None = None,
    assisting: list[int] | None = None,
    meet_at: datetime | None = None,
    **facts: Any,
) -> Case:
    """A whistle that was blown, approved and dispatched, at a time."""
    desk = by or town.actor(DESK)
    told = {"slip": BY_EVENT} | PLAIN | facts
    case, _ = blow_whistle(by=desk, at=at, **told)
    leader = town.other_actor(Role.LEADER) if by else town.actor(Role.LEADER)
    if case.state == "AWAITING_APPROVAL":
        VERBS["approve"](Case(pk=case.pk), by=leader, at=at, slip=BY_EVENT)
    named: dict[str, Any] = {"lead": lead or town.department.pk}
    named |= {"copied": copied} if copied else {}
    named |= {"assisting": assisting} if assisting else {}
    named |= {"meet_at": meet_at} if meet_at else {}
    VERBS["dispatch"](Case(pk=case.pk), by=desk, at=at, slip=BY_EVENT, **named)
    case.refresh_from_db()
    return case


def mine(town: Cast, case: Case) -> Part:
    return Part.objects.get(case=case, unit=town.department)


def shown(cast: Cast, at: datetime = NOW, /, **asked: Any) -> list[str]:
    page = inbox(cast.actor(Role.DEPT_OFFICER), Narrowing(**asked), at)
    return [row.number for row in page.rows]


def test_calls_of_two_towns_stand_by_what_is_due_next_and_an_emergency_first(town: Cast) -> None:
    later = called(town, at=NOW, title="后到期")
    sooner = called(town, at=NOW - timedelta(minutes=20), by=town.other_actor(DESK), title="先到期")
    emergency = called(town, at=NOW, type="W1", title="燃气泄漏")
    assert shown(town) == [str(emergency.number), str(sooner.number), str(later.number)]
    rows = inbox(town.actor(Role.DEPT_OFFICER), Narrowing(), NOW).rows
    assert [row.town_name for row in rows] == ["下蜀镇", "宝华镇", "下蜀镇"]
    assert (rows[0].step, rows[0].emergency, rows[0].type_name) == ("待签收", True, "应急哨")
    assert rows[0].due is not None
    assert rows[0].due.words == "剩 15 分钟"
    assert rows[2].capacity_label == "主办"


def test_the_next_step_is_the_departments_own_and_what_it_waits_for_is_said(town: Cast) -> None:
    case = called(town, meet_at=NOW + timedelta(hours=5), meet_place="东村桥头")
    part = mine(town, case)

    def line() -> Any:
        return inbox(town.actor(Role.DEPT_LEAD), Narrowing(), NOW).rows[0]

    assert (line().step, line().meet_at, line().meet_place) == (
        "待签收",
        NOW + timedelta(hours=5),
        "东村桥头",
    )
    assert line().may_visit
    answer(town, part, "sign", Role.DEPT_OFFICER)
    assert line().step == "待报到"
    other: dict[str, Any] = {"meet_at": NOW + timedelta(days=1), "reason": "有雨"}
    answer(town, part, "propose_time", Role.DEPT_OFFICER, **other)
    assert line().waiting == "等示范综合受理窗口改约答复"
    assert line().meet_at == NOW + timedelta(hours=5)
    answer(town, part, "agree_time", DESK)
    assert line().meet_at == NOW + timedelta(days=1)
    answer(town, part, "report_in", Role.DEPT_OFFICER, people=1, place="桥头")
    assert (line().step, line().may_visit) == ("待办理反馈", False)
    answer(town, part, "reply", Role.DEPT_OFFICER, **FOUR)
    assert (line().step, line().due) == ("已反馈，等吹哨单位评价", None)


def test_copies_are_folded_apart_and_what_ended_is_looked_up(town: Cast) -> None:
    other = town.units[f"{COUNTY}-establishment"].pk
    copy = called(town, lead=other, copied=[town.department.pk], title="抄送件")
    done = called(town, title="已评价件")
    part = mine(town, done)
    answer(town, part, "sign", Role.DEPT_OFFICER)
    answer(town, part, "reply", Role.DEPT_OFFICER, **FOUR)
    judged: dict[str, Any] = {"on_site": "in_time", "result": "solved", "satisfaction": "satisfied"}
    answer(town, part, "evaluate", DESK, **judged)
    page = inbox(town.actor(Role.DEPT_OFFICER), Narrowing(), NOW)
    assert ([r.number for r in page.rows], [r.number for r in page.copies]) == ([], [copy.number])
    assert page.copies[0].step == "抄送知悉，不用办理"
    assert shown(town, state="COPIED") == [copy.number]
    assert shown(town, state="EVALUATED") == [done.number]
    take(town, done, "close", DESK)
    assert shown(town, state="EVALUATED") == [done.number]


def test_nobody_sees_the_calls_of_another_department(town: Cast) -> None:
    called(town)
    for role in (Role.ARBITER, Role.VILLAGE, Role.GRID_WORKER, Role.ENTERPRISE, Role.ENFORCEMENT):
        found = inbox(town.actor(role), Narrowing(), NOW)
        assert (found.rows, found.copies) == ([], [])
    assert len(inbox(town.actor(Role.DEPT_LEAD), Narrowing(), NOW).rows) == 1


def test_a_withdrawn_whistle_leaves_the_inbox(town: Cast) -> None:
    case = called(town)
    take(town, case, "withdraw", DESK, reason="已自行解决")
    assert shown(town) == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"town": BAOHUA}, ["b"]),
        ({"town": XIASHU}, ["w1", "a"]),
        ({"type": "W1"}, ["w1"]),
        ({"type": "W3"}, ["b", "a"]),
        ({"state": "SIGNED"}, ["a"]),
        ({"state": "CALLED", "town": XIASHU}, ["w1"]),
        ({"due": "late"}, ["b"]),
        ({"due": "today", "type": "W3"}, []),
        ({"due": "week", "state": "SIGNED"}, ["a"]),
    ],
    ids=str,
)
def test_the_inbox_is_narrowed(town: Cast, asked: dict[str, str], found: list[str]) -> None:
    kept = {
        str(called(town, type="W1", title="急").number): "w1",
        str(called(town, at=NOW - timedelta(hours=3), by=town.other_actor(DESK)).number): "b",
    }
    signed = called(town, meet_at=NOW + timedelta(days=2))
    answer(town, mine(town, signed), "sign", Role.DEPT_OFFICER)
    answer(town, mine(town, signed), "contact", Role.DEPT_OFFICER, contacted="窗口")
    kept[str(signed.number)] = "a"
    assert [kept[number] for number in shown(town, **asked)] == found


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"type": "W9"}, "type"),
        ({"state": "DRAFT"}, "state"),
        ({"due": "soon"}, "due"),
        ({"due": "late", "state": "COPIED"}, "due"),
        ({"after": "x"}, "after"),
        ({"after": "WzEsIjIwMjYiLDFd"}, "after"),
    ],
    ids=str,
)
def test_a_filter_that_does_not_exist_is_refused(
    town: Cast, asked: dict[str, str], field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        shown(town, **asked)
    assert list(refusal.value.fields) == [field]


def test_pages_go_by_key_through_emergencies_and_all_others(town: Cast) -> None:
    wanted = [str(called(town, type="W1").number) for _ in range(3)]
    wanted += [str(called(town).number) for _ in range(4)]
    found: list[str] = []
    after = ""
    for _ in range(4):
        page = inbox(town.actor(Role.DEPT_OFFICER), Narrowing(size=2, after=after), NOW)
        found += [row.number for row in page.rows]
        after = page.next
    assert (found, after) == (wanted, "")


def test_the_api_gives_what_the_page_shows(town: Cast, api: Api, page: Page) -> None:
    case = called(town, meet_place="桥头")
    answered = api(Role.DEPT_OFFICER).get("/api/v1/whistles/inbox/").json()
    (row,) = answered["results"]
    assert (row["number"], row["step"], row["part"]) == (
        case.number,
        "待签收",
        mine(town, case).pk,
    )
    assert (answered["next"], answered["copies"]) == ("", [])
    told = page(Role.DEPT_OFFICER).get("/whistles/inbox/").content.decode()
    for words in (str(case.number), "待签收", "桥头", "下蜀镇"):
        assert words in told
    assert api(Role.DEPT_OFFICER).get("/api/v1/whistles/inbox/?type=W9").status_code == 400
    assert api(Role.DEPT_OFFICER).get("/api/v1/whistles/inbox/?nothing=1").status_code == 400


def test_the_page_says_what_is_wrong_with_a_filter_and_what_to_do_when_empty(
    town: Cast, page: Page
) -> None:
    client = page(Role.DEPT_OFFICER)
    empty = client.get("/whistles/inbox/").content.decode()
    assert "现在没有派给示范住建局的哨" in empty
    wrong = client.get("/whistles/inbox/?type=%00W9%3Cscript%3E")
    assert (wrong.status_code, "没有这种哨" in wrong.content.decode()) == (400, True)
    assert client.get("/whistles/inbox/?town=%00").status_code == 200
    assert page(Role.AUDITOR).get("/whistles/inbox/").status_code == 403


@pytest.mark.parametrize("many", [1, 25])
def test_the_inbox_costs_the_same_at_any_size(
    town: Cast, page: Page, api: Api, django_assert_max_num_queries: Any, many: int
) -> None:
    other = town.units[f"{COUNTY}-establishment"].pk
    for n in range(many):
        called(town, type="W1" if n % 5 == 0 else "W3")
        called(town, lead=other, copied=[town.department.pk])
    browser, client = page(Role.DEPT_OFFICER), api(Role.DEPT_OFFICER)
    browser.get("/whistles/inbox/")
    with django_assert_max_num_queries(10):
        assert browser.get("/whistles/inbox/").status_code == 200
    with django_assert_max_num_queries(10):
        assert client.get("/api/v1/whistles/inbox/").status_code == 200


def test_an_officers_home_shows_the_calls_and_leads_to_the_next_step(
    town: Cast, page: Page
) -> None:
    for n in range(11):
        called(town, title=f"第 {n} 件")
    told = page(Role.DEPT_OFFICER).get("/").content.decode()
    assert "派给本部门的哨" in told
    assert "只列最急的 10 件" in told
    first = Part.objects.order_by("id")[0]
    assert f'href="/whistles/{first.case.number}/responses/{first.pk}/"' in told
    assert "派给本部门的哨" not in page(Role.DESK).get("/").content.decode()
