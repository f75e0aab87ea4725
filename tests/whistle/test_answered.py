"""What a report's page tells of its whistle (部门办理情况): to its own seats, photos to
those who may open them.
"""

from typing import Any

from cases.docket.models import Attachment, Case, Part
from cases.law.moves import Role
from tests.town import NOW, Cast
from tests.whistle.test_pages_mended import DESK, LEADER, OFFICER, Page, text_of, whistled
from tests.whistle.way import FOUR, JUDGED, answer, take


def test_a_report_tells_what_the_departments_did(town: Cast, page: Page) -> None:
    report, whistle = whistled(town)
    own = f"/reports/{report.number}/"
    assert "部门办理情况" not in text_of(page(Role.GRID_WORKER), own)
    take(town, whistle, "approve", LEADER)
    take(town, whistle, "dispatch", DESK, lead=town.department.pk)
    part = Part.objects.get(case=whistle, kind="lead")
    answer(town, part, "sign", OFFICER)
    assert "还没有反馈。" in text_of(page(Role.GRID_WORKER), own)
    reply = answer(town, part, "reply", OFFICER, **(FOUR | {"measures": "<u>换了</u>线路"}))
    photo: dict[str, Any] = {"digest": "0" * 64, "media_type": "image/jpeg", "size": 1}
    Attachment.objects.create(case=whistle, seq=reply.seq, kind="photo", added_at=NOW, **photo)
    answer(town, part, "evaluate", DESK, **JUDGED)
    take(town, whistle, "close", DESK)
    worker, desk = text_of(page(Role.GRID_WORKER), own), text_of(page(DESK), own)
    for text in (worker, desk):
        assert "示范住建局" in text
        assert "&lt;u&gt;换了&lt;/u&gt;线路" in text
        assert "2026年11月20日 周五" in text
    assert "1 个，由镇综合受理窗口保管" in worker
    assert "/attachments/" not in worker
    assert f"/whistles/{whistle.number}/" not in worker
    assert "/attachments/" in desk
    assert f'href="/whistles/{whistle.number}/"' in desk
    Case.objects.filter(pk=whistle.pk).update(wrapped_key=None)
    assert "（内容已销毁）" in text_of(page(Role.GRID_WORKER), own)


def test_an_enterprise_kept_from_departments_is_not_named_by_a_report(
    town: Cast, page: Page
) -> None:
    firm = town.units[f"{town.town.code}-enterprise"]
    report, whistle = whistled(town)
    take(town, whistle, "approve", LEADER)
    take(town, whistle, "dispatch", DESK, lead=town.department.pk)
    part = Part.objects.get(case=whistle, kind="lead")
    answer(town, part, "sign", OFFICER)
    answer(town, part, "reply", OFFICER, **(FOUR | {"measures": f"已到{firm.name}处置"}))
    own = f"/reports/{report.number}/"
    assert firm.name in text_of(page(Role.GRID_WORKER), own)
    Case.objects.filter(pk=whistle.pk).update(veiled=True, filer_unit=firm)
    assert firm.name not in text_of(page(Role.GRID_WORKER), own)
    assert firm.name in text_of(page(DESK), own)
