"""Counting a term for whoever asks (计算一下): the engine that counts every case, day by day.

The term is a time limit of the rulebook by its code, or one written out (3 个工作日).
"""

from dataclasses import dataclass
from datetime import datetime

from cases.law.calendar import SHANGHAI
from cases.law.explanation import Explanation, explain
from cases.law.rule import LawError
from cases.law.terms import Term, in_beijing
from cases.rulebook.queries import book
from cases.rulebook.queries.rules import RuleMissing
from cases.rulebook.queries.words import end_words, read_term, start_words


@dataclass(frozen=True)
class Counted:
    """A term counted, and the rule it was counted by ("" where it was written out)."""

    start: datetime
    term: Term
    key: str
    name: str
    found: Explanation

    @property
    def by(self) -> str:
        """From when it runs and how it ends."""
        return f"{start_words(self.term)}；{end_words(self.term)}"


def count(start: datetime, asked: str, division: str) -> Counted:
    """When a term that begins then ends, and why; raises LawError naming the input to correct."""
    begun = in_beijing(start)
    rules, day = book(), begun.date()
    key = name = ""
    if asked in rules.terms:
        try:
            rule = rules.term(asked, division, day)
        except RuleMissing as missing:
            raise LawError("term", missing.sentence) from missing
        key, name, term = rule.key, rule.name, rule.term
    else:
        term = read_term(asked)
    try:
        hours = rules.hours(division, day)
    except RuleMissing:
        hours = None
    return Counted(begun, term, key, name, explain(term, begun, rules.calendar, hours))


def in_words(due_at: datetime) -> str:
    """An exclusive instant as the interface gives it, to the minute where it is whole."""
    local = due_at.astimezone(SHANGHAI)
    whole = local.second == 0 and local.microsecond == 0
    return local.isoformat(timespec="minutes" if whole else "auto")
