"""Days off in words (放假日期): read as a notice prints them, written one holiday a line, and a
year laid out as a calendar.

《全国年节及纪念日放假办法》: 放假 are days off, 上班 are make-up working days (调休).
"""

import re
import unicodedata
from calendar import Calendar as Weeks
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from cases.law.calendar import Calendar
from cases.law.rule import LawError

LONGEST_RUN: Final = 60  # days in a row; a longer one is a slip of the pen
MOST: Final = 150  # days a notice may list
_DAY: Final = timedelta(days=1)
_ONE: Final = (
    r"(?:(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日)"
)
_RUN: Final = re.compile(rf"{_ONE}(?:\s*(?:至|到|~|—|–|-)\s*{_ONE})?")
_ASIDE: Final = re.compile(r"\([^()]*\)|共\s*\d+\s*天")
_NUMBERED: Final = re.compile(r"^[一二三四五六七八九十]+、")
_NAME: Final = re.compile(r"^[^\d、]*")


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day of the year's calendar: its kind (work, rest, off, makeup) and why."""

    date: date
    kind: str
    name: str
    why: str

    @property
    def mark(self) -> str:
        """What stands beside the number: 休 a day off by notice, 班 a make-up day."""
        return {"off": "休", "makeup": "班"}.get(self.kind, "")


@dataclass(frozen=True, slots=True)
class Month:
    """A month in weeks from Monday; None where the week belongs to a neighbour."""

    number: int
    weeks: tuple[tuple[CalendarDay | None, ...], ...]


def read_days(text: str, year: int, field: str) -> dict[date, str]:
    """Dates and ranges with their holiday's name, one holiday a line; raises LawError.

    `元旦：1月1日至3日` and `2027-01-01 至 2027-01-03` are read alike; what stands in brackets and
    “共3天” is passed over. Twice the same day is an error.
    """
    found: dict[date, str] = {}
    for no, line in enumerate(text.splitlines(), start=1):
        plain = _ASIDE.sub("", unicodedata.normalize("NFKC", line)).strip()
        name, told = _named(plain)
        for day in _days(told, year, field, no) if plain else ():
            if day in found:
                raise LawError(field, f"第 {no} 行：{day} 写了两次，请保留一处。")
            found[day] = name
    if len(found) > MOST:
        raise LawError(field, f"一份通知最多 {MOST} 天，请核对日期。")
    return found


def days_text(days: Mapping[date, bool], names: Mapping[date, str], *, off: bool) -> str:
    """The days off, or the make-up days, one holiday a line, runs joined by 至."""
    lines: dict[str, list[tuple[date, date]]] = {}
    for day in sorted(day for day, rest in days.items() if rest is off):
        runs = lines.setdefault(names.get(day, ""), [])
        if runs and runs[-1][1] + _DAY == day:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return "\n".join(
        f"{name}：{_runs_text(runs)}" if name else _runs_text(runs) for name, runs in lines.items()
    )


def year_calendar(calendar: Calendar, year: int) -> tuple[Month, ...]:
    """The twelve months of a year, each day with what it is and why (年历)."""
    listed = {day: off for notice in calendar.notices for day, off in notice.days.items()}
    names = {day: name for notice in calendar.notices for day, name in notice.names.items()}

    def told(day: date) -> CalendarDay | None:
        if day.year != year or day.month != month:
            return None
        plain = "work" if calendar.is_working(day) else "rest"
        kind = {True: "off", False: "makeup"}.get(listed.get(day), plain)  # type: ignore[arg-type]
        return CalendarDay(day, kind, names.get(day, ""), calendar.why(day))

    months = []
    for month in range(1, 13):
        weeks = Weeks().monthdatescalendar(year, month)
        months.append(Month(month, tuple(tuple(told(day) for day in week) for week in weeks)))
    return tuple(months)


def _named(line: str) -> tuple[str, str]:
    """The holiday's name, and the dates behind it."""
    plain = _NUMBERED.sub("", line)
    name, colon, told = plain.partition(":")
    if colon:
        return name.strip()[:20], told
    found = _NAME.match(plain)
    return (found[0].strip()[:20] if found else ""), plain


def _days(line: str, year: int, field: str, no: int) -> Iterable[date]:
    left = _RUN.sub("", line)
    if re.search(r"\d", left) or left == line:
        raise LawError(
            field, f"第 {no} 行看不懂“{line[:40]}”，应如 元旦：1月1日至3日 或 2027-01-01。"
        )
    for found in _RUN.finditer(line):
        first = _date(found.groups()[:6], (year, 0), field, no)
        last = first
        if any(found.groups()[6:]):
            last = _date(found.groups()[6:], (first.year, first.month), field, no)
        if not 0 <= (last - first).days < LONGEST_RUN:
            raise LawError(field, f"第 {no} 行：{first} 至 {last} 起止不对，请核对。")
        yield from (first + _DAY * n for n in range((last - first).days + 1))


def _date(
    parts: tuple[str | None, ...], within: tuple[int, int], field: str, no: int
) -> date:
    year, month, day = parts[:3] if parts[0] else parts[3:]
    try:
        return date(int(year or within[0]), int(month or within[1]), int(day or 0))
    except ValueError as wrong:
        raise LawError(field, f"第 {no} 行有不存在的日期，请核对年月日。") from wrong


def _runs_text(runs: Iterable[tuple[date, date]]) -> str:
    return "、".join(str(a) if a == b else f"{a} 至 {b}" for a, b in runs)
