"""The stories of the whistle (吹哨报到), driven through the pages at both widths."""

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from cases.docket.models import Case, Part
from cases.docket.queries.verify import verify_record
from cases.law.moves import Role
from cases.whistle.operations import blow_whistle
from tests.browser import as_role, fits, log_in, stands
from tests.town import COUNTY, Cast
from tests.walk import file, walk

pytestmark = pytest.mark.browser


def acts(page: Page, label: str, **filled: str) -> None:
    """Make a move of a page: the big button, or the fold that carries its name."""
    box = page.locator("#moves")
    fold = box.locator("details.move", has=page.locator("summary", has_text=label)).first
    form: Any = box.locator("form.next-step")
    if fold.count():
        if fold.get_attribute("open") is None:
            fold.locator("summary").first.click()
        form = fold.locator("form").first
    for name, value in filled.items():
        field = form.locator(f"[name={name}]").first
        chosen = field.evaluate("e => e.tagName") == "SELECT"
        field.select_option(value) if chosen else field.fill(value)
    form.locator("button.btn-primary, button.btn-danger, button.btn-big").last.click()


def judge(page: Page, part: Part) -> None:
    """Evaluate a department on the page of evaluation."""
    mine = page.locator(f"#part-{part.pk}")
    told = {"on_site": "in_time", "result": "solved", "satisfaction": "satisfied"}
    for name, value in told.items():
        mine.locator(f"[name={name}][value={value}]").first.check()
    mine.get_by_role("button", name="确认评价").click()


def part_url(case: Case, unit: str) -> str:
    part = Part.objects.get(case=case, unit__code=f"{COUNTY}-{unit}", closed_at=None)
    return f"/whistles/{case.number}/responses/{part.pk}/"


def in_state(page: Page, state: str) -> None:
    page.locator(".case-head .state", has_text=state).first.wait_for()
    assert fits(page)


def test_three_departments_one_objects_one_reworks_and_it_relapses(
    screen: Page, town: Cast
) -> None:
    now = timezone.now()
    report = walk(town, file(town, title="桥下污水直排", category="0405", at=now), "accept", now)
    log_in(screen, "desk")
    screen.goto(f"/reports/{report.number}/")
    screen.get_by_role("link", name="转吹哨", exact=True).click()
    screen.locator(".type-card", has=screen.locator("[value=W3]")).click()
    screen.get_by_label("请求事项").fill("请到场查明来源并截污")
    screen.locator("[name=send]").click()
    stands(screen, "待批")
    case = Case.objects.get(kind="whistle")
    url = f"/whistles/{case.number}/"
    # The leader finds the next step from home in two clicks.
    as_role(screen, "leader", "/")
    screen.locator("nav a:visible", has_text="待批").first.click()
    screen.get_by_role("button", name="同意吹哨").click()
    screen.get_by_text("已同意吹哨，转窗口派哨").wait_for()
    as_role(screen, "desk", url)
    stands(screen, "已吹哨")
    screen.locator("details.move > summary", has_text="派哨").first.click()
    box = screen.locator("details.move[open]")
    box.locator("[name=lead]").select_option(str(town.department.pk))
    box.get_by_text("选择协办部门").click()
    for code in ("environment", "establishment"):
        unit = town.units[f"{COUNTY}-{code}"].pk
        box.locator(f"[name=assisting][value='{unit}']").check()
    screen.get_by_role("button", name="确认派哨").click()
    stands(screen, "已派哨")
    # The department officer does, too, and objects.
    as_role(screen, "dept_officer", "/")
    screen.get_by_role("link", name="桥下污水直排").first.click()
    in_state(screen, "待签收")
    acts(screen, "派单异议", ground="S3", told="yes", paper="三定方案", clauses="第五条",
         belongs="生态环境部门")
    in_state(screen, "派单异议")
    as_role(screen, "arbiter", "/")
    screen.locator("nav a:visible", has_text="职责界定").first.click()
    screen.get_by_role("link", name="桥下污水直排").first.click()
    acts(screen, "职责界定", ruling="keep", paper="职责界定 1 号", reason="属管网权属单位职责")
    in_state(screen, "已签收")
    as_role(screen, "dept_officer", part_url(case, "housing"))
    acts(screen, "报到", people="2", place="桥下")
    in_state(screen, "已报到")
    reply = {"began_at": "2026-11-20T10:00", "solved_by": "2026-12-01"}
    acts(screen, "反馈", talked_to="镇建设办", measures="已封堵排口", **reply)
    in_state(screen, "已反馈")
    # The two others have no account: the desk records what they said by telephone (代录).
    for code in ("environment", "establishment"):
        as_role(screen, "desk", part_url(case, code))
        acts(screen, "签收", channel="phone")
        in_state(screen, "已签收")
        acts(screen, "反馈", talked_to="镇建设办", measures="已配合", channel="phone", **reply)
        in_state(screen, "已反馈")
    as_role(screen, "desk", f"{url}evaluate/")
    lead = Part.objects.get(case=case, kind="lead")
    mine = screen.locator(f"#part-{lead.pk}")
    mine.locator("summary", has_text="退回重办").click()
    mine.locator("details[open] [name=reason]").fill("夜里仍有排放")
    mine.get_by_role("button", name="确认退回重办").click()
    screen.locator("h2", has_text="还没有反馈的部门").wait_for()
    as_role(screen, "dept_officer", part_url(case, "housing"))
    acts(screen, "反馈", talked_to="镇建设办", measures="已改造管网", **reply)
    in_state(screen, "已反馈")
    as_role(screen, "desk", f"{url}evaluate/")
    for part in Part.objects.filter(case=case, state="REPLIED").order_by("pk"):
        judge(screen, part)
        screen.locator(f"#part-{part.pk} .state", has_text="已评价").wait_for()
    screen.goto(url)
    acts(screen, "办结")
    stands(screen, "办结")
    report.refresh_from_db()
    assert report.state == "HANDLED"
    acts(screen, "跟踪问效", held="relapsed", reason="雨后又有污水")
    stands(screen, "已吹哨")
    screen.goto(f"{url}history/")
    screen.get_by_text("反弹").first.wait_for()
    assert fits(screen)
    assert verify_record().broken == []


