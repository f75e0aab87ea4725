"""Rules as read (规则读法): frozen copies of the rows, ready to be counted with.

A row becomes one of these once, when the book is opened. What is entered is read the same way
before it is written, so nothing stands in the book that could not be carried out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from typing import Final, Protocol, TypeVar

from cases.law.calendar import BusinessHours as OpeningHours
from cases.law.calendar import Notice
from cases.law.ladders import Rung, checked
from cases.law.terms import Close, End, Start, Term, Unit
from cases.rulebook.models import (
    BusinessHours,
    Category,
    DatedRow,
    DutyItem,
    Figure,
    HolidayNotice,
    Ladder,
    TermRow,
)


class RuleMissing(LookupError):
    """No rule of this name holds there on that day: somebody must look (缺规则, 转待办)."""

    def __init__(self, key: str, division: str, on: date) -> None:
        self.key, self.division, self.on = key, division, on
        self.sentence = (
            f"规则库里没有 {on.isoformat()} 在 {division or '全国'} 生效的“{key}”，"
            "请系统管理员录入后再办。"
        )
        super().__init__(self.sentence)


@dataclass(frozen=True, slots=True)
class Validity:
    """Where and when a rule holds, and where it comes from (效力); `valid_to` is exclusive."""

    scope: str
    valid_from: date
    valid_to: date | None
    citation: str
    paper: str
    quality: str
    version: str

    def covers(self, division: str, on: date) -> bool:
        """Whether it holds in the division on the day."""
        if not division.startswith(self.scope) or on < self.valid_from:
            return False
        return self.valid_to is None or on < self.valid_to


class Ruled(Protocol):
    """Anything that knows where and when it holds."""

    @property
    def validity(self) -> Validity:
        """Where, when, on which paper."""


R = TypeVar("R", bound=Ruled)


def governing(rules: Iterable[R], division: str, on: date) -> R | None:
    """The rule in force there on that day; the narrowest territory wins (就近适用)."""
    holding = [rule for rule in rules if rule.validity.covers(division, on)]
    return max(holding, key=lambda rule: len(rule.validity.scope), default=None)


@dataclass(frozen=True, slots=True)
class RuleTerm:
    """A time limit as it stands (时限): the term, its ladder, and what is to be done within it."""

    key: str
    name: str
    term: Term
    ladder: str
    what: str
    by_category: bool
    validity: Validity

    @property
    def version(self) -> str:
        """Which row this is, as `petition.reply@2010-01-01#12`."""
        return self.validity.version

    @property
    def citation(self) -> str:
        """What it rests on."""
        return self.validity.citation

    @property
    def quality(self) -> str:
        """How far it may be trusted (来源性质)."""
        return self.validity.quality


# 检举控告干部 (网格事件分类 99): for 纪检监察 and nobody else (信访工作条例 22).
DISCIPLINE: Final = "9904"


@dataclass(frozen=True, slots=True)
class RuleCategory:
    """A class of matter as it stands (事项分类); `term` is its own handling time, if it has one."""

    scheme: str
    code: str
    name: str
    parent_code: str
    level: int
    default_handler: str
    term: Term | None
    what: str
    flags: str
    phone_now: bool
    maps_to: str
    validity: Validity

    @property
    def version(self) -> str:
        """Which row this is, as `grid.0101@2010-01-01#12`."""
        return self.validity.version

    @property
    def citation(self) -> str:
        """What it rests on."""
        return self.validity.citation

    @property
    def quality(self) -> str:
        """How far it may be trusted (来源性质)."""
        return self.validity.quality


@dataclass(frozen=True, slots=True)
class RuleLadder:
    """Who is told as a term runs out (督促阶梯)."""

    code: str
    name: str
    rungs: tuple[Rung, ...]
    validity: Validity


@dataclass(frozen=True, slots=True)
class RuleHours:
    """When the offices are open (工作时间)."""

    hours: OpeningHours
    validity: Validity


@dataclass(frozen=True, slots=True)
class RuleFigure:
    """A number a rule uses, as it stands (规则数值)."""

    key: str
    name: str
    value: int
    unit: str
    validity: Validity


@dataclass(frozen=True, slots=True)
class RuleDuty:
    """One line of the duty lists (履职事项)."""

    list_kind: str
    number: str
    name: str
    lead_department: str
    department_duty: str
    town_duty: str
    way_back: str
    validity: Validity


def validity_of(row: DatedRow, key: str) -> Validity:
    """Where and when a row holds, with the version string that deadlines and events keep."""
    return Validity(
        scope=row.scope,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        citation=row.citation,
        paper=row.paper,
        quality=row.quality,
        version=f"{key}@{row.valid_from.isoformat()}#{row.pk}",
    )


def term_of(row: TermRow) -> RuleTerm:
    """Read a time limit; raises `TermError` where it cannot be counted."""
    term = Term(
        amount=row.amount,
        unit=Unit(row.unit),
        start=Start(row.start) if row.start else None,
        end=End(row.end) if row.end else None,
        close=Close(row.close) if row.close else Close.MIDNIGHT,
        citation=row.citation,
    )
    return RuleTerm(
        key=row.key,
        name=row.name,
        term=term,
        ladder=row.ladder,
        what=row.what,
        by_category=row.by_category,
        validity=validity_of(row, row.key),
    )


def category_of(row: Category) -> RuleCategory:
    """Read a class of matter; raises `TermError` where its term cannot be counted."""
    term = None
    if row.term_amount is not None:
        term = Term(amount=row.term_amount, unit=Unit(row.term_unit), citation=row.citation)
    return RuleCategory(
        scheme=row.scheme,
        code=row.code,
        name=row.name,
        parent_code=row.parent_code,
        level=row.level,
        default_handler=row.default_handler,
        term=term,
        what=row.what,
        flags=row.flags,
        phone_now=row.phone_now,
        maps_to=row.maps_to,
        validity=validity_of(row, f"{row.scheme}.{row.code}"),
    )


def ladder_of(row: Ladder) -> RuleLadder:
    """Read a ladder; raises `ValueError` where a rung's time cannot be read."""
    return RuleLadder(
        code=row.code,
        name=row.name,
        rungs=checked([Rung.parse(rung) for rung in row.rungs]),
        validity=validity_of(row, row.code),
    )


def hours_of(row: BusinessHours) -> RuleHours:
    """Read the opening hours; raises `ValueError` where a time cannot be read."""
    spans = tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in row.spans)
    hours = OpeningHours(spans=spans, citation=row.citation)
    return RuleHours(hours=hours, validity=validity_of(row, "hours"))


def figure_of(row: Figure) -> RuleFigure:
    """Read a number a rule uses."""
    return RuleFigure(
        key=row.key,
        name=row.name,
        value=row.value,
        unit=row.unit,
        validity=validity_of(row, row.key),
    )


def duty_of(row: DutyItem) -> RuleDuty:
    """Read one line of the duty lists."""
    return RuleDuty(
        list_kind=row.list_kind,
        number=row.number,
        name=row.name,
        lead_department=row.lead_department,
        department_duty=row.department_duty,
        town_duty=row.town_duty,
        way_back=row.way_back,
        validity=validity_of(row, f"{row.list_kind}.{row.number}"),
    )


def notice_of(row: HolidayNotice) -> Notice:
    """Read a year's notice on days off; raises `ValueError` where a date cannot be read."""
    return Notice(
        year=row.year,
        citation=row.citation,
        issued_on=row.issued_on,
        days={date.fromisoformat(day): bool(off) for day, off in row.days.items()},
        names={date.fromisoformat(day): str(name) for day, name in row.names.items()},
    )
