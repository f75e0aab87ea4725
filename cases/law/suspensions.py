"""Suspensions (中止): the spans in which a term stands still, and how far they push its end.

What is suspended is not counted and the term goes on with what was left of it. By the instant for
hours; a day wholly or partly suspended is no day of the term, which resumes the day after.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from cases.law.calendar import SHANGHAI
from cases.law.rule import LawError

Point = TypeVar("Point", int, datetime)
Length = TypeVar("Length", int, timedelta)

_INSTANT = timedelta(microseconds=1)


class StillSuspended(LawError):
    """The term stands still and has no last day before it resumes (期限中止中)."""

    def __init__(self) -> None:
        super().__init__("suspensions", "期限正在中止，恢复后才能确定届满日。")


@dataclass(frozen=True, slots=True)
class Suspension:
    """A span in which a term stands still, `until` not included; None is still running (中止)."""

    since: datetime
    until: datetime | None = None

    def __post_init__(self) -> None:
        if self.since.tzinfo is None or (self.until is not None and self.until.tzinfo is None):
            raise LawError("suspensions", "中止起止时间须带时区。")
        if self.until is not None and self.until < self.since:
            raise LawError("suspensions", "中止的恢复时间不得早于中止时间。")


def instants(
    suspensions: Iterable[Suspension], floor: datetime
) -> list[tuple[datetime, datetime | None]]:
    """The suspended time from `floor` on, in order and without overlap, in Beijing time."""
    spans = [
        (one.since.astimezone(SHANGHAI), one.until and one.until.astimezone(SHANGHAI))
        for one in suspensions
    ]
    return list(_apart(spans, floor))


def days(suspensions: Iterable[Suspension], floor: int) -> list[tuple[int, int | None]]:
    """The suspended days from `floor` on, as ordinals, the end of each span not included."""
    spans = [
        (one.since.astimezone(SHANGHAI).toordinal(), _day_after(one.until))
        for one in suspensions
        if one.since != one.until
    ]
    return list(_apart(spans, floor))


def pushed(
    length: Length,
    still: Iterable[tuple[Point, Point | None]],
    mark: Callable[[Point], Length],
) -> Length:
    """The length with what is suspended in it added; `mark` measures from the term's beginning."""
    for since, until in still:
        if mark(since) >= length:
            break
        if until is None:
            raise StillSuspended
        length += mark(until) - mark(since)
    return length


def resumes(day: int, still: Iterable[tuple[int, int | None]]) -> int:
    """That day, or the first day after it that is not suspended."""
    for since, until in still:
        if since <= day and until is None:
            raise StillSuspended
        if until is not None and since <= day < until:
            day = until
    return day


def _apart(
    spans: list[tuple[Point, Point | None]], floor: Point
) -> Iterator[tuple[Point, Point | None]]:
    for begins, until in sorted(spans, key=lambda span: span[0]):
        since = max(begins, floor)
        if until is None:
            yield since, None
            return
        if until > since:
            yield since, until
            floor = until


def _day_after(until: datetime | None) -> int | None:
    if until is None:
        return None
    return (until.astimezone(SHANGHAI) - _INSTANT).toordinal() + 1
