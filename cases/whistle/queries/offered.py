"""What a department can no longer ask for (不再受理的申请): another time after its one use; more
time where the type has none, while it is asked, after it ran out, or when all was granted.
"""

from datetime import datetime

from cases.docket.queries.casefile import CaseFile
from cases.docket.queries.obligations import PartView
from cases.people.queries import town_day
from cases.rulebook.queries import Book
from cases.rulebook.queries.rules import RuleMissing
from cases.whistle.queries.inbox import type_rule
from cases.whistle.states.response.answering import PROPOSE_TIME
from cases.whistle.states.response.disputing import ASK_EXTENSION, GRANT_EXTENSION

_WORK = frozenset({"whistle.handle", "whistle.rework"})


def used_up(file: CaseFile, part: PartView, rules: Book, now: datetime) -> frozenset[str]:
    """The verbs a part's page does not offer any more, though its state would."""
    gone = {
        PROPOSE_TIME.verb: _no_other_time(file, part, now),
        ASK_EXTENSION.verb: _no_more_time(file, part, rules, now),
    }
    return frozenset(verb for verb, is_gone in gone.items() if is_gone)


def _no_other_time(file: CaseFile, part: PartView, now: datetime) -> bool:
    if _made(file, part, PROPOSE_TIME.verb):
        return True
    return any(due <= now for due in _due(part, frozenset({"whistle.report_in"})))


def _no_more_time(file: CaseFile, part: PartView, rules: Book, now: datetime) -> bool:
    rule = type_rule(file.case, rules, now)
    work = _due(part, _WORK)
    if (rule and "whistle.extension" in rule.skips) or not work or max(work) <= now:
        return True
    if _due(part, frozenset(ASK_EXTENSION.opens)):
        return True
    return _made(file, part, GRANT_EXTENSION.verb) >= _most(file, rules, now)


def _made(file: CaseFile, part: PartView, verb: str) -> int:
    return sum(event.part == part.id and event.verb == verb for event in file.timeline)


def _due(part: PartView, terms: frozenset[str]) -> list[datetime]:
    running = (d for d in part.deadlines if d.state == "running")
    return [d.due.due_at for d in running if d.term in terms]


def _most(file: CaseFile, rules: Book, now: datetime) -> float:
    try:
        return rules.figure("whistle.extensions", file.case.division, town_day(now)).value
    except RuleMissing:
        return float("inf")
