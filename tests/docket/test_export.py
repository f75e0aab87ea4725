"""Export: the sheet is the list, by the same filters and rule of access, and leaves a trace."""

import os
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook
from rest_framework.test import APIClient

from cases.docket.models import AccessLog, Case
from cases.docket.queries import Filters, export, worklist
from cases.law.moves import Refused, Role
from tests.ledger import unchanged
from tests.seats import everybody
from tests.town import NOW, Cast
from tests.walk import file, walk

Pages = Callable[..., Client]


def read(answer: Any) -> list[list[Any]]:
    """Every row of the sheet an answer carries."""
    body = b"".join(answer.streaming_content)
    assert body[:2] == b"PK"
    return CalamineWorkbook.from_filelike(BytesIO(body)).get_sheet_by_index(0).to_python()


def cases_in(answer: Any) -> list[str]:
    return [str(row[0]) for row in read(answer)[2:]]


def test_the_sheet_says_what_the_list_says(town: Cast, page: Pages) -> None:
    case = walk(town, file(town, lng=119.175, lat=32.175), "assign")
    rows = read(page(Role.DESK).get("/cases/export/?view=all"))
    assert "范围：全部" in rows[0][0]
    assert rows[1] == [name for name, _ in export.HEAD]
    told = dict(zip(rows[1], rows[2], strict=True))
    (shown,) = worklist(town.actor(Role.DESK), Filters(view="all"), NOW).rows
    assert told["编号"] == case.number
    assert (told["事项"], told["标题"], told["状态"]) == ("上报事件", "路灯不亮", "已交办(办理中)")
    assert (told["分类"], told["网格"]) == (shown.category_name, shown.grid_name)
    assert (told["村（社区）"], told["承办单位"], told["经办人"]) == ("示范东村", "示范东村", "")
    assert told["登记时间"] == datetime(2026, 11, 20, 10, 0)  # noqa: DTZ001 - a sheet has no zone
    assert isinstance(told["最近期限"], datetime)
    assert told["剩余/超期"]
    assert told["办结时间"] == ""


def test_every_seat_takes_away_what_it_sees_and_no_more(town: Cast) -> None:
    walk(town, file(town), "assign")
    file(town, Role.DESK)
    for at in everybody(town):
        for browser, path, denied in (
            (at.page, "/cases/export/?view=all", 302),
            (at.api, "/api/v1/cases/export/", 401),
        ):
            before = AccessLog.objects.count()
            answer = browser.get(path)
            if at.post is None or at.role in {Role.AUDITOR, Role.SYSADMIN, Role.SECADMIN}:
                assert answer.status_code == (denied if at.post is None else 403), str(at)
                assert AccessLog.objects.count() == before
                continue
            assert answer.status_code == 200, str(at)
            seen = [r["number"] for r in at.api.get("/api/v1/cases/").json()["results"]]
            assert cases_in(answer) == seen, str(at)
            assert AccessLog.objects.count() == before + 1


def test_the_filters_narrow_the_sheet_as_they_narrow_the_list(
    town: Cast, page: Pages, api: Callable[..., APIClient]
) -> None:
    wanted = file(town, category="0101", urgent=True)
    file(town)
    query = "view=all&category=01&urgent=1"
    assert cases_in(page(Role.DESK).get(f"/cases/export/?{query}")) == [wanted.number]
    assert cases_in(api(Role.DESK).get(f"/api/v1/cases/export/?{query}")) == [wanted.number]
    assert cases_in(page(Role.DESK).get("/cases/export/?view=all&q=天文台")) == []


def test_what_was_taken_is_written_down_and_whom_was_looked_for_is_not(
    town: Cast, page: Pages
) -> None:
    file(town, reporter="赵大山", phone="13812345678")
    rows = read(page(Role.DESK).get("/cases/export/?view=all&by=name&q=赵大山"))
    (log,) = AccessLog.objects.all()
    assert (log.what, log.rows, log.officer) == ("export", 1, town.officer(Role.DESK))
    assert "范围：全部" in log.words
    assert "赵大山" not in log.words + str(rows)


def test_whatever_a_cell_begins_with_it_stays_text(town: Cast, page: Pages) -> None:
    hostile = ["=cmd|' /C calc'!A0", "+1+1", "-2", "@SUM(A1)", "https://example.com", "😀<b>&"]
    for title in hostile:
        file(town, title=title)
    answer: Any = page(Role.DESK).get("/cases/export/?view=all")
    body = b"".join(answer.streaming_content)
    book = CalamineWorkbook.from_filelike(BytesIO(body))
    titles = [row[2] for row in book.get_sheet_by_index(0).to_python()[2:]]
    assert titles == hostile[::-1]
    assert answer["Content-Disposition"].startswith("attachment;")
    parts = _parts(body)
    assert b"<f>" not in parts
    assert b"hyperlink" not in parts


def _parts(body: bytes) -> bytes:
    from_zip = ZipFile(BytesIO(body))
    return b"".join(from_zip.read(name) for name in from_zip.namelist())


def test_an_erased_case_stays_in_the_sheet_without_its_words(town: Cast, page: Pages) -> None:
    case = file(town)
    Case.objects.filter(pk=case.pk).update(wrapped_key=None)
    rows = read(page(Role.DESK).get("/cases/export/?view=all"))
    assert rows[2][2] == "（已依法销毁）"


def test_more_than_the_bound_is_cut_and_said(
    town: Cast, page: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(5):
        file(town, title=f"第 {n} 件")
    monkeypatch.setattr(export, "MOST", 4)
    monkeypatch.setattr(export, "CHUNK", 3)
    rows = read(page(Role.DESK).get("/cases/export/?view=all"))
    assert len(rows) == 2 + 4 + 1
    assert "请缩小筛选条件" in rows[-1][0]
    assert AccessLog.objects.get().rows == 4
    monkeypatch.setattr(export, "MOST", 5)
    assert len(read(page(Role.DESK).get("/cases/export/?view=all"))) == 2 + 5


def test_a_wrong_filter_takes_nothing_away(
    town: Cast, page: Pages, api: Callable[..., APIClient]
) -> None:
    with unchanged():
        answer: Any = api(Role.DESK).get("/api/v1/cases/export/?due=never")
        assert answer.status_code == 400
        answer = page(Role.DESK).get("/cases/export/?due=never")
        assert (answer.status_code, answer["Location"]) == (302, "/cases/")
        with pytest.raises(Refused):
            export.write_sheet(BytesIO(), town.actor(Role.DESK), Filters(view="x"), NOW)


def test_nothing_of_it_is_left_on_the_disk(
    town: Cast, page: Pages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file(town)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    answer = page(Role.DESK).get("/cases/export/?view=all")
    assert cases_in(answer)
    assert os.listdir(tmp_path) == []
    monkeypatch.setattr(export, "_fill", lambda *_: 1 / 0)
    assert page(Role.DESK).get("/cases/export/?view=all").status_code == 500
    assert os.listdir(tmp_path) == []
    assert AccessLog.objects.count() == 1


def test_a_sheet_asks_the_same_at_ten_and_at_forty_cases(town: Cast) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            export.write_sheet(BytesIO(), town.actor(Role.DESK), Filters(view="all"), NOW)
        return len(asked)

    for n in range(10):
        file(town, at=NOW - timedelta(minutes=n))
    cost()
    few = cost()
    for n in range(30):
        file(town, at=NOW - timedelta(minutes=n))
    assert cost() == few <= 10