def test_an_enterprise_is_answered_in_time(screen: Page, town: Cast) -> None:
    log_in(screen, "enterprise")
    screen.goto("/whistles/new/")
    screen.get_by_label("标题").fill("园区门口限高杆挡住货车")
    screen.get_by_label("请求事项").fill("请协调调整限高")
    screen.locator("[name=send]").click()
    stands(screen, "已吹哨")
    case = Case.objects.get(kind="whistle")
    url = f"/whistles/{case.number}/"
    as_role(screen, "desk", url)
    screen.locator("details.move > summary", has_text="派哨").first.click()
    box = screen.locator("details.move[open]")
    box.locator("[name=lead]").select_option(str(town.department.pk))
    screen.get_by_role("button", name="确认派哨").click()
    stands(screen, "已派哨")
    as_role(screen, "dept_officer", part_url(case, "housing"))
    acts(screen, "签收")
    in_state(screen, "已签收")
    acts(screen, "反馈", talked_to="企业负责人", measures="已调整限高杆",
         began_at="2026-11-20T10:00", solved_by="2026-12-01")
    in_state(screen, "已反馈")
    as_role(screen, "enterprise", f"{url}evaluate/")
    part = Part.objects.get(case=case)
    judge(screen, part)
    screen.locator(".state", has_text="已评价").first.wait_for()
    as_role(screen, "desk", url)
    acts(screen, "办结")
    stands(screen, "办结")


def test_each_seat_finds_its_next_step_in_two_clicks(screen: Page, town: Cast) -> None:
    told: dict[str, Any] = {"type": "W3", "title": "桥下污水直排", "ask": "请截污"}
    blow_whistle(by=town.actor(Role.LEADER), at=timezone.now(), **told)
    log_in(screen, "desk")
    screen.get_by_role("link", name="桥下污水直排").first.click()
    stands(screen, "已吹哨")
    assert screen.locator("details.move > summary", has_text="派哨").first.is_visible()
