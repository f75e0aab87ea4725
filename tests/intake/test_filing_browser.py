"""Filing and a case's map in a real browser (浏览器里上报): two taps, call first, no place."""

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from tests.browser import fits, log_in
from tests.town import Cast
from tests.walk import file

pytestmark = pytest.mark.browser
PHONE: Any = {"width": 390, "height": 844}


def test_two_taps_file_a_report_with_its_place(screen: Page) -> None:
    log_in(screen, "grid_worker")
    screen.goto("/reports/new/")
    expect(screen.get_by_text("已定位：示范东村 示范网格 201N01")).to_be_visible()
    assert fits(screen)
    screen.locator(".usual label", has_text="路灯不亮").click()
    expect(screen.get_by_text("不填就用“示范东村路灯不亮”作标题。")).to_be_visible()
    screen.get_by_role("button", name="提交上报").dblclick()
    expect(screen.get_by_role("heading", name="已上报")).to_be_visible()
    assert fits(screen)
    screen.get_by_role("link", name="看这件事").click()
    expect(screen.get_by_role("heading", name="示范东村路灯不亮")).to_be_visible()


def test_what_must_be_called_first_hides_the_rest_until_the_call(screen: Page) -> None:
    log_in(screen, "grid_worker")
    screen.goto("/reports/new/")
    screen.get_by_text("全部分类").click()
    screen.get_by_role("searchbox", name="查找分类").fill("火情")
    assert screen.locator(".class-group li:visible").count() == 1
    screen.locator(".class-group label:visible", has_text="火情").click()
    send = screen.get_by_role("button", name="提交上报")
    expect(send).to_be_hidden()
    expect(screen.locator(".call-now a[href='tel:119']")).to_be_visible()
    assert fits(screen)
    screen.get_by_text("已打电话，继续上报").click()
    expect(send).to_be_visible()
    send.click()
    expect(screen.get_by_role("heading", name="已上报")).to_be_visible()


def test_what_was_filed_nearby_shows_by_itself_before_typing(screen: Page, town: Cast) -> None:
    case = file(town, at=timezone.now(), lng=119.1751, lat=32.1651)
    log_in(screen, "grid_worker")
    screen.goto("/reports/new/")
    screen.locator(".usual label", has_text="路灯不亮").click()
    link = screen.get_by_role("link", name=f"您可以直接看 {case.number}")
    expect(link).to_be_visible()
    assert fits(screen)
    screen.locator(".usual label", has_text="邻里").click()
    expect(link).to_be_hidden()


def test_where_no_place_is_allowed_a_village_is_chosen(
    browser: Browser, live_server: Any, town: Cast
) -> None:
    for scripted in (True, False):
        context = browser.new_context(
            viewport=PHONE, base_url=live_server.url, java_script_enabled=scripted
        )
        page = context.new_page()
        log_in(page, "grid_worker")
        page.goto("/reports/new/")
        if scripted:
            page.get_by_role("button", name="用当前位置").click()
            expect(page.get_by_text("没有定位权限")).to_be_visible()
        page.locator(".usual label", has_text="路灯不亮").click()
        page.get_by_label("村（社区）").select_option(town.village.code)
        if not scripted:
            page.get_by_role("button", name="先看附近是否有人报过").click()
            assert page.get_by_label("村（社区）").input_value() == town.village.code
        page.get_by_role("button", name="提交上报").click()
        expect(page.get_by_role("heading", name="已上报")).to_be_visible()
        context.close()


def test_a_case_draws_its_grid_and_point_and_fits(screen: Page, town: Cast) -> None:
    case = file(town, lng=119.175, lat=32.165, description="长" * 20_000)
    log_in(screen, "desk")
    screen.goto(f"/reports/{case.number}/")
    expect(screen.locator(".leaflet-interactive, .leaflet-overlay-pane path")).to_have_count(2)
    expect(screen.get_by_label("地图：示范东村 示范网格 201N01")).to_be_visible()
    text = screen.locator(".case-facts .long")
    folded = text.bounding_box()
    screen.locator(".case-facts .unfold").click()
    opened = text.bounding_box()
    assert folded is not None
    assert opened is not None
    assert opened["height"] > folded["height"] * 3
    assert fits(screen)
    assert text.evaluate("e => getComputedStyle(e).maxHeight") == "none"
