"""First offence (首违不罚): the law of sparing, walked step by step, with its reasons.

《行政处罚法》(2021), in the order in which the questions end a case: power (24, 38), crime (27),
time (36), facts (40), age and capacity (30, 31), fault (33(2)), the law that governs (37), the
mandatory sparing of a minor act (33(1) first sentence), the discretionary sparing of a first
offence (33(1) second sentence), lighter and mitigated (30–32), and last the penalty. The first
question that is answered yes ends the walk. One that cannot be answered yet is named, and then no
outcome is said.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Final

from cases.law.first_offence import bars, basis, mercy, relief
from cases.law.first_offence.facts import Facts
from cases.law.first_offence.items import Item, Power
from cases.law.first_offence.outcomes import Considered, Ground, Outcome
from cases.law.first_offence.steps import Question, Step
from cases.law.rule import LawError

_BEFORE: Final[tuple[Callable[[Question], Step], ...]] = (
    *(bars.power, bars.crime, bars.time, bars.proof, bars.age, bars.capacity, bars.fault),
)
_MERCY: Final[tuple[Callable[[Question], Step], ...]] = (
    *(mercy.must_not, mercy.may_spare, relief.relief),
)


def consider(facts: Facts, item: Item, powers: Sequence[Power], on: date) -> Considered:
    """What is to become of an act decided on a day, with a reason for each condition (认定).

    `powers` are the rows of the town's delegated powers. Raises `LawError` for a decision that
    would lie before the case it decides.
    """
    for name in ("act_on", "found_on", "filed_on"):
        since = getattr(facts, name)
        if since is not None and on < since:
            raise LawError("on", f"决定日 {on} 早于 {name}（{since}），请核对日期。")
    asked = Question(facts, item, powers, on)
    seen: list[Step] = []
    for step in _walk(asked):
        seen.append(step)
        if step.hit:
            break
    asked = asked.under(basis.governing(asked)[1])
    return _told(asked, seen)


def _walk(asked: Question) -> Iterator[Step]:
    for ask in _BEFORE:
        yield ask(asked)
    step, governs = basis.governing(asked)
    yield step
    asked = asked.under(governs)
    for ask in _MERCY:
        yield ask(asked)


def _told(asked: Question, seen: list[Step]) -> Considered:
    missing = tuple(dict.fromkeys(name for step in seen for name in step.missing))
    last, unknown = seen[-1], any(step.hit is None for step in seen)
    outcome, ground = (last.outcome, last.ground) if last.hit else (Outcome.PUNISH, Ground.NONE)
    if unknown:
        outcome, ground = Outcome.CANNOT_SAY, Ground.NONE
    mine = [power for power in asked.powers if power.code == asked.item.power]
    shown = outcome in {Outcome.LIGHTER, Outcome.MITIGATED, Outcome.PUNISH}
    return Considered(
        outcome=outcome,
        ground=ground,
        reasons=tuple(finding for step in seen for finding in step.findings),
        missing=missing,
        power=bars.power_held(asked.facts, asked.item, asked.powers, asked.on),
        rule_versions=tuple(filter(None, (asked.item.version, *(p.version for p in mine)))),
        ranges=basis.ranges(asked) if shown else (),
    )
