"""`./deploy/manage anchor`: take an anchor now (存证), and print its file."""

from typing import Any

from django.utils import timezone

from cases.docket.operations import take_anchor
from cases.management.commands._json_answers import JsonCommand


class Command(JsonCommand):
    """Prints `{file, cases, digest}`."""

    help = "立即存证：把每个案件的链头签名后写到数据库之外的文件。"

    def answer(self, **options: Any) -> dict[str, Any]:
        """Anchor every case."""
        anchor = take_anchor(timezone.now())
        return {"file": anchor.file, "cases": anchor.cases, "digest": anchor.digest}
