"""Ladders (催办督办阶梯): who is told when a term runs out, rung by rung, and by whose paper.

A rung fires once. After downtime only the highest rung that has passed fires, and the next one is
set from there. A rung that waits for a person's decision stops the ladder until it is taken.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import combinations
from typing import Any

from cases.law.calendar import SHANGHAI, BusinessHours, Calendar
from cases.law.moves import Role
from cases.law.rule import LawError
from cases.law.terms import Due, Term, Unit, due

_INSTANT = timedelta(microseconds=1)
_COLOURS = {"": "无", "blue": "蓝", "yellow": "黄", "red": "红"}
_EVEN = {
    Unit.MINUTE: timedelta(minutes=1),
    Unit.HOUR: timedelta(hours=1),
    Unit.DAY: timedelta(days=1),
}

# Who can be told: whoever owes, who leads them, who asked, and every seat.
KNOWN = frozenset({"handler", "unit_lead", "reporter", "party", *(role.value for role in Role)})


class LadderError(LawError):
    """A ladder or rung that cannot be read (阶梯有误)."""


class Colour(StrEnum):
    """The colour of blame; a statutory warning has none (督办颜色)."""

    NONE = ""
    BLUE = "blue"
    YELLOW = "yellow"
    RED = "red"

    @property
    def label(self) -> str:
        """What people read."""
        return _COLOURS[self.value]


class Kind(StrEnum):
    """What a rung's time is measured from (触发方式)."""

    AT_ONCE = "at once"
    ELAPSED = "elapsed"
    LEFT = "left"
    BEFORE = "before"
    DUE = "due"
    AFTER = "after"
    EVERY = "every"
    BY_HAND = "by hand"


# What comes in which order, where that can be said without a term: elapsed time is left out.
_PHASE = {
    Kind.AT_ONCE: 0,
    Kind.LEFT: 1,
    Kind.BEFORE: 1,
    Kind.DUE: 2,
    Kind.AFTER: 3,
    Kind.EVERY: 3,
}


