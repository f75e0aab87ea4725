"""What a change would do (修改预览): each row new, in place of an old one, the same, or wrong.

Nothing is written here. What is shown before a change and what is done after it come from the same
plan: where the rules moved in between, the plan's digest says so.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from cases.law.moves import Refused, Why
from cases.rulebook.models import Category, DatedRow, Ladder, Quality, Scheme
from cases.rulebook.operations import READ
from cases.rulebook.queries.standing import rows_of_table, rows_on, rows_to_come, scopes
from cases.rulebook.queries.tables import Table, text_of

NEW, SUCCEED, SAME, WRONG = "new", "succeed", "same", "wrong"
OUTCOMES: Final = {NEW: "新增", SUCCEED: "接替旧行", SAME: "不变", WRONG: "有误"}
EARLIEST: Final = date(1949, 10, 1)
FARTHEST: Final = timedelta(days=3660)


@dataclass(frozen=True)
class Keeper:
    """Who keeps the rules of a place (规则管理员).

    `whole`: of the installation's own town, who also keeps the rows of wider territories.
    """

    code: str
    division: str
    whole: bool


@dataclass(frozen=True)
class Basis:
    """What a change rests on: its first day, citation, paper, quality, note (修改依据)."""

    valid_from: date
    citation: str
    quality: str
    paper: str = ""
    note: str = ""

    def checked(self, today: date) -> "Basis":
        """Itself, if it can carry a change; raises `Refused` by field."""
        wrong = {}
        if not self.citation.strip():
            wrong["citation"] = "请填写依据。"
        if self.quality not in Quality.values:
            wrong["quality"] = "请选择来源性质。"
        if not EARLIEST <= self.valid_from <= today + FARTHEST:
            wrong["valid_from"] = "生效日期过早或过远，请核对年份。"
        if self.valid_from < today and not self.paper.strip():
            wrong["paper"] = "生效日期早于今天的，请填写文号。"
        if wrong:
            raise Refused(" ".join(wrong.values()), why=Why.FACTS, fields=wrong)
        return self

    def warnings(self, today: date) -> list[str]:
        """What whoever confirms must know."""
        if self.valid_from < today:
            return [
                f"生效日期 {self.valid_from} 早于今天：已经算定的期限保持原日期，"
                "只有此后起算或重算的按新值。"
            ]
        if self.valid_from > today:
            return [f"{self.valid_from} 起生效，此前仍按现行规则。"]
        return []


@dataclass(frozen=True)
class Line:
    """What would become of one row: its outcome, what changes, or why not (逐行结果)."""

    no: int
    name: str
    outcome: str
    reason: str = ""
    changes: tuple[tuple[str, str, str], ...] = ()
    standing: Any = None
    entry: Mapping[str, Any] | None = None
    warnings: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The outcome in words."""
        return OUTCOMES[self.outcome]


@dataclass(frozen=True)
class Plan:
    """All rows of one change, and the digest by which it is known again (预览)."""

    table: Table
    lines: tuple[Line, ...]
    basis: Basis
    digest: str

    def count(self, outcome: str) -> int:
        """How many rows have an outcome."""
        return sum(line.outcome == outcome for line in self.lines)

    @property
    def counts(self) -> list[tuple[str, str, int]]:
        """Every outcome with its label and number."""
        return [(outcome, label, self.count(outcome)) for outcome, label in OUTCOMES.items()]


def plan(
    table: Table,
    rows: Iterable[tuple[int, Mapping[str, Any]]],
    basis: Basis,
    keeper: Keeper,
    today: date,
) -> Plan:
    """What these rows would do from the basis' first day on (预览), in three queries or so."""
    basis.checked(today)
    read = [_read(table, number, facts, basis) for number, facts in rows]
    standing = {
        table.key_of(row): row for row in rows_on(table, keeper.division, basis.valid_from)
    }
    coming = {
        table.key_of(row): row
        for row in rows_to_come(table, keeper.division, basis.valid_from)
        if row.scope == keeper.division
    }
    known = _known(table, [line.entry for line in read if line.entry], keeper, basis)
    seen: dict[tuple[Any, ...], int] = {}
    lines = []
    for line in read:
        done = line
        if line.entry is not None:
            done = _placed(table, line, standing, coming, known, keeper.division)
        if done.entry is not None and done.outcome != WRONG:
            key = tuple(done.entry[part] for part in table.keys)
            if key in seen:
                done = _wrong(done, f"与第 {seen[key]} 行重复，请保留一行。")
            seen.setdefault(key, done.no)
        lines.append(done)
    return Plan(table, tuple(lines), basis, _digest(lines, basis))


