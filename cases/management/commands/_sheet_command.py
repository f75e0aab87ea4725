"""Commands that read a sheet (读表命令): one JSON object on stdout, progress on stderr.

Exit 0 answered; exit 2 bad input, with `{error, field}`; wrong arguments are bad input too.
"""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser

from cases.law.moves import Refused
from cases.law.rule import LawError


class _Parser(CommandParser):
    def error(self, message: str) -> NoReturn:
        refuse("arguments", f"参数有误：{message}。用 --help 查看写法。")


class SheetCommand(BaseCommand):
    """A command that reads a sheet; its whole answer is the object that `answer` returns."""

    requires_system_checks: tuple[str, ...] = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Answer wrong arguments in JSON like every other bad input."""
        parser = _Parser(prog=f"{prog_name} {subcommand}", description=self.help)
        self.add_base_argument(parser, "--settings", help="")
        self.add_base_argument(parser, "--pythonpath", help="")
        self.add_base_argument(parser, "--traceback", action="store_true", help="")
        self.add_base_argument(parser, "--no-color", action="store_true", help="")
        self.add_base_argument(parser, "--force-color", action="store_true", help="")
        self.add_arguments(parser)
        return parser

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the sheet."""
        parser.add_argument("file", type=Path, nargs="?", help="xlsx 表格")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the answer, or say what is wrong with the question."""
        if options["file"] is None:
            refuse("file", "请给出表格文件。用 --help 查看写法。")
        try:
            answer = self.answer(**options)
        except Refused as refused:
            refuse(next(iter(refused.fields), "file"), refused.sentence)
        except LawError as wrong:
            refuse(wrong.field, wrong.sentence)
        self.stdout.write(json.dumps(answer, ensure_ascii=False))

    def answer(self, **options: Any) -> Mapping[str, Any]:
        """The object to print; raises `Refused` or `LawError` on bad input."""
        raise NotImplementedError


def refuse(field: str, sentence: str) -> NoReturn:
    """Say which input is wrong and why, and leave with status 2."""
    sys.stdout.write(json.dumps({"error": sentence, "field": field}, ensure_ascii=False) + "\n")
    sys.exit(2)
