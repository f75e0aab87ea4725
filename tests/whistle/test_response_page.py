"""The page of one department's response (响应页): what is asked, by when, the next step first."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from rest_framework.test import APIClient

from cases.docket.models import Case, Event, Part
from cases.law.moves import Role
from cases.people.models import Unit
from cases.whistle.pages.point import point_of
from tests.ledger import unchanged
from tests.town import COUNTY, NOW, Cast
from tests.whistle.test_inbox import called, mine
from tests.whistle.way import FOUR, answer

Page = Callable[..., Client]
OFFICER = Role.DEPT_OFFICER


def address(part: Part) -> str:
    return f"/whistles/{part.case.number}/responses/{part.pk}/"


def read(client: Client, part: Part) -> str:
    found = client.get(address(part))
    assert found.status_code == 200
    return found.content.decode()


def filled(town: Cast, part: Part, **facts: Any) -> dict[str, Any]:
    part.refresh_from_db()
    hidden = {"post": town.posts[OFFICER].pk, "key": str(uuid4()), "version": part.version}
    return hidden | facts


def test_what_is_asked_and_all_terms_stand_there_before_it_is_signed_for(
    town: Cast, page: Page
) -> None:
    Unit.objects.filter(pk=town.desk.pk).update(phone="0511-87710000")
    case = called(town, meet_at=NOW + timedelta(days=1), meet_place="东村桥头", at=NOW)
    text = read(page(OFFICER), mine(town, case))
    for words in (
        "请你单位办理",
        "请派员疏通",
        "11月21日 周六 10:00",
        "东村桥头",
        'href="tel:0511-87710000"',
        "派单异议",
        "至 2026年11月23日 周一 24:00",
        "每次最多 5 个工作日，最多 1 次，由吹哨单位批准",
        "逾期标明未评价，不计为满意",
    ):
        assert words in text, words
    for term in ("签收", "对接", "报到", "办理反馈"):
        assert f'<span class="term-name">{term}</span>' in text


def test_signing_is_one_tap_and_the_next_step_moves_on(town: Cast, page: Page) -> None:
    part = mine(town, called(town))
    client = page(OFFICER)
    assert '<button class="btn btn-primary btn-big">签收</button>' in read(client, part)
    assert client.post(address(part) + "sign/", filled(town, part)).status_code == 303
    text = read(client, part)
    assert "btn-big" not in text
    assert 'class="move move-primary move-big" name="move" id="move-report_in"' in text
    answer(town, part, "report_in", OFFICER, people=1, place="桥头")
    text = read(client, part)
    assert 'class="move move-primary move-big" name="move" id="move-reply"' in text


def test_the_reply_knows_when_it_was_taken_on_and_whom_one_talked_to(
    town: Cast, page: Page
) -> None:
    part = mine(town, called(town))
    answer(town, part, "sign", OFFICER, at=NOW + timedelta(minutes=7))
    answer(town, part, "contact", OFFICER, contacted="窗口王某")
    text = read(page(OFFICER), part)
    assert 'name="began_at" value="2026-11-20T10:07"' in text
    assert 'name="talked_to" value="窗口王某"' in text
    assert 'list="talked"' in text
    assert text.count('data-phrase="') == 5


@pytest.mark.parametrize(
    ("kind", "asked", "not_asked"),
    [
        ("W1", ['name="site_code"', "data-locate", 'name="lng"'], ['name="inspection"']),
        ("W3", [], ['name="site_code"', "data-locate", 'name="lng"', 'name="inspection"']),
        ("W6", ['name="inspection"'], ['name="site_code"', "data-locate", 'name="lng"']),
    ],
)
def test_only_an_emergency_is_asked_for_a_place_and_only_a_check_for_its_approval(
    town: Cast, page: Page, kind: str, asked: list[str], not_asked: list[str]
) -> None:
    text = read(page(OFFICER), mine(town, called(town, type=kind)))
    assert [words for words in asked if words not in text] == []
    assert [words for words in not_asked if words in text] == []


def test_a_point_is_counted_for_an_emergency_and_left_aside_otherwise(
    town: Cast, page: Page
) -> None:
    client = page(OFFICER)
    point = {"lng": "119.175", "lat": "32.16", "people": "2", "place": "桥头"}
    for kind in ("W1", "W3"):
        part = mine(town, called(town, type=kind, lng=119.17, lat=32.16))
        sent = client.post(address(part) + "report_in/", filled(town, part, **point))
        assert sent.status_code == 303
        text = Event.objects.get(part=part, verb="report_in").text
        assert ('"metres":471' in text) is (kind == "W1")
        assert "119.175" not in text


@pytest.mark.parametrize(
    "sent",
    [
        {"lng": "nan", "lat": "1"},
        {"lng": "inf", "lat": "1"},
        {"lng": "181", "lat": "1"},
        {"lng": "1", "lat": "91"},
        {"lng": "1"},
        {"lng": "一", "lat": "1"},
        {"lng": "", "lat": ""},
    ],
    ids=str,
)
def test_what_is_no_point_is_none(rf: Any, sent: dict[str, str]) -> None:
    assert point_of(rf.post("/", sent)) == (None, None)


def test_a_refused_move_keeps_what_was_filled_in_and_says_why(town: Cast, page: Page) -> None:
    part = mine(town, called(town, type="W6"))
    client = page(OFFICER)
    told = filled(town, part, people="2", place="<script>alert(1)</script>")
    with unchanged():
        refused = client.post(address(part) + "report_in/", told)
    text = refused.content.decode()
    assert refused.status_code == 400
    assert "检查企业须先经行政机关负责人批准" in text
    assert "&lt;script&gt;alert(1)" in text
    assert "<script>alert" not in text


def test_lead_and_assistant_see_each_others_answers(town: Cast, page: Page) -> None:
    other = town.units[f"{COUNTY}-environment"]
    case = called(town, assisting=[other.pk])
    theirs = Part.objects.get(case=case, unit=other)
    answer(town, theirs, "sign", Role.DESK)
    answer(town, theirs, "reply", Role.DESK, **(FOUR | {"measures": "已抽水检测"}))
    text = read(page(OFFICER), mine(town, case))
    assert "其他部门" in text
    assert "已抽水检测" in text
    assert f'href="{address(theirs)}"' in text


def test_an_objection_is_told_from_first_to_last(town: Cast, page: Page) -> None:
    case = called(town)
    part = mine(town, case)
    objection: dict[str, Any] = {"ground": "S3", "told": "yes", "paper": "三定方案"}
    said: dict[str, Any] = {"clauses": "第五条", "belongs": "水务部门"}
    answer(town, part, "raise_objection", OFFICER, **objection, **said)
    client = page(OFFICER)
    assert "水务部门" in read(client, part)
    ruled: dict[str, Any] = {"ruling": "keep", "interim": town.department.pk, "paper": "界 1 号"}
    answer(town, part, "rule_on_duties", Role.ARBITER, reason="属其职责", **ruled)
    text = read(client, part)
    assert "界 1 号" in text
    assert "btn-big" not in text  # signed for by the ruling: the next step is to come


def test_what_is_only_told_asks_for_nothing(town: Cast, page: Page) -> None:
    other = town.units[f"{COUNTY}-establishment"].pk
    case = called(town, lead=other, copied=[town.department.pk])
    text = read(page(OFFICER), mine(town, case))
    assert "抄送知悉，不用办理。" in text
    assert "何时到场" not in text
    assert "派哨须知" not in text


def test_an_enterprise_that_hides_is_not_named(town: Cast, page: Page) -> None:
    firm = town.units[f"{town.town.code}-enterprise"]
    for hides in (True, False):
        case = called(town, type="W5", hides=hides)
        Case.objects.filter(pk=case.pk).update(filer_unit=firm)
        text = read(page(OFFICER), mine(town, case))
        assert ("示范企业" in text) is not hides


def test_the_desk_reads_the_same_page_in_its_own_words(town: Cast, page: Page) -> None:
    part = mine(town, called(town))
    text = read(page(Role.DESK), part)
    assert "请示范住建局办理" in text
    assert "几件一起报到" not in text
    assert page(Role.VILLAGE).get(address(part)).status_code == 404


def test_hostile_words_stay_words(town: Cast, page: Page) -> None:
    ask = "😀<script>alert(1)</script>=cmd()|'/c calc'" + "长" * 1500
    case = called(town, ask=ask, title="<b>标题</b>", meet_place='"><img src=x>')
    text = read(page(OFFICER), mine(town, case))
    assert "<script>alert" not in text
    assert "<img src=x>" not in text
    assert "😀&lt;script&gt;" in text
    inbox = page(OFFICER).get("/whistles/inbox/").content.decode()
    assert "&lt;b&gt;标题&lt;/b&gt;" in inbox


def test_the_page_costs_the_same_with_many_departments(
    town: Cast, page: Page, django_assert_max_num_queries: Any
) -> None:
    others = [town.units[f"{COUNTY}-{name}"].pk for name in ("environment", "establishment")]
    few, many = called(town), called(town, assisting=others)
    client = page(OFFICER)
    read(client, mine(town, few))
    for case in (few, many):
        part = mine(town, case)
        with django_assert_max_num_queries(24):
            read(client, part)


def test_the_api_tells_what_the_page_shows(town: Cast, api: Callable[..., APIClient]) -> None:
    other = town.units[f"{COUNTY}-environment"]
    case = called(town, assisting=[other.pk], meet_place="桥头", meet_at=NOW + timedelta(days=1))
    part = mine(town, case)
    theirs = Part.objects.get(case=case, unit=other)
    answer(town, theirs, "sign", Role.DESK)
    answer(town, theirs, "reply", Role.DESK, **FOUR)
    found = api(OFFICER).get(f"/api/v1{address(part)}")
    told = found.json()
    assert (found["ETag"], told["part"]["version"]) == (f'"{part.version}"', part.version)
    assert told["meet"] == {"at": "2026-11-21T10:00:00+08:00", "place": "桥头"}
    assert [d["term_label"] for d in told["own"]] == ["签收", "对接", "报到", "办理反馈"]
    assert [c["name"] for c in told["conditions"]] == [
        "改约",
        "派单异议",
        "延期",
        "评价",
        "退回重办",
    ]
    assert [e["label"] for e in told["others"][0]["said"]] == ["反馈"]
    assert "sign" in [move["verb"] for move in told["part"]["moves"]]
    assert api(Role.VILLAGE).get(f"/api/v1{address(part)}").status_code == 404
    assert api(OFFICER).get(f"/api/v1/whistles/{case.number}/responses/1/").status_code == 404
