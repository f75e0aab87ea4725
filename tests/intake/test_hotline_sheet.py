"""The hotline's table read (12345 工单表): found by its column names, wrong rows named, nothing
true lost.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from cases.intake.operations import hotline_sheet
from cases.intake.operations.hotline_sheet import Sheet, Unreadable, sheets_in
from cases.law.moves import Refused
from tests.intake.hotline import DISPATCHED, DUE, HEAD, line, table, text_at
from tests.town import NOW


def read(tmp_path: Path, content: bytes) -> list[Sheet | Unreadable]:
    file = tmp_path / "工单.xlsx"
    file.write_bytes(content)
    return list(sheets_in(file, NOW))


def one(tmp_path: Path, **told: object) -> Any:
    (found,) = read(tmp_path, table([line(**told)]))
    return found


def refusal(tmp_path: Path, content: bytes) -> str:
    with pytest.raises(Refused) as wrong:
        read(tmp_path, content)
    assert list(wrong.value.fields) == ["file"]
    return wrong.value.sentence


def test_a_row_is_read_whole(tmp_path: Path) -> None:
    found = one(tmp_path, 紧急程度="特急")
    assert (found.row, found.number, found.title) == (2, "GD20261120001", "路灯不亮")
    assert (found.reporter, found.phone) == ("示范群众", "13800000001")
    assert (found.dispatched, found.due) == (DISPATCHED, DUE)
    assert (found.address, found.category, found.urgent) == ("示范东村村口", "路灯不亮", True)
    assert (found.anonymous, found.secret, found.notes) == (False, False, ())


@pytest.mark.parametrize(
    "above",
    [
        [["句容市12345工单明细表"], HEAD],
        [["工单明细"], ["单位：件", "", "制表：示范"], [], HEAD],
        [["工单信息", "反映人信息", "", "诉求信息"], HEAD],
    ],
    ids=["a title", "a title, a unit and a gap", "two rows of heads"],
)
def test_what_stands_above_the_head_is_passed_over(tmp_path: Path, above: Any) -> None:
    (found,) = read(tmp_path, table([line()], above=above))
    assert isinstance(found, Sheet)
    assert found.row == len(above) + 1


def test_a_merged_title_above_the_head(tmp_path: Path) -> None:
    file = tmp_path / "merged.xlsx"
    with xlsxwriter.Workbook(str(file)) as book:
        page = book.add_worksheet()
        page.merge_range(0, 0, 0, 10, "12345 工单")
        page.write_row(1, 0, HEAD)
        page.write_row(2, 0, line())
    (found,) = list(sheets_in(file, NOW))
    assert isinstance(found, Sheet)


def test_the_head_repeated_on_a_printed_page_is_no_row(tmp_path: Path) -> None:
    found = read(tmp_path, table([line("A1"), list(HEAD), line("A2")]))
    assert [(row.number, row.row) for row in found] == [("A1", 2), ("A2", 4)]


def test_other_names_of_columns_and_their_order(tmp_path: Path) -> None:
    head = ("序号", "受理时间", "内容", "工单号", "编号", "截止时间", "来电号码")
    row = [1, text_at(DISPATCHED), "村口路灯坏了", "GD1", "9", text_at(DUE), "0511-87262345"]
    (found,) = read(tmp_path, table([row], above=[head]))
    assert isinstance(found, Sheet)
    assert (found.number, found.title, found.phone) == ("GD1", "村口路灯坏了", "0511-87262345")


@pytest.mark.parametrize(
    "cell",
    [
        "2026-11-20 05:00:00",
        "2026/11/20 5:00",
        "２０２６年１１月２０日 5时00分",
        datetime(2026, 11, 20, 5, 0),  # noqa: DTZ001 - as a spreadsheet has it
        46346 + 5 / 24,
    ],
    ids=["text", "slashes", "full width", "a real date", "a number of days"],
)
def test_dates_in_every_dress(tmp_path: Path, cell: object) -> None:
    assert one(tmp_path, 派单时间=cell).dispatched == DISPATCHED


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"工单编号": ""}, "没有工单编号"),
        ({"工单编号": "长" * 81}, "工单编号超过 80 字"),
        ({"工单编号": 20261120000012345678.0}, "后几位已失真"),
        ({"派单时间": ""}, "没有派单时间"),
        ({"派单时间": "昨天"}, "看不懂时间“昨天”"),
        ({"派单时间": "2026-11-20 10:00:01"}, "派单时间在将来"),
        ({"办结时限": "尽快"}, "办结时限：看不懂时间“尽快”"),
        ({"办结时限": text_at(DISPATCHED)}, "办结时限不晚于派单时间"),
        ({"诉求标题": "", "诉求内容": " "}, "没有诉求标题，也没有诉求内容"),
        ({"诉求内容": "长" * 32_000, "诉求标题": "标" * 9_000}, "诉求内容超过 40,000 字"),
    ],
)
def test_a_wrong_row_is_named_with_its_reason(
    tmp_path: Path, told: dict[str, object], reason: str
) -> None:
    found = read(tmp_path, table([line(**told), line("GOOD")]))
    assert isinstance(found[0], Unreadable)
    assert reason in found[0].reason
    assert isinstance(found[1], Sheet)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (" GD 2026\u30001120 ", "GD20261120"),
        ("ＧＤ２０２６－１", "GD2026-1"),
        ("GD\u202e2026", "GD2026"),
        (20261120.0, "20261120"),
        (123456789012345, "123456789012345"),
    ],
)
def test_a_number_is_read_as_it_is_meant(tmp_path: Path, cell: object, number: str) -> None:
    assert one(tmp_path, 工单编号=cell).number == number


def test_a_wrong_telephone_is_left_out_and_said(tmp_path: Path) -> None:
    found = one(tmp_path, 联系电话="1380000")
    assert (found.phone, found.notes) == ("", ("联系电话不是有效号码，未登记",))
    assert "1380000" not in found.description


def test_an_anonymous_caller_leaves_no_name_and_no_number(tmp_path: Path) -> None:
    found = one(tmp_path, 是否匿名="是", 联系电话="不是电话")
    assert (found.anonymous, found.reporter, found.phone, found.notes) == (True, "", "", ())


def test_a_secret_caller_is_kept_and_hidden(tmp_path: Path) -> None:
    head = [*HEAD[:-1], "是否保密"]
    (found,) = read(tmp_path, table([line(是否匿名="是")], above=[head]))
    assert isinstance(found, Sheet)
    assert (found.secret, found.anonymous, found.reporter) == (True, False, "示范群众")


def test_what_is_too_long_for_its_field_stands_in_the_description(tmp_path: Path) -> None:
    title, address = "题" * 150, "址" * 300
    found = one(tmp_path, 诉求标题=title, 诉求地址=address)
    assert (len(found.title), len(found.address)) == (100, 200)
    assert found.title.endswith("…")
    assert f"诉求标题：{title}" in found.description
    assert f"诉求地址：{address}" in found.description


def test_a_missing_title_is_the_beginning_of_the_content(tmp_path: Path) -> None:
    found = one(tmp_path, 诉求标题="", 诉求内容="村口\n路灯" + "不亮" * 40)
    assert found.title == ("村口 路灯" + "不亮" * 40)[:39] + "…"


@pytest.mark.parametrize("text", ["=cmd()|'/C calc'!A0", "<script>alert(1)</script>", "🔥 着火"])
def test_hostile_words_stay_words(tmp_path: Path, text: str) -> None:
    found = one(tmp_path, 诉求标题=text, 诉求内容=f"{text}\x00\u202e尾")
    assert found.title == text
    assert found.description == f"{text}尾"


def test_a_formula_is_read_by_what_it_shows(tmp_path: Path) -> None:
    file = tmp_path / "formula.xlsx"
    with xlsxwriter.Workbook(str(file)) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEAD)
        page.write_row(1, 0, line())
        page.write_formula(1, 0, '="GD"&"77"', None, "GD77")
        page.write_formula(1, 3, '=HYPERLINK("http://x")', None, "点我")
    (found,) = list(sheets_in(file, NOW))
    assert isinstance(found, Sheet)
    assert (found.number, found.title) == ("GD77", "点我")


@pytest.mark.parametrize(
    ("above", "says"),
    [
        ([HEAD[1:]], "缺少列：工单编号"),
        ([[h for h in HEAD if h != "派单时间"]], "缺少列：派单时间"),
        ([[h for h in HEAD if h not in {"诉求标题", "诉求内容"}]], "缺少列：诉求标题或诉求内容"),
        ([[*HEAD, "工单编号"]], "重复的列：工单编号"),
        ([*[[f"说明 {n}"] for n in range(10)], HEAD], "没有找到表头"),
        ([], "没有找到表头"),
    ],
)
def test_a_table_without_its_head_is_refused(tmp_path: Path, above: Any, says: str) -> None:
    assert says in refusal(tmp_path, table([line()], above=above))


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    assert "不是完好的 xlsx" in refusal(tmp_path, b"PK\x03\x04 nothing")
    assert "空文件" in refusal(tmp_path, b"")


def test_too_many_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hotline_sheet, "LONGEST_SHEET", 3)
    assert len(read(tmp_path, table([line(f"A{n}") for n in range(3)]))) == 3
    assert "超过 3 行" in refusal(tmp_path, table([line(f"A{n}") for n in range(4)]))


def test_a_due_date_long_gone_is_still_the_truth(tmp_path: Path) -> None:
    past = datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC) + timedelta(hours=8)
    found = one(tmp_path, 派单时间="2020-01-01 08:00:00", 办结时限=text_at(past))
    assert found.due.astimezone(UTC) == datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
