"""The real calendar and an assumed day of business, for the tests of the law."""

from datetime import date, datetime
from functools import cache
from pathlib import Path

import holidays
import yaml

from cases.law.calendar import SHANGHAI, BusinessHours, Calendar, Notice

SEEDS = Path(__file__).resolve().parents[2] / "seeds" / "calendar"
HOURS = BusinessHours.parse("08:30-12:00,14:00-17:30", "测试用工作时间")
YEARS = range(2010, 2027)

_LISTED = holidays.country_holidays("CN", years=YEARS)


def notice(year: int) -> Notice:
    row = yaml.safe_load((SEEDS / f"{year}.yaml").read_text("utf-8"))
    return Notice(
        year=year,
        citation=row["citation"],
        issued_on=row.get("issued_on"),
        days={day["date"]: day["rest"] for day in row["days"]},
        names={day["date"]: day["name"] for day in row["days"]},
    )


@cache
def china() -> Calendar:
    return Calendar.of([notice(year) for year in YEARS], "china-2010-2026")


def offices_work(day: date) -> bool:
    """Told by a published package instead of our own rows and table."""
    if day.year not in YEARS:
        return day.weekday() < 5
    return day in _LISTED.weekend_workdays or (day.weekday() < 5 and day not in _LISTED)


def at(text: str) -> datetime:
    """`2026-09-30 16:30` as a moment of Beijing time."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)
