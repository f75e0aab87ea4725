"""`./deploy/manage verify_record [--since-anchor FILE]`: check every chain and anchor (核验)."""

from argparse import ArgumentParser
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings

from cases.docket.anchorage import AnchorBroken, AnchorUnreadable, read_header
from cases.docket.queries.verify import verify_record
from cases.law.moves import Refused
from cases.management.commands._json_answers import JsonCommand


class Command(JsonCommand):
    """Prints `{cases, events, anchors, broken}`; exit 1 when anything is broken."""

    help = "核验全部案件的事件链和存证；有不符的逐条列出。"
    field = "since-anchor"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the anchor to begin with, if asked to."""
        parser.add_argument("--since-anchor", type=Path, help="从这份存证起核验")

    def answer(self, **options: Any) -> dict[str, Any]:
        """Verify, and say what does not hold."""
        since: Path | None = options["since_anchor"]
        if since is not None:
            _check(since)
        return asdict(verify_record(since.resolve() if since else None))

    def broken(self, answer: Mapping[str, Any]) -> bool:
        """Whatever does not hold is broken."""
        return bool(answer["broken"])


def _check(since: Path) -> None:
    if not since.is_file():
        raise Refused(f"找不到存证文件 {since}，请核对路径。")
    # One that was changed is not a wrong argument: that is what is to be found.
    with suppress(AnchorBroken):
        try:
            read_header(since, settings.KEYRING.anchor)
        except AnchorUnreadable as wrong:
            raise Refused(f"{since} 不是存证文件或无法读取，请核对路径。") from wrong
