"""`./deploy/manage enter_notice FILE.yaml`: a new holiday notice, without a release (放假安排).

The file is written like those in `seeds/calendar/`. Deadlines still running are counted again at
once; where a date moves, the earlier one stays as an event.
"""

from argparse import ArgumentParser
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone

from cases.docket.operations import recount
from cases.law.moves import Refused
from cases.management.commands._json_answers import JsonCommand
from cases.rulebook.operations.notices import NoticeEntered, enter_notice


class Command(JsonCommand):
    """Prints `{year, revision, days_changed, recounted}`; exit 2 with `{error, field}`."""

    help = "录入一年的放假安排（格式同 seeds/calendar/ 下的文件），并重算在办期限。"
    field = "file"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, and the paper the notice was published in."""
        parser.add_argument("file", type=Path, help="yaml 文件")
        parser.add_argument("--paper", default="", help="文号")

    def answer(self, **options: Any) -> dict[str, Any]:
        """Enter the notice, then count again."""
        now = timezone.now()
        try:
            entered = _enter(options["file"], options["paper"], now)
        except (OSError, KeyError, TypeError, ValueError, yaml.YAMLError) as wrong:
            raise Refused(f"文件无法读取，请核对路径和格式：{wrong!r}。") from wrong
        return {
            "year": entered.notice.year,
            "revision": entered.notice.revision,
            "days_changed": len(entered.changed),
            "recounted": asdict(recount(now)),
        }


def _enter(file: Path, paper: str, at: datetime) -> NoticeEntered:
    told = yaml.safe_load(file.read_text(encoding="utf-8"))
    return enter_notice(
        told["year"],
        {day["date"]: bool(day["rest"]) for day in told["days"]},
        {day["date"]: str(day["name"]) for day in told["days"] if day.get("name")},
        citation=told["citation"],
        quality=told["quality"],
        issued_on=told.get("issued_on"),
        note=told.get("note", ""),
        paper=paper,
        actor_code="command",
        at=at,
    )
