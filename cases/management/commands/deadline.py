"""`./deploy/manage deadline`: when a term ends, and why on that day (期限计算).

民法典 200–204. The days off come from the book of rules, so the answer is the one cases get.
"""

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from datetime import datetime
from typing import Any

from django.conf import settings

from cases.law.calendar import SHANGHAI, BusinessHours
from cases.law.explanation import Explanation, explain
from cases.law.rule import LawError
from cases.law.terms import Term, in_beijing
from cases.management.commands._json_answers import JsonCommand
from cases.rulebook.queries import Book, book
from cases.rulebook.queries.rules import RuleMissing

MANNERS = """\
期限自所给时刻起算，至最后一日 24:00 届满；日、工作日、月、年的最后一日逢休息日顺延，
分钟、小时、工作小时不顺延。起算时刻须带时区。
单位：minutes、hours、working hours、days、working days、months、years，单复数均可。
示例：deadline --from 2026-09-30T16:30+08:00 --term "3 working days"
"""


class Command(JsonCommand):
    """Prints one JSON object; exit 2 with `{error, field}` when the question cannot be answered."""

    help = MANNERS
    formatter = RawDescriptionHelpFormatter

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the start and the term."""
        parser.add_argument("--from", help="起算时刻，如 2026-09-30T16:30+08:00")
        parser.add_argument("--term", help='期限，如 "3 working days"')

    def answer(self, **options: Any) -> dict[str, Any]:
        """Count the term."""
        start = _moment(options["from"])
        term = Term.parse(_given("term", options["term"]))
        rules = book()
        return _answer(explain(term, start, rules.calendar, _hours(rules, start)))


def _given(field: str, text: str | None) -> str:
    if not text or not text.strip():
        raise LawError(field, f"请给出 --{field}。用 --help 查看写法。")
    return text.strip()


def _moment(text: str | None) -> datetime:
    given = _given("from", text)
    try:
        return datetime.fromisoformat(given)
    except ValueError as wrong:
        raise LawError(
            "from", f"看不懂起算时刻“{given[:40]}”，应如 2026-09-30T16:30+08:00。"
        ) from wrong


def _hours(rules: Book, start: datetime) -> BusinessHours | None:
    try:
        return rules.hours(settings.HOME_DIVISION, in_beijing(start).date())
    except RuleMissing:
        return None


def _answer(found: Explanation) -> dict[str, Any]:
    due_at = found.due.due_at.astimezone(SHANGHAI)
    whole = due_at.second == 0 and due_at.microsecond == 0
    return {
        "last_day": found.due.last_day.isoformat(),
        "due_at": due_at.isoformat(timespec="minutes" if whole else "auto"),
        "provisional": found.due.provisional,
        "calendar": found.due.calendar,
        "trace": [
            {"date": day.date.isoformat(), "counted": day.counted, "why": day.why}
            for day in found.trace
        ],
        "citation": found.citation,
    }
