"""An arbiter rules and the desk evaluates, in a real browser, desk and phone wide."""

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page

from cases.docket.models import Part
from cases.law.moves import Role
from tests.browser import accessible, as_role, fits, step
from tests.town import Cast
from tests.whistle.disputes import objected
from tests.whistle.way import FOUR, answer, dispatched


def well_made(page: Page) -> None:
    assert fits(page)
    assert accessible(page) == []


def test_an_arbiter_rules_from_the_desk_and_it_becomes_a_precedent(
    screen: Page, town: Cast
) -> None:
    _, part = objected(town, timezone.now() - timedelta(hours=1))
    as_role(screen, "arbiter", "/whistles/rulings/")
    well_made(screen)
    screen.get_by_role("link", name="去界定").click()
    screen.get_by_role("heading", name="职责界定参考").wait_for()
    well_made(screen)
    filled = {"ruling": "keep", "paper": "职界 1 号", "reason": "按清单", "until": "2027-06-30"}
    step(screen, "职责界定", **filled)
    screen.locator(".case-head .state", has_text="已签收").wait_for()
    part.refresh_from_db()
    assert part.state == "SIGNED"
    screen.goto("/whistles/precedents/")
    screen.get_by_text("维持由示范住建局承办").wait_for()
    well_made(screen)
    screen.goto("/whistles/boundaries/")
    screen.get_by_text("1 件异议").first.wait_for()
    well_made(screen)


def test_the_desk_evaluates_and_reads_the_history(screen: Page, town: Cast) -> None:
    case, part = dispatched(town)
    answer(town, part, "sign", Role.DEPT_OFFICER)
    answer(town, part, "reply", Role.DEPT_OFFICER, **FOUR)
    as_role(screen, "desk", f"/whistles/{case}/")
    screen.get_by_role("link", name="反馈与评价").click()
    well_made(screen)
    for words in ("按时到场", "已解决", "基本满意"):
        screen.get_by_label(words, exact=True).check()
    screen.get_by_role("button", name="确认评价 示范住建局").dblclick()
    screen.get_by_text("各部门都评价完了。").wait_for()
    well_made(screen)
    assert Part.objects.get(pk=part.pk).state == "EVALUATED"
    screen.goto(f"/whistles/{case}/history/")
    screen.get_by_text("已解决，基本满意，按时到场").wait_for()
    well_made(screen)
