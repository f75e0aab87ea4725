"""How backup and restore answer (应答): one JSON object on standard output, progress beside it.

Exit 0 answered, 1 something was found broken, 2 refused with `{error, field}`, 130 interrupted; as
every management command does.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from deploy.launch.farewell import Farewell, listen
from deploy.launch.words import Stop, say

Answer = dict[str, Any]


class Refusal(Exception):
    """What was asked for cannot be done: which input is to blame, and a sentence saying why."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence


def answered(work: Callable[[], Answer], broken: Callable[[Answer], bool]) -> int:
    """Do the work and print its answer, or why it was refused; the exit code."""
    os.umask(0o077)
    listen()
    try:
        told = work()
    except Refusal as refusal:
        return _refused(refusal.field, refusal.sentence)
    except Stop as problem:
        return _refused("database", problem.sentence)
    except Farewell:
        say("已中止，没有留下半份文件。")
        return 130
    _print(told)
    return 1 if broken(told) else 0


def one_file(argv: list[str], usage: str) -> Path:
    """The one file a command is given; `--help` prints the usage and leaves."""
    if "--help" in argv or "-h" in argv:
        print(usage)
        sys.exit(0)
    if unknown := [word for word in argv if word.startswith("-")]:
        raise Refusal("arguments", f"没有这样的参数：{unknown[0]}。用 --help 查看写法。")
    if not argv or not argv[0]:
        raise Refusal("file", "请给出备份文件。用 --help 查看写法。")
    if len(argv) > 1:
        raise Refusal("arguments", f"只能给出一个文件，多出来的是：{argv[1]}。")
    if not _is_text(argv[0]):
        raise Refusal("file", "文件名不是 UTF-8 文字，请换一个名字。")
    return Path(argv[0]).absolute()


def _is_text(name: str) -> bool:
    try:
        return "\0" not in name and bool(name.encode())
    except UnicodeEncodeError:
        return False


def _refused(field: str, sentence: str) -> int:
    _print({"error": sentence, "field": field})
    return 2


def _print(told: Answer) -> None:
    text = json.dumps(told, ensure_ascii=False)
    print(text.encode(errors="replace").decode(), flush=True)
