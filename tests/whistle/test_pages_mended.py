"""What users missed on the pages (页面改进): what is late is said, the next step stands first,
nothing is offered that would be refused.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from cases.docket.models import Case, Part
from cases.intake.operations.whistling import blow_for
from cases.law.moves import Role
from cases.people.models import Post, Unit
from cases.rulebook.operations import note_change
from tests.conftest import send
from tests.ledger import unchanged
from tests.town import NOW, XIASHU, Cast
from tests.walk import BY_EVENT, file, walk
from tests.whistle.test_blowing import form, units
from tests.whistle.test_inbox import called, mine
from tests.whistle.test_response_page import address, read
from tests.whistle.way import FOUR, PLAIN, answer, blown, closed, dispatched, take

Page = Callable[..., Client]
OFFICER, DESK, LEADER = Role.DEPT_OFFICER, Role.DESK, Role.LEADER
NONE_LATE = "没有超期的事项。"
IDLE = "当前没有待您办理的事项"


def text_of(client: Client, url: str) -> str:
    found = client.get(url)
    assert found.status_code == 200
    return str(found.content.decode())


def shelved(town: Cast) -> tuple[Case, Part]:
    case, part = dispatched(town)
    answer(town, part, "sign", OFFICER)
    take(town, case, "shelve", LEADER, obstacle="H2", plan="列入明年计划")
    part.refresh_from_db()
    return case, part


def test_nothing_is_late_is_said_only_where_no_list_shows_a_late_row(
    town: Cast, page: Page
) -> None:
    officer = page(OFFICER)
    assert NONE_LATE in text_of(officer, "/")
    called(town, at=timezone.now())
    text = text_of(officer, "/")
    assert NONE_LATE in text
    assert IDLE not in text
    called(town, at=NOW - timedelta(days=30))
    text = text_of(officer, "/")
    assert "超期" in text
    assert NONE_LATE not in text


def test_nothing_to_do_is_said_only_where_every_other_list_is_empty(
    town: Cast, page: Page
) -> None:
    assert IDLE in text_of(page(LEADER), "/")
    blown(town)
    assert IDLE not in text_of(page(LEADER), "/")


def test_whoever_dispatches_sees_type_time_place_and_the_departments_wanted(
    town: Cast, page: Page
) -> None:
    when = NOW + timedelta(days=3)
    case = blown(town, type="W2", meet_at=when, meet_place="<b>桥头</b>", **units(town))
    text = text_of(page(DESK), f"/whistles/{case.number}/")
    assert f"吹哨报到 · 民生保障哨 <b>{case.number}</b>" in text
    for said in (
        "<dt>报到时间</dt><dd>2026年11月23日 周一 10:00</dd>",
        "<dt>报到地点</dt><dd><bdi>&lt;b&gt;桥头&lt;/b&gt;</bdi></dd>",
        "<dt>拟派主办</dt><dd>示范住建局</dd>",
    ):
        assert said in text, said
    again = NOW + timedelta(days=4)
    told: dict[str, Any] = {"meet_at": again, "meet_place": "村部"}
    take(town, case, "dispatch", DESK, lead=town.department.pk, **told)
    text = text_of(page(DESK), f"/whistles/{case.number}/")
    assert "<dt>报到时间</dt><dd>2026年11月24日 周二 10:00</dd>" in text
    assert "<dt>报到地点</dt><dd><bdi>村部</bdi></dd>" in text
    assert "拟派主办" not in text


def test_the_answer_a_seat_owes_leads_to_where_it_is_given(town: Cast, page: Page) -> None:
    case, part = dispatched(town, meet_at=NOW + timedelta(days=9))
    own = f"/whistles/{case.number}/"
    desk = page(DESK)
    assert "待我答复" not in text_of(desk, own)
    other: dict[str, Any] = {"meet_at": NOW + timedelta(days=10), "reason": "有雨"}
    answer(town, part, "propose_time", OFFICER, **other)
    text = text_of(desk, own)
    assert f'href="{own}responses/{part.pk}/#move-agree_time">去答复改约 示范住建局</a>' in text
    assert 'id="move-agree_time"' in text_of(desk, address(part))
    answer(town, part, "report_in", OFFICER, people=1, place="桥头")
    text = text_of(desk, own)
    assert f'/{part.pk}/#move-confirm_presence">去确认到场 示范住建局</a>' in text
    assert "去答复改约" not in text
    answer(town, part, "reply", OFFICER, **FOUR)
    text = text_of(desk, own)
    assert f'href="{own}evaluate/#part-{part.pk}">去评价 示范住建局</a>' in text
    assert "去确认到场" not in text
    assert text.index("去评价") < text.index('id="moves"')
    for role in (OFFICER, LEADER):
        assert "待我答复" not in text_of(page(role), own)


def test_more_time_is_answered_from_the_case_by_whoever_was_asked(town: Cast, page: Page) -> None:
    case, part = dispatched(town)
    answer(town, part, "sign", OFFICER)
    answer(town, part, "ask_extension", OFFICER, need="X1", days=2, reason="待料")
    assert "去答复延期 示范住建局" in text_of(page(DESK), f"/whistles/{case.number}/")
    assert "去答复延期" not in text_of(page(LEADER), f"/whistles/{case.number}/")


def test_a_yes_said_on_the_approval_page_comes_back_there(town: Cast, page: Page) -> None:
    earlier = blown(town)
    told: dict[str, Any] = {"meet_place": "<i>桥头</i>", "earlier": str(earlier.number)}
    case = blown(town, ask="长" * 700, **told)
    leader = page(LEADER)
    text = text_of(leader, "/whistles/approvals/")
    assert "town/case.css" in text
    assert "&lt;i&gt;桥头&lt;/i&gt;" in text
    assert f'href="/whistles/{earlier.number}/">{earlier.number}</a>（同一事项）' in text
    slip = {"post": town.posts[LEADER].pk, "version": case.version, "back": "approvals"}
    address_ = f"/whistles/{case.number}/approve/"
    made = leader.post(address_, slip | {"key": str(uuid4())}, follow=True)
    assert made.redirect_chain == [("/whistles/approvals/", 303)]
    assert f"{case.number} 已同意吹哨" in made.content.decode()
    no = slip | {"key": str(uuid4()), "version": earlier.version}
    with unchanged():
        refused = leader.post(f"/whistles/{earlier.number}/refuse/", no)
    assert refused.status_code == 400
    said = leader.post(f"/whistles/{earlier.number}/refuse/", no | {"reason": "镇里能办"})
    assert said["Location"] == "/whistles/approvals/"


def whistled(town: Cast, **facts: Any) -> tuple[Case, Case]:
    report = walk(town, file(town), "accept")
    told: dict[str, Any] = {"type": "W3", "ask": "请派员修复"} | facts
    whistle, _ = blow_for(report, by=town.actor(DESK), at=NOW, slip=BY_EVENT, **told)
    return report, whistle


def test_the_source_of_a_whistle_stands_on_its_approval(town: Cast, page: Page) -> None:
    report, whistle = whistled(town)
    text = text_of(page(LEADER), "/whistles/approvals/")
    assert f'href="/reports/{report.number}/">{report.number}</a>' in text
    assert f'id="a-{whistle.number}"' in text


def test_a_shelved_whistle_asks_nothing_of_its_departments(town: Cast, page: Page) -> None:
    _case, part = shelved(town)
    officer = page(OFFICER)
    for url in ("/", "/whistles/inbox/"):
        text = text_of(officer, url)
        assert "挂账（时限停计）" in text
        assert "待报到" not in text
        assert "待办理反馈" not in text
    assert 'name="part"' not in text_of(officer, "/whistles/inbox/")
    text = read(officer, part)
    assert "<b>挂账（时限停计）</b>" in text
    assert "现在不用办理" in text
    assert "<h2>下一步</h2>" not in text


def test_what_would_be_refused_is_not_offered(town: Cast, page: Page) -> None:
    now = timezone.now()
    officer = page(OFFICER)
    part = mine(town, called(town, at=now, meet_at=now + timedelta(days=2)))
    answer(town, part, "sign", OFFICER, at=now)
    text = read(officer, part)
    assert ('id="move-propose_time"' in text, 'id="move-ask_extension"' in text) == (True, True)
    other: dict[str, Any] = {"meet_at": now + timedelta(days=3), "reason": "有雨"}
    answer(town, part, "propose_time", OFFICER, at=now, **other)
    answer(town, part, "refuse_time", DESK, at=now, reason="等不了")
    answer(town, part, "ask_extension", OFFICER, at=now, need="X1", days=2, reason="待料")
    text = read(officer, part)
    assert ('id="move-propose_time"' in text, 'id="move-ask_extension"' in text) == (False, False)
    answer(town, part, "refuse_extension", DESK, at=now, reason="先办")
    assert 'id="move-ask_extension"' in read(officer, part)
    answer(town, part, "ask_extension", OFFICER, at=now, need="X1", days=2, reason="待料")
    answer(town, part, "grant_extension", DESK, at=now)
    assert 'id="move-ask_extension"' not in read(officer, part)


@pytest.mark.parametrize(("kind", "days"), [("W1", 0), ("W3", 60)])
def test_no_more_time_is_offered_where_there_is_none(
    town: Cast, page: Page, kind: str, days: int
) -> None:
    part = mine(town, called(town, type=kind, at=timezone.now() - timedelta(days=days)))
    answer(town, part, "sign", OFFICER, at=timezone.now())
    assert 'id="move-ask_extension"' not in read(page(OFFICER), part)


def test_without_a_telephone_of_the_desk_the_duty_room_is_named(town: Cast, page: Page) -> None:
    part = mine(town, called(town))
    desk, duty = town.desk, town.units[f"{XIASHU}-centre"]
    Post.objects.filter(pk=town.posts[Role.DUTY].pk).update(unit=duty)
    note_change("people_post", "t", "t", None, {"for": "tests"}, actor_code="tests", at=NOW)
    Unit.objects.filter(pk=duty.pk).update(phone="0511-87719999")
    Unit.objects.filter(pk=desk.pk).update(phone="")
    assert 'href="tel:0511-87719999"' in read(page(OFFICER), part)
    Unit.objects.filter(pk=desk.pk).update(phone="0511-87710000")
    text = read(page(OFFICER), part)
    assert 'href="tel:0511-87710000"' in text
    assert "0511-87719999" not in text


def test_an_emergency_says_where_and_a_draft_of_it_may_wait(
    town: Cast, page: Page, api: Callable[..., APIClient]
) -> None:
    desk = page(DESK)
    text = text_of(desk, "/whistles/new/")
    assert '<div class="of-type" data-for="W1"><section class="call-first' in text
    assert 'href="tel:119"' in text
    nowhere = form(town, type="W1") | {"village": "", "address": " "}
    with unchanged():
        refused = desk.post("/whistles/new/", nowhere)
    assert refused.status_code == 400
    assert "请写明在哪里" in refused.content.decode()
    assert desk.post("/whistles/new/", nowhere | {"keep": "1"}).status_code == 303
    for place in ({"meet_place": "桥头"}, {"lng": "119.175", "lat": "32.165"}):
        told = nowhere | place | {"key": str(uuid4())}
        assert desk.post("/whistles/new/", told).status_code == 303
    body = PLAIN | {"type": "W1"}
    with unchanged():
        told = send(api(DESK), "/api/v1/whistles/", body)
    assert told.status_code == 400
    assert "请写明在哪里" in str(told.json())
    assert send(api(DESK), "/api/v1/whistles/", body | {"address": "桥头"}).status_code == 201
    assert send(api(DESK), "/api/v1/whistles/", PLAIN).status_code == 201


def test_a_closed_whistles_follow_up_is_called_so_on_lists(town: Cast, page: Page) -> None:
    case = closed(town, blown(town, type="W2"))
    assert case.state == "CLOSED"
    text = text_of(page(DESK), "/cases/?view=all")
    assert ">跟踪问效 剩 " in text


def test_an_earlier_date_says_the_day_it_was_changed(town: Cast, page: Page) -> None:
    part = mine(town, called(town))
    answer(town, part, "sign", OFFICER)
    answer(town, part, "ask_extension", OFFICER, need="X1", days=2, reason="待料")
    answer(town, part, "grant_extension", DESK)
    text = read(page(OFFICER), part)
    assert "：2026年11月20日 周五 批准延期</span>" in text
    assert "原截止 2026年" in text
