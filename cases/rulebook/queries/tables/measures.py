"""Terms, figures, ladders, opening hours as people fill them in (时限、数值、阶梯、工作时间)."""

import re
from collections.abc import Iterator
from datetime import datetime, time
from typing import Any, Final

from cases.law.calendar import BusinessHours as OpeningHours
from cases.law.moves import Fact, Shape
from cases.law.rule import LawError
from cases.law.terms import Close, End, Start, Term
from cases.rulebook.models import BusinessHours, Figure, Ladder, TermRow
from cases.rulebook.queries.tables import Facts, SheetRows, Table, flat, shower
from cases.rulebook.queries.words import (
    CLOSES,
    ENDS,
    RUNG_PARTS,
    STARTS,
    read_rungs,
    read_term,
    rungs_text,
)
from cases.rulebook.sheets import text_of as cell_text

_KEY: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+(@[A-Za-z0-9_]+)?")

_TERM: Final = {
    "key": Fact("时限代码", longest=60, help="英文小写，如 report.handle；系统按代码取用。"),
    "name": Fact("名称", longest=60),
    "term": Fact("时限", longest=40, help="如 3 个工作日、4 个工作小时、24 小时、1 个月。"),
    "start": Fact("起算规则", Shape.CHOICE, STARTS, help="不选按单位通常规则。"),
    "end": Fact("届满规则", Shape.CHOICE, ENDS, help="不选按单位通常规则。"),
    "close": Fact("截止时刻", Shape.CHOICE, CLOSES, help="不选为 24:00。"),
    "what": Fact("要求", longest=120),
    "ladder": Fact("督促阶梯", longest=16, help="阶梯代码，如 L3；不填不督促。"),
    "by_category": Fact("随分类", Shape.FLAG, help="事项分类另有时限的，从其时限。"),
}
_FIGURE: Final = {
    "key": Fact("代码", longest=60, help="英文小写，如 report.hops；系统按代码取用。"),
    "name": Fact("名称", longest=60),
    "value": Fact("数值", Shape.INTEGER),
    "unit": Fact("单位", longest=12, help="如 次、天、%。"),
}
_LADDER: Final = {
    "code": Fact("代码", longest=16),
    "name": Fact("名称", longest=60),
    "rungs": Fact(
        "各级",
        Shape.TEXT,
        longest=4000,
        help="一级一行，用竖线隔开："
        + " | ".join(RUNG_PARTS)
        + "。例：到期 | 黄 | 催办 | 镇专班 | 承办人、承办单位负责人 | 缓发",
    ),
}
_HOURS: Final = {
    "spans": Fact(
        "时段", Shape.TEXT, longest=200, help="如 08:30-12:00,14:00-17:30，各段用逗号或换行隔开。"
    ),
}
_LADDER_COLUMNS: Final = ("代码", "名称", "级次", *RUNG_PARTS)
_HOURS_COLUMNS: Final = ("上班", "下班")


def _key(text: str) -> str:
    if not _KEY.fullmatch(text):
        raise LawError("key", f"代码“{text[:40]}”不对，应为英文小写并含点，如 report.handle。")
    return text


def _term_shown(row: TermRow) -> dict[str, Any]:
    facts = shower([name for name in _TERM if name != "term"])(row)
    return {"term": _words(row.amount, row.unit)} | facts


def _words(amount: int, unit: str) -> str:
    return read_term(f"{amount} {unit.replace('_', ' ')}").words


def _term_read(facts: dict[str, Any]) -> dict[str, Any]:
    term = read_term(facts.pop("term"))
    _key(facts["key"])
    Term(
        term.amount,
        term.unit,
        Start(facts["start"]) if facts["start"] else None,
        End(facts["end"]) if facts["end"] else None,
        Close(facts["close"] or Close.MIDNIGHT),
    )
    return facts | {"amount": term.amount, "unit": term.unit.value}


def _figure_read(facts: dict[str, Any]) -> dict[str, Any]:
    _key(facts["key"])
    return facts


def _ladder_read(facts: dict[str, Any]) -> dict[str, Any]:
    return facts | {"rungs": read_rungs(facts["rungs"])}