def _read(table: Table, number: int, facts: Mapping[str, Any], basis: Basis) -> Line:
    name = str(facts.get("code") or facts.get("key") or facts.get("number") or table.label)[:40]
    if "wrong" in facts:
        return Line(number, name, WRONG, str(facts["wrong"]))
    try:
        entry = table.entry(facts)
    except Refused as refused:
        return Line(number, name, WRONG, refused.sentence)
    row = table.model(**entry, valid_from=basis.valid_from, citation=basis.citation)
    try:
        READ[table.model](row)
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        return Line(number, name, WRONG, f"无法按规则计算：{wrong}")
    return Line(number, table.title(row), NEW, entry=entry)


def _placed(
    table: Table,
    line: Line,
    standing: Mapping[tuple[Any, ...], DatedRow],
    coming: Mapping[tuple[Any, ...], DatedRow],
    known: frozenset[str],
    division: str,
) -> Line:
    entry = line.entry or {}
    if why := _unknown(table, entry, known):
        return _wrong(line, why)
    key = tuple(entry[part] for part in table.keys)
    held = standing.get(key)
    if key in coming:
        later = coming[key].valid_from
        return _wrong(line, f"已有 {later} 起生效的一条，请先作废它，或改从那一天接替。")
    if held is None:
        told = table.told(table.model(**entry))
        fresh = tuple((label, "", text) for label, text in told.items() if text)
        return replace(line, changes=fresh)
    if held.valid_to is not None and held.scope == division:
        return _wrong(line, f"现行的一条失效日期已定为 {held.valid_to}，请改接替它的一条。")
    changes = _changes(table, held, table.model(**entry))
    outcome = SUCCEED if changes else SAME
    return replace(line, outcome=outcome, changes=changes, standing=held)


def _changes(table: Table, held: Any, new: Any) -> tuple[tuple[str, str, str], ...]:
    was, now = table.show(held), table.show(new)
    return tuple(
        (fact.label, text_of(fact, was.get(name)), text_of(fact, now.get(name)))
        for name, fact in table.facts.items()
        if was.get(name) != now.get(name)
    )


def _known(
    table: Table, entries: Sequence[Mapping[str, Any]], keeper: Keeper, basis: Basis
) -> frozenset[str]:
    """The names a row of this table may point to: parents and petition classes, or ladders."""
    where = {"scope__in": scopes(keeper.division)}
    if table.model is Category:
        rows = Category.objects.filter(valid_to=None, **where).values_list(
            "scheme", "code", "level"
        )
        heads = {c for scheme, c, level in rows if scheme == Scheme.GRID and level == 1}
        heads |= {str(entry["code"]) for entry in entries if entry["level"] == 1}
        return frozenset(heads | {f"={c}" for scheme, c, _ in rows if scheme == Scheme.PETITION})
    if "ladder" in table.facts:
        codes = Ladder.objects.filter(valid_to=None, **where).values_list("code", flat=True)
        return frozenset(codes)
    return frozenset()


def _unknown(table: Table, entry: Mapping[str, Any], known: frozenset[str]) -> str:
    if table.model is Category:
        parent, mapped = entry["parent_code"], entry["maps_to"]
        if parent and parent not in known:
            return f"上级代码“{parent}”没有对应的一级分类，请先录入上级。"
        if mapped and f"={mapped}" not in known:
            return f"诉求分类中没有“{mapped[:40]}”，请核对“对应诉求分类”。"
    if entry.get("ladder") and entry["ladder"] not in known:
        return f"没有督促阶梯“{entry['ladder']}”，请先录入阶梯或不填。"
    return ""


def _wrong(line: Line, reason: str) -> Line:
    return replace(line, outcome=WRONG, reason=reason)


def _digest(lines: Iterable[Line], basis: Basis) -> str:
    told = [
        [line.no, line.outcome, line.standing.pk if line.standing else 0, line.entry]
        for line in lines
    ]
    text = json.dumps([told, vars(basis)], sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def reaching(table: Table, keeper: Keeper, pk: int) -> Any:
    """A row the keeper can see, locked by nobody; raises `Refused` where there is none."""
    row = rows_of_table(table, keeper.division).filter(pk=pk).first() if pk < 2**63 else None
    if row is None:
        raise Refused("没有这条规则，或它不适用于您的地区。", why=Why.HIDDEN)
    return row
