"""The facts of a move (事实要素), checked by their shape before anything is written."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from cases.docket.record.moment import Moment
from cases.law.moves import Fact, Move, Refused, Shape, Table, Why
from cases.law.texts import visible
from cases.people.queries import town_day
from cases.rulebook.queries.rules import RuleMissing

# Beyond these no date of the town lies, and counting on from one would leave the calendar.
_YEARS: Final = (1900, 2200)


class Wrong(ValueError):
    """One fact that cannot stand, with the sentence for its field."""


def checked(
    move: Move, table: Table, given: Mapping[str, Any], moment: Moment, division: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The open and the sealed facts of a move, cleaned; Refused names every wrong field at once."""
    unknown = set(given) - set(move.facts)
    if unknown:
        raise TypeError(f"{move.verb} knows no {sorted(unknown)}")
    found: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for name in move.facts:
        value = given.get(name)
        if value is None or value == "" or value == []:
            if move.needs(name):
                wrong[name] = f"请填写“{table.facts[name].label}”。"
            continue
        try:
            found[name] = _clean(table.facts[name], value, moment, division)
        except Wrong as error:
            wrong[name] = str(error)
    if wrong:
        raise Refused(
            " ".join(wrong.values()),
            why=Why.FACTS,
            verb=move.verb,
            citation=move.basis,
            fields=wrong,
        )
    sealed = {name: found.pop(name) for name in move.sealed if name in found}
    return found, sealed


def _clean(fact: Fact, value: Any, moment: Moment, division: str) -> Any:
    match fact.shape:
        case Shape.LINE | Shape.TEXT:
            return _text(fact, value)
        case Shape.CHOICE:
            return _choice(fact, value)
        case Shape.UNIT:
            return _unit(fact, value, moment, division)
        case Shape.UNITS:
            return _units(fact, value, moment, division)
        case Shape.CATEGORY:
            return _category(fact, value, moment, division)
        case Shape.INTEGER | Shape.OFFICER:
            return _integer(fact, value)
        case Shape.FLAG:
            return bool(value)
        case Shape.DATE | Shape.MOMENT:
            return _time(fact, value)


def _text(fact: Fact, value: Any) -> str:
    text = visible(str(value))
    if fact.shape is Shape.LINE:
        text = " ".join(text.split())
    if not text:
        raise Wrong(f"请填写“{fact.label}”。")
    if len(text) > fact.longest:
        raise Wrong(f"“{fact.label}”最多 {fact.longest} 字，现有 {len(text)} 字，请精简。")
    return text


def _choice(fact: Fact, value: Any) -> str:
    if str(value) not in dict(fact.choices):
        raise Wrong(f"“{fact.label}”请从所列选项中选择。")
    return str(value)


def _unit(fact: Fact, value: Any, moment: Moment, division: str) -> int:
    unit = moment.directory.units.get(_integer(fact, value))
    # A town deals with its own units and those above it, never with another town's.
    if unit is None or not division.startswith(unit.division):
        raise Wrong(f"“{fact.label}”没有这个单位，请重新选择。")
    if not unit.open_on(town_day(moment.now)):
        raise Wrong(f"“{unit.name}”已撤销，请选择现有单位。")
    return unit.id


def _units(fact: Fact, value: Any, moment: Moment, division: str) -> list[int]:
    rows = value if isinstance(value, list | tuple) else [value]
    found = [_unit(fact, row, moment, division) for row in rows]
    if len(set(found)) != len(found):
        raise Wrong(f"“{fact.label}”里有重复的单位，请去掉重复的。")
    return found


def _category(fact: Fact, value: Any, moment: Moment, division: str) -> str:
    try:
        rule = moment.book.category("grid", str(value), town_day(moment.now), division)
    except RuleMissing:
        raise Wrong(f"“{fact.label}”没有代码 {value}，请重新选择。") from None
    if rule.level < 2:
        raise Wrong(f"“{rule.name}”是大类，请选择其下的小类。")
    return rule.code


def _integer(fact: Fact, value: Any) -> int:
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        raise Wrong(f"“{fact.label}”应为整数。") from None
    if number != number.to_integral_value() or abs(number) > 2**53:
        raise Wrong(f"“{fact.label}”应为整数。")
    return int(number)


def _time(fact: Fact, value: Any) -> date | datetime:
    if isinstance(value, date) and not _YEARS[0] <= value.year <= _YEARS[1]:
        raise Wrong(f"“{fact.label}”的年份不对，请核对。")
    if fact.shape is Shape.DATE and isinstance(value, date) and not isinstance(value, datetime):
        return value
    if fact.shape is Shape.MOMENT and isinstance(value, datetime) and value.tzinfo:
        return value
    raise Wrong(f"“{fact.label}”应为日期时间。")
