"""The rulebook's sheets at the door (规则表格): out as it stands on a day, in as rows of facts."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from cases.law.moves import Refused, Why
from cases.rulebook.queries.standing import rows_on
from cases.rulebook.queries.tables import Table
from cases.rulebook.sheets import rows_of, sheet_of

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST: Final = 5_000  # rows of one change; a town's longest list has some four hundred
BESIDE: Final = ("来源性质", "生效日期", "依据", "文号")


def sheet_out(table: Table, division: str, on: date, year: int | None = None) -> bytes:
    """The table as it stands on a day (导出); of notices, one year's."""
    rows = rows_on(table, division, on)
    if year is not None and not table.dated_by_hand:
        rows = [row for row in rows if row.year == year]
    lines = (
        [*line, row.get_quality_display(), row.valid_from.isoformat(), row.citation, row.paper]
        for row in rows
        for line in table.spread(table.show(row))
    )
    return sheet_of(table.label, (*table.columns, *BESIDE), lines)


def handed(table: Table, content: bytes, on: date) -> HttpResponse:
    """A sheet on its way out, named by its table and day."""
    answer = HttpResponse(content, content_type=XLSX)
    name = f"{table.label}-{on.isoformat()}.xlsx"
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["Cache-Control"] = "no-store"
    return answer


def rows_in(
    table: Table, content: bytes, more: dict[str, Any]
) -> list[tuple[int, dict[str, Any]]]:
    """The facts of each row of a sheet, `more` given beside it; raises `Refused`.

    Columns the table does not know are passed over: what every row rests on is said in the form.
    """
    with TemporaryDirectory() as folder:
        file = Path(folder) / "表格.xlsx"
        file.write_bytes(content)
        try:
            read = list(islice(rows_of(file, table.columns), MOST + 1))
        except Refused as refused:
            raise Refused(refused.sentence, why=Why.FACTS, fields=_here(refused)) from refused
    if len(read) > MOST:
        raise _refused(f"表格超过 {MOST:,} 行，请分开录入。")
    if not read:
        raise _refused("表格里只有表头，没有内容，请填写后再上传。")
    return list(_with(table.gather(read), more))


def _with(
    rows: Iterable[tuple[int, dict[str, Any]]], more: dict[str, Any]
) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, facts in rows:
        yield number, {**facts, **more}


def _here(refused: Refused) -> dict[str, str]:
    return {"file": refused.sentence}


def _refused(sentence: str) -> Refused:
    return Refused(sentence, why=Why.FACTS, fields={"file": sentence})
