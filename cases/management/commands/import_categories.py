"""`./deploy/manage import_categories FILE.xlsx`: the three-level petition scheme (导入诉求分类)."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from cases.law.moves import Refused
from cases.rulebook.operations.petition_scheme import import_categories


class Command(BaseCommand):
    """Prints `{read, created, existing, rejected}`; exit 2 with `{error, field}` on a bad file."""

    help = "导入诉求三级分类表（列：一级分类 二级分类 三级分类）；可反复运行。"
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the sheet, the day its classes hold from, and whether to write."""
        parser.add_argument("file", type=Path, help="xlsx 表格")
        parser.add_argument("--dry-run", action="store_true", help="只统计，不写入")
        parser.add_argument(
            "--valid-from", type=date.fromisoformat, default=date(2010, 1, 1), help="生效日期"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, or say what is wrong with the sheet."""
        try:
            result = import_categories(
                options["file"],
                actor_code="system",
                at=timezone.now(),
                valid_from=options["valid_from"],
                dry_run=options["dry_run"],
            )
        except Refused as refused:
            answer = {"error": refused.sentence, "field": "file"}
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            sys.exit(2)
        self.stdout.write(json.dumps(asdict(result), ensure_ascii=False))
