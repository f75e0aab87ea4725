"""A department at its screen (应哨页面): two clicks from home to the next step, at both widths."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from cases.docket.models import Event, Part
from cases.law.moves import Role
from cases.people.models import Unit
from tests.browser import accessible, as_role, fits
from tests.town import COUNTY, Cast
from tests.whistle.test_inbox import called, mine
from tests.whistle.way import answer

pytestmark = pytest.mark.browser


def whole(screen: Page) -> None:
    assert fits(screen)
    assert accessible(screen) == []


def test_an_officer_is_two_clicks_from_the_next_step(screen: Page, town: Cast) -> None:
    part = mine(town, called(town, at=timezone.now(), title="桥下排水不畅"))
    as_role(screen, "dept_officer", "/")
    whole(screen)
    screen.locator("a:visible", has_text="桥下排水不畅").first.click()
    screen.get_by_role("button", name="签收", exact=True).dblclick()
    screen.locator(".case-head .state", has_text="已签收").wait_for()
    part.refresh_from_db()
    assert part.state == "SIGNED"
    assert Event.objects.filter(part=part, verb="sign").count() == 1


def test_a_department_comes_replies_and_sees_the_other_one(screen: Page, town: Cast) -> None:
    now = timezone.now()
    Unit.objects.filter(pk=town.desk.pk).update(phone="0511-87710000")
    other = town.units[f"{COUNTY}-environment"]
    case = called(
        town,
        at=now - timedelta(minutes=20),
        assisting=[other.pk],
        meet_at=now + timedelta(days=1),
        meet_place="沿江路与玉带路口北侧工地门口",
    )
    part = mine(town, case)
    url = f"/whistles/{case.number}/responses/{part.pk}/"
    as_role(screen, "dept_officer", url)
    whole(screen)
    assert screen.get_by_role("link", name=re.compile("0511-87710000")).is_visible()
    screen.get_by_role("button", name="签收", exact=True).click()
    screen.locator("#move-report_in > summary").click()
    box = screen.locator("#move-report_in")
    assert box.locator("[name=place]").input_value() == "沿江路与玉带路口北侧工地门口"
    assert box.locator("[name=site_code], [data-locate]").count() == 0
    box.locator("[name=people]").fill("2")
    box.get_by_role("button", name="确认报到").click()
    screen.locator("#move-reply > summary").click()
    box = screen.locator("#move-reply")
    whole(screen)
    assert box.locator("[name=began_at]").input_value() != ""
    box.locator("[data-phrase]").first.click()
    assert box.locator("[name=measures]").input_value().startswith("已到现场查看")
    box.locator("[name=talked_to]").fill("窗口王某")
    box.get_by_role("button", name="确认反馈").click()
    part.refresh_from_db()
    assert part.state == "REPORTED_IN"  # the browser asks for the date that is missing
    box.locator("[name=solved_by]").fill(f"{now.date() + timedelta(days=3):%Y-%m-%d}")
    box.get_by_role("button", name="确认反馈").click()
    screen.locator(".case-head .state", has_text="已反馈").wait_for()
    whole(screen)


def test_an_emergency_asks_where_one_is_only_when_told_to(screen: Page, town: Cast) -> None:
    case = called(town, type="W1", at=timezone.now(), lng=119.175, lat=32.165)
    part = mine(town, case)
    as_role(screen, "dept_officer", f"/whistles/{case.number}/responses/{part.pk}/")
    screen.locator("#move-report_in > summary").click()
    box = screen.locator("#move-report_in")
    assert box.locator("[name=lng]").input_value() == ""
    box.get_by_role("button", name="用手机核对位置").click()
    box.get_by_text("已定位（误差约 12 米）").wait_for()
    whole(screen)
    box.locator("[name=people]").fill("3")
    box.locator("[name=place]").fill("路口")
    box.get_by_role("button", name="确认报到").click()
    screen.locator(".case-head .state", has_text="已报到").wait_for()
    text = Event.objects.get(part=part, verb="report_in").text
    assert '"metres":0' in text


def test_one_trip_answers_two_towns(screen: Page, town: Cast) -> None:
    now = timezone.now()
    cases = [called(town, at=now), called(town, at=now, by=town.other_actor(Role.DESK))]
    answer(town, mine(town, cases[0]), "sign", Role.DEPT_OFFICER, at=timezone.now())
    as_role(screen, "dept_officer", "/whistles/inbox/")
    whole(screen)
    screen.get_by_role("button", name="几件一起报到").click()
    for box in screen.locator("[name=part]").all():
        box.check()
    whole(screen)
    screen.get_by_label("到场人数").fill("2")
    screen.get_by_label("到场地点").fill("两处工地")
    screen.get_by_role("button", name="报到", exact=True).dblclick()
    screen.get_by_text("已报到 2 件").wait_for()
    assert {p.state for p in Part.objects.filter(unit=town.department)} == {"REPORTED_IN"}
    assert Event.objects.filter(verb="report_in").count() == 2
    whole(screen)
