"""A published month as a sheet (月报表格): text stays text, no cell is taken for a formula."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

import xlsxwriter

from cases.board.queries.months import Month, MonthLine, MonthRate
from cases.people.queries import TOWN_TIME

_LATE = ("编号", "事项", "承办单位", "时限", "最后一日", "超期天数", "颜色", "原因")
_SHELVED = ("编号", "事项", "挂账自", "下次复看", "原因")
_LATE_KEYS = ("number", "kind", "unit", "term", "last_day", "days", "colour", "reason")
_SHELVED_KEYS = ("number", "kind", "since", "look", "reason")


def month_sheet(month: Month, lines: list[MonthLine], rates: list[MonthRate]) -> bytes:
    """The sheet of a month: figures, rates, corrections, annexes, what they mean."""
    kept = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(kept, options) as book:
        bold = book.add_format({"bold": True})
        figures = [
            (e.group, e.label, e.value, "" if e.corrected is None else e.corrected, e.before,
             e.year_before)
            for e in lines
        ]
        _page(book, bold, "数据", ("类别", "指标", "数", "更正为", "环比", "同比"), figures)
        made = [
            (e.name, e.percent, e.numerator, e.denominator, e.before, e.year_before,
             "；".join(f"{why} {many}" for why, many in e.excluded))
            for e in rates
        ]
        heads = ("指标", "率", "分子", "分母", "环比", "同比", "不计的")
        _page(book, bold, "三率", heads, made)
        labels = {line.code: line.label for line in month.lines}
        told = [
            (labels.get(e.figure, e.figure), e.was, e.now, e.why,
             f"{e.at.astimezone(TOWN_TIME):%Y-%m-%d %H:%M}", e.by.name)
            for e in month.corrections
        ]
        _page(book, bold, "更正", ("指标", "原数", "更正为", "原因", "时间", "更正人"), told)
        _annex(book, bold, "超期附表", month.figures["late"], _LATE, _LATE_KEYS)
        _annex(book, bold, "挂账附表", month.figures["shelved"], _SHELVED, _SHELVED_KEYS)
        words = [(line,) for line in month.row.definition.splitlines()]
        words += [(month.row.release,), (f"SHA-256 {month.row.digest}",)]
        _page(book, bold, "口径", (month.row.label,), words)
    return kept.getvalue()


def _annex(
    book: Any, bold: Any, name: str, annex: Any, heads: Sequence[str], keys: Sequence[str]
) -> None:
    rows = [[row[key] for key in keys] for row in annex["rows"]]
    if annex["unlisted"]:
        rows.append([f"另有 {annex['unlisted']} 项只计数，不列明细"])
    _page(book, bold, name, heads, rows)


def _page(
    book: Any, bold: Any, name: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    for place, head in enumerate(heads):
        sheet.set_column(place, place, 90 if len(heads) == 1 else 20)
        sheet.write_string(0, place, head, bold)
    for line, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(line, place, value)
            else:
                sheet.write_string(line, place, str(value))
