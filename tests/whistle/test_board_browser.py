"""The board and the rates in a browser, desk and phone wide."""


import pytest
from playwright.sync_api import Page

from tests.browser import accessible, as_role, fits
from tests.town import COUNTY, Cast
from tests.whistle.way import dispatched


def test_days_typed_in_are_the_period(screen: Page, town: Cast) -> None:
    dispatched(town)
    as_role(screen, "supervisor", "/whistles/rates/")
    period = screen.get_by_label("统计期")
    screen.get_by_label("自", exact=True).fill("2026-11-20")
    screen.get_by_label("至", exact=True).fill("2026-11-20")
    assert period.input_value() == "days"
    screen.get_by_role("button", name="统计").click()
    screen.get_by_text("2026年11月20日至2026年11月20日").wait_for()
    assert fits(screen)
    assert accessible(screen) == []
    screen.get_by_label("统计期").select_option("last")
    assert screen.get_by_label("自", exact=True).input_value() == ""
    screen.get_by_role("button", name="统计").click()
    screen.get_by_text("这一期没有派哨").wait_for()


@pytest.mark.parametrize("query", ["", "?by=unit", "?column=DISPATCHED"])
def test_the_board_fits_its_screen_and_opens_a_whistle(
    screen: Page, town: Cast, query: str
) -> None:
    case, _ = dispatched(town, assisting=[town.units[f"{COUNTY}-environment"].pk])
    as_role(screen, "leader", f"/whistles/board/{query}")
    assert fits(screen)
    assert accessible(screen) == []
    screen.locator(".board-card").first.click()
    screen.wait_for_url(f"**/whistles/{case.number}/")
