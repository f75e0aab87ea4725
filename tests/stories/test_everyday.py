"""The everyday stories (日常故事), driven through the pages at both widths."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from cases.law.moves import Role
from cases.people.operations import appoint_deputy
from tests.browser import as_role, files, fits, log_in, stands, step
from tests.town import NOW, Cast
from tests.walk import file

pytestmark = pytest.mark.browser


def test_a_pothole_comes_back(screen: Page, town: Cast) -> None:
    log_in(screen, "grid_worker")
    files(screen, "道路破损", "村口路面坑洞")
    url = screen.url
    as_role(screen, "desk", url)
    step(screen, "受理")
    stands(screen, "已受理")
    step(screen, "交办", unit=str(town.village.pk))
    stands(screen, "已交办")
    as_role(screen, "village", url)
    step(screen, "签收")
    step(screen, "报办理结果", result="已用沥青填平")
    stands(screen, "待核查")
    as_role(screen, "grid_worker", url)
    step(screen, "核查通过", finding="已填平")
    stands(screen, "已核查")
    as_role(screen, "desk", url)
    step(screen, "办结", closing="C1", reply="已填平，感谢反映")
    stands(screen, "已办结")
    # A resident complains by telephone; the desk records it for her (代录).
    screen.locator("details.move > summary", has_text="重新办理").first.click()
    box = screen.locator("details.move[open]")
    box.locator("[name=again]").select_option("R1")
    box.locator("[name=reason]").fill("雨后又塌了")
    box.locator("summary", has_text="补录").click()
    box.locator("[name=channel]").select_option("phone")
    screen.get_by_role("button", name="确认重新办理").click()
    stands(screen, "重新办理")
    assert screen.get_by_text("代录").count() >= 1
    step(screen, "交办（重新办理）", unit=str(town.village.pk))
    stands(screen, "已交办")


def test_three_reports_of_one_fire_lane_are_merged(screen: Page, town: Cast) -> None:
    place: dict[str, Any] = {"lng": 119.175, "lat": 32.165, "category": "0101"}
    place["at"] = timezone.now()
    main, second, third = (
        file(town, title=f"小区消防通道堵塞{n}", **place) for n in ("", "，停满车", "，进不来车")
    )
    log_in(screen, "desk")
    for child in (second, third):
        screen.goto(f"/reports/{child.number}/compare/{main.number}/")
        assert fits(screen)
        screen.goto(f"/reports/{child.number}/")
        step(screen, "并单", into=str(main.number))
        stands(screen, "并单")
    screen.goto(f"/reports/{main.number}/")
    for child in (second, third):
        assert screen.get_by_role("link", name=str(child.number)).count() >= 1
    screen.goto(f"/reports/{second.number}/")
    assert screen.get_by_role("link", name=str(main.number)).count() >= 1


def test_a_deputy_works_while_the_clerk_is_on_leave(screen: Page, town: Cast) -> None:
    today = timezone.localdate()
    deputy = town.officer(Role.DUTY)
    appoint_deputy(
        town.posts[Role.DESK],
        deputy,
        today,
        today + timedelta(days=3),
        actor_code="tests",
        at=NOW,
    )
    case = file(town, title="路灯不亮")
    log_in(screen, "duty")
    screen.get_by_role("button", name="代 示范综合受理窗口").click()
    screen.goto(f"/reports/{case.number}/")
    step(screen, "受理")
    stands(screen, "已受理")
    as_role(screen, "desk", f"/reports/{case.number}/")
    assert screen.get_by_text("示范值班").count() >= 1
    step(screen, "交办", unit=str(town.village.pk))
    stands(screen, "已交办")
