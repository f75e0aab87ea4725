"""`./deploy/manage chase`: fire every rung that is due at an instant (催办巡查)."""

import time
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from cases.law.rule import LawError
from cases.management.commands._json_answers import JsonCommand
from cases.oversight.operations.chasing import Chased, chase, due_now


class Command(JsonCommand):
    """Prints `{due, fired, by_rung, skipped, seconds}`; `--dry-run` counts what would fire."""

    help = "催办巡查：到时的各级提醒、催办一次发出；可反复运行，可同时运行。"
    field = "at"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Another instant than now, or only counting."""
        words = "时刻，如 2026-11-22T09:00:00+08:00；不填为现在"
        parser.add_argument("--at", default="", help=words)
        parser.add_argument("--dry-run", action="store_true", help="只数，不发")

    def answer(self, **options: Any) -> dict[str, Any]:
        """Loop until nothing is due at that instant."""
        at, began = _instant(options["at"]), time.monotonic()
        done = Chased(due=due_now(at)) if options["dry_run"] else chase(at)
        told: dict[str, Any] = {"due": done.due, "fired": done.fired, "skipped": done.skipped}
        told |= {"by_rung": dict(sorted(done.by_rung.items()))}
        return told | {"seconds": round(time.monotonic() - began, 3)}


def _instant(text: str) -> datetime:
    if not text:
        return timezone.now()
    try:
        at = parse_datetime(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        words = "--at 应为带时区的时刻，如 2026-11-22T09:00:00+08:00。"
        raise LawError("at", words)
    return at