@dataclass(frozen=True, slots=True)
class When:
    """The time of a rung, written in words a clerk can read (触发时间).

    `at once`; `elapsed 10 minutes` since the start; `left 20% min 30 minutes` of the time from
    start to due, as it passes; `before 15 days`, the beginning of the 15th day before the last day
    and `before 0 days` of the last day itself; `due`; `after 1 working day`, the end of the term
    counted from the last day; `every 7 days` after due, again and again; `by hand`, never by time.
    """

    kind: Kind
    amount: int = 0  # a percentage, or days before
    term: Term | None = None
    least: timedelta = timedelta()

    @classmethod
    def parse(cls, text: str) -> "When":
        """Reads the words above; raises LadderError or TermError."""
        words = " ".join(text.lower().split())
        if words in (Kind.AT_ONCE, Kind.DUE, Kind.BY_HAND):
            return cls(Kind(words))
        if found := re.fullmatch(r"left ([1-9][0-9]?)%(?: min (.+))?", words):
            return cls(Kind.LEFT, int(found[1]), None, _even(found[2]))
        if found := re.fullmatch(r"before ([0-9]{1,4}) days?", words):
            return cls(Kind.BEFORE, int(found[1]))
        if found := re.fullmatch(r"(elapsed|after|every) (.+)", words):
            kind = Kind(found[1])
            least = _even(found[2] if kind is Kind.EVERY else None)
            return cls(kind, 0, Term.parse(found[2]), least)
        raise LadderError("when", f"看不懂触发时间“{text[:40]}”，应如 due、after 1 working day。")

    def at(
        self,
        start: datetime,
        ends: Due,
        calendar: Calendar | None,
        hours: BusinessHours | None,
        occurrence: int = 1,
    ) -> datetime | None:
        """When it comes for a term from `start`, never before it; None by hand only."""
        if self.kind is Kind.BY_HAND:
            return None
        if self.term is None or self.kind is Kind.EVERY:
            return max(start, self._by_the_clock(start, ends, occurrence))
        event = start
        if self.kind is Kind.AFTER:
            event = ends.due_at if self.term.timed else ends.due_at - _INSTANT
        return max(start, _runs_out(self.term, event, calendar, hours))

    def _by_the_clock(self, start: datetime, ends: Due, occurrence: int) -> datetime:
        if self.kind is Kind.AT_ONCE:
            return start
        if self.kind is Kind.LEFT:
            return ends.due_at - max((ends.due_at - start) * self.amount / 100, self.least)
        if self.kind is Kind.BEFORE:
            day = ends.last_day - timedelta(days=self.amount)
            return datetime.combine(day, time(), SHANGHAI)
        return ends.due_at + self.least * (occurrence if self.kind is Kind.EVERY else 0)


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of chasing: when, in which colour, on whose paper, told to whom (阶梯一级).

    `quiet`: quiet hours may hold the message back; the step itself is never held back.
    """

    no: int
    when: When
    colour: Colour
    paper: str
    issuer: str
    told: tuple[str, ...]
    quiet: bool

    @classmethod
    def parse(cls, row: Mapping[str, Any]) -> "Rung":
        """Reads a rung as the rulebook keeps it; raises LadderError or TermError."""
        colour, told = row.get("colour") or "", row.get("told") or ()
        if colour not in list(Colour):
            raise LadderError("colour", f"颜色“{colour}”不对，应为 blue、yellow、red 或空。")
        return cls(
            no=int(row["no"]),
            when=When.parse(str(row["when"])),
            colour=Colour(colour),
            paper=row.get("paper") or "",
            issuer=row.get("issuer") or "",
            told=(told,) if isinstance(told, str) else tuple(told),
            quiet=bool(row.get("quiet", False)),
        )


@dataclass(frozen=True, slots=True)
class Passed:
    """The highest rung whose time has come and since when, None for none; and the next (到级)."""

    fire: int | None
    at: datetime | None
    next: tuple[int, datetime] | None


def checked(ladder: Sequence[Rung]) -> tuple[Rung, ...]:
    """The ladder, if its rungs run 1, 2, 3 … forwards in time as far as times can be compared, tell
    people who are known, and only the last repeats; raises LadderError.
    """
    if [rung.no for rung in ladder] != list(range(1, len(ladder) + 1)):
        raise LadderError("no", "阶梯级次须从 1 起连续编号。")
    if any(rung.when.kind is Kind.EVERY for rung in ladder[:-1]):
        raise LadderError("when", "重复的触发时间（every）只能放在最后一级。")
    for rung in ladder:
        if unknown := [code for code in rung.told if code not in KNOWN]:
            raise LadderError("told", f"第 {rung.no} 级：“{unknown[0][:20]}”不是可告知的人。")
    for earlier, later in combinations(ladder, 2):
        _forwards(earlier, later)
    return tuple(ladder)


def _forwards(earlier: Rung, later: Rung) -> None:
    one, two = earlier.when, later.when
    if one.kind is Kind.BY_HAND and two.kind is not Kind.BY_HAND:
        words = f"第 {earlier.no} 级由人决定，其后的第 {later.no} 级不能再按时间触发。"
        raise LadderError("when", words)
    known = one.kind in _PHASE and two.kind in _PHASE
    backwards = known and _PHASE[one.kind] > _PHASE[two.kind]
    if backwards or (one.kind is two.kind and not _later(one, two)):
        words = f"第 {later.no} 级不晚于第 {earlier.no} 级，各级须按时间先后排列。"
        raise LadderError("when", words)


def _later(one: When, two: When) -> bool:
    """Whether a time comes after another of its own sort, as far as one can say."""
    if one.kind in {Kind.LEFT, Kind.BEFORE}:
        return two.amount < one.amount
    if one.term is None or two.term is None:
        return one.kind is Kind.BY_HAND
    return one.term.unit is not two.term.unit or two.term.amount > one.term.amount


def rung_of(ladder: Sequence[Rung], no: int) -> Rung:
    """The rung of that number; a last rung that repeats has every number from its own on."""
    return ladder[min(no, len(ladder)) - 1]


def next_rung(
    ladder: Sequence[Rung],
    fired: int,
    start: datetime,
    ends: Due,
    calendar: Calendar | None,
    hours: BusinessHours | None,
) -> tuple[int, datetime] | None:
    """The rung after the last one fired and its time; None when no time is set for it (下一级)."""
    no = fired + 1
    if not ladder or (no > len(ladder) and ladder[-1].when.kind is not Kind.EVERY):
        return None
    occurrence = max(1, no - len(ladder) + 1)
    at = rung_of(ladder, no).when.at(start, ends, calendar, hours, occurrence)
    return None if at is None else (no, at)


def highest_passed(
    ladder: Sequence[Rung],
    fired: int,
    start: datetime,
    ends: Due,
    calendar: Calendar | None,
    hours: BusinessHours | None,
    *,
    now: datetime,
) -> Passed:
    """The highest rung above `fired` whose time has come by `now`, and the next one (应触发级)."""
    fire: int | None = None
    since: datetime | None = None
    after = step = next_rung(ladder, fired, start, ends, calendar, hours)
    while step:
        no, at = step
        if at > now and no >= len(ladder):
            break
        passed = at <= now
        if passed:
            no, at = fire, since = _last_repeat(ladder, no, at, now)
        step = next_rung(ladder, no, start, ends, calendar, hours)
        after = step if passed else after
    return Passed(fire, since, after)


def _last_repeat(
    ladder: Sequence[Rung], no: int, at: datetime, now: datetime
) -> tuple[int, datetime]:
    when = rung_of(ladder, no).when
    if when.kind is not Kind.EVERY:
        return no, at
    missed = (now - at) // when.least
    return no + missed, at + when.least * missed


@lru_cache(maxsize=4096)
def _runs_out(
    term: Term, event: datetime, calendar: Calendar | None, hours: BusinessHours | None
) -> datetime:
    # Kept: terms of days end together, so a thousand deadlines climb by the same few dates.
    return due(term, event, calendar, hours).due_at


def _even(text: str | None) -> timedelta:
    if text is None:
        return timedelta()
    term = Term.parse(text)
    if term.unit not in _EVEN:
        raise LadderError("when", f"“{text}”须以分钟、小时或日为单位。")
    return _EVEN[term.unit] * term.amount
