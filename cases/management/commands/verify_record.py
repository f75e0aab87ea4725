"""`./deploy/manage verify_record [--since-anchor FILE]`: check every chain and anchor (核验)."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from cases.docket.queries.verify import verify_record


class Command(BaseCommand):
    """Prints `{cases, events, anchors, broken}`; exit 1 when anything is broken."""

    help = "核验全部案件的事件链和存证；有不符的逐条列出。"
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the anchor to begin with, if asked to."""
        parser.add_argument("--since-anchor", type=Path, help="从这份存证起核验")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify, and say what does not hold."""
        since: Path | None = options["since_anchor"]
        if since is not None and not since.is_file():
            told = {"error": f"找不到存证文件 {since},请核对路径。", "field": "since-anchor"}
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            sys.exit(2)
        found = verify_record(since.resolve() if since else None)
        self.stdout.write(json.dumps(asdict(found), ensure_ascii=False))
        if found.broken:
            sys.exit(1)
