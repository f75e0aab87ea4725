"""The period of a count (统计期): a calendar month, the month of the 26th to the 25th, or any days
between two dates.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.utils.dateparse import parse_date

from cases.law.moves import Refused, Why
from cases.people.queries import TOWN_TIME

PERIODS = {
    "month": "本月",
    "last": "上月",
    "26": "本期（26日至25日）",
    "26last": "上期（26日至25日）",
    "days": "自定日期",
}
_EARLIEST, _LATEST = date(2010, 1, 1), date(2100, 12, 31)


@dataclass(frozen=True)
class Period:
    """Days of a count, both the first and the last of them counted."""

    code: str
    since: date
    until: date

    @property
    def label(self) -> str:
        """How it is called."""
        return PERIODS[self.code]

    @property
    def words(self) -> str:
        """Its days in words."""
        return f"{_said(self.since)}至{_said(self.until)}"

    @property
    def starts(self) -> datetime:
        """When it begins, in the town's time."""
        return datetime.combine(self.since, time(), TOWN_TIME)

    @property
    def ends(self) -> datetime:
        """When it is over (exclusive)."""
        return datetime.combine(self.until + timedelta(days=1), time(), TOWN_TIME)

    @property
    def told(self) -> dict[str, str]:
        """The period as it stands in an address."""
        if self.code != "days":
            return {"period": self.code}
        return {"period": self.code, "from": str(self.since), "to": str(self.until)}

    @property
    def query(self) -> str:
        """The period as an address has it."""
        return urlencode(self.told)


def period_of(asked: Mapping[str, Any], today: date) -> Period:
    """The period of an address, this month where it names none; Refused for days that are none."""
    since, until = _day(asked, "from"), _day(asked, "to")
    # Dates given without a name are meant as they stand.
    code = str(asked.get("period") or ("days" if since or until else "month"))
    if code not in PERIODS:
        raise wrong("period", f"统计期只能是{'、'.join(PERIODS.values())}。")
    if code != "days":
        return Period(code, *_BY_CODE[code](today))
    if since is None or until is None:
        raise wrong("from", "自定统计期请填写开始和结束两个日期。")
    if until < since:
        raise wrong("to", "结束日期早于开始日期，请核对。")
    return Period(code, since, until)


def wrong(name: str, words: str) -> Refused:
    """An address that asks for what there is not, by the name of what is wrong."""
    return Refused(words, why=Why.FACTS, fields={name: words})


def _month(today: date) -> tuple[date, date]:
    following = today.replace(day=28) + timedelta(days=4)
    return today.replace(day=1), following.replace(day=1) - timedelta(days=1)


def _last_month(today: date) -> tuple[date, date]:
    return _month(today.replace(day=1) - timedelta(days=1))


def _to_the_25th(today: date) -> tuple[date, date]:
    first, last = _month(today)
    if today.day > 25:
        return today.replace(day=26), (last + timedelta(days=1)).replace(day=25)
    return (first - timedelta(days=1)).replace(day=26), today.replace(day=25)


def _last_to_the_25th(today: date) -> tuple[date, date]:
    return _to_the_25th(_to_the_25th(today)[0] - timedelta(days=1))


_BY_CODE = {
    "month": _month,
    "last": _last_month,
    "26": _to_the_25th,
    "26last": _last_to_the_25th,
}


def _day(asked: Mapping[str, Any], name: str) -> date | None:
    given = asked.get(name) or None
    if given is None:
        return None
    try:
        day = parse_date(str(given))
    except ValueError:
        day = None
    if day is None or not _EARLIEST <= day <= _LATEST:
        words = f"日期要像 2026-11-22 这样填写，在 {_EARLIEST.year} 年至 {_LATEST.year} 年之间。"
        raise wrong(name, words)
    return day


def _said(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
