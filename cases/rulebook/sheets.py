"""Sheets from outside (外来表格): weighed before they are opened, read by their column names.

The sheet is somebody else's file: its unpacked size is looked up in the zip directory first (one of
6.5 MB once unpacked to 1.2 GB), then counted as it is unpacked, for a directory can lie; a stray
cell far outside would make its reader reserve gigabytes. Nothing in it is of the type it seems.
"""

import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from cases.law.calendar import SHANGHAI
from cases.law.moves import Refused, Why
from cases.law.texts import visible

# Limits of the service's interface for any sheet; columns A to AZ.
PACKED, UNPACKED, ROWS = 50 * 2**20, 300 * 2**20, 200_000
_CHUNK = 2**18
# A cell that holds something (not closed at once) from column BA on, or from row 100,000 on.
_WIDE = re.compile(rb"""\br=["'](?:[A-Z]{3}|[B-Z][A-Z])[0-9]+["'][^>]*(?<!/)>""")
_DEEP = re.compile(rb"""\br=["'][A-Z]{1,3}([0-9]{6,7})["'][^>]*(?<!/)>""")
_LONGEST_TAG = 200
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's dates have no zone
_OLDEST = 18_172  # 1949-10-01 as a spreadsheet counts days: a lone year is no date
_MOMENT = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[ T]*(\d{1,2})[:时点](\d{1,2})(?:[:分](?:(\d{1,2})(?:\.\d+)?秒?)?)?)?"
)


def rows_of(
    file: Path, required: Sequence[str], optional: Sequence[str] = ()
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows below the head, as (row number in the sheet, value by column name).

    Empty rows are passed over. Raises `Refused` when it is no sheet, too large, empty, or lacks a
    required column (a merged head leaves columns without a name).
    """
    rows = lines_of(file)
    head = next((_names(row) for _, row in rows if any(_names(row))), [])
    if not head:
        raise _refused(f"{file.name} 的第一张表是空的，请核对后再导入。")
    missing = [name for name in required if name not in head]
    if missing:
        raise _refused(
            f"表格第一行缺少列：{'、'.join(missing)}。请核对列名，且表头不要合并单元格。"
        )
    repeated = [name for name in (*required, *optional) if head.count(name) > 1]
    if repeated:
        raise _refused(f"表格第一行有重复的列：{'、'.join(repeated)}，请保留一列。")
    places = {name: head.index(name) for name in (*required, *optional) if name in head}
    for number, row in rows:
        if any(_names(row)):
            yield number, {name: row[place] for name, place in places.items()}


def lines_of(file: Path) -> Iterator[tuple[int, list[Any]]]:
    """Every row of the first table as it stands, with its number; weighed before it is opened."""
    weigh(file)
    yield from enumerate(_read(file).iter_rows(), start=1)


def weigh(file: Path) -> None:
    """Refuse what is no xlsx file, or too large packed or unpacked, before opening it."""
    if not file.is_file():
        raise _refused(f"找不到文件 {file.name}，请核对路径。")
    if file.stat().st_size == 0:
        raise _refused(f"{file.name} 是空文件，请重新导出。")
    if file.stat().st_size > PACKED:
        raise _refused(f"{file.name} 超过 {PACKED >> 20} MB，请分开导入。")
    try:
        with zipfile.ZipFile(file) as packed:
            parts = packed.infolist()
            if sum(part.file_size for part in parts) > UNPACKED:
                raise _bomb(file)
            _unpack(file, packed, parts)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as wrong:
        raise _refused(f"{file.name} 不是完好的 xlsx 表格，请用 xlsx 格式另存后再导入。") from wrong


def text_of(cell: Any) -> str:
    """A cell as text, without what cannot be seen; whole numbers lose a spreadsheet's `.0`."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return visible(str(cell)) if cell is not None else ""


def moment_of(cell: Any) -> datetime:
    """A cell as a moment of Beijing time: a date, a number of days, or a text; else ValueError."""
    if isinstance(cell, datetime):
        whole = (cell + timedelta(microseconds=500_000)).replace(microsecond=0)
        return whole.replace(tzinfo=SHANGHAI) if cell.tzinfo is None else whole
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day, tzinfo=SHANGHAI)
    if isinstance(cell, int | float) and _OLDEST <= cell < 100_000:
        seconds = round(cell * 86_400)
        return (_EPOCH + timedelta(seconds=seconds)).replace(tzinfo=SHANGHAI)
    found = _MOMENT.fullmatch(unicodedata.normalize("NFKC", str(cell)).strip())
    try:
        parts = [int(part or 0) for part in found.groups()] if found else []
        return datetime(*parts, tzinfo=SHANGHAI)  # type: ignore[misc, arg-type]
    except (TypeError, ValueError) as wrong:
        raise ValueError(f"看不懂时间“{str(cell).strip()[:30]}”") from wrong


def sheet_of(title: str, columns: Sequence[str], lines: Iterable[Sequence[str]]) -> bytes:
    """A sheet of texts with a head that stays in sight; what looks like a formula stays a text."""
    written = BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(written, {"in_memory": True, **plain}) as workbook:
        page = workbook.add_worksheet(title[:31])
        head = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        cell = workbook.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        page.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            page.write_string(0, place, column, head)
            page.set_column(place, place, 12 if len(column) < 5 else 18)
        for number, line in enumerate(lines, start=1):
            for place, text in enumerate(line):
                page.write_string(number, place, text, cell)
    return written.getvalue()


def _names(row: Sequence[Any]) -> list[str]:
    return [str(cell).strip() for cell in row]


def _unpack(file: Path, packed: zipfile.ZipFile, parts: Sequence[zipfile.ZipInfo]) -> None:
    left = UNPACKED
    for part in parts:
        as_told = copy(part)
        as_told.file_size = UNPACKED + 2 * _CHUNK  # read on past the size the directory claims
        tail = b""
        with packed.open(as_told) as stream:
            while chunk := stream.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise _bomb(file)
                if part.filename.startswith("xl/worksheets/"):
                    _bounded(tail + chunk)
                    tail = chunk[-_LONGEST_TAG:]


def _bounded(chunk: bytes) -> None:
    if _WIDE.search(chunk):
        raise _refused("表格超过 52 列（A 至 AZ），请删去右侧多余的内容后再导入。")
    if any(int(found[1]) > ROWS + 1 for found in _DEEP.finditer(chunk)):
        raise _too_long()


def _read(file: Path) -> CalamineSheet:
    try:
        sheet = CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0)
    except (CalamineError, OSError, ValueError, IndexError) as wrong:
        raise _refused(f"{file.name} 不是可读的表格文件，请用 xlsx 格式另存后再导入。") from wrong
    if sheet.end is not None and sheet.end[0] > ROWS:
        raise _too_long()
    return sheet


def _bomb(file: Path) -> Refused:
    return _refused(f"{file.name} 展开后超过 {UNPACKED >> 20} MB，不予打开，请核对文件来源。")


def _too_long() -> Refused:
    return _refused(f"表格超过 {ROWS:,} 行，请分开导入。")


def _refused(sentence: str) -> Refused:
    return Refused(sentence, why=Why.FACTS, fields={"file": sentence})
