"""The sheet of the hotline (12345 工单表): what a row must say to be a report, or why it is none.

Every town's export names its columns a little differently, puts a title above them, or repeats
them; what each column means is found by its name. Nothing true in a row is lost: what is too long
for its field is kept whole in the description, what cannot be used is said.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from cases.intake.states.words import FACTS
from cases.law.identifiers import IdentifierError, check_phone
from cases.law.moves import Refused, Why
from cases.rulebook.sheets import lines_of, moment_of, text_of

# What a column may be called; the first name found in a sheet is the one that counts.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "number": ("工单编号", "工单号", "编号"),
    "reporter": ("来电人", "诉求人", "反映人", "来电人姓名", "联系人"),
    "phone": ("联系电话", "来电号码", "来电电话", "联系方式"),
    "title": ("诉求标题", "标题", "工单标题"),
    "content": ("诉求内容", "内容", "工单内容"),
    "address": ("诉求地址", "事发地址", "地址"),
    "dispatched": ("派单时间", "转办时间", "受理时间"),
    "due": ("办结时限", "答复期限", "截止时间", "要求办结时间"),
    "category": ("诉求分类", "分类"),
    "urgent": ("紧急程度",),
    "anonymous": ("匿名", "是否匿名"),
    "secret": ("是否保密", "保密"),
}
LABELS = {name: names[0] for name, names in ALIASES.items()}
LONGEST_SHEET = 2_000  # rows a person can still look through
_HEAD_WITHIN = 10  # rows a head is looked for in: titles and units stand above it
_OPENING = 40  # how much of a content stands in for a missing title
_EXACT = 10**15  # a spreadsheet keeps fifteen digits of a number; the rest is invented
_SPACE = re.compile(r"\s+")
_YES = frozenset({"是", "匿名", "保密", "需保密", "y", "yes", "true", "1", "√"})
_URGENT = frozenset({"紧急", "特急", "加急", "急", "特别紧急", "非常紧急", "是"})
_REPEATED = "工单编号与第 {} 行重复"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of the hotline (工单) as it will be filed; `notes` say what was left out of it."""

    row: int
    number: str
    title: str
    description: str
    address: str
    reporter: str
    phone: str
    dispatched: datetime
    due: datetime | None
    category: str
    urgent: bool
    anonymous: bool
    secret: bool
    notes: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row that is no sheet of the hotline, and the reason in words (有误的行)."""

    row: int
    number: str
    title: str
    reason: str


class _Wrong(ValueError):
    pass


def sheets_in(file: Path, now: datetime) -> Iterator[Sheet | Unreadable]:
    """The rows of a hotline's export in their order.

    Raises `Refused` when the file is no such table, or holds more than 2,000 rows.
    """
    lines = lines_of(file)
    places = _head(lines)
    taken = 0
    for row, cells in lines:
        if not any(text_of(cell).strip() for cell in cells) or _places(cells) == places:
            continue  # nothing in it, or the head once more on the next printed page
        taken += 1
        if taken > LONGEST_SHEET:
            raise _refused(f"表格超过 {LONGEST_SHEET:,} 行，请分开导入。")
        yield _read(row, {name: cells[place] for name, place in places.items()}, now)


def _head(lines: Iterator[tuple[int, list[Any]]]) -> dict[str, int]:
    best: dict[str, int] = {}
    for _, cells in islice(lines, _HEAD_WITHIN):
        found = _places(cells)
        if not _missing(found):
            _no_twins(cells, found)
            return found
        best = max(best, found, key=len)
    missing = "、".join(_missing(best))
    raise _refused(
        f"前 {_HEAD_WITHIN} 行里没有找到表头，缺少列：{missing}。"
        "请用 12345 系统导出的工单表，列名不要改动。"
    )


def _places(cells: Sequence[Any]) -> dict[str, int]:
    names = [_SPACE.sub("", unicodedata.normalize("NFKC", str(cell))) for cell in cells]
    return {
        fact: names.index(name)
        for fact, known in ALIASES.items()
        if (name := next((n for n in known if n in names), None))
    }


def _missing(places: Mapping[str, int]) -> list[str]:
    needed = [LABELS[name] for name in ("number", "dispatched") if name not in places]
    if not places.keys() & {"title", "content"}:
        needed.append(f"{LABELS['title']}或{LABELS['content']}")
    return needed


def _no_twins(cells: Sequence[Any], places: Mapping[str, int]) -> None:
    names = [str(cell).strip() for cell in cells]
    twins = [names[place] for place in places.values() if names.count(names[place]) > 1]
    if twins:
        raise _refused(f"表头有重复的列：{'、'.join(twins)}，请保留一列。")


def _read(row: int, cells: Mapping[str, Any], now: datetime) -> Sheet | Unreadable:
    try:
        return _sheet(row, cells, now)
    except _Wrong as wrong:
        number, title = _line(cells["number"]), _line(cells.get("title"))
        return Unreadable(row, number[:80], title[:_OPENING], str(wrong))


def _sheet(row: int, cells: Mapping[str, Any], now: datetime) -> Sheet:
    number = _number(cells["number"])
    dispatched = _moment("dispatched", cells["dispatched"])
    if dispatched > now:
        raise _Wrong("派单时间在将来，请核对")
    due = _moment("due", cells["due"]) if text_of(cells.get("due")).strip() else None
    if due is not None and due <= dispatched:
        raise _Wrong("办结时限不晚于派单时间，请核对")
    anonymous = _said(cells, "anonymous", _YES)
    title, description = _words(cells)
    phone, notes = _phone(cells, anonymous)
    return Sheet(
        row=row,
        number=number,
        title=title,
        description=description,
        address=_cut(_line(cells.get("address")), FACTS["address"].longest),
        reporter="" if anonymous else _cut(_line(cells.get("reporter")), 60),
        phone=phone,
        dispatched=dispatched,
        due=due,
        category=_line(cells.get("category"))[:200],
        urgent=_said(cells, "urgent", _URGENT),
        anonymous=anonymous,
        secret=_said(cells, "secret", _YES),
        notes=notes,
    )


def _number(cell: Any) -> str:
    if isinstance(cell, float | int) and abs(cell) >= _EXACT:
        raise _Wrong("工单编号被存成了数字，后几位已失真；请把该列设为文本后重新导出")
    number = _SPACE.sub("", unicodedata.normalize("NFKC", text_of(cell)))
    if not number:
        raise _Wrong("没有工单编号")
    if len(number) > FACTS["external"].longest:
        raise _Wrong(f"工单编号超过 {FACTS['external'].longest} 字")
    return number


def _moment(name: str, cell: Any) -> datetime:
    if not text_of(cell).strip():
        raise _Wrong(f"没有{LABELS[name]}")
    try:
        return moment_of(cell)
    except ValueError as wrong:
        raise _Wrong(f"{LABELS[name]}：{wrong}") from wrong


def _words(cells: Mapping[str, Any]) -> tuple[str, str]:
    whole = {name: _line(cells.get(name)) for name in ("title", "address", "reporter")}
    content = text_of(cells.get("content")).strip()
    if not whole["title"] and not content:
        raise _Wrong("没有诉求标题，也没有诉求内容")
    kept = [
        f"{LABELS[name]}：{text}"
        for name, text in whole.items()
        if len(text) > FACTS[name].longest
    ]
    if len(content) > FACTS["description"].longest - sum(map(len, kept)) - 10:
        raise _Wrong(f"诉求内容超过 {FACTS['description'].longest:,} 字")
    title = whole["title"] or _cut(_line(content), _OPENING)
    return _cut(title, FACTS["title"].longest), "\n".join([*kept, content]).strip()


def _phone(cells: Mapping[str, Any], anonymous: bool) -> tuple[str, tuple[str, ...]]:
    told = _line(cells.get("phone"))
    if anonymous or not told:
        return "", ()
    try:
        return check_phone(told), ()
    except IdentifierError:
        return "", ("联系电话不是有效号码，未登记",)


def _said(cells: Mapping[str, Any], name: str, yes: frozenset[str]) -> bool:
    return _line(cells.get(name)).lower() in yes


def _line(cell: Any) -> str:
    return _SPACE.sub(" ", unicodedata.normalize("NFC", text_of(cell))).strip()


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _refused(sentence: str) -> Refused:
    return Refused(sentence, why=Why.FACTS, fields={"file": sentence})
