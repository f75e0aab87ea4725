"""`./deploy/manage load_seeds`: enter the rulebook's seeds (录入预置规则); safe to run again."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from cases.law.moves import Refused
from cases.rulebook.operations.seeds import load_seeds


class Command(BaseCommand):
    """Prints `{"created": n, "existing": n}`; exit 2 with `{error, field}` on a bad seed file."""

    help = "录入预置规则（节假日、时限、工作时间、督促阶梯、分类、履职事项）；可反复运行。"
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take another folder of seeds than the project's, if asked to."""
        parser.add_argument("--folder", type=Path, default=settings.SEEDS, help="预置文件夹")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, telling of each file on stderr."""
        try:
            loaded = load_seeds(options["folder"], timezone.now(), tell=self.stderr.write)
        except Refused as refused:
            self.stdout.write(
                json.dumps({"error": refused.sentence, "field": "seeds"}, ensure_ascii=False)
            )
            sys.exit(2)
        self.stdout.write(json.dumps({"created": loaded.created, "existing": loaded.existing}))
