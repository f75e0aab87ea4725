"""`./deploy/manage load_seeds`: enter the rulebook's seeds (录入预置规则); safe to run again."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from cases.management.commands._json_answers import JsonCommand
from cases.rulebook.operations.seeds import load_seeds


class Command(JsonCommand):
    """Prints `{"created": n, "existing": n}`; exit 2 with `{error, field}` on a bad seed file."""

    help = "录入预置规则（节假日、时限、工作时间、督促阶梯、分类、履职事项）；可反复运行。"
    field = "seeds"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take another folder of seeds than the project's, if asked to."""
        parser.add_argument("--folder", type=Path, default=settings.SEEDS, help="预置文件夹")

    def answer(self, **options: Any) -> dict[str, int]:
        """Load, telling of each file on stderr."""
        loaded = load_seeds(options["folder"], timezone.now(), tell=self.stderr.write)
        return {"created": loaded.created, "existing": loaded.existing}
