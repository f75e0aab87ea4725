"""Keyboard and screen reader (无障碍): every page, desk and phone wide, judged by axe."""

import pytest
from playwright.sync_api import Page

from cases.docket.slip import Slip
from cases.intake.operations import VERBS
from cases.law.moves import Role
from tests.browser import accessible, fits, log_in
from tests.town import NOW, Cast
from tests.walk import file, walk

pytestmark = pytest.mark.browser
WHAT_IF = "/penalties/what-if/"
PAGES: dict[str, tuple[str, ...]] = {
    "grid_worker": ("/", "/reports/new/", "/reports/self/", "/cases/", "/me/", "/me/password/"),
    "desk": ("/", "/cases/", "/cases/?view=all", "/reports/import/", "/unit/", "/people/"),
    "village": ("/", "/unit/"),
    "leader": ("/", "/rules/", "/rules/terms/", "/rules/calendar/", "/rules/categories/"),
    "enforcement": (WHAT_IF, f"{WHAT_IF}?item=CG-01", f"{WHAT_IF}?item=CG-01&asked=1&harm=none"),
    "sysadmin": ("/", "/staff/", "/rules/manage/", "/staff/changes/"),
    "auditor": ("/", "/access-log/"),
    "secadmin": ("/", "/security/"),
}


@pytest.mark.parametrize("role", PAGES)
def test_every_page_is_for_everybody(screen: Page, town: Cast, role: str) -> None:
    file(town, title="路灯不亮", reporter="赵大山", phone="13812345678")
    walk(town, file(town, title="井盖缺失"), "assign")
    screen.goto("/login/")
    assert accessible(screen) == []
    log_in(screen, role)
    for address in PAGES[role]:
        answer = screen.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        assert fits(screen), address
        assert accessible(screen) == [], address


def test_a_case_is_for_everybody_in_every_state(screen: Page, town: Cast) -> None:
    handled = walk(town, file(town), "handle")
    merged, main = file(town), file(town)
    VERBS["merge"](merged, by=town.actor(Role.DESK), at=NOW, into=str(main.number))
    noted = Slip(channel="phone")
    VERBS["note"](main, by=town.actor(Role.DESK), at=NOW, words="村里来电", slip=noted)
    closed = walk(town, file(town))
    log_in(screen, "desk")
    for case in (handled, merged, main, closed):
        screen.goto(f"/reports/{case.number}/")
        for summary in screen.locator("details.move > summary").all():
            summary.click()
        assert fits(screen), case.state
        assert accessible(screen) == [], case.state
