"""From lighter to mitigated (从轻、减轻): articles 30 to 32, circumstance by circumstance.

从轻 stays inside the range, 减轻 goes below its minimum. Where the law leaves the choice to the
organ, the finding says so: 从轻 is the least it owes.
"""

from cases.law.first_offence.facts import CIRCUMSTANCES, Capacity, Circumstance, Facts
from cases.law.first_offence.items import Subject
from cases.law.first_offence.outcomes import Ground, Outcome, article
from cases.law.first_offence.steps import Question, Step, found
from cases.law.trace import Finding

OF_AGE = 18  # 30: from fourteen to under eighteen
_GROUNDS = {"30": Ground.ART30, "31": Ground.ART31}


def relief(asked: Question) -> Step:
    """Whether a circumstance of articles 30 to 32 stands, each with its evidence."""
    facts = asked.facts
    claimed = _own(facts) + (facts.circumstances or ())
    findings = [_shown(one, asked) for one in claimed]
    standing = [one for one in claimed if one.evidence]
    if standing:
        fixed = any(one.code in asked.item.mitigates for one in standing)
        outcome = Outcome.MITIGATED if fixed else Outcome.LIGHTER
        first = min((one.code for one in standing), key=list(CIRCUMSTANCES).index)
        return Step(tuple(findings), True, outcome, _GROUNDS.get(first, Ground.ART32))
    if facts.circumstances is None:
        label = "从轻、减轻情节"
        findings.append(found(label, "未核对", None, article("三十二条"), "逐项核对"))
        return Step(tuple(findings), None, Outcome.LIGHTER, Ground.ART32, ("circumstances",))
    if claimed:
        missing = ("circumstances.evidence",)
        return Step(tuple(findings), None, Outcome.LIGHTER, Ground.ART32, missing)
    says = found("从轻、减轻情节", "没有", False, article("三十二条"))
    return Step((says,), False, Outcome.LIGHTER, Ground.ART32)


def _own(facts: Facts) -> tuple[Circumstance, ...]:
    """What follows from who the party is."""
    if facts.kind is not Subject.PERSON:
        return ()
    told = {one.code for one in facts.circumstances or ()}
    own: list[Circumstance] = []
    if facts.age is not None and facts.age < OF_AGE and "30" not in told:
        own.append(Circumstance("30", f"{facts.age} 周岁"))
    if facts.capacity is Capacity.PARTIAL and "31" not in told:
        own.append(Circumstance("31", "部分辨认控制能力"))
    return tuple(own)


def _shown(one: Circumstance, asked: Question) -> Finding:
    words, number = CIRCUMSTANCES[one.code]
    choice = "可以" if one.code == "31" else "应当"
    fixed = "减轻（事项规定）" if one.code in asked.item.mitigates else "从轻或者减轻，由机关裁量"
    shown = f"{one.evidence or '没有证据'}；{choice}{fixed}"
    return found(words, shown, True if one.evidence else None, article(number), "情节证据")
