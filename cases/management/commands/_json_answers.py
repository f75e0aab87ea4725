"""Commands that answer in JSON (命令): one object on stdout, progress on stderr.

Exit 0 answered; exit 1 something was found broken; exit 2 bad input, with `{error, field}`. Wrong
arguments are bad input too. Only `--help` prints text.
"""

import json
import re
import sys
from argparse import ArgumentParser, HelpFormatter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NoReturn

from django.core.management.base import BaseCommand, CommandParser

from cases.law.moves import Refused
from cases.law.rule import LawError

# What the parser says of an argument it cannot take, and what the person is told instead.
_SAID: Final = (
    (r"the following arguments are required: ([^,]+)", "请给出 {}"),
    (r"argument ([^:]+): expected ", "{} 后面须写一个值"),
    (r"argument ([^:]+): ", "看不懂 {} 的值"),
)
_UNKNOWN: Final = "unrecognized arguments: "


class JsonCommand(BaseCommand):
    """A command whose whole answer is the object that `answer` returns.

    `field` is the input to blame where a refusal names none of the command's own.
    """

    requires_system_checks: tuple[str, ...] = ()
    field = "arguments"
    formatter: type[HelpFormatter] = HelpFormatter

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Answer wrong arguments in JSON like every other bad input."""
        parser = _Parser(
            prog=f"{prog_name} {subcommand}",
            description=self.help,
            formatter_class=self.formatter,
        )
        self.add_base_argument(parser, "--settings", help="")
        self.add_base_argument(parser, "--pythonpath", help="")
        self.add_base_argument(parser, "--traceback", action="store_true", help="")
        self.add_base_argument(parser, "--no-color", action="store_true", help="")
        self.add_base_argument(parser, "--force-color", action="store_true", help="")
        self.add_arguments(parser)
        return parser

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the answer, or say what is wrong with the question."""
        try:
            _check_texts(options)
            answer = self.answer(**options)
        except Refused as refused:
            mine = (name for name in refused.fields if name in options)
            self.refuse(next(mine, self.field), refused.sentence)
        except LawError as wrong:
            self.refuse(wrong.field, wrong.sentence)
        self.stdout.write(json.dumps(answer, ensure_ascii=False))
        if self.broken(answer):
            sys.exit(1)

    def answer(self, **options: Any) -> Mapping[str, Any]:
        """The object to print; raises `Refused` or `LawError` on bad input."""
        raise NotImplementedError

    def broken(self, answer: Mapping[str, Any]) -> bool:
        """Whether the answer says that something was found broken (exit 1)."""
        return False

    def refuse(self, field: str, sentence: str) -> NoReturn:
        """Say which input is wrong and why, and leave with status 2."""
        self.stdout.write(_refusal(field, sentence))
        sys.exit(2)


class SheetCommand(JsonCommand):
    """A command that reads a file; `wanted` is what the file is called."""

    field = "file"
    wanted = "表格文件"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the sheet."""
        parser.add_argument("file", type=Path, nargs="?", help="xlsx 表格")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read the sheet, once there is one."""
        if options["file"] is None:
            self.refuse("file", f"请给出{self.wanted}。用 --help 查看写法。")
        super().handle(*args, **options)


class _Parser(CommandParser):
    def error(self, message: str) -> NoReturn:
        sys.stdout.write(_refusal(*_told(message)) + "\n")
        sys.exit(2)


def _refusal(field: str, sentence: str) -> str:
    told = {"error": sentence, "field": field}
    # What came in as broken text goes out with question marks in its place.
    return json.dumps(told, ensure_ascii=False).encode(errors="replace").decode()


def _check_texts(options: Mapping[str, Any]) -> None:
    for name, value in options.items():
        try:
            str(value).encode()
        except UnicodeEncodeError as wrong:
            field = name.replace("_", "-")
            raise LawError(field, f"{field} 的值不是 UTF-8 文字，请核对后再试。") from wrong


def _told(message: str) -> tuple[str, str]:
    if message.startswith(_UNKNOWN):
        unknown = message.removeprefix(_UNKNOWN)
        return "arguments", f"没有这样的参数：{unknown}。用 --help 查看写法。"
    for pattern, words in _SAID:
        if found := re.match(pattern, message):
            return found[1].lstrip("-"), f"{words.format(found[1])}。用 --help 查看写法。"
    return "arguments", "参数有误。用 --help 查看写法。"
