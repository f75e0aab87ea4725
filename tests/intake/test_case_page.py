"""The case page (案卷页): what is asked of me first, the place, the story; on screen, on paper."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cases.docket.models import Case
from cases.docket.slip import Slip
from cases.intake import operations as report
from cases.law.moves import Role
from cases.templatetags.matter import is_long, told
from tests.docket.test_budgets import counted
from tests.ledger import unchanged
from tests.town import NOW, XIASHU, Cast
from tests.walk import file, walk
from xiashu.environment import tile_source

Page = Callable[..., Client]
PLACE: dict[str, Any] = {"lng": 119.175, "lat": 32.165, "address": "示范东村 8 号"}


def shown(page: Page, case: Case, role: Role = Role.DESK) -> str:
    answer = page(role).get(f"/reports/{case.number}/")
    assert answer.status_code == 200
    return str(answer.content.decode())


def in_order(text: str, *marks: str) -> bool:
    found = [text.index(mark) for mark in marks]
    return found == sorted(found)


def test_what_is_asked_of_me_comes_first_then_facts_then_dates_then_the_story(
    town: Cast, page: Page
) -> None:
    text = shown(page, file(town, **PLACE))
    parts = ("case-head", "case-moves", "case-facts", "place-head", "case-side", "case-line")
    assert in_order(text, *parts)
    assert "现在谁手里：<b>示范综合受理窗口</b>" in text


def test_the_place_is_told_in_words_and_drawn_from_the_page_itself(town: Cast, page: Page) -> None:
    text = shown(page, file(town, **PLACE))
    for words in ("示范东村 8 号", "示范网格 201N01", "119.175, 32.165（WGS-84）"):
        assert words in text
    assert '<script id="grid-shape" type="application/json">' in text
    assert 'data-tiles=""' in text
    assert not re.search(r"(?:src|href)=\"https?://", text)
    plain = shown(page, file(town, village=f"{XIASHU}202"))
    assert "data-map" not in plain
    assert "leaflet" not in plain
    assert "示范西村" in plain


def test_a_background_is_fetched_only_from_where_the_town_said(
    town: Cast, page: Page, settings: Any
) -> None:
    settings.TILES = "https://t{s}.example.cn/{z}/{x}/{y}.png"
    assert 'data-tiles="https://t{s}.example.cn/' in shown(page, file(town, **PLACE))


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("", []),
        ("https://tiles.example.cn/{z}/{x}/{y}.png", ["https://tiles.example.cn"]),
        ("https://t{s}.example.cn:8443/{z}", ["https://*.example.cn:8443"]),
    ],
)
def test_the_policy_lets_in_the_tiles_alone(address: str, source: list[str]) -> None:
    assert tile_source(address) == source


@pytest.mark.parametrize("address", ["http://t.example.cn/", "//t.example.cn", "javascript:1", "x"])
def test_a_background_not_over_https_is_refused_at_the_start(address: str) -> None:
    with pytest.raises(ValueError, match="XIASHU_TILES"):
        tile_source(address)


def test_what_is_long_is_folded_on_the_screen_and_whole_on_paper(town: Cast, page: Page) -> None:
    long = "路灯" * 10_000
    text = shown(page, file(town, description=long))
    assert text.count("展开全文（20000 字）") == 2  # among the facts and in the story
    assert long in text
    assert [is_long("长" * n) for n in (600, 601)] == [False, True]
    assert is_long("\n" * 13)


def test_a_merged_case_and_its_main_one_lead_to_each_other(town: Cast, page: Page) -> None:
    main, other = walk(town, file(town), "accept"), file(town)
    report.VERBS["merge"](other, by=town.actor(Role.DESK), at=NOW, into=main.number)
    there, here = shown(page, other), shown(page, main)
    assert there.count(f'href="/reports/{main.number}/"') == 2  # among the ties, in the story
    assert here.count(f'href="/reports/{other.number}/"') == 2
    assert "已并入" in there
    assert "并入本件" in here
    assert "现在谁手里：<b>无人（并单）</b>" in there


def test_a_longer_term_reads_from_when_to_when(town: Cast, page: Page) -> None:
    case = walk(town, file(town, at=timezone.now()), "sign", at=timezone.now())
    before = case.deadlines.get(term="report.handle").last_day
    now = timezone.now()
    asked = {"need": "X5", "days": 2, "reason": "连日下雨"}
    report.VERBS["ask_extension"](case, by=town.actor(Role.VILLAGE), at=now, **asked)
    report.VERBS["grant_extension"](case, by=town.actor(Role.DESK), at=now, days=2)
    after = case.deadlines.get(term="report.handle").last_day
    assert after > before
    text = shown(page, case)
    words = [f"{d.year}年{d.month}月{d.day}日" for d in (before, after)]
    assert re.search(f"原 {words[0]} 周. → 现 {words[1]} 周.", text)
    assert "report.handle" not in text


def test_what_was_recorded_late_or_for_another_says_so(town: Cast, page: Page) -> None:
    now = timezone.now()
    slip = Slip(channel="phone", proof="来电记录 3 号")
    case, _ = report.file_report(
        by=town.actor(Role.DESK), at=now - timedelta(days=4), slip=slip, category="0602", title="灯"
    )
    text = shown(page, case)
    assert "代录：电话" in text
    assert "补录：发生后 4 天记载" in text
    assert "来电记录 3 号" in text


def test_the_paper_bears_number_and_town_and_no_buttons(town: Cast, page: Page) -> None:
    case = file(town)
    text = shown(page, case)
    head = text[text.index("print-head") : text.index("case-head")]
    assert str(case.number) in head
    assert "下蜀镇基层治理" in head
    moves = text[text.index('id="moves"') - 80 : text.index('id="moves"')]
    assert "no-print" in moves


def test_the_page_of_a_secret_report_says_so(town: Cast, page: Page) -> None:
    case = file(town, Role.DESK, stream="discipline")
    assert '<span class="urgent">保密</span>' in shown(page, case)


def test_the_page_costs_little_however_long_its_story(town: Cast, page: Page) -> None:
    case = walk(town, file(town, reporter="赵大山", phone="13812345678", **PLACE), "assign")
    for n in range(20):
        report.VERBS["note"](case, by=town.actor(Role.DESK), at=NOW, words=f"第 {n} 条")
    for role in (Role.DESK, Role.VILLAGE, Role.GRID_WORKER):
        client = page(role)
        client.get(f"/reports/{case.number}/")
        with unchanged(), counted() as asked:
            client.get(f"/reports/{case.number}/")
        assert len(asked) <= 16, "\n".join(asked)


def test_an_event_without_a_changed_date_tells_its_facts_as_they_are() -> None:
    class Event:
        facts = (("并入编号", "X-1"), ("说明", "X-1"))

    assert told(Event(), [("并入本件", "X-1", "/reports/X-1/")]) == [
        {"label": "并入编号", "value": "X-1", "url": "/reports/X-1/"},
        {"label": "说明", "value": "X-1", "url": ""},
    ]
