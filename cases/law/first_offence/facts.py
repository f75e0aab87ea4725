"""The facts of an act (案件事实), as an officer enters them: what is known, and what is not yet.

What is left out is not known, and a condition that needs it cannot be said to hold or not.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, TypeVar

from cases.law.calendar import SHANGHAI
from cases.law.first_offence.items import Counted, Subject
from cases.law.first_offence.reading import day, flag, number, one_of, rows, some_day, text
from cases.law.identifiers import IdentifierError, check_id_card, check_uscc
from cases.law.rule import LawError

T = TypeVar("T")
FIELDS: Final = frozenset(
    {
        *("item", "subject", "act_on", "act_ended_on", "found_on", "filed_on", "facts_proved"),
        *("severity", "harm", "corrected_on", "correction_ordered_until", "priors"),
        *("looked_up_outside", "fault_disproved", "exclusions", "crime_suspected"),
        *("undertaking_on", "rechecked_on", "circumstances"),
    }
)
OF_SUBJECT: Final = frozenset({"kind", "code", "age", "capacity"})
# The officer's own judgement where an item has no measures.
MINOR: Final = "minor"


class Harm(StrEnum):
    """What came of it (危害后果): none, slight, or more than slight."""

    NONE = "none"
    SLIGHT = "slight"
    REAL = "real"


class Capacity(StrEnum):
    """Whether a person could know and govern what they did (辨认控制能力, 31)."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"


CIRCUMSTANCES: Final = {
    "30": ("已满十四周岁不满十八周岁", "三十条"),
    "31": ("尚未完全丧失辨认或者控制自己行为能力", "三十一条"),
    "32_1": ("主动消除或者减轻违法行为危害后果", "三十二条第（一）项"),
    "32_2": ("受他人胁迫或者诱骗实施违法行为", "三十二条第（二）项"),
    "32_3": ("主动供述行政机关尚未掌握的违法行为", "三十二条第（三）项"),
    "32_4": ("配合行政机关查处违法行为有立功表现", "三十二条第（四）项"),
    "32_5": ("法律、法规、规章规定其他应当从轻或者减轻的", "三十二条第（五）项"),
}


@dataclass(frozen=True, slots=True)
class Prior:
    """An earlier case of the same offender (前案)."""

    item: str
    decided_on: date
    outcome: Counted
    agency: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Circumstance:
    """A circumstance of articles 30 to 32 with its evidence (从轻减轻情节)."""

    code: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, or an instant where the hour is known (时点): minutes count where both have them."""

    day: date
    at: datetime | None = None

    def by(self, until: "Moment") -> bool:
        """Whether it is not later than another; a day given alone runs to 24:00."""
        if self.at is None or until.at is None:
            return self.day <= until.day
        return self.at <= until.at

    def __str__(self) -> str:
        return self.day.isoformat() if self.at is None else f"{self.at:%Y-%m-%d %H:%M}"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an act (案件事实); None: not established. Dates are town days.

    `severity` are measures by name, `minor` the officer's judgement where the item has none.
    `priors` None: nobody looked; empty: looked at home, none found. `looked_up_outside`: when the
    registers outside the town were asked, None for not asked. `told` are the fields that were
    written, empty ones too: “corrected_on:” left empty says that nothing was put right.
    """

    item: str
    kind: Subject | None = None
    code: str = ""
    age: int | None = None
    capacity: Capacity | None = None
    act_on: date | None = None
    act_ended_on: date | None = None
    found_on: date | None = None
    filed_on: date | None = None
    facts_proved: bool | None = None
    severity: Mapping[str, tuple[Decimal, str]] = field(default_factory=dict)
    minor: bool | None = None
    harm: Harm | None = None
    corrected: Moment | None = None
    ordered_until: Moment | None = None
    priors: tuple[Prior, ...] | None = None
    looked_up_outside: date | None = None
    fault_disproved: bool | None = None
    exclusions: tuple[str, ...] | None = None
    crime_suspected: bool | None = None
    undertaking_on: date | None = None
    rechecked_on: date | None = None
    circumstances: tuple[Circumstance, ...] | None = None
    told: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, told: Any) -> "Facts":
        """Read a facts file; raises `LawError` naming the field to correct."""
        if not isinstance(told, Mapping):
            raise LawError("facts", "事实文件应为“字段: 值”的形式，用 --example 查看样例。")
        _known(told, FIELDS, "")
        subject = told.get("subject") or {}
        if not isinstance(subject, Mapping):
            raise LawError("subject", "“subject”应写明 kind、code、age、capacity。")
        _known(subject, OF_SUBJECT, "subject.")
        severity, minor = _severity(told.get("severity"))
        harm, exclusions = told.get("harm"), told.get("exclusions")
        facts = cls(
            item=text(told, "item"),
            **_subject(subject),
            **_days_and_flags(told),
            severity=severity,
            minor=minor,
            harm=one_of(Harm, harm, "harm") if harm is not None else None,
            corrected=_moment(told, "corrected_on"),
            ordered_until=_moment(told, "correction_ordered_until"),
            priors=_each(told, "priors", _prior),
            exclusions=_words(exclusions, "exclusions") if exclusions is not None else None,
            circumstances=_each(told, "circumstances", _circumstance),
            told=frozenset(told),
        )
        _in_order(facts)
        return facts


