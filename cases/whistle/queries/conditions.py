"""What else holds for a call (派哨须知), told before a department signs: another time, an
objection, an extension, the evaluation; each from the rulebook of the day with what it rests on.
"""

from dataclasses import dataclass
from datetime import datetime

from cases.docket.models import Case
from cases.law.rule import LawError
from cases.law.terms import due
from cases.people.queries import town_day
from cases.rulebook.queries import Book
from cases.rulebook.queries.rules import RuleMissing, RuleTerm
from cases.rulebook.queries.whistling import RuleWhistle
from cases.whistle.states.response.answering import PROPOSE_TIME
from cases.whistle.states.response.disputing import ASK_EXTENSION


@dataclass(frozen=True)
class Condition:
    """One thing that holds: its name, what it says, by when at the latest, what it rests on."""

    name: str
    words: str
    citation: str
    until: datetime | None = None


def conditions(
    case: Case, rule: RuleWhistle | None, start: datetime | None, rules: Book, now: datetime
) -> list[Condition]:
    """What holds for a call of a whistle; `start` is when its clocks began."""
    told = [
        Condition("改约", "签收前后都可提一次，吹哨单位同意后按新时间。", PROPOSE_TIME.basis),
        _objection(case, start, rules, now),
        _extension(case, rule, rules, now),
    ]
    for key, name, words in (
        ("whistle.evaluate", "评价", "反馈后吹哨单位应在 {} 内评价，逾期标明未评价，不计为满意。"),
        ("whistle.rework", "退回重办", "没有解决的退回，应在 {} 内重新办理并反馈。"),
    ):
        if term := _term(key, case, rules, now):
            told.append(Condition(name, words.format(term.term.words), term.citation))
    return [each for each in told if each is not None]


def _objection(
    case: Case, start: datetime | None, rules: Book, now: datetime
) -> Condition | None:
    rule = _term("whistle.objection_window", case, rules, start or now)
    if rule is None:
        return None
    words = f"不属本部门职责的，派哨后 {rule.term.words} 内提出；期限不停，界定成立的退还时间。"
    return Condition("派单异议", words, rule.citation, _ends(rule, case, start, rules))


def _ends(
    rule: RuleTerm, case: Case, start: datetime | None, rules: Book
) -> datetime | None:
    if start is None:
        return None
    try:
        hours = rules.hours(case.division, town_day(start))
        return due(rule.term, start, rules.calendar, hours).due_at
    except (RuleMissing, LawError):
        return None


def _extension(
    case: Case, rule: RuleWhistle | None, rules: Book, now: datetime
) -> Condition | None:
    term = _term("whistle.extension", case, rules, now)
    if rule is None or term is None:
        return None
    if term.key.partition("@")[0] in rule.skips:
        words = "这种哨不延期；没有办完的先做阶段反馈，写明后续安排。"
        return Condition("延期", words, rule.validity.citation)
    whose = f"由{rule.extender.label}批准" if rule.extender else "由吹哨单位批准"
    times = _times(case, rules, now)
    words = f"确需延期的到期前申请，每次最多 {term.term.words}{times}，{whose}。"
    return Condition("延期", words, term.citation or ASK_EXTENSION.basis)


def _times(case: Case, rules: Book, now: datetime) -> str:
    try:
        most = rules.figure("whistle.extensions", case.division, town_day(now))
    except RuleMissing:
        return ""
    return f"，最多 {most.value} 次"


def _term(key: str, case: Case, rules: Book, at: datetime) -> RuleTerm | None:
    try:
        return rules.variant_term(key, case.variant, case.division, town_day(at))
    except RuleMissing:
        return None
