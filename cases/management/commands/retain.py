"""`./deploy/manage retain`: erase what has been kept long enough (保存期限届满销毁)."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.utils import timezone

from cases.docket.operations.retaining import retain
from cases.law.rule import LawError
from cases.management.commands._json_answers import JsonCommand


class Command(JsonCommand):
    """Prints `{at, dry_run, due, erased, skipped, by_kind, rule, missing}`."""

    help = "销毁保存期限已满的办件（个人信息保护法第四十七条），并打印证明；先用 --dry-run 预演。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the instant, and whether anything is to be done."""
        parser.add_argument("--dry-run", action="store_true", help="只列出，不销毁")
        parser.add_argument("--at", help="以哪一时刻为准，如 2026-11-22T03:00+08:00；不填为现在")

    def answer(self, **options: Any) -> dict[str, Any]:
        """Erase, or say what would be erased; what is not due yet is erased by no date given."""
        now = timezone.now()
        at = _moment(options["at"]) if options["at"] is not None else now
        if at > now and not options["dry_run"]:
            raise LawError("at", "还没有到这个时刻，不能销毁；要看届时有哪些到期，请加 --dry-run。")
        return retain(at, dry_run=options["dry_run"]).as_dict()


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError as wrong:
        words = f"看不懂时刻“{text[:40]}”，应如 2026-11-22T03:00+08:00。"
        raise LawError("at", words) from wrong
    if at.tzinfo is None or not 2000 <= at.year <= 9000:
        raise LawError("at", "时刻须带时区，年份须合理，如 2026-11-22T03:00+08:00。")
    return at