_DAYS: Final = (
    *("act_on", "act_ended_on", "found_on", "filed_on", "looked_up_outside"),
    *("undertaking_on", "rechecked_on"),
)
_FLAGS: Final = ("facts_proved", "fault_disproved", "crime_suspected")


def _days_and_flags(told: Mapping[str, Any]) -> dict[str, Any]:
    days = {name: some_day(told.get(name), name) for name in _DAYS}
    return days | {name: flag(told.get(name), name) for name in _FLAGS}


def _known(told: Mapping[str, Any], names: frozenset[str], within: str) -> None:
    for name in told:
        if name not in names:
            words = f"没有“{within}{name}”这一项，应为 {'、'.join(sorted(names))}。"
            raise LawError(f"{within}{name}"[:60], words)


def _each(
    told: Mapping[str, Any], name: str, read: Callable[[Mapping[str, Any]], T]
) -> tuple[T, ...] | None:
    return None if told.get(name) is None else tuple(map(read, rows(told, name)))


def _subject(told: Mapping[str, Any]) -> dict[str, Any]:
    kind, age, capacity = told.get("kind"), told.get("age"), told.get("capacity")
    who = one_of(Subject, kind, "subject.kind") if kind is not None else None
    years = number(age, "subject.age") if age is not None else None
    if years is not None and (years != int(years) or years > 150):
        raise LawError("subject.age", "年龄应为 0 至 150 的整岁数。")
    return {
        "kind": who,
        "code": _code(who, told.get("code")),
        "age": int(years) if years is not None else None,
        "capacity": None if capacity is None else one_of(Capacity, capacity, "subject.capacity"),
    }


def _code(who: Subject | None, told: Any) -> str:
    if told is None:
        return ""
    try:
        return check_id_card(str(told)) if who is Subject.PERSON else check_uscc(str(told))
    except IdentifierError as wrong:
        raise LawError("subject.code", wrong.sentence) from wrong


def _severity(told: Any) -> tuple[dict[str, tuple[Decimal, str]], bool | None]:
    if told is None:
        return {}, None
    if not isinstance(told, Mapping):
        raise LawError("severity", "“severity”应写明各量化条件，如 area: 4 平方米。")
    measures = {
        str(name): _measure(value, f"severity.{name}")
        for name, value in told.items()
        if name != MINOR and value is not None
    }
    return measures, flag(told.get(MINOR), "severity.minor")


def _measure(told: Any, name: str) -> tuple[Decimal, str]:
    if isinstance(told, Mapping):
        return number(told.get("value"), name), str(told.get("unit") or "")
    value, _, unit = str(told).strip().partition(" ")
    return number(value, name), unit.strip()


def _moment(told: Mapping[str, Any], name: str) -> Moment | None:
    value = told.get(name)
    if value is None:
        return None
    if isinstance(value, str) and len(value.strip()) > len("2026-08-15"):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            words = f"看不懂“{name}”的时间，应如 2026-08-15T17:30+08:00。"
            raise LawError(name, words) from None
    if not isinstance(value, datetime):
        return Moment(day(value, name))
    at = value.astimezone(SHANGHAI) if value.tzinfo else value.replace(tzinfo=SHANGHAI)
    return Moment(at.date(), at)


def _prior(row: Mapping[str, Any]) -> Prior:
    _known(row, frozenset({"item", "decided_on", "outcome", "agency", "field"}), "priors.")
    return Prior(
        item=text(row, "item", "priors."),
        decided_on=day(row.get("decided_on"), "priors.decided_on"),
        outcome=one_of(Counted, row.get("outcome"), "priors.outcome"),
        agency=str(row.get("agency") or ""),
        field=str(row.get("field") or ""),
    )


def _circumstance(row: Mapping[str, Any]) -> Circumstance:
    code = text(row, "code", "circumstances.")
    if code not in CIRCUMSTANCES:
        words = f"没有情节“{code[:20]}”，应为 {'、'.join(CIRCUMSTANCES)}。"
        raise LawError("circumstances.code", words)
    return Circumstance(code, str(row.get("evidence") or "").strip())


def _words(told: Any, name: str) -> tuple[str, ...]:
    if not isinstance(told, list | tuple):
        raise LawError(name, f"“{name}”应为列表，没有的写 []。")
    return tuple(str(one) for one in told)


def _in_order(facts: Facts) -> None:
    """Dates that cannot be true together are refused; a late date is not (E32)."""
    pairs = (
        ("act_on", "act_ended_on", "违法行为终了早于开始"),
        ("act_on", "found_on", "发现早于违法行为"),
        ("found_on", "filed_on", "立案早于发现"),
    )
    for first, second, words in pairs:
        before, after = getattr(facts, first), getattr(facts, second)
        if before is not None and after is not None and after < before:
            raise LawError(second, f"{words}（{before}、{after}），请核对日期。")
    if facts.corrected and facts.act_on and facts.corrected.day < facts.act_on:
        raise LawError("corrected_on", "改正早于违法行为，请核对日期。")
