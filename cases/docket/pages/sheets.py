"""The access log as a sheet (查阅记录表): text only, so that no cell is taken for a formula."""

from collections.abc import Iterable
from io import BytesIO

import xlsxwriter

from cases.docket.queries.accesslog import Reading
from cases.people.queries import TOWN_TIME

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HEADS = ("时间", "人员", "用户名", "单位", "岗位", "查阅事项", "编号", "行数", "说明")
_WIDTHS = (20, 12, 16, 24, 14, 18, 26, 8, 60)


def readings_sheet(rows: Iterable[Reading]) -> bytes:
    """The sheet of the log, newest first."""
    kept = BytesIO()
    book = xlsxwriter.Workbook(kept, {"in_memory": True, "strings_to_formulas": False})
    page = book.add_worksheet("查阅记录")
    bold = book.add_format({"bold": True})
    for place, (head, width) in enumerate(zip(_HEADS, _WIDTHS, strict=True)):
        page.set_column(place, place, width)
        page.write_string(0, place, head, bold)
    page.freeze_panes(1, 0)
    for line, row in enumerate(rows, start=1):
        for place, text in enumerate(_cells(row)):
            page.write_string(line, place, text)
        page.write_number(line, _HEADS.index("行数"), row.rows)
    book.close()
    return kept.getvalue()


def _cells(row: Reading) -> tuple[str, ...]:
    at = f"{row.at.astimezone(TOWN_TIME):%Y-%m-%d %H:%M:%S}"
    seat = (row.unit_name, row.role_label)
    return (at, row.person, row.username, *seat, row.what_label, row.number, "", row.words)
