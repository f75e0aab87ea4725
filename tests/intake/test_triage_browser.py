"""Triage and the hotline's table in a real browser, desk and phone wide (研判、导入)."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from cases.docket.models import Case
from cases.intake import operations as report
from cases.intake.operations import sheets
from cases.law.moves import Role
from cases.rulebook.models import DutyItem
from cases.rulebook.operations import note_change
from tests.browser import fits, log_in
from tests.intake.hotline import case_of, line, table, text_at
from tests.town import NOW, TODAY, Cast
from tests.walk import BY_EVENT, file, walk

pytestmark = pytest.mark.browser
HERE: dict[str, Any] = {"lng": 119.175, "lat": 32.165}


def entered(town: Cast, *numbers: str) -> None:
    now = timezone.now()
    sent = text_at(now.astimezone(NOW.tzinfo) - timedelta(hours=1))
    rows = [line(n, 诉求分类="生产经营场所隐患线索", 派单时间=sent, 办结时限="") for n in numbers]
    desk = town.actor(Role.DESK)
    told = sheets.send_sheet("工单.xlsx", table(rows), by=desk, at=now)
    sheets.import_sheet(told.id, by=desk, at=now)


def listed() -> None:
    DutyItem.objects.create(
        list_kind="assisting",
        number="12",
        name="生产经营单位安全隐患线索核查",
        lead_department="县应急管理局",
        department_duty="检查、认定并依法处理。",
        valid_from=TODAY,
        citation="示范清单",
        quality="published",
    )
    note_change("rulebook_dutyitem", "12", "enter", None, {}, actor_code="tests", at=NOW)


def test_the_desk_is_spared_typing_and_sends_nothing_unseen(
    screen: Page,
    town: Cast,
) -> None:
    listed()
    for n in range(3):
        at = timezone.now() - timedelta(days=n + 1)
        walk(town, file(town, category="0106", **HERE, at=at), "assign", at=at)
    entered(town, "GD1")
    case = case_of("GD1")
    report.accept(case, by=town.actor(Role.DESK), at=timezone.now(), slip=BY_EVENT)
    log_in(screen, "desk")
    screen.goto(f"/reports/{case.number}/")
    assert screen.locator("#assign_unit").input_value() == str(town.village.pk)
    assert "已按建议预选" in (screen.locator("#assign_unit_suggested").text_content() or "")
    assert fits(screen)
    screen.locator(".clause > summary").first.click()
    screen.get_by_role("button", name="填入“派单异议”").first.click()
    assert screen.locator("#object_sheet_ground").input_value() == "S3"
    assert screen.locator("#object_sheet_belongs").input_value() == "县应急管理局"
    assert "第 12 项" in screen.locator("#object_sheet_clauses").input_value()
    case.refresh_from_db()
    assert case.state == "ACCEPTED"


def test_two_reports_are_compared_and_merged(
    screen: Page,
    town: Cast,
) -> None:
    one, two = file(town, **HERE), file(town, **HERE)
    log_in(screen, "desk")
    screen.goto(f"/reports/{two.number}/")
    screen.get_by_role("link", name=f"与 {one.number} 比对").click()
    screen.get_by_role("heading", name="疑似重复比对").wait_for()
    assert fits(screen)
    screen.get_by_role("button", name="并单：把甲件并入乙件").click()
    screen.locator(".case-head .state", has_text="并单").wait_for()
    two.refresh_from_db()
    assert two.state == "MERGED"


def test_a_table_is_sent_looked_through_and_filed(
    screen: Page,
    town: Cast,
    tmp_path: Path,
) -> None:
    chosen = tmp_path / "工单.xlsx"
    chosen.write_bytes(table([line("A1"), line(""), line("A2", 诉求分类="")]))
    log_in(screen, "desk")
    screen.goto("/reports/import/")
    assert fits(screen)
    screen.get_by_label("工单表").set_input_files(str(chosen))
    screen.get_by_role("button", name="上传并预览").click()
    screen.get_by_role("heading", name="工单导入预览").wait_for()
    assert fits(screen)
    assert not Case.objects.exists()
    screen.get_by_role("button", name="确认登记 2 件").dblclick()
    screen.get_by_text("新登记 2 件").wait_for()
    assert fits(screen)
    assert re.search("第 3 行", screen.content())
    assert Case.objects.count() == 2
    screen.goto("/reports/import/answers/")
    assert fits(screen)
