"""A real browser (浏览器), desk and phone wide, for the tests that drive one.

A broken policy, a script error or a page wider than its screen fails the test.
"""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.town import PASSWORD, Cast

WIDTHS = [(1280, 800), (390, 844)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # The browser's own event loop runs in this thread; the database is asked from it all the same.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    named = os.environ.get("XIASHU_CHROMIUM")
    found = named or shutil.which("chromium") or shutil.which("chromium-browser")
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
    # A refusal is a page of its own, with status 400; the browser says so on its console.

    def hear(said: ConsoleMessage) -> None:
        if said.type == "error" and "status of 400" not in said.text:
            wrong.append(said.text)

    page.on("console", hear)
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


def step(page: Page, label: str, **filled: str) -> None:
    """Open a move on the case page, fill it in, send it."""
    page.locator("details.move > summary", has_text=label).first.click()
    for name, value in filled.items():
        field = page.locator(f"details[open] [name={name}]")
        chosen = field.evaluate("e => e.tagName") == "SELECT"
        field.select_option(value) if chosen else field.fill(value)
    page.get_by_role("button", name=f"确认{label}").click()


def stands(page: Page, state: str) -> None:
    page.locator(".case-head .state", has_text=state).wait_for()
    assert fits(page)


def as_role(page: Page, role: str, url: str) -> None:
    page.context.clear_cookies()
    log_in(page, role)
    page.goto(url)


def accessible(page: Page) -> list[str]:
    """What stands in the way of a keyboard or a screen reader on a page, by WCAG 2.1 A and AA."""
    page.add_script_tag(url="/static/vendor/axe/axe.min.js")
    found = page.evaluate(
        "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']})"
    )["violations"]
    return [f"{v['id']}: {n['target']} {n['failureSummary']}" for v in found for n in v["nodes"]]


def files(page: Page, category: str, title: str) -> None:
    """File a report as whoever is logged in, and open its page."""
    page.goto("/reports/new/")
    page.get_by_text("全部分类").click()
    page.get_by_role("searchbox", name="查找分类").fill(category)
    page.locator(".class-group label:visible", has_text=category).click()
    page.get_by_label("标题").fill(title)
    page.get_by_role("button", name="提交上报").dblclick()
    page.get_by_role("link", name="看这件事").click()
    page.get_by_role("heading", name=title).wait_for()
