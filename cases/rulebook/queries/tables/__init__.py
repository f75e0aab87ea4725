"""Tables of the rulebook as people fill them in (录入口径): one list of facts for the form, the
interface and the sheet alike, and how a fact becomes a row and a row facts again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from cases.law.moves import Fact, Refused, Shape, Why
from cases.law.rule import LawError
from cases.law.texts import visible
from cases.rulebook.models import DatedRow, Quality

Facts = Mapping[str, Any]
SheetRows = Iterable[tuple[int, Mapping[str, Any]]]

# What every change says of itself, whichever table it is in.
COMMON: Final[Mapping[str, Fact]] = {
    "valid_from": Fact("生效日期", Shape.DATE, help="从这一天起适用；未到的显示为“未生效”。"),
    "citation": Fact(
        "依据", Shape.TEXT, longest=1000, help="写明文件名称和条款；没有的写“镇默认”。"
    ),
    "paper": Fact("文号", longest=200, help="追溯过去日期的必须填写。"),
    "quality": Fact("来源性质", Shape.CHOICE, tuple(Quality.choices)),
    "note": Fact("说明", Shape.TEXT, longest=1000),
}
COMMON_NEEDED: Final = frozenset({"valid_from", "citation", "quality"})
YES: Final = frozenset({"是", "√", "✓", "1", "true", "yes"})
NO: Final = frozenset({"", "否", "0", "false", "no"})


@dataclass(frozen=True, eq=False)
class Table:
    """One table of the rulebook: its facts, what names a row, and its sheet.

    `show` gives a row's facts, `read` a row's fields from facts (LawError where it cannot);
    `spread` and `gather` turn facts into lines of a sheet and back.
    """

    slug: str
    model: type[DatedRow]
    label: str
    facts: Mapping[str, Fact]
    needed: frozenset[str]
    keys: tuple[str, ...]
    columns: tuple[str, ...]
    show: Callable[[Any], dict[str, Any]]
    read: Callable[[dict[str, Any]], dict[str, Any]]
    spread: Callable[[Facts], list[list[str]]]
    gather: Callable[[SheetRows], Iterator[tuple[int, dict[str, Any]]]]
    fixed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def dated_by_hand(self) -> bool:
        """Whether a change says from when it holds; a notice holds from the day it is known."""
        return self.slug != "notices"

    @property
    def common(self) -> Mapping[str, Fact]:
        """What a change of this table says of itself."""
        left_out = () if self.dated_by_hand else ("valid_from",)
        return {name: fact for name, fact in COMMON.items() if name not in left_out}

    def key_of(self, row: DatedRow) -> tuple[Any, ...]:
        """What the row is named by, its territory and days apart."""
        return tuple(getattr(row, part) for part in self.keys)

    def entry(self, given: Facts) -> dict[str, Any]:
        """A row's fields from facts as given, texts or values; raises `Refused` by field."""
        facts: dict[str, Any] = {}
        wrong: dict[str, str] = {}
        for name, fact in self.facts.items():
            try:
                facts[name] = value_of(fact, given.get(name), needed=name in self.needed)
            except LawError as bad:
                wrong[name] = bad.sentence
        if not wrong:
            try:
                return {**self.fixed, **self.read(facts)}
            except LawError as bad:
                wrong[bad.field if bad.field in self.facts else next(iter(facts))] = bad.sentence
        raise Refused("；".join(wrong.values()), why=Why.FACTS, fields=wrong)

    def title(self, row: DatedRow) -> str:
        """What a row is called: its code where people use one, and its name."""
        shown = self.show(row)
        if "year" in shown:
            return f"{shown['year']} 年放假安排"
        if "unit" in shown and "category" in shown:
            return f"{shown['category']} → {shown['unit']}"
        parts = [str(shown.get(part) or "") for part in ("code", "number", "name")]
        return " ".join(part for part in parts if part) or self.label

    def told(self, row: DatedRow) -> dict[str, str]:
        """A row's facts in words, by label, empty ones included."""
        shown = self.show(row)
        return {fact.label: text_of(fact, shown.get(name)) for name, fact in self.facts.items()}


def value_of(fact: Fact, given: Any, *, needed: bool) -> Any:
    """A fact's value from what was written; raises LawError in words that say what to do."""
    text = visible(str(given)).strip() if given is not None else ""
    if needed and not text:
        raise LawError("", f"请填写“{fact.label}”。")
    match fact.shape:
        case Shape.FLAG:
            return _flag(fact, text)
        case Shape.CHOICE:
            return _choice(fact, text)
        case Shape.INTEGER:
            if not text and not needed:
                return None
            if not text.isascii() or not text.isdigit() or len(text) > 9:
                raise LawError("", f"“{fact.label}”应为整数，不是“{text[:20]}”。")
            return int(text)
    if len(text) > fact.longest:
        raise LawError("", f"“{fact.label}”最多 {fact.longest} 字，请精简。")
    return text if fact.shape is Shape.TEXT else " ".join(text.split())


def text_of(fact: Fact, value: Any) -> str:
    """A fact's value in words."""
    if fact.shape is Shape.FLAG:
        return "是" if value else "否"
    if fact.shape is Shape.CHOICE:
        return dict(fact.choices).get(value, "")
    return "" if value is None else str(value)


def flat(
    facts: Mapping[str, Fact],
) -> tuple[
    tuple[str, ...],
    Callable[[Facts], list[list[str]]],
    Callable[[SheetRows], Iterator[tuple[int, dict[str, Any]]]],
]:
    """The sheet of a table with one line a row: columns, facts → lines, lines → facts."""
    names = {fact.label: name for name, fact in facts.items()}

    def spread(shown: Facts) -> list[list[str]]:
        return [[text_of(fact, shown.get(name)) for name, fact in facts.items()]]

    def gather(rows: SheetRows) -> Iterator[tuple[int, dict[str, Any]]]:
        for number, row in rows:
            yield number, {name: row.get(label) for label, name in names.items()}

    return tuple(names), spread, gather


def same(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts that are a row's fields as they stand."""
    return dict(facts)


def shower(names: Sequence[str]) -> Callable[[Any], dict[str, Any]]:
    """Shows fields of a row as facts, as they stand."""
    return lambda row: {name: getattr(row, name) for name in names}


def _flag(fact: Fact, text: str) -> bool:
    if text.lower() in YES:
        return True
    if text.lower() in NO:
        return False
    raise LawError("", f"“{fact.label}”应填 是 或 否，不是“{text[:20]}”。")


def _choice(fact: Fact, text: str) -> str:
    if not text:
        return ""
    for code, label in fact.choices:
        if text in {code, label}:
            return str(code)
    listed = "、".join(label for _, label in fact.choices)
    raise LawError("", f"“{fact.label}”应为 {listed} 之一，不是“{text[:20]}”。")
