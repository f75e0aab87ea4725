"""The stories of the demonstration month (演示月), read from `seeds/demo/month/*.yaml`.

A story is a list of steps: when, what, by which department. "-7 09:40" is the seventh working day
before today, "-25m" that many minutes ago; so the month is always the last one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

import yaml

from cases.intake.states.words import FACTS as REPORT_FACTS
from cases.law.calendar import Calendar
from cases.law.moves import Fact, Shape
from cases.law.rule import LawError
from cases.oversight.states.sheets import FACTS as SHEET_FACTS
from cases.people.queries import TOWN_TIME, town_day
from cases.whistle.states.words import FACTS as WHISTLE_FACTS

_STEP: Final = re.compile(r"(-\d+ \d\d:\d\d|-\d+[mh]) ([a-z_.]+)(?: ([a-z0-9]+))?")
_DAY: Final = timedelta(days=1)
SHEETS: Final = "sheet."  # how the verbs of a supervision sheet begin


@dataclass(frozen=True)
class Step:
    """One thing somebody did: when, which verb, on which department's part, with which facts."""

    story: str
    index: int
    at: datetime
    verb: str
    unit: str
    facts: Mapping[str, Any]


class TownClock:
    """Dates told from today in working days, as instants of the town."""

    def __init__(self, calendar: Calendar, now: datetime) -> None:
        self.calendar = calendar
        self.now = now
        self.today = town_day(now)

    def day(self, offset: int) -> date:
        """The working day so many before (-1: the last one before today) or after today."""
        if offset == 0:
            return self.today
        if offset > 0:
            return date.fromordinal(self.calendar.after(self.today.toordinal(), offset))
        yesterday = (self.today - _DAY).toordinal()
        return date.fromordinal(self.calendar.after(yesterday, offset + 1))

    def instant(self, text: str) -> datetime:
        """The instant of "-7 09:40", "+2 09:30" or "-25m"."""
        if text[-1] in "mh":
            amount = timedelta(minutes=int(text[:-1]) * (60 if text[-1] == "h" else 1))
            return (self.now + amount).replace(second=0, microsecond=0)
        offset, _, hour = text.partition(" ")
        return datetime.combine(self.day(int(offset)), time.fromisoformat(hour), TOWN_TIME)


def stories(folder: Path, clock: TownClock) -> dict[str, list[Step]]:
    """Every story by its code, in the order of the files; LawError names a step that is wrong."""
    found: dict[str, list[Step]] = {}
    for path in sorted(folder.glob("*.yaml")):
        for row in yaml.safe_load(path.read_text(encoding="utf-8"))["stories"]:
            code = row["code"]
            if code in found:
                raise LawError(code, f"演示月里有两个“{code}”。")
            found[code] = [_step(code, n, told, clock) for n, told in enumerate(row["steps"])]
            _in_order(code, found[code], clock.now)
    return found


def _step(code: str, index: int, told: Any, clock: TownClock) -> Step:
    line, facts = next(iter(told.items())) if isinstance(told, dict) else (told, {})
    read = _STEP.fullmatch(line)
    if read is None:
        raise LawError(code, f"演示月“{code}”第 {index + 1} 步写法不对：{line}")
    when, verb, unit = read.groups()
    known = REPORT_FACTS if _of_report(verb) else WHISTLE_FACTS
    known = SHEET_FACTS if verb.startswith(SHEETS) else known
    values = {name: _value(known.get(name), value, clock) for name, value in facts.items()}
    return Step(code, index, clock.instant(when), verb, unit or "", values)


def _of_report(verb: str) -> bool:
    return verb in {"file", "self_handle"} or verb.startswith("report.")


def _value(fact: Fact | None, value: Any, clock: TownClock) -> Any:
    if fact is not None and fact.shape is Shape.DATE:
        return clock.day(int(value))
    if fact is not None and fact.shape is Shape.MOMENT:
        return clock.instant(str(value))
    return value


def _in_order(code: str, steps: list[Step], now: datetime) -> None:
    times = [step.at for step in steps]
    if times != sorted(times):
        raise LawError(code, f"演示月“{code}”的步骤不是按时间先后排列的。")
    if times and times[-1] > now:
        raise LawError(code, f"演示月“{code}”有晚于现在的步骤。")
