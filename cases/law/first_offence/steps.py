"""How one question of the statute is answered (逐项审查): yes, no, or not yet known."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from cases.law.first_offence.facts import Facts
from cases.law.first_offence.items import Basis, Item, Power
from cases.law.first_offence.outcomes import Ground, Outcome
from cases.law.rule import Citation
from cases.law.trace import Finding


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: these facts, under this item, by these powers, decided on this day."""

    facts: Facts
    item: Item
    powers: Sequence[Power]
    on: date
    basis: Basis | None = None

    def under(self, basis: Basis | None) -> "Question":
        """The same question under the basis that governs."""
        return replace(self, basis=basis)


@dataclass(frozen=True, slots=True)
class Step:
    """A step walked: its findings, whether it is reached (None: not known), and what is missing."""

    findings: tuple[Finding, ...]
    hit: bool | None
    outcome: Outcome
    ground: Ground
    missing: tuple[str, ...] = ()


def found(
    condition: str, value: str, holds: bool | None, citation: Citation, *evidence: str
) -> Finding:
    """One condition examined; the evidence is that which shows it, or still has to."""
    return Finding(condition, value, holds, citation, evidence)


def reached(
    findings: tuple[Finding, ...], hit: bool | None, outcome: Outcome, ground: Ground, missing: str
) -> Step:
    """A step that turns on one fact."""
    return Step(findings, hit, outcome, ground, (missing,) if hit is None else ())


def together(
    parts: Iterable[tuple[Finding, tuple[str, ...]]], outcome: Outcome, ground: Ground
) -> Step:
    """A step that needs several conditions at once: one that fails ends it, whatever is unknown."""
    seen = list(parts)
    findings = tuple(finding for finding, _ in seen)
    if any(finding.holds is False for finding in findings):
        return Step(findings, False, outcome, ground)
    missing = tuple(name for _, names in seen for name in names)
    whole = None if any(finding.holds is None for finding in findings) else True
    return Step(findings, whole, outcome, ground, missing)
