"""Would this be spared? (能不能不罚): the page and its API."""

import json
import re
from typing import Any

import pytest

from cases.law.first_offence.outcomes import OUTCOMES, Outcome
from cases.law.moves import Role

pytestmark = pytest.mark.django_db

PATH = "/penalties/what-if/"
OVER = OUTCOMES[Outcome.OUT_OF_TIME]
API = "/api/v1/penalties/what-if/"
TOLD = {
    "item": "CG-01", "asked": "1", "on": "2026-09-20", "kind": "person", "age": "35",
    "capacity": "full", "act_on": "2026-09-01", "found_on": "2026-09-02", "filed_on": "2026-09-03",
    "crime_suspected": "no", "facts_proved": "yes", "fault_disproved": "no", "harm": "slight",
    "minor": "no", "m_area": "4", "m_days": "1", "corrected": "yes", "corrected_on": "2026-09-04",
    "ordered_until": "2026-09-05", "prior": "no", "looked_up_outside": "2026-09-08",
    "excluded": "no", "undertaken": "yes", "rechecked": "yes", "relieved": "no",
}  # fmt: skip


def said(page: Any, told: dict[str, str], status: int = 200) -> str:
    answer = page(Role.ENFORCEMENT).get(PATH, TOLD | told)
    assert answer.status_code == status
    return str(answer.content.decode())


def headline(html: str) -> str:
    found = re.search(r'id="finding-head">([^<]+)<', html)
    return found[1] if found else ""


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({}, "初次违法且危害后果轻微并及时改正，可以不予行政处罚"),
        ({"harm": "none", "minor": "yes"}, OUTCOMES[Outcome.MUST_NOT_PUNISH]),
        ({"harm": "real"}, "给予行政处罚"),
        ({"crime_suspected": "yes"}, "移送有管辖权的机关"),
        ({"item": "YS-01"}, "移送有管辖权的机关"),
        ({"facts_proved": "no"}, "违法事实不能成立，不予行政处罚"),
        ({"age": "13"}, "不具有责任能力，不予行政处罚"),
        ({"fault_disproved": "yes"}, "没有主观过错，不予行政处罚"),
        (dict.fromkeys(("found_on", "filed_on", "on"), "2028-09-02"), OVER),
        ({"prior": "yes", "prior_on": "2026-01-01"}, "给予行政处罚"),
        ({"excluded": "yes"}, "给予行政处罚"),
        ({"undertaken": "no"}, "给予行政处罚"),
        ({"corrected": "no", "corrected_on": ""}, "给予行政处罚"),
        ({"harm": "real", "relieved": "yes", "circumstances": "32_1"}, OUTCOMES[Outcome.LIGHTER]),
        ({"m_area": "6"}, "给予行政处罚"),
    ],
)  # fmt: skip
def test_the_page_says_what_the_law_says(page: Any, told: dict[str, str], words: str) -> None:
    assert headline(said(page, told)) == words


@pytest.mark.parametrize(
    ("left", "words"),
    [
        ("harm", "危害后果"),
        ("crime_suspected", "是否涉嫌犯罪"),
        ("looked_up_outside", "镇外查询（公示系统、原主管部门）的日期"),
        ("m_area", "占用面积（测量）"),
        ("rechecked", "改正是否复查"),
        ("excluded", "有没有清单排除的情形"),
        ("prior", "本镇有没有前案"),
        ("undertaken", "承诺书是否签署"),
    ],
)
def test_what_is_not_known_is_named_in_words(page: Any, left: str, words: str) -> None:
    html = said(page, {left: ""})
    assert headline(html) == "尚不能认定"
    assert "还缺 1 项" in html
    assert f"<li>{words}</li>" in html


def test_every_condition_shows_its_source_and_no_colour_stands_alone(page: Any) -> None:
    html = said(page, {})
    assert html.count('class="reason"') == html.count("依据：") > 15
    assert html.count("✓ 是") + html.count("✗ 否") == html.count('class="reason"')


def test_the_range_of_both_is_given_where_the_law_leaves_it_open(page: Any) -> None:
    told = {"harm": "real", "relieved": "yes", "circumstances": "32_1"}
    html = said(page, told | {"item": "JZ-04", "kind": "unit"})
    assert "5000–50000 元" in html
    assert "低于 5000 元" in html


def test_items_are_found_by_name_and_only_what_their_list_asks_is_asked(page: Any) -> None:
    listed = page(Role.GRID_WORKER).get(PATH, {"q": "建筑垃圾"}).content.decode()
    assert "JZ-04" in listed
    assert "CG-01" not in listed
    asked = page(Role.GRID_WORKER).get(PATH, {"item": "JZ-04"}).content.decode()
    assert 'name="undertaken"' not in asked
    listed = page(Role.GRID_WORKER).get(PATH, {"item": "CG-01"}).content.decode()
    assert 'name="undertaken"' in listed


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"item": "没有"}, "规则库里没有"),
        ({"act_on": "上周"}, "有些回答看不懂"),
        ({"age": "三十"}, "有些回答看不懂"),
        ({"harm": "many"}, "有些回答看不懂"),
        ({"found_on": "2026-08-01"}, "发现早于违法行为"),
        ({"on": "2026-09-01"}, "决定日"),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_breaks(
    page: Any, told: dict[str, str], words: str
) -> None:
    assert words in said(page, told, 400)


def test_an_enterprise_and_an_administrator_do_not_ask(page: Any) -> None:
    for role in (Role.ENTERPRISE, Role.SYSADMIN, Role.SECADMIN):
        assert page(role).get(PATH).status_code == 403


def test_the_api_gives_the_finding_of_a_facts_file(api: Any) -> None:
    facts = {"item": "CG-01", "facts_proved": False, "crime_suspected": False}
    facts |= {"act_on": "2026-09-01", "found_on": "2026-09-02", "filed_on": "2026-09-03"}
    told = api(Role.REVIEWER).get(API, {"facts": json.dumps(facts), "on": "2026-09-20"}).json()
    assert (told["outcome"], told["ground"], told["missing"]) == ("NO_FACTS", "ART40", [])
    assert told["power"]["held"] is True
    assert [reason["holds"] for reason in told["reasons"]] == [True, False, False, False]


@pytest.mark.parametrize(
    ("facts", "field"),
    [("{", "facts"), ("[]", "facts"), ('{"item": "CG-01", "colour": 1}', "colour"), ("{}", "item")],
)
def test_the_api_names_the_field_to_correct(api: Any, facts: str, field: str) -> None:
    answer = api(Role.REVIEWER).get(API, {"facts": facts})
    assert answer.status_code == 400
    assert field in json.dumps(answer.json(), ensure_ascii=False)
    assert answer["Content-Type"] == "application/problem+json"


def test_asking_costs_little(page: Any, django_assert_max_num_queries: Any) -> None:
    client = page(Role.ENFORCEMENT)
    client.get(PATH, TOLD)
    with django_assert_max_num_queries(8):
        client.get(PATH, TOLD)
