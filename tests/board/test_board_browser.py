"""The boards in a browser (看板浏览器), desk and phone: drawn, opened, instructed, published."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from cases.docket.models import Case, Deadline, Event
from cases.intake import operations as report
from cases.law.moves import Role
from tests.board.counted import gathered
from tests.board.test_facts import story
from tests.board.test_months import IN_OCTOBER, published
from tests.browser import accessible, as_role, browser, fits, screen, stands
from tests.oversight.supervised import of_department
from tests.town import Cast
from tests.walk import BY_EVENT, file, walk
from tests.whistle.way import blown

__all__ = ["browser", "screen"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_board_is_drawn_and_its_numbers_open(town: Cast, screen: Page) -> None:
    story(town)
    gathered(timezone.now() + timedelta(days=30))
    as_role(screen, "supervisor", "/board/?period=quarter")
    plot = screen.locator("[data-plot] canvas").first
    plot.wait_for()
    assert fits(screen)
    assert accessible(screen) == []
    summary = screen.locator(".chart-data > summary").first
    summary.focus()
    summary.press("Enter")  # the table beside the chart, by keyboard
    assert screen.locator(".chart-data table").first.is_visible()
    number = screen.get_by_role("link", name="新增 5").last
    number.click()
    screen.get_by_role("heading", name="新增").wait_for()
    assert screen.locator(".behind > li").count() == 5
    assert fits(screen)
    assert accessible(screen) == []
    screen.get_by_role("link", name="回到看板").click()
    screen.get_by_role("heading", name="督查看板").wait_for()


def test_a_leader_reads_and_instructs(town: Cast, screen: Page) -> None:
    case = file(town, urgent=True, title="路面塌陷", at=timezone.now() - timedelta(minutes=5))
    blown(town, Role.DESK, title="桥下排水不畅")
    as_role(screen, "leader", "/today/")
    screen.get_by_role("heading", name="今日要情").wait_for()
    assert screen.locator(".sentences li").count() == 3
    assert fits(screen)
    assert accessible(screen) == []
    screen.locator(".instruct > summary").first.click()
    screen.locator(".instruct[open] textarea").fill("今天办完，报我")
    screen.get_by_role("button", name="确认批示").first.click()
    screen.get_by_role("heading", name="路面塌陷").wait_for()
    assert Event.objects.filter(case=Case.objects.get(pk=case.pk), verb="instruct").count() == 1


def test_a_month_is_published_corrected_and_printed(town: Cast, screen: Page) -> None:
    as_role(screen, "supervisor", "/months/")
    assert accessible(screen) == []
    screen.get_by_label("月份").select_option(index=1)
    screen.get_by_label("说明").fill("天气原因")
    screen.get_by_label("确认发布").check()
    screen.get_by_role("button", name="发布月报").click()
    screen.get_by_text("数据不再改动").wait_for()
    assert fits(screen)
    assert accessible(screen) == []
    screen.get_by_text("更正其他数").click()
    screen.get_by_label("更正为").fill("3")
    screen.get_by_label("原因").fill("补录")
    screen.get_by_role("button", name="记下更正").click()
    screen.get_by_text("已记下更正").wait_for()
    assert fits(screen)
    screen.get_by_role("link", name="打印").click()
    screen.get_by_role("heading", name="督查月报").wait_for()
    assert fits(screen)
    assert accessible(screen) == []


def test_from_a_number_three_clicks_ask_for_supervision(town: Cast, screen: Page) -> None:
    late = of_department(town)[1]
    hour_ago = timezone.now() - timedelta(hours=1)
    Deadline.objects.filter(pk=late.pk).update(due_at=hour_ago, colour="red", rung=3)
    as_role(screen, "supervisor", "/board/")
    screen.locator("a[href^='/board/rows/'][href*='age=late']:visible").first.click()
    screen.locator(".lamp-red").wait_for()
    assert fits(screen)
    assert accessible(screen) == []
    screen.locator("a.late-act", has_text="签收").click()
    screen.get_by_role("button", name="确认提请督办").click()
    stands(screen, "待县决定")


def test_the_annex_has_room_for_its_reasons(town: Cast, screen: Page) -> None:
    late = walk(town, file(town, at=IN_OCTOBER), "assign", at=IN_OCTOBER)
    report.VERBS["ask_extension"](
        late, by=town.actor(Role.VILLAGE), at=IN_OCTOBER, slip=BY_EVENT, need="X5", days=2,
        reason="连日下雨",
    )
    month = published(town)
    as_role(screen, "supervisor", f"/months/{month.pk}/print/")
    for media in ("screen", "print"):
        screen.emulate_media(media="print" if media == "print" else "screen")
        shares = "e => [e.offsetWidth, e.closest('table').offsetWidth]"
        reason, whole = screen.locator("td.reason").first.evaluate(shares)
        number, _ = screen.locator("th.no").first.evaluate(shares)
        assert reason > number
        assert reason / whole > 0.25
    assert fits(screen)