def _ladder_lines(shown: Facts) -> list[list[str]]:
    lines = str(shown["rungs"]).splitlines()
    return [
        [shown["code"], shown["name"], str(no), *(part.strip() for part in line.split("|"))]
        for no, line in enumerate(lines, start=1)
    ]


def _ladders_gathered(rows: SheetRows) -> Iterator[tuple[int, dict[str, Any]]]:
    found: dict[str, dict[str, Any]] = {}
    first: dict[str, int] = {}
    for number, row in rows:
        code = cell_text(row["代码"])
        one = found.setdefault(code, {"code": code, "name": cell_text(row["名称"]), "rungs": ""})
        first.setdefault(code, number)
        # A stroke within a cell would shift its parts.
        parts = (cell_text(row[part]).replace("|", "／") for part in RUNG_PARTS)
        one["rungs"] += " | ".join(" ".join(part.split()) for part in parts) + "\n"
    yield from ((first[code], facts) for code, facts in found.items())


def _hours_shown(row: BusinessHours) -> dict[str, Any]:
    return {"spans": ",".join("-".join(span) for span in row.spans)}


def _hours_read(facts: dict[str, Any]) -> dict[str, Any]:
    plain = re.sub(r"[\s,，、;；]+", ",", str(facts["spans"])).strip(",")
    plain = re.sub(r"[—–~至]", "-", plain).replace("：", ":")
    try:
        hours = OpeningHours.parse(plain)
    except LawError as wrong:
        raise LawError("spans", wrong.sentence) from wrong
    return {"spans": [[f"{a:%H:%M}", f"{b:%H:%M}"] for a, b in hours.spans]}


def _hours_lines(shown: Facts) -> list[list[str]]:
    return [span.split("-") for span in str(shown["spans"]).split(",")]


def _hours_gathered(rows: SheetRows) -> Iterator[tuple[int, dict[str, Any]]]:
    spans, first = [], 0
    for number, row in rows:
        first = first or number
        spans.append("-".join(_clock(row[column]) for column in _HOURS_COLUMNS))
    if spans:
        yield first, {"spans": ",".join(spans)}


def _clock(cell: Any) -> str:
    if isinstance(cell, time | datetime):
        return f"{cell:%H:%M}"
    if isinstance(cell, float) and 0 <= cell < 1:
        minutes = round(cell * 1440)
        return f"{minutes // 60:02}:{minutes % 60:02}"
    return cell_text(cell)[:8]


_term_columns, _term_lines, _terms_gathered = flat(_TERM)
_figure_columns, _figure_lines, _figures_gathered = flat(_FIGURE)

TERMS: Final = Table(
    slug="terms",
    model=TermRow,
    label="时限",
    facts=_TERM,
    needed=frozenset({"key", "name", "term"}),
    keys=("key",),
    columns=_term_columns,
    show=_term_shown,
    read=_term_read,
    spread=_term_lines,
    gather=_terms_gathered,
)
FIGURES: Final = Table(
    slug="figures",
    model=Figure,
    label="数值",
    facts=_FIGURE,
    needed=frozenset(_FIGURE),
    keys=("key",),
    columns=_figure_columns,
    show=shower(list(_FIGURE)),
    read=_figure_read,
    spread=_figure_lines,
    gather=_figures_gathered,
)
LADDERS: Final = Table(
    slug="ladders",
    model=Ladder,
    label="督促阶梯",
    facts=_LADDER,
    needed=frozenset(_LADDER),
    keys=("code",),
    columns=_LADDER_COLUMNS,
    show=lambda row: {"code": row.code, "name": row.name, "rungs": rungs_text(row.rungs)},
    read=_ladder_read,
    spread=_ladder_lines,
    gather=_ladders_gathered,
)
HOURS: Final = Table(
    slug="hours",
    model=BusinessHours,
    label="工作时间",
    facts=_HOURS,
    needed=frozenset(_HOURS),
    keys=(),
    columns=_HOURS_COLUMNS,
    show=_hours_shown,
    read=_hours_read,
    spread=_hours_lines,
    gather=_hours_gathered,
)
