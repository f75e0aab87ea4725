"""Offence items (违法事项) and delegated powers (赋权事项) as the rulebook keeps them, read once.

An item says by which laws its act is punished, what counts as minor, what the local list of spared
first offences asks, and how far back a prior counts. All of it is dated data; none of it stands in
code. A row that cannot be read raises `LawError` with the field to correct.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from cases.law.first_offence.periods import whole
from cases.law.first_offence.reading import day, number, one_of, rows, some_day, text
from cases.law.rule import Citation, LawError
from cases.law.terms import Term


class Subject(StrEnum):
    """Who did it (当事人类型)."""

    PERSON = "person"  # 公民
    BUSINESS = "business"  # 个体工商户
    UNIT = "unit"  # 法人或者其他组织


class Same(StrEnum):
    """What makes an earlier act one of the same kind (同类违法口径)."""

    ITEM = "item"
    FIELD = "field"
    ANY = "any"


class Counted(StrEnum):
    """What an earlier case ended in (前案结果)."""

    PUNISHED = "punished"
    SPARED = "spared"


@dataclass(frozen=True, slots=True)
class Limit:
    """A typed condition (量化条件): a measure, its unit, and the most it may be."""

    measure: str
    label: str
    most: Decimal
    unit: str

    @property
    def words(self) -> str:
        """The condition as a list prints it."""
        return f"{self.label}不超过 {self.most} {self.unit}"


@dataclass(frozen=True, slots=True)
class Fine:
    """A range of fines (罚款幅度): both ends included, in `unit` (元, 工程造价的百分比 …)."""

    least: Decimal
    most: Decimal
    unit: str = "元"

    @property
    def words(self) -> str:
        """The range in words."""
        if not self.least:
            return f"{self.most} {self.unit}以下"
        return f"{self.least}–{self.most} {self.unit}"

    def milder_than(self, other: "Fine") -> bool | None:
        """Whether it is the milder of two; None where they cannot be compared (37)."""
        if self.unit != other.unit:
            return None
        if self.most != other.most:
            ends = (self.most < other.most, self.least <= other.least)
            swapped = (self.most > other.most, self.least >= other.least)
            return True if all(ends) else False if all(swapped) else None
        return self.least < other.least


@dataclass(frozen=True, slots=True)
class Basis:
    """By which law the act is punished, from when until when (处罚依据), the end exclusive."""

    law: str
    subjects: frozenset[Subject]
    valid_from: date
    valid_to: date | None
    fine: Fine | None
    other: str = ""  # 警告、责令停止 …
    precedence: int = 1

    @property
    def words(self) -> str:
        """The penalty in words."""
        said = [self.other, f"罚款 {self.fine.words}" if self.fine else ""]
        return "，".join(filter(None, said)) or "依照该条处罚"


@dataclass(frozen=True, slots=True)
class LookBack:
    """How far back a prior counts (初次违法口径): months, sameness, territory, which ends count."""

    months: int
    same: Same
    territory: str
    counts: frozenset[Counted]
    citation: str

    @property
    def words(self) -> str:
        """The rule in words."""
        kind = {Same.ITEM: "同一事项", Same.FIELD: "同一领域", Same.ANY: "任何"}[self.same]
        ends = {Counted.PUNISHED: "受过处罚", Counted.SPARED: "曾被不予处罚"}
        told = "或".join(ends[end] for end in Counted if end in self.counts)
        return f"{self.months} 个月内在{self.territory}因{kind}违法{told}的，不算初次"


@dataclass(frozen=True, slots=True)
class Sparing:
    """What the local list asks before a first offence is spared (首违不罚清单, 33(1) 第二句)."""

    listed: str
    limits: tuple[Limit, ...]
    undertaking: bool
    rechecked: bool
    exclusions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Item:
    """An offence item (违法事项): everything the town's finding stands on.

    `minor` are the measures below which the act counts as minor (轻微); empty where the officer
    must judge. `correction` is how long after discovery a correction is still in time where nobody
    ordered one. `grave`: it touches life and health, or financial safety (36). `strict`: another
    law forbids the proof of no fault (33(2)). `mitigates` are circumstances for which a row fixes
    减轻. `lighter_share`: how much of the range 从轻 reaches, from below, in per cent.
    """

    code: str
    name: str
    field: str
    power: str
    bases: tuple[Basis, ...]
    minor: tuple[Limit, ...]
    correction: Term | None
    look_back: LookBack | None
    sparing: Sparing | None
    grave: bool
    strict: bool
    mitigates: frozenset[str]
    lighter_share: int | None
    citation: Citation
    version: str

    def with_bases(self, bases: Iterable[Basis]) -> "Item":
        """The item with its bases, which the rulebook keeps apart."""
        return replace(self, bases=tuple(bases))

    @classmethod
    def parse(cls, row: Mapping[str, Any], *, version: str = "", citation: str = "") -> "Item":
        """Read an item as the rulebook keeps it; raises `LawError` naming the field."""
        correction = row.get("correction")
        share = row.get("lighter_share")
        return cls(
            code=text(row, "code"),
            name=text(row, "name"),
            field=text(row, "field"),
            power=text(row, "power"),
            bases=tuple(basis_of(told) for told in rows(row, "bases")),
            minor=tuple(limit_of(told) for told in rows(row, "minor")),
            correction=whole(str(correction), "correction") if correction else None,
            look_back=_look_back(row["look_back"]) if row.get("look_back") else None,
            sparing=_sparing(row["sparing"]) if row.get("sparing") else None,
            grave=bool(row.get("grave", False)),
            strict=bool(row.get("strict", False)),
            mitigates=frozenset(str(code) for code in row.get("mitigates") or ()),
            lighter_share=int(share) if share is not None else None,
            citation=Citation(citation),
            version=version,
        )


@dataclass(frozen=True, slots=True)
class Power:
    """A delegated power (赋权事项), held from a day until, not including, another.

    `keeps_filed`: the paper that took it back leaves cases already filed with the town.
    """

    code: str
    original: str
    paper: str
    valid_from: date
    valid_to: date | None
    keeps_filed: bool
    version: str = ""

    def holds(self, on: date) -> bool:
        """Whether the town holds it on the day."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


