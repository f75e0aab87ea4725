"""The sheet of petitions (来信表): what a row must say to be a petition, and why it is refused.

Nothing true in a row is lost: what is too long for its field is kept whole in the description.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from cases.intake.states.words import FACTS
from cases.rulebook.sheets import moment_of, rows_of, text_of

COLUMNS = ("留言编号", "留言用户", "留言主题", "留言时间", "留言详情")
ANSWERS = ("答复意见", "答复时间")
NO_REPLY_TEXT = "（来表只有答复时间，没有答复意见）"

_SPACE = re.compile(r"\s+")
_OPENING = 40  # how much of a description stands in for a missing title


@dataclass(frozen=True, slots=True)
class Petition:
    """One petition of the sheet (来信): when it was asked, and when it was answered, if it was."""

    row: int
    number: str
    title: str
    description: str
    reporter: str
    asked: datetime
    answered: datetime | None
    reply: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row that is no petition, and the reason in words (退回的行)."""

    row: int
    reason: str


class _Wrong(ValueError):
    pass


def petitions_of(file: Path, now: datetime) -> Iterator[Petition | Unreadable]:
    """The rows of a sheet in their order; raises `Refused` when the file is no such sheet."""
    for number, row in rows_of(file, COLUMNS, ANSWERS):
        try:
            yield _petition(number, row, now)
        except _Wrong as wrong:
            yield Unreadable(number, str(wrong))


def _petition(row: int, cells: Mapping[str, Any], now: datetime) -> Petition:
    asked = _moment("留言时间", cells["留言时间"], now)
    reply = text_of(cells.get("答复意见"))
    answered = _answered(cells.get("答复时间"), reply, asked, now)
    title, description, reporter = _words(cells)
    return Petition(
        row=row,
        number=_bounded("留言编号", _number(cells["留言编号"]), "external"),
        title=title,
        description=_bounded("留言详情", description, "description"),
        reporter=reporter,
        asked=asked,
        answered=answered,
        reply=_bounded("答复意见", reply or NO_REPLY_TEXT, "reply") if answered else "",
    )


def _number(cell: Any) -> str:
    number = _line(cell)
    if not number:
        raise _Wrong("没有留言编号")
    return number


def _moment(column: str, cell: Any, now: datetime) -> datetime:
    if not text_of(cell):
        raise _Wrong(f"没有{column}")
    try:
        at = moment_of(cell)
    except ValueError as wrong:
        raise _Wrong(f"{column}：{wrong}") from wrong
    if at > now:
        raise _Wrong(f"{column}在将来")
    return at


def _answered(cell: Any, reply: str, asked: datetime, now: datetime) -> datetime | None:
    if not text_of(cell):
        if reply:
            raise _Wrong("有答复意见而没有答复时间")
        return None
    at = _moment("答复时间", cell, now)
    if at >= asked:
        return at
    if _day_only(cell) and at.date() == asked.date():
        return asked  # answered the same day, at an hour the sheet does not tell
    raise _Wrong("答复时间早于留言时间")


def _day_only(cell: Any) -> bool:
    if isinstance(cell, float):
        return cell.is_integer()
    if isinstance(cell, date):
        return not isinstance(cell, datetime)
    return not re.search("[:：时点]", str(cell))


def _words(cells: Mapping[str, Any]) -> tuple[str, str, str]:
    whole = {"title": _line(cells["留言主题"]), "reporter": _line(cells["留言用户"])}
    description = text_of(cells["留言详情"])
    if not whole["title"] and not description:
        raise _Wrong("没有留言主题，也没有留言详情")
    kept = [
        f"{FACTS[name].label}：{text}"
        for name, text in whole.items()
        if len(text) > FACTS[name].longest
    ]
    title = whole["title"] or _cut(_line(description), _OPENING)
    return (
        _cut(title, FACTS["title"].longest),
        "\n".join([*kept, description]).strip(),
        _cut(whole["reporter"], FACTS["reporter"].longest),
    )


def _bounded(column: str, text: str, fact: str) -> str:
    longest = FACTS[fact].longest
    if len(text) > longest:
        raise _Wrong(f"{column}超过 {longest} 字")
    return text


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _line(cell: Any) -> str:
    return _SPACE.sub(" ", text_of(cell)).strip()
