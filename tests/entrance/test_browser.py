"""Smoke in a real browser (浏览器走一遍), desk and phone wide: no page breaks its own policy.

A broken policy, a script error or a page wider than its screen fails the test.
"""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.town import PASSWORD, Cast

WIDTHS = [(1280, 800), (390, 844)]
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # The browser's own event loop runs in this thread; the database is asked from it all the same.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield launched
        launched.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(params=WIDTHS, ids=["desk", "phone"])
def screen(request: Any, browser: Browser, live_server: Any, town: Cast) -> Iterator[Page]:
    """A fresh browser window of one width; what went wrong in it is gathered in `page.wrong`."""
    width, height = request.param
    context = browser.new_context(
        viewport={"width": width, "height": height},
        base_url=live_server.url,
        permissions=["geolocation"],
        geolocation={"longitude": 119.175, "latitude": 32.165, "accuracy": 12},
    )
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    assert wrong == []


def log_in(page: Page, username: str) -> None:
    page.goto("/login/")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/")


def fits(page: Page) -> bool:
    wide, seen = page.locator("html").evaluate("e => [e.scrollWidth, e.clientWidth]")
    return bool(wide <= seen)


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
