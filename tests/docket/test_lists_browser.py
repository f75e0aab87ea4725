"""Lists in a real browser: by keyboard on a desk, by thumb on a phone, rows taken together."""

import pytest
from playwright.sync_api import Page

from cases.law.moves import Role
from tests.browser import fits, log_in
from tests.town import Cast
from tests.walk import file, walk

pytestmark = pytest.mark.browser


def wide(page: Page) -> bool:
    size = page.viewport_size
    return size is not None and size["width"] > 1000


def test_rows_are_chosen_by_keyboard_and_taken_together(screen: Page, town: Cast) -> None:
    cases = [file(town, title=f"第 {n} 盏路灯不亮") for n in range(3)]
    log_in(screen, "desk")
    screen.goto("/cases/")
    assert fits(screen)
    if not wide(screen):
        assert not screen.get_by_role("button", name="批量办理").is_visible()
        return
    assert not screen.get_by_role("button", name="批量办理").is_enabled()
    for key in ("j", "x", "j", "j", "x", "k"):
        screen.keyboard.press(key)
    assert screen.locator(":focus").text_content() == "第 1 盏路灯不亮"
    assert screen.get_by_role("status").filter(has_text="已选").text_content() == "已选 2 件。"
    screen.keyboard.press("/")
    screen.keyboard.type("jx?")
    assert screen.get_by_label("查找", exact=True).input_value() == "jx?"
    assert screen.get_by_role("status").filter(has_text="已选").text_content() == "已选 2 件。"
    screen.get_by_role("button", name="批量办理").click()
    screen.get_by_role("button", name="受理", exact=True).click()
    screen.get_by_role("button", name="确认受理 2 件").click()
    screen.get_by_text("已办 2 件").wait_for()
    states = []
    for case in cases:
        case.refresh_from_db()
        states.append(case.state)
    assert states == ["ACCEPTED", "RECEIVED", "ACCEPTED"]


def test_the_keys_are_explained_and_enter_opens(screen: Page, town: Cast) -> None:
    case = file(town)
    log_in(screen, "desk")
    screen.goto("/cases/")
    if not wide(screen):
        return
    screen.keyboard.press("?")
    assert screen.get_by_role("dialog").is_visible()
    screen.keyboard.press("j")  # the list behind stays where it is
    screen.keyboard.press("Escape")
    assert not screen.get_by_role("dialog").is_visible()
    screen.keyboard.press("j")
    screen.keyboard.press("Enter")
    screen.wait_for_url(f"**/reports/{case.number}/")


def test_a_list_is_kept_and_the_units_numbers_open_its_rows(screen: Page, town: Cast) -> None:
    walk(town, file(town), "assign")
    log_in(screen, Role.VILLAGE.value)
    screen.goto("/unit/")
    assert fits(screen)
    screen.get_by_role("link", name="未指定在办 1 件").click()
    screen.wait_for_url("**/cases/?view=unit&who=none")
    screen.get_by_text("存为常用筛选").click()
    screen.get_by_label("名称").fill("没人办的")
    screen.get_by_role("button", name="保存").click()
    screen.get_by_role("link", name="没人办的").wait_for()
    screen.goto("/")
    assert fits(screen)
    screen.get_by_role("link", name="没人办的").click()
    screen.wait_for_url("**/cases/?view=unit&who=none")
