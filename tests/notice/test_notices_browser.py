"""Notices in a real browser (浏览器): read, opened at the very move, and fit for everybody."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from cases.law.moves import Role
from cases.notice.models import Notice
from cases.notice.operations.deriving import derive
from tests.browser import accessible, fits, log_in
from tests.notice.telling import mail_on
from tests.town import NOW, Cast
from tests.walk import file, walk
from tests.whistle.way import blown, dispatched_already

pytestmark = pytest.mark.browser


def test_from_the_bell_to_the_very_move(screen: Page, town: Cast) -> None:
    walk(town, file(town, title="路灯不亮"), "assign")
    walk(town, file(town, title="井盖缺失"), "assign")
    derive(NOW)
    log_in(screen, "village")
    expect(screen.locator("#bell .bell-many")).to_have_text("2")
    screen.locator("a.bell").click()
    assert fits(screen)
    assert accessible(screen) == []
    screen.get_by_role("button", name="标为已读").first.click()
    expect(screen.locator("#bell .bell-many")).to_have_text("1")
    screen.get_by_role("button", name="打开").first.click()
    expect(screen.locator("#move-sign")).to_have_attribute("open", "")
    expect(screen.locator("#bell .bell-many")).to_have_count(0)


def test_the_bell_asks_again_by_itself(screen: Page, town: Cast) -> None:
    log_in(screen, "desk")
    expect(screen.locator("#bell .bell-many")).to_have_count(0)
    file(town)
    derive(NOW)
    screen.evaluate("htmx.trigger('#bell', 'refresh')")
    expect(screen.locator("#bell .bell-many")).to_have_text("1")


def test_a_department_lands_on_its_response(screen: Page, town: Cast) -> None:
    case = blown(town, Role.DUTY, type="W1")
    dispatched_already(town, case)
    derive(NOW)
    log_in(screen, "dept_officer")
    screen.goto("/notices/")
    screen.get_by_role("button", name="打开").first.click()
    expect(screen.locator("#move-sign").get_by_role("button", name="签收")).to_be_visible()


def test_every_page_of_notices_is_for_everybody(screen: Page, town: Cast, settings: Any) -> None:
    mail_on(settings)
    case = walk(town, file(town, reporter="赵大山", phone="13812345678"))
    blown(town, Role.DUTY, type="W1")
    derive(NOW)
    Notice.objects.filter(channel="mail").update(state="dead", last_error="没有邮箱")
    screen.goto("/login/")
    log_in(screen, "desk")
    for address in (
        *("/notices/", "/notices/?show=all", "/notices/?kind=whistle", "/notices/?kind=x"),
        *("/notices/undelivered/", "/me/", f"/cases/{case.number}/told/", "/"),
    ):
        screen.goto(address)
        assert fits(screen), address
        assert accessible(screen) == [], address

