"""The types of whistle a seat may blow (哨种): when to use each, who approves, how long each step
may take; all of it from the rulebook of the day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cases.law.moves import Role
from cases.people.queries import Actor, town_day
from cases.rulebook.models import Quality
from cases.rulebook.queries import Book, book
from cases.rulebook.queries.rules import RuleMissing
from cases.rulebook.queries.whistling import RuleWhistle
from cases.whistle.states.words import TYPES

# When each is used, in a clerk's words (practice.md §4.3); town default.
USES = {
    "W1": "险情、事故、泄漏等，部门须立即到场",
    "W2": "停水停电停气、极端天气，影响群众生活",
    "W3": "镇里办不了、须部门来办的日常工作",
    "W4": "久拖不决、牵涉多个部门的难题",
    "W5": "企业的困难和诉求，由专班分派",
    "W6": "镇无执法权，须部门带证到场执法",
    "W7": "部门请镇配合履职",
}
NOWHERE = "请写明在哪里：定位、村（社区）、地点、报到地点至少填一项，部门才能立即到场。"
_STEPS = ("sign", "contact", "report_in", "handle")


@dataclass(frozen=True)
class TypeCard:
    """A type as the form shows it; `button` is what sending it means for this seat."""

    code: str
    name: str
    use: str
    gate: str
    button: str
    terms: list[tuple[str, str]]
    inspects: bool
    on_point: bool
    citation: str
    quality_label: str


@dataclass(frozen=True)
class Barred:
    """A type that is not this seat's to blow, and whose it is."""

    name: str
    why: str


def types_for(actor: Actor, division: str, now: datetime) -> tuple[list[TypeCard], list[Barred]]:
    """The types a seat may blow for a town today, and those it may not."""
    rules, day = book(), town_day(now)
    able, barred = [], []
    for code, label in TYPES:
        try:
            rule = rules.whistle(code, division, day)
        except RuleMissing:
            barred.append(Barred(label, "规则库里没有这一哨种，请系统管理员录入"))
            continue
        if rule.open and actor.role in rule.blowers:
            able.append(_card(rule, actor, rules, division, day))
        else:
            barred.append(Barred(rule.name, _whose(rule)))
    return able, barred


def sends_for_approval(rule: RuleWhistle, role: Role) -> bool:
    """Whether a whistle of this type, blown from this seat, waits for somebody's yes first."""
    return rule.approver is not None and role not in {rule.approver, Role.HEAD_OF_ORGAN}


def lies_nowhere(on_point: bool, facts: Mapping[str, Any]) -> bool:
    """Whether a whistle that departments rush to does not say where to: no point, village, address
    or place to meet.
    """
    said = (str(facts.get(name) or "").strip() for name in ("village", "address", "meet_place"))
    pointed = facts.get("lng") is not None and facts.get("lat") is not None
    return on_point and not pointed and not any(said)


def terms_of(code: str, division: str, day: date, rules: Book) -> list[tuple[str, str]]:
    """How long each step of a type may take: its name, the term in words."""
    skips = rules.whistle(code, division, day).skips
    found = []
    for step in _STEPS:
        key = f"whistle.{step}"
        if key in skips:
            continue
        try:
            rule = rules.variant_term(key, code, division, day)
        except RuleMissing:
            continue
        found.append((rule.name, rule.term.words))
    return found


def _card(rule: RuleWhistle, actor: Actor, rules: Book, division: str, day: date) -> TypeCard:
    approval = sends_for_approval(rule, actor.role)
    return TypeCard(
        code=rule.code,
        name=rule.name,
        use=USES.get(rule.code, ""),
        gate=_gate(rule, approval),
        button="送去报批" if approval else "吹哨",
        terms=terms_of(rule.code, division, day, rules),
        inspects=rule.inspects,
        on_point=rule.on_point,
        citation=rule.validity.citation,
        quality_label=Quality(rule.validity.quality).label,
    )


def _gate(rule: RuleWhistle, approval: bool) -> str:
    if approval and rule.approver is not None:
        return f"由{rule.approver.label}批准后吹出"
    if rule.confirmed:
        return "马上吹出，由镇领导事后确认"
    return "马上吹出，不需批准"


def _whose(rule: RuleWhistle) -> str:
    if not rule.open:
        return "尚未启用"
    return f"由{'、'.join(role.label for role in sorted(rule.blowers))}吹哨"
