"""Reasons (理由): an answer of the law always carries the conditions it stands on.

Each condition is shown with its value, whether it holds, its article and the evidence, so that
the person who signs can check it line by line (说明理由).
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

from cases.law.rule import Citation

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Finding:
    """One condition examined; `holds` None means nobody has established it yet (要件审查)."""

    condition: str
    value: str
    holds: bool | None
    citation: Citation
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer(Generic[Value]):
    """An answer and the findings that led to it, in the order of the statute (结论及理由)."""

    value: Value
    findings: tuple[Finding, ...]

    @property
    def open_questions(self) -> tuple[Finding, ...]:
        """The conditions still to be established (待查要件)."""
        return tuple(finding for finding in self.findings if finding.holds is None)
