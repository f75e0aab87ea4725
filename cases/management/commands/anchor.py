"""`./deploy/manage anchor`: take an anchor now (存证), and print its file."""

import json
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from cases.docket.operations import take_anchor


class Command(BaseCommand):
    """Prints `{file, cases, digest}`."""

    help = "立即存证：把每个案件的链头签名后写到数据库之外的文件。"
    requires_system_checks: tuple[str, ...] = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Anchor every case."""
        anchor = take_anchor(timezone.now())
        told = {"file": anchor.file, "cases": anchor.cases, "digest": anchor.digest}
        self.stdout.write(json.dumps(told, ensure_ascii=False))
