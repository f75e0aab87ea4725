"""`./deploy/manage facts --check | --rebuild`: day facts held against the record (日统计)."""

import sys
from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from cases.board.operations.gathering import gather
from cases.board.operations.rating import differing_days, rate_days
from cases.board.operations.rebuilding import check, rebuild
from cases.law.rule import LawError
from cases.management.commands._json_answers import JsonCommand


class Command(JsonCommand):
    """Prints `{measures, differences, …}`; exit 1 when anything differs."""

    help = "看板日统计：--check 从全部事件重数一遍并列出不符；--rebuild 推倒重数。"
    field = "check"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One of the two."""
        parser.add_argument("--check", action="store_true", help="重数并比对，不改数")
        parser.add_argument("--rebuild", action="store_true", help="按全部事件重新统计")

    def answer(self, **options: Any) -> dict[str, Any]:
        """Count what waits first: what is compared is the counting, not how far it has come."""
        if options["check"] == options["rebuild"]:
            raise LawError("check", "请写 --check（核对）或 --rebuild（重新统计），写一个。")
        now = timezone.now()
        if options["rebuild"]:
            print("重新统计全部事件……", file=sys.stderr)
            facts = rebuild(now)
            return {"facts": facts, "days": self._rated(now)}
        told = {"gathered": gather(now), "days": self._rated(now)}
        print("重数全部事件……", file=sys.stderr)
        found = check()
        wrong = [*found.differences, *differing_days(now)]
        return {"measures": found.measures, "differences": wrong} | told

    def broken(self, answer: Mapping[str, Any]) -> bool:
        """A difference is broken."""
        return bool(answer.get("differences"))

    def _rated(self, now: Any) -> int:
        done = 0
        while days := rate_days(now):
            done += days
            print(f"三率已统计 {done} 天", file=sys.stderr)
        return done
