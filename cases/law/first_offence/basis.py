"""Which law governs (从旧兼从轻, 37): that of the act, unless a milder one stands at the decision.

An item whose law ended without a successor entered has no answer: nobody knows yet which is milder.
"""

from cases.law.first_offence.items import Basis, basis_on
from cases.law.first_offence.outcomes import Ground, Outcome, article
from cases.law.first_offence.steps import Question, Step, found

BASIS = "basis"  # named as missing where a row of the rulebook is, and not a fact of the case
_LABEL = "处罚依据"
_OLD_OR_MILDER = article("三十七条")


def governing(asked: Question) -> tuple[Step, Basis | None]:
    """The basis the act is judged by, and the step that says why."""
    facts = asked.facts
    begun = facts.act_ended_on or facts.act_on
    if begun is None or facts.kind is None:
        missing = tuple(
            name
            for name, known in (("act_on", begun), ("subject.kind", facts.kind))
            if known is None
        )
        return _step("行为日期或当事人类型未查明", None, missing), None
    then = basis_on(asked.item, facts.kind, begun)
    now = basis_on(asked.item, facts.kind, asked.on)
    if then is None or now is None:
        day, what = (begun, "行为时") if then is None else (asked.on, "决定时")
        words = f"{what}（{day}）的依据未录入（basis not entered），须由法制人员补录"
        return _step(words, None, (BASIS,)), None
    if then == now:
        return _step(f"{now.law}：{now.words}", True), now
    milder = _milder(now, then)
    if milder is None:
        words = f"{then.law}（{then.words}）与 {now.law}（{now.words}）轻重不能比较"
        return _step(words, None, (BASIS,)), None
    chosen, why = (now, "新法较轻") if milder else (then, "新法不轻于旧法")
    return _step(f"{chosen.law}：{chosen.words}（{why}）", True), chosen


def ranges(asked: Question) -> tuple[tuple[str, str], ...]:
    """The fines in words: what the law allows, what is 从轻 and what is 减轻."""
    fine = asked.basis.fine if asked.basis else None
    if fine is None:
        return ()
    share = asked.item.lighter_share
    if share is None:
        lighter = f"法定幅度 {fine.words} 之内靠近下限；当地没有录入从轻比例"
    else:
        most = fine.least + (fine.most - fine.least) * share / 100
        lighter = f"{fine.least}–{most.normalize():f} {fine.unit}（幅度的下部 {share}%）"
    below = f"低于 {fine.least} {fine.unit}" if fine.least else "法定没有下限，减轻须改处较轻的种类"
    return (("法定幅度", fine.words), ("从轻", lighter), ("减轻", below))


def _step(words: str, holds: bool | None, missing: tuple[str, ...] = ()) -> Step:
    says = found(_LABEL, words, holds, _OLD_OR_MILDER, "法律条文")
    hit = None if holds is None else False  # a basis that is there ends nothing
    return Step((says,), hit, Outcome.CANNOT_SAY, Ground.NONE, missing)


def _milder(now: Basis, then: Basis) -> bool | None:
    """Whether the new law is the milder one; None where they cannot be compared."""
    if now.fine is None or then.fine is None:
        if now.fine is then.fine:
            return False if now.other == then.other else None
        return now.fine is None
    if now.fine == then.fine:
        return False
    return now.fine.milder_than(then.fine)
