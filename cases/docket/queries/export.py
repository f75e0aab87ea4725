"""Export (导出): a list as a sheet, under the filters and the access of the list itself.

Titles are unsealed two thousand at a time and written on, so that a long list needs no more memory
than a short one. Whatever a cell begins with stays text.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from tempfile import TemporaryDirectory
from typing import IO, Any, Final

import xlsxwriter
from django.db.models import F, QuerySet

from cases.docket.models import Case
from cases.docket.queries.filters import Filters, in_words
from cases.docket.queries.narrow import narrowed
from cases.docket.queries.rows import NAMES, clocks_of, row_of
from cases.docket.queries.views import SHOWN
from cases.docket.queries.worklist import shelf_of
from cases.people.queries import TOWN_TIME, Actor
from cases.rulebook.queries import Book, book

MOST: Final = 100_000
CHUNK: Final = 2_000
HEAD: Final = (
    ("编号", 24),
    ("事项", 10),
    ("标题", 40),
    ("状态", 14),
    ("分类", 20),
    ("村（社区）", 14),
    ("网格", 20),
    ("承办单位", 18),
    ("经办人", 10),
    ("登记时间", 17),
    ("最近期限", 17),
    ("剩余/超期", 18),
    ("办结时间", 17),
)
_CUT: Final = f"只导出前 {MOST} 行，后面还有；请缩小筛选条件（如按登记日期）后分次导出。"
_NAMES: Final = NAMES | {"on_village": "village__name"}


def write_sheet(file: IO[bytes], actor: Actor, filters: Filters, now: datetime) -> int:
    """Write the list a seat sees under some filters into a file; how many cases are in it.

    Refused for a filter that does not exist. The first `MOST` rows only, and the sheet says so.
    """
    found = shelf_of(actor, filters)
    rows = narrowed(found, filters, actor, now)
    with TemporaryDirectory(prefix="xiashu-export-") as folder:
        options = {
            "constant_memory": True,
            "tmpdir": folder,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "yyyy-mm-dd hh:mm",
            "remove_timezone": True,
        }
        with xlsxwriter.Workbook(file, options) as sheets:
            return _fill(sheets, rows, actor, now, filters)


def _fill(
    sheets: Any, rows: QuerySet[Case], actor: Actor, now: datetime, filters: Filters
) -> int:
    sheet, bold = sheets.add_worksheet("办件"), sheets.add_format({"bold": True})
    sheet.freeze_panes(2, 1)
    for column, (_, width) in enumerate(HEAD):
        sheet.set_column(column, column, width)
    said = f"{now.astimezone(TOWN_TIME):%Y-%m-%d %H:%M} 导出；{in_words(filters)}"
    sheet.write_string(0, 0, said)
    for column, (name, _) in enumerate(HEAD):
        sheet.write_string(1, column, name, bold)
    written, rules = 0, book()
    for cases in _chunks(rows):
        for cells in _cells(cases[: MOST - written], actor, now, rules):
            _write(sheet, written + 2, cells)
            written += 1
        if written >= MOST:
            if len(cases) > MOST or _more(rows, written):
                sheet.write_string(written + 2, 0, _CUT, bold)
            break
    return written


def _more(rows: QuerySet[Case], written: int) -> bool:
    return rows.order_by()[written : written + 1].exists()


def _chunks(rows: QuerySet[Case]) -> Iterator[list[Case]]:
    named = rows.only(*SHOWN, "village_id").annotate(
        **{name: F(path) for name, path in _NAMES.items()}
    )
    # A cursor of the server's: what is not yet written is not yet read.
    reading = named[: MOST + 1].iterator(chunk_size=CHUNK)
    while cases := list(islice(reading, CHUNK)):
        yield cases


def _cells(
    cases: list[Any], actor: Actor, now: datetime, rules: Book
) -> Iterator[tuple[Any, ...]]:
    clocks = clocks_of(cases)
    for case in cases:
        row = row_of(case, actor, now, rules, clocks.get(case.pk, ()))
        yield (
            row.number,
            row.kind_label,
            row.title,
            row.state_label,
            row.category_name,
            case.on_village or "",
            row.grid_name,
            row.unit_name,
            row.officer_name,
            row.opened_at,
            row.due.due_at if row.due else None,
            row.due.words if row.due else "",
            row.closed_at,
        )


def _write(sheet: Any, line: int, cells: tuple[Any, ...]) -> None:
    for column, value in enumerate(cells):
        if isinstance(value, datetime):
            sheet.write_datetime(line, column, value.astimezone(TOWN_TIME))
        elif value:
            sheet.write_string(line, column, value)
