"""`./deploy/manage import_petitions FILE.xlsx`: past petitions become cases (导入历史来信)."""

from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.utils import timezone

from cases.intake.operations.petitions import import_petitions
from cases.management.commands._json_answers import SheetCommand


class Command(SheetCommand):
    """Prints `{read, created, existing, rejected: [{row, reason}]}`."""

    help = (
        "导入来信表（列：留言编号 留言用户 留言主题 留言时间 留言详情 [答复意见 答复时间]）；"
        "可反复运行，已有的编号不再新建。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the sheet, the town it belongs to, and whether to write."""
        super().add_arguments(parser)
        parser.add_argument("--dry-run", action="store_true", help="只统计，不写入")
        parser.add_argument("--division", default=settings.HOME_DIVISION, help="镇的区划代码")

    def answer(self, **options: Any) -> dict[str, Any]:
        """Import, telling of progress on stderr."""
        result = import_petitions(
            options["file"],
            division=options["division"],
            at=timezone.now(),
            dry_run=options["dry_run"],
            tell=self.stderr.write,
        )
        return asdict(result)
