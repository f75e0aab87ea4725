"""Countdown in words (倒计时): how long is left, or how late it is, as a person would say it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from cases.docket.models import DeadlineState
from cases.law.calendar import BusinessHours, Calendar
from cases.law.ladders import Colour
from cases.people.queries import TOWN_TIME

_TONES = {
    DeadlineState.MET: ("done", "已按期"),
    DeadlineState.MET_LATE: ("late", "逾期办结"),
    DeadlineState.SUSPENDED: ("paused", "中止计时"),
    DeadlineState.CANCELLED: ("none", "已取消"),
}


@dataclass(frozen=True)
class DueView:
    """A date as a person reads it: `tone` is ok, soon, late, done, paused or none."""

    words: str
    tone: str
    last_day: date
    due_at: datetime
    provisional: bool = False
    colour_label: str = ""


class Dated(Protocol):
    """A deadline, or as much of one as its words need."""

    state: str
    due_at: datetime
    last_day: date
    provisional: bool
    colour: str
    snapshot: Any


def due_view(deadline: Dated, now: datetime, calendar: Calendar) -> DueView:
    """A deadline in words; a term counted in working time says so."""
    if deadline.state != DeadlineState.RUNNING:
        tone, words = _TONES[DeadlineState(deadline.state)]
    else:
        tone, words = left_in_words(deadline.due_at, now, calendar, _hours(deadline))
    return DueView(
        words=words,
        tone=tone,
        last_day=deadline.last_day,
        due_at=deadline.due_at,
        provisional=deadline.provisional,
        colour_label=Colour(deadline.colour).label if deadline.colour else "",
    )


def left_in_words(
    due_at: datetime, now: datetime, calendar: Calendar, hours: BusinessHours | None
) -> tuple[str, str]:
    """Tone and words for the time from `now` to `due_at` (exclusive)."""
    late = now >= due_at
    last = (due_at - timedelta(microseconds=1)).astimezone(TOWN_TIME).date()
    today = now.astimezone(TOWN_TIME).date()
    if late:
        days = calendar.count(last, today) if today > last else 0
        return "late", f"超期 {days} 个工作日" if days else f"超期 {_span(now - due_at)}"
    if hours is not None and due_at - now < timedelta(days=4):
        worked = _worked(now, due_at, calendar, hours)
        tone = "soon" if worked <= timedelta(hours=4) else "ok"
        return tone, f"剩 {_span(worked)}(工作时)"
    if due_at - now < timedelta(hours=24):
        return "soon", f"剩 {_span(due_at - now)}"
    days = calendar.count(today, last)
    return ("soon" if days <= 1 else "ok"), f"剩 {days} 个工作日" if days else f"至 {last:%m-%d}"


def _hours(deadline: Dated) -> BusinessHours | None:
    if deadline.snapshot.get("unit") != "working_hour":
        return None
    return BusinessHours.of(deadline.snapshot["hours"])


def _worked(start: datetime, end: datetime, calendar: Calendar, hours: BusinessHours) -> timedelta:
    start, end = start.astimezone(TOWN_TIME), end.astimezone(TOWN_TIME)
    total, day = timedelta(), start.date()
    while day <= end.date():
        if calendar.is_working(day):
            until = hours.elapsed(end.time()) if day == end.date() else hours.length
            since = hours.elapsed(start.time()) if day == start.date() else timedelta()
            total += max(until - since, timedelta())
        day += timedelta(days=1)
    return total


def _span(span: timedelta) -> str:
    minutes = max(int(span.total_seconds() // 60), 0)
    if minutes < 60:
        return f"{minutes} 分钟"
    if minutes < 24 * 60:
        rest = f" {minutes % 60} 分" if minutes < 6 * 60 and minutes % 60 else ""
        return f"{minutes // 60} 小时{rest}"
    return f"{minutes // 1440} 天"
