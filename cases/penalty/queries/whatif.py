"""Would this be spared? (能不能不罚): a finding without a case; nothing is kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from cases.docket.access import NO_CASES
from cases.law.first_offence import consider
from cases.law.first_offence.facts import Facts
from cases.law.first_offence.items import Item
from cases.law.first_offence.outcomes import OUTCOMES, Considered, Outcome
from cases.law.moves import Refused, Role, Why
from cases.law.rule import LawError
from cases.law.trace import Finding
from cases.penalty.states import MISSING
from cases.people.queries import Actor
from cases.rulebook.queries import book
from cases.rulebook.queries.rules import RuleMissing

SEATS: Final = frozenset(Role) - NO_CASES - {Role.ENTERPRISE, Role.SYSTEM}
# How a headline looks; what it says stands in words beside it.
_TONES: Final = {
    **dict.fromkeys((Outcome.MUST_NOT_PUNISH, Outcome.NO_FAULT, Outcome.NO_FACTS), "good"),
    **dict.fromkeys((Outcome.OUT_OF_TIME, Outcome.INCAPABLE, Outcome.MAY_SPARE), "good"),
    **dict.fromkeys((Outcome.TRANSFER, Outcome.CANNOT_SAY), "open"),
    **dict.fromkeys((Outcome.LIGHTER, Outcome.MITIGATED, Outcome.PUNISH), "stern"),
}


@dataclass(frozen=True)
class Said:
    """A finding as a page shows it: the headline, what is missing in words, each condition."""

    item: Item
    on: date
    found: Considered
    headline: str
    tone: str
    missing: tuple[str, ...]

    @property
    def reasons(self) -> tuple[Finding, ...]:
        """The conditions in the order of the statute."""
        return self.found.reasons


def may_ask(actor: Actor) -> None:
    """Anyone in office may ask; Refused for the others."""
    if actor.role not in SEATS:
        raise Refused("“能不能不罚”由在职人员使用，请切换到相应岗位。", why=Why.ROLE)


def items_on(division: str, on: date) -> list[Item]:
    """The offence items there on the day, by code."""
    return [*_held(division, on)]


def item_on(code: str, division: str, on: date) -> Item:
    """One item; Refused where it does not stand that day."""
    try:
        return book().offence(code, division, on)
    except RuleMissing as missing:
        said = f"规则库里没有 {on} 生效的违法事项“{code[:24]}”，请从列表中选择。"
        raise Refused(said, why=Why.FACTS, fields={"item": said}) from missing


def what_if(actor: Actor, told: Any, division: str, on: date) -> Said:
    """The finding of the facts told, decided on a day; Refused naming the field to correct."""
    may_ask(actor)
    try:
        facts = Facts.parse(told)
        item = item_on(facts.item, division, on)
        found = consider(facts, item, book().powers(division), on)
    except LawError as wrong:
        said = wrong.sentence
        raise Refused(said, why=Why.FACTS, fields={wrong.field: said}) from wrong
    missing = tuple(_missing(name, item) for name in found.missing)
    return Said(item, on, found, OUTCOMES[found.outcome], _TONES[found.outcome], missing)


def _held(division: str, on: date) -> Iterable[Item]:
    rules = book()
    for code in sorted(rules.offences):
        try:
            yield rules.offence(code, division, on)
        except RuleMissing:
            continue


def _missing(name: str, item: Item) -> str:
    if name in MISSING:
        return MISSING[name]
    limits = (*item.minor, *(item.sparing.limits if item.sparing else ()))
    labels = {f"severity.{limit.measure}": limit.label for limit in limits}
    return f"{labels.get(name, name)}（测量）"
