"""`./deploy/manage import_categories FILE.xlsx`: the three-level petition scheme (导入诉求分类)."""

from argparse import ArgumentParser
from dataclasses import asdict
from datetime import date
from typing import Any

from django.utils import timezone

from cases.management.commands._json_answers import SheetCommand
from cases.rulebook.operations.petition_scheme import import_categories


class Command(SheetCommand):
    """Prints `{read, created, existing, rejected}`; exit 2 with `{error, field}` on a bad file."""

    help = "导入诉求三级分类表（列：一级分类 二级分类 三级分类）；可反复运行。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the sheet, the day its classes hold from, and whether to write."""
        super().add_arguments(parser)
        parser.add_argument("--dry-run", action="store_true", help="只统计，不写入")
        parser.add_argument(
            "--valid-from", type=date.fromisoformat, default=date(2010, 1, 1), help="生效日期"
        )

    def answer(self, **options: Any) -> dict[str, Any]:
        """Import the sheet."""
        result = import_categories(
            options["file"],
            actor_code="system",
            at=timezone.now(),
            valid_from=options["valid_from"],
            dry_run=options["dry_run"],
        )
        return asdict(result)
