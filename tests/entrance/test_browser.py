"""Smoke in a real browser (浏览器走一遍), desk and phone wide: no page breaks its own policy.

A broken policy, a script error or a page wider than its screen fails the test.
"""


import pytest
from playwright.sync_api import Page

from tests.browser import files, fits, log_in
from tests.town import Cast
from tests.walk import file, walk

pytestmark = pytest.mark.browser


def test_a_report_is_filed_accepted_and_explains_its_date(screen: Page) -> None:
    log_in(screen, "grid_worker")
    files(screen, "路灯不亮", "村口路灯不亮")
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
