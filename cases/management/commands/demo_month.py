"""`manage demo_month`: a month of the demonstration town (演示月), made by real moves, once.

Reports and whistles in every state, with past dates; a story that was played is never played again,
and all of them are written in one transaction. It runs in a demonstration only (`XIASHU_DEMO=1`).
"""

from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from cases.docket.models import Deadline, DeadlineState
from cases.grid.operations import Trail
from cases.law.moves import Role
from cases.law.rule import LawError
from cases.management.commands._demo_moves import play
from cases.management.commands._demo_people import Town
from cases.management.commands._demo_stage import Stage, played
from cases.management.commands._demo_stories import Step, TownClock, stories
from cases.management.commands._json_answers import JsonCommand
from cases.oversight.operations.chasing import chase
from cases.people.models import Officer
from cases.rulebook.queries import book

# One demonstration is made at a time; the number is the demonstration town's.
_ONE_AT_A_TIME = 321183102


class Command(JsonCommand):
    """Prints how many stories and steps there are, how many were `played` now, and what `refused`
    to be played: somebody may have changed the rules, which must not keep the town from starting.
    """

    help = "装入演示月（上报、吹哨各种状态，按现在往前推一个月），可重复运行；只用于演示"

    def answer(self, **options: Any) -> dict[str, int | str]:
        """Play the stories that were not played yet, in the order of time: all of them or none."""
        at = timezone.now()
        _only_in_a_demonstration()
        found = stories(settings.SEEDS / "demo" / "month", TownClock(book().calendar, at))
        told: dict[str, int | str] = {
            "stories": len(found),
            "steps": sum(map(len, found.values())),
        }
        try:
            return told | {"played": self._play(found, at), "refused": ""}
        except LawError as wrong:
            self._say(wrong.sentence)
            return told | {"played": 0, "refused": wrong.sentence}

    @transaction.atomic
    def _play(self, found: dict[str, list[Step]], at: datetime) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
        _neighbours(at, self._say)
        done = played(list(found))
        todo = [step for code, steps in found.items() if code not in done for step in steps]
        self._say(f"{len(found) - len(done)} 个故事，{len(todo)} 步")
        stage = Stage.set_up(at)
        for step in sorted(todo, key=lambda step: step.at):
            play(stage, step)
        if todo:
            _chase_what_is_late(at)
        return len(found) - len(done)

    def _say(self, line: str) -> None:
        self.stderr.write(f"演示月：{line}")


def _chase_what_is_late(at: datetime) -> None:
    """Past steps chase nobody; what they left late is chased now, as after downtime."""
    late = Deadline.objects.filter(state=DeadlineState.RUNNING, due_at__lte=at, colour="")
    late.exclude(ladder="").update(rung=0, next_rung=1, next_rung_at=F("due_at"))
    chase(at)


def _only_in_a_demonstration() -> None:
    if not settings.DEMO:
        raise LawError("XIASHU_DEMO", "演示月只装入演示系统，确为演示的请设置 XIASHU_DEMO=1。")
    if not Officer.objects.filter(username=Role.DESK.value, demonstration=True).exists():
        raise LawError("demo_town", "还没有示范镇，请先运行 demo_town。")


def _neighbours(at: datetime, say: Any) -> None:
    """Two towns next door, so that a department is called by three."""
    path: Path = settings.SEEDS / "demo" / "neighbours.yaml"
    plan = yaml.safe_load(path.read_text(encoding="utf-8"))
    town = Town(Trail(actor_code="demo_town", at=at, paper="示范数据"), say)
    for row in plan["units"]:
        town.unit(row, plan)
    for seat in plan["seats"]:
        town.seat(seat["username"], seat["name"], Role(seat["role"]), seat["unit"], plan)
