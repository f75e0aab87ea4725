"""`./deploy/manage backtest FILE.xlsx --term "15 working days"`: a term tried on the past."""

from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from cases.intake.operations.petition_sheet import Unreadable, petitions_of
from cases.law.backtest import Answer, replay
from cases.law.calendar import BusinessHours
from cases.law.terms import Term
from cases.management.commands._json_answers import SheetCommand
from cases.rulebook.queries import Book, book
from cases.rulebook.queries.rules import RuleMissing


class Command(SheetCommand):
    """Prints `{cases, answered, unanswered, on_time, late, median_working_days, late_by, …}`."""

    help = (
        "按给定时限回看来信表，不写入：自留言时间起算，答复时间在届满之时或之后为逾期；"
        "late_by 按最后一日之后的工作日分段。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the sheet and the term."""
        super().add_arguments(parser)
        parser.add_argument("--term", default="", help='期限，如 "15 working days"')

    def answer(self, **options: Any) -> dict[str, Any]:
        """Judge every row of the sheet, and list those that cannot be judged."""
        term = Term.parse(options["term"])
        rules = book()
        rejected: list[tuple[int, str]] = []
        rows = _answers(options["file"], timezone.now(), rejected)
        found = asdict(replay(rows, term, rules.calendar, lambda day: _hours(rules, day)))
        rejected += found["rejected"]
        listed = [{"row": row, "reason": reason} for row, reason in sorted(rejected)]
        return found | {"rejected": listed}


def _answers(file: Path, now: datetime, rejected: list[tuple[int, str]]) -> Iterator[Answer]:
    rows_by_number: dict[str, int] = {}
    for row in petitions_of(file, now):
        if isinstance(row, Unreadable):
            rejected.append((row.row, row.reason))
            continue
        first = rows_by_number.setdefault(row.number, row.row)
        if first != row.row:
            rejected.append((row.row, f"留言编号与第 {first} 行重复"))
            continue
        yield Answer(row.row, row.asked, row.answered)


def _hours(rules: Book, day: date) -> BusinessHours | None:
    try:
        return rules.hours(settings.HOME_DIVISION, day)
    except RuleMissing:
        return None
