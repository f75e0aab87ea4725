"""`./deploy/manage enter_notice FILE.yaml`: a new holiday notice, without a release (放假安排).

The file is written like those in `seeds/calendar/`. Deadlines still running are counted again at
once; where a date moves, the earlier one stays as an event.
"""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand
from django.utils import timezone

from cases.docket.operations import recount
from cases.law.moves import Refused
from cases.rulebook.operations.notices import enter_notice


class Command(BaseCommand):
    """Prints `{year, revision, days_changed, recounted}`; exit 2 with `{error, field}`."""

    help = "录入一年的放假安排（格式同 seeds/calendar/ 下的文件）,并重算在办期限。"
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, and the paper the notice was published in."""
        parser.add_argument("file", type=Path, help="yaml 文件")
        parser.add_argument("--paper", default="", help="文号")

    def handle(self, *args: Any, **options: Any) -> None:
        """Enter the notice, then count again."""
        now = timezone.now()
        try:
            told = yaml.safe_load(options["file"].read_text(encoding="utf-8"))
            entered = enter_notice(
                told["year"],
                {day["date"]: bool(day["rest"]) for day in told["days"]},
                {day["date"]: str(day["name"]) for day in told["days"] if day.get("name")},
                citation=told["citation"],
                quality=told["quality"],
                issued_on=told.get("issued_on"),
                note=told.get("note", ""),
                paper=options["paper"],
                actor_code="command",
                at=now,
            )
        except (OSError, KeyError, TypeError, ValueError, yaml.YAMLError, Refused) as wrong:
            words = wrong.sentence if isinstance(wrong, Refused) else f"文件无法读取：{wrong!r}"
            self.stdout.write(json.dumps({"error": words, "field": "file"}, ensure_ascii=False))
            sys.exit(2)
        answer = {
            "year": entered.notice.year,
            "revision": entered.notice.revision,
            "days_changed": len(entered.changed),
            "recounted": asdict(recount(now)),
        }
        self.stdout.write(json.dumps(answer, ensure_ascii=False))
