"""Sheets that are none, or more than they say: refused whole, with nothing written."""

import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.management import call_command

from cases.docket.models import Case
from cases.rulebook import sheets
from tests.intake.sheets import HEAD, petition, write
from tests.town import Cast

Make = Callable[[Path], Any]


def refused(capsys: pytest.CaptureFixture[str], file: Path) -> str:
    answers = []
    for words in (("import_petitions",), ("backtest", "--term=15 working days")):
        with pytest.raises(SystemExit) as stopped:
            call_command(words[0], str(file), *words[1:])
        assert stopped.value.code == 2
        answers.append(json.loads(capsys.readouterr().out))
    assert answers[0] == answers[1]
    assert (set(answers[0]), answers[0]["field"]) == ({"error", "field"}, "file")
    assert not Case.objects.exists()
    return str(answers[0]["error"])


def merged_head(file: Path) -> None:
    with xlsxwriter.Workbook(str(file)) as book:
        page = book.add_worksheet()
        page.merge_range(0, 0, 0, 6, "历史来信")
        page.write_row(1, 0, HEAD)
        page.write_row(2, 0, petition())


def merged_columns(file: Path) -> None:
    with xlsxwriter.Workbook(str(file)) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEAD[:3])
        page.merge_range(0, 3, 0, 4, "留言时间")
        page.write_row(1, 0, petition())


def no_cells(file: Path) -> None:
    with xlsxwriter.Workbook(str(file)) as book:
        book.add_worksheet()


def far_cell(row: int, column: int) -> Make:
    def make(file: Path) -> None:
        with xlsxwriter.Workbook(str(file)) as book:
            page = book.add_worksheet()
            page.write_row(0, 0, HEAD)
            page.write(row, column, "远处的一格")

    return make


def other_zip(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("readme.txt", "不是表格")


def cut_short(file: Path) -> None:
    write(file, [petition(n) for n in range(300)])
    data = bytearray(file.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 200] = bytes(200)
    file.write_bytes(data)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda f: write(f, [petition()], head=HEAD[:4]), "缺少列：留言详情"),
        (lambda f: write(f, [petition()], head=("编号", *HEAD[1:])), "缺少列：留言编号"),
        (lambda f: write(f, [petition()], head=(*HEAD, "留言时间")), "重复的列：留言时间"),
        (merged_head, "不要合并单元格"),
        (merged_columns, "缺少列：留言详情"),
        (no_cells, "是空的"),
        (lambda f: f.write_bytes(b""), "是空文件"),
        (lambda f: f.write_text("留言编号,留言用户\n1,2\n", "utf-8"), "不是完好的 xlsx"),
        (lambda f: f.write_text("<html><table><tr><td>留言编号", "utf-8"), "不是完好的 xlsx"),
        (lambda f: f.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 99), "不是完好的 xlsx"),
        (other_zip, "不是可读的表格"),
        (cut_short, "不是"),
        (lambda f: f.mkdir(), "找不到文件"),
        (lambda f: None, "找不到文件"),
        (far_cell(3, 16_383), "超过 52 列"),
        (far_cell(3, 52), "超过 52 列"),
        (far_cell(1_048_575, 0), "超过 200,000 行"),
        (far_cell(200_001, 0), "超过 200,000 行"),
    ],
)
def test_what_is_no_such_sheet(
    town: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str], make: Make, says: str
) -> None:
    make(tmp_path / "sheet.xlsx")
    assert says in refused(capsys, tmp_path / "sheet.xlsx")


@pytest.mark.parametrize(
    ("limit", "value", "says"),
    [("PACKED", 1000, "请分开导入"), ("UNPACKED", 9000, "展开后超过"), ("ROWS", 2, "超过 2 行")],
)
def test_what_is_too_large(
    town: Cast,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
    value: int,
    says: str,
) -> None:
    monkeypatch.setattr(sheets, limit, value)
    file = write(tmp_path / "sheet.xlsx", [petition(n) for n in range(3)])
    assert says in refused(capsys, file)


def bomb(file: Path, size: int, told: int | None = None) -> None:
    """A zip whose part unpacks to a size, and whose directory may tell another."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", bytes(size))
    if told is not None:
        data = bytearray(file.read_bytes())
        directory = data.rindex(b"PK\x01\x02")
        struct.pack_into("<I", data, directory + 24, told)
        file.write_bytes(data)


@pytest.mark.parametrize("told", [None, 4000])
def test_a_zip_bomb_is_not_opened_whatever_its_directory_tells(
    town: Cast,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    told: int | None,
) -> None:
    monkeypatch.setattr(sheets, "UNPACKED", 2**20)
    monkeypatch.setattr(sheets, "_read", lambda file: pytest.fail("was opened"))
    bomb(tmp_path / "sheet.xlsx", 2**21, told)
    assert "展开后超过 1 MB" in refused(capsys, tmp_path / "sheet.xlsx")


def test_an_empty_list_and_gaps_are_no_error(
    town: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("import_petitions", str(write(tmp_path / "none.xlsx", [])))
    assert json.loads(capsys.readouterr().out)["read"] == 0
    with xlsxwriter.Workbook(str(tmp_path / "gaps.xlsx")) as book:
        page = book.add_worksheet()
        page.write_row(2, 1, HEAD)
        page.write_row(5, 1, petition())
        page.write_row(7, 1, petition(""))
        page.write_blank(150_000, 60, None, book.add_format({"bold": True}))
    call_command("import_petitions", str(tmp_path / "gaps.xlsx"))
    answer = json.loads(capsys.readouterr().out)
    assert (answer["read"], answer["created"]) == (2, 1)
    assert answer["rejected"] == [{"row": 8, "reason": "没有留言编号"}]
