"""Sheets from outside (外来表格): weighed before they are opened, read by their column names.

The sheet is somebody else's file: its unpacked size is looked up in the zip directory first (one of
6.5 MB once unpacked to 1.2 GB), and nothing in it is trusted to be of its type.
"""

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from cases.law.calendar import SHANGHAI
from cases.law.moves import Refused, Why

# Limits of the service's interface for any sheet.
PACKED, UNPACKED, ROWS = 50 * 2**20, 300 * 2**20, 200_000
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's dates have no zone


def rows_of(
    file: Path, required: Sequence[str], optional: Sequence[str] = ()
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows below the head, as (row number in the sheet, value by column name).

    Empty rows are passed over. Raises `Refused` when it is no sheet, too large, empty, or lacks a
    required column (a merged head leaves columns without a name).
    """
    weigh(file)
    sheet = _read(file)
    head = [str(cell).strip() for cell in sheet[0]] if sheet else []
    missing = [name for name in required if name not in head]
    if missing:
        raise _refused(
            f"表格第一行缺少列：{'、'.join(missing)}。请核对列名，且表头不要合并单元格。"
        )
    repeated = [name for name in (*required, *optional) if head.count(name) > 1]
    if repeated:
        raise _refused(f"表格第一行有重复的列：{'、'.join(repeated)}，请保留一列。")
    places = {name: head.index(name) for name in (*required, *optional) if name in head}
    for number, row in enumerate(sheet[1:], start=2):
        if any(str(cell).strip() for cell in row):
            yield number, {name: row[place] for name, place in places.items()}


def weigh(file: Path) -> None:
    """Refuse what is no xlsx file, or too large packed or unpacked, before opening it."""
    if not file.is_file():
        raise _refused(f"找不到文件 {file.name}，请核对路径。")
    if file.stat().st_size == 0:
        raise _refused(f"{file.name} 是空文件，请重新导出。")
    if file.stat().st_size > PACKED:
        raise _refused(f"{file.name} 超过 50 MB,请分开导入。")
    try:
        with zipfile.ZipFile(file) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
    except (zipfile.BadZipFile, OSError) as wrong:
        raise _refused(f"{file.name} 不是 xlsx 表格，请用 xlsx 格式另存后再导入。") from wrong
    if unpacked > UNPACKED:
        raise _refused(f"{file.name} 展开后超过 300 MB,不予打开，请核对文件来源。")


def text_of(cell: Any) -> str:
    """A cell as text; whole numbers lose the `.0` a spreadsheet gives them."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip() if cell is not None else ""


def moment_of(cell: Any) -> datetime:
    """A cell as a moment of Beijing time: a date, a number of days, or a text; else ValueError."""
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=SHANGHAI) if cell.tzinfo is None else cell
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day, tzinfo=SHANGHAI)
    if isinstance(cell, int | float) and 1 <= cell < 100_000:
        seconds = round(cell * 86_400)
        return (_EPOCH + timedelta(seconds=seconds)).replace(tzinfo=SHANGHAI)
    text = str(cell).strip().replace("/", "-").replace("T", " ")
    for pattern in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, pattern).replace(tzinfo=SHANGHAI)
        except ValueError:
            continue
    raise ValueError(f"看不懂时间“{text[:30]}”")


def _read(file: Path) -> list[list[Any]]:
    try:
        book = CalamineWorkbook.from_path(str(file))
        sheet = book.get_sheet_by_index(0)
    except (CalamineError, OSError, ValueError, IndexError) as wrong:
        raise _refused(f"{file.name} 不是可读的表格文件，请用 xlsx 格式另存后再导入。") from wrong
    if sheet.total_height > ROWS + 1:
        raise _refused(f"表格超过 {ROWS} 行，请分开导入。")
    return list(sheet.to_python())


def _refused(sentence: str) -> Refused:
    return Refused(sentence, why=Why.FACTS, fields={"file": sentence})