def basis_on(item: Item, subject: Subject, on: date) -> Basis | None:
    """The basis that governs an act of such a subject on the day; the higher law goes first."""
    able = [
        basis
        for basis in item.bases
        if subject in basis.subjects
        and basis.valid_from <= on
        and (basis.valid_to is None or on < basis.valid_to)
    ]
    return min(able, key=lambda basis: basis.precedence, default=None)


def limit_of(row: Mapping[str, Any]) -> Limit:
    """Read a typed condition."""
    return Limit(
        text(row, "measure"), text(row, "label"), number(row.get("most"), "most"),
        str(row.get("unit") or ""),
    )  # fmt: skip


def basis_of(row: Mapping[str, Any]) -> Basis:
    """Read a basis."""
    subjects: Iterable[Any] = row.get("subjects") or list(Subject)
    basis = Basis(
        law=text(row, "law"),
        subjects=frozenset(one_of(Subject, told, "subjects") for told in subjects),
        valid_from=day(row.get("valid_from"), "valid_from"),
        valid_to=some_day(row.get("valid_to"), "valid_to"),
        fine=_fine(row["fine"]) if row.get("fine") else None,
        other=str(row.get("other") or ""),
        precedence=int(row.get("precedence", 1)),
    )
    if basis.valid_to is not None and basis.valid_to < basis.valid_from:
        raise LawError("valid_to", f"{basis.law}：失效日期早于生效日期。")
    return basis


def _fine(row: Mapping[str, Any]) -> Fine:
    fine = Fine(
        number(row.get("least", 0), "least"), number(row.get("most"), "most"),
        str(row.get("unit") or "元"),
    )  # fmt: skip
    if fine.least > fine.most:
        raise LawError("fine", "罚款下限高于上限。")
    return fine


def _look_back(row: Mapping[str, Any]) -> LookBack:
    return LookBack(
        months=int(number(row.get("months"), "months")),
        same=one_of(Same, row.get("same"), "same"),
        territory=text(row, "territory"),
        counts=frozenset(one_of(Counted, told, "counts") for told in row.get("counts") or ()),
        citation=text(row, "citation"),
    )


def _sparing(row: Mapping[str, Any]) -> Sparing:
    return Sparing(
        listed=text(row, "listed"),
        limits=tuple(limit_of(told) for told in rows(row, "limits")),
        undertaking=bool(row.get("undertaking", False)),
        rechecked=bool(row.get("rechecked", False)),
        exclusions={str(code): str(name) for code, name in (row.get("exclusions") or {}).items()},
    )
