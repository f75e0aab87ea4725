"""Reading rows and facts files (读取): a clear refusal naming the field, never a guess."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final, TypeVar

from cases.law.rule import LawError

W = TypeVar("W", bound=StrEnum)
_LONGEST: Final = 200


def text(row: Mapping[str, Any], name: str, within: str = "") -> str:
    """A word that must be there."""
    told = str(row.get(name) if row.get(name) is not None else "").strip()
    if not told:
        raise LawError(within + name, f"缺少“{within}{name}”，请补上。")
    return told[:_LONGEST]


def flag(told: Any, field: str) -> bool | None:
    """Yes, no, or not known (空)."""
    if told is None or isinstance(told, bool):
        return told
    raise LawError(field, f"“{field}”应为 true 或 false；不知道的留空。")


def number(told: Any, field: str) -> Decimal:
    """A number that may not be negative, as an exact decimal."""
    try:
        value = Decimal(str(told).strip())
    except InvalidOperation:
        raise LawError(field, f"“{field}”应为数，不是“{str(told)[:20]}”。") from None
    if isinstance(told, bool) or not value.is_finite() or value < 0:
        raise LawError(field, f"“{field}”应为不小于零的数，不是“{str(told)[:20]}”。")
    return value


def day(told: Any, field: str) -> date:
    """A calendar day, as `2026-08-15`; an instant counts as its day."""
    if isinstance(told, datetime):
        return told.date()
    if isinstance(told, date):
        return told
    try:
        return datetime.fromisoformat(str(told).strip()).date()
    except ValueError:
        words = f"看不懂“{field}”的日期“{str(told)[:20]}”，应如 2026-08-15。"
        raise LawError(field, words) from None


def some_day(told: Any, field: str) -> date | None:
    """A day, or None where there is none."""
    return None if told is None else day(told, field)


def one_of(kind: type[W], told: Any, field: str) -> W:
    """A word of a closed list."""
    try:
        return kind(str(told))
    except ValueError:
        known = "、".join(member.value for member in kind)
        words = f"“{field}”的值“{str(told)[:20]}”不在范围内，应为 {known}。"
        raise LawError(field, words) from None


def rows(row: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    """A list of entries, each with its own fields; empty where there is none."""
    told = row.get(name) or ()
    if not isinstance(told, list | tuple) or not all(isinstance(one, Mapping) for one in told):
        raise LawError(name, f"“{name}”应为列表，每项写明各字段。")
    return tuple(told)
