"""Rules with a date and a source (规则): which value governs on a given day, and who says so.

法不溯及既往: the governing date is always an argument. Outside the known dates, or where two
values hold at once, there is no answer, and the asker is told so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol, TypeVar


class LawError(ValueError):
    """A question the law cannot answer; `field` names the input to correct (无法依法计算)."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence


class NotInForce(LawError):
    """No value governs on that day (当日无有效规则)."""


class Overlap(LawError):
    """Two values claim the same day (规则重叠)."""


class Quality(StrEnum):
    """How far a value may be trusted (来源性质)."""

    STATUTE = "statute"
    PUBLISHED = "published"
    TOWN_DEFAULT = "town_default"
    DEMONSTRATION = "demonstration"


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a value comes from (依据)."""

    text: str
    url: str = ""
    quality: Quality = Quality.STATUTE

    def __str__(self) -> str:
        return self.text


class Dated(Protocol):
    """A value holding from a day until, not including, another; None is until further notice."""

    @property
    def valid_from(self) -> date: ...

    @property
    def valid_to(self) -> date | None: ...


Row = TypeVar("Row", bound=Dated)


def holds(row: Dated, on: date) -> bool:
    """Whether the value governs on that day (是否有效)."""
    return row.valid_from <= on and (row.valid_to is None or on < row.valid_to)


def in_force(rows: Iterable[Row], on: date) -> Row:
    """The one value governing on that day; raises NotInForce or Overlap (当日有效的规则)."""
    found = [row for row in rows if holds(row, on)]
    if not found:
        raise NotInForce("on", f"{on} 没有有效的规则，请在规则库补录后再办理。")
    if len(found) > 1:
        raise Overlap("on", f"{on} 同时有 {len(found)} 条有效规则，请在规则库截止其中的旧规则。")
    return found[0]
