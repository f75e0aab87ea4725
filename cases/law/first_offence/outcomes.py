"""What a finding may say (处理结论): the outcomes of a penalty case and the grounds they stand on.

《行政处罚法》(2021)。The three no-penalty grounds of article 33 stay apart.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from cases.law.rule import Citation
from cases.law.trace import Finding

LAW: Final = "中华人民共和国行政处罚法（2021年修订）"


class Outcome(StrEnum):
    """What is to become of the act (处理结论)."""

    TRANSFER = "TRANSFER"
    OUT_OF_TIME = "OUT_OF_TIME"
    NO_FACTS = "NO_FACTS"
    INCAPABLE = "INCAPABLE"
    NO_FAULT = "NO_FAULT"
    MUST_NOT_PUNISH = "MUST_NOT_PUNISH"
    MAY_SPARE = "MAY_SPARE"
    LIGHTER = "LIGHTER"
    MITIGATED = "MITIGATED"
    PUNISH = "PUNISH"
    CANNOT_SAY = "CANNOT_SAY"


class Ground(StrEnum):
    """The article it rests on (适用条款)."""

    NO_POWER = "NO_POWER"
    CRIME = "CRIME"
    ART36 = "ART36"
    ART40 = "ART40"
    ART30 = "ART30"
    ART31 = "ART31"
    ART33_2 = "ART33_2"
    ART33_1_MUST = "ART33_1_MUST"
    ART33_1_MAY = "ART33_1_MAY"
    ART32 = "ART32"
    NONE = "NONE"


OUTCOMES: Final = {
    Outcome.TRANSFER: "移送有管辖权的机关",
    Outcome.OUT_OF_TIME: "超过追责期限，不再给予行政处罚",
    Outcome.NO_FACTS: "违法事实不能成立，不予行政处罚",
    Outcome.INCAPABLE: "不具有责任能力，不予行政处罚",
    Outcome.NO_FAULT: "没有主观过错，不予行政处罚",
    Outcome.MUST_NOT_PUNISH: "违法行为轻微并及时改正，没有造成危害后果，不予行政处罚",
    Outcome.MAY_SPARE: "初次违法且危害后果轻微并及时改正，可以不予行政处罚",
    Outcome.LIGHTER: "从轻或者减轻行政处罚（由机关裁量，至少从轻）",
    Outcome.MITIGATED: "减轻行政处罚",
    Outcome.PUNISH: "给予行政处罚",
    Outcome.CANNOT_SAY: "尚不能认定",
}
# Who is let off is taught (33(3)): every end without a penalty for an act that was made out.
TAUGHT: Final = frozenset(
    {Outcome.INCAPABLE, Outcome.NO_FAULT, Outcome.MUST_NOT_PUNISH, Outcome.MAY_SPARE}
)


@dataclass(frozen=True, slots=True)
class Held:
    """Whether the town holds the power, and by which paper (赋权依据); None: not known."""

    held: bool | None
    paper: str = ""


@dataclass(frozen=True, slots=True)
class Considered:
    """A finding (认定): the outcome, its ground, each condition in the order of the statute.

    `missing` names the facts (as in the facts file) that must be established first; `ranges` the
    fines in words; `rule_versions` every dated row it stands on.
    """

    outcome: Outcome
    ground: Ground
    reasons: tuple[Finding, ...]
    missing: tuple[str, ...]
    power: Held
    rule_versions: tuple[str, ...]
    ranges: tuple[tuple[str, str], ...] = ()

    @property
    def educate(self) -> bool:
        """Whether education is due (批评教育, 33(3))."""
        return self.outcome in TAUGHT

    def as_dict(self) -> dict[str, Any]:
        """The finding as the command and the interface tell it."""
        reasons = [
            {
                "condition": found.condition,
                "value": found.value,
                "holds": found.holds,
                "citation": str(found.citation),
                "evidence_needed": list(found.evidence),
            }
            for found in self.reasons
        ]
        return {
            "outcome": self.outcome.value,
            "ground": self.ground.value,
            "says": OUTCOMES[self.outcome],
            "reasons": reasons,
            "missing": list(self.missing),
            "ranges": dict(self.ranges),
            "educate": self.educate,
            "rule_version": "；".join(self.rule_versions),
            "power": {"held": self.power.held, "paper": self.power.paper or None},
        }


def article(number: str) -> Citation:
    """An article of the law of administrative penalties (行政处罚法第…条)."""
    return Citation(f"{LAW}第{number}")
