"""Blowing in a browser (吹哨), desk and phone wide: the form, its preview, the leader's yes."""

from typing import Any

from playwright.sync_api import Page

from cases.docket.models import Case
from cases.law.moves import Role
from tests.browser import accessible, as_role, fits, log_in, stands
from tests.town import Cast
from tests.walk import file, walk
from tests.whistle.way import blown


def pick(page: Page, code: str) -> None:
    page.locator(".type-card", has=page.locator(f"[value={code}]")).click()


def test_a_desk_blows_and_a_leader_says_yes(screen: Page, town: Cast) -> None:
    log_in(screen, "desk")
    screen.goto("/whistles/new/")
    send = screen.locator("[name=send]")
    assert send.inner_text() == "送出"
    pick(screen, "W3")
    assert send.inner_text() == "送去报批"
    pick(screen, "W1")
    assert send.inner_text() == "吹哨"
    pick(screen, "W3")
    screen.get_by_label("标题").fill("桥下积水")
    screen.get_by_label("请求事项").fill("请疏通")
    with screen.expect_response("**/whistles/preview/**"):
        screen.get_by_label("分类").select_option("0405")
    screen.locator("#preview", has_text="示范生态环境局").wait_for()
    assert fits(screen)
    assert accessible(screen) == []
    screen.get_by_role("button", name="按此填入").click()
    screen.get_by_text("与推荐一致").wait_for()
    screen.get_by_text("选择协办部门").click()
    screen.get_by_role("searchbox", name="查找协办部门").fill("住建")
    screen.get_by_label("示范住建局").first.check()
    assert screen.locator("[data-picked]").first.inner_text() == "示范住建局"
    screen.get_by_text("没有依据").wait_for()
    screen.get_by_label("报到地点").fill("桥头")
    screen.get_by_label("报到地点").press("Enter")
    send.dblclick()
    stands(screen, "待批")
    case = Case.objects.get(kind="whistle")
    as_role(screen, "leader", "/whistles/approvals/")
    screen.get_by_text("示范住建局（协办）").wait_for()
    assert fits(screen)
    assert accessible(screen) == []
    screen.get_by_role("button", name="同意吹哨").click()
    screen.get_by_text("已同意吹哨，转窗口派哨").wait_for()
    as_role(screen, "desk", f"/whistles/{case.number}/")
    screen.locator("details.move > summary", has_text="派哨").first.click()
    assert accessible(screen) == []
    screen.get_by_role("button", name="确认派哨").click()
    stands(screen, "已派哨")


def test_a_no_needs_its_reason_and_a_draft_its_own_page(screen: Page, town: Cast) -> None:
    blown(town)
    log_in(screen, "leader")
    screen.goto("/whistles/approvals/")
    screen.get_by_text("不同意", exact=True).click()
    screen.get_by_label("理由").fill("镇里先自行协调")
    screen.get_by_role("button", name="确认不同意").click()
    screen.get_by_text("已记为不同意").wait_for()
    screen.get_by_text("没有等您同意或确认的吹哨").wait_for()
    screen.goto("/whistles/new/")
    pick(screen, "W2")
    screen.get_by_label("标题").fill("停水")
    screen.get_by_label("请求事项").fill("请抢修")
    screen.get_by_role("button", name="存草稿").click()
    screen.get_by_text("草稿已保存").wait_for()
    assert fits(screen)
    screen.get_by_text("作废这份草稿").click()
    screen.get_by_role("button", name="确认作废").click()
    screen.wait_for_url("**/whistles/new/")
    assert Case.objects.get(number=None).state == "DISCARDED"


def test_a_report_goes_out_as_a_whistle_in_one_form(screen: Page, town: Cast) -> None:
    case = walk(town, file(town, category="0405"), "accept")
    log_in(screen, "desk")
    screen.goto(f"/reports/{case.number}/")
    screen.get_by_role("link", name="转吹哨", exact=True).click()
    assert screen.get_by_label("标题").input_value() == "路灯不亮"
    assert accessible(screen) == []
    pick(screen, "W2")
    screen.get_by_label("请求事项").fill("请查排污口")
    screen.get_by_role("button", name="按此填入").click()
    screen.locator("[name=send]").click()
    stands(screen, "已吹哨")
    case.refresh_from_db()
    assert case.state == "REFERRED"


def test_an_enterprise_asks_for_itself(screen: Page, town: Cast) -> None:
    log_in(screen, "enterprise")
    screen.goto("/whistles/new/")
    screen.get_by_text("请不要在标题、请求和描述里写出企业名称").wait_for()
    screen.get_by_label("标题").fill("厂区门口道路破损")
    screen.get_by_label("请求事项").fill("请修复")
    screen.get_by_label("对被反映部门不公开企业名称").check()
    assert accessible(screen) == []
    screen.get_by_role("button", name="吹哨").click()
    stands(screen, "已吹哨")
    found: Any = Case.objects.get(kind="whistle")
    assert (found.veiled, found.filer_id) == (True, town.officer(Role.ENTERPRISE).pk)
