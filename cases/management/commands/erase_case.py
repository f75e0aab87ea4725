"""`./deploy/manage erase_case NUMBER --paper TEXT`: destroy a closed case's key (销毁)."""

from argparse import ArgumentParser
from typing import Any

from django.utils import timezone

from cases.docket.models import Case
from cases.docket.operations import erase
from cases.law.moves import Refused
from cases.management.commands._json_answers import JsonCommand


class Command(JsonCommand):
    """Prints `{number, seq, erased_at}`; exit 2 with `{error, field}` when it may not be done."""

    help = "依批准文件销毁一个已办结案件的密钥；事件链仍可核验，内容不可恢复。"
    field = "number"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the case and the paper that allows it."""
        parser.add_argument("number", help="案件编号")
        parser.add_argument("--paper", required=True, help="批准销毁的文件")

    def answer(self, **options: Any) -> dict[str, Any]:
        """Erase the case."""
        case = Case.objects.filter(number=options["number"]).first()
        if case is None:
            raise Refused(f"没有编号为 {options['number']} 的案件。")
        event = erase(case, at=timezone.now(), paper=options["paper"])
        return {"number": case.number, "seq": event.seq, "erased_at": str(case.erased_at)}
