"""Smoke in a real browser (浏览器走一遍), desk and phone wide: no page breaks its own policy.

A broken policy, a script error or a page wider than its screen fails the test.
"""


import pytest
from playwright.sync_api import Page

from tests.browser import as_role, fits, log_in, stands, step
from tests.town import Cast
from tests.walk import file, walk

pytestmark = pytest.mark.browser


def test_a_report_is_filed_accepted_and_explains_its_date(screen: Page) -> None:
    log_in(screen, "grid_worker")
    screen.goto("/reports/new/")
    assert fits(screen)
    screen.get_by_label("分类").select_option("0602")
    screen.get_by_label("标题").fill("村口路灯不亮")
    screen.get_by_role("button", name="用当前位置").click()
    screen.get_by_text("已定位：示范东村").wait_for()
    screen.get_by_role("button", name="提交上报").dblclick()
    screen.get_by_role("heading", name="村口路灯不亮").wait_for()
    number = screen.url

    screen.context.clear_cookies()
    log_in(screen, "desk")
    assert fits(screen)
    screen.goto("/cases/")
    assert screen.locator("a:visible", has_text="村口路灯不亮").count() == 1
    screen.goto(number)
    screen.locator("summary", has_text="受理").first.click()
    screen.get_by_role("button", name="确认受理").click()
    screen.locator(".case-head .state", has_text="已受理").wait_for()
    screen.get_by_role("link", name="为什么是这一天").first.click()
    screen.locator(".trace").first.wait_for()
    assert fits(screen)


def test_a_report_walks_to_closed_through_the_pages(screen: Page, town: Cast) -> None:
    log_in(screen, "grid_worker")
    screen.goto("/reports/new/")
    screen.get_by_label("分类").select_option("0602")
    screen.get_by_label("标题").fill("东街路灯不亮")
    screen.get_by_label("村（社区）").select_option(town.village.code)
    screen.get_by_role("button", name="提交上报").click()
    stands(screen, "待受理")
    url = screen.url
    as_role(screen, "desk", url)
    step(screen, "受理")
    stands(screen, "已受理")
    step(screen, "交办", unit=str(town.village.pk), instruction="两日内修复")
    stands(screen, "已交办")
    as_role(screen, "village", url)
    step(screen, "签收")
    stands(screen, "已交办")
    step(screen, "报办理结果", result="已更换灯泡和线路")
    stands(screen, "待核查")
    as_role(screen, "grid_worker", url)
    step(screen, "核查通过", finding="亮了")
    stands(screen, "已核查")
    as_role(screen, "desk", url)
    step(screen, "办结", closing="C1", reply="已修复，感谢反映")
    stands(screen, "已办结")
    assert screen.locator("ol.line > li").count() == 7


def test_a_refused_form_says_why_and_keeps_what_was_filled_in(screen: Page, town: Cast) -> None:
    case = walk(town, file(town), "accept")
    log_in(screen, "desk")
    screen.goto(f"/reports/{case.number}/")
    screen.locator("details.move > summary", has_text="交办").click()
    screen.locator("details[open] [name=instruction]").fill("请尽快")
    select = screen.locator("details[open] [name=unit]")
    select.evaluate("e => { e.required = false; e.form.noValidate = true; }")
    screen.get_by_role("button", name="确认交办").click()
    refusal = screen.get_by_role("alert").filter(has_text="没有办成")
    refusal.get_by_text("请选择“承办单位”。").wait_for()
    assert screen.locator("details[open] [name=instruction]").input_value() == "请尽快"
    assert fits(screen)


def test_the_pages_of_the_doors_fit(screen: Page) -> None:
    screen.goto("/login/")
    assert fits(screen)
    log_in(screen, "desk")
    for path in ("/", "/cases/?view=all", "/post/"):
        screen.goto(path)
        assert fits(screen), path


def test_the_api_page_opens_under_its_own_policy(screen: Page) -> None:
    screen.goto("/api/docs/")

    screen.locator(".opblock").first.wait_for()
