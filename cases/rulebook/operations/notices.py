"""Notices on days off (录入节假日通知): a year's new notice succeeds its old one, both kept.

全国年节及纪念日放假办法: the State Council announces a year's days off and make-up working days
about November of the year before, and may change them later.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from cases.law.calendar import SHANGHAI
from cases.law.moves import Refused, Why
from cases.rulebook.models import HolidayNotice
from cases.rulebook.operations import enter, one_writer, succeed


@dataclass(frozen=True)
class NoticeEntered:
    """What a holiday notice changed (节假日通知录入结果): days now off, now worked, back to plain.

    Docket recomputes the deadlines whose `calendar` is not the book's any more.
    """

    notice: HolidayNotice
    before: HolidayNotice | None
    changed: Mapping[date, bool | None] = field(default_factory=dict)


def enter_notice(
    year: int,
    days: Mapping[date, bool],
    names: Mapping[date, str],
    *,
    citation: str,
    quality: str,
    actor_code: str,
    at: datetime,
    issued_on: date | None = None,
    paper: str = "",
    note: str = "",
) -> NoticeEntered:
    """Enter a year's notice on days off (录入节假日通知); a newer one succeeds that of the year.

    `days`: true a day off, false a make-up day. Raises `Refused` on a day far from the year.
    """
    _check_notice(year, days)
    fields: dict[str, Any] = {
        "days": {day.isoformat(): off for day, off in sorted(days.items())},
        "names": {day.isoformat(): name for day, name in sorted(names.items())},
        "citation": citation,
        "quality": quality,
        "issued_on": issued_on,
        "note": note,
    }
    who: dict[str, Any] = {"actor_code": actor_code, "at": at, "paper": paper}
    today = at.astimezone(SHANGHAI).date()
    with transaction.atomic():
        one_writer()
        held = HolidayNotice.objects.filter(year=year, scope="", valid_to=None).first()
        if held is None:
            fields |= {"year": year, "revision": next_revision(year), "valid_from": today}
            notice = enter(HolidayNotice, fields, **who)
        else:
            on = max(today, held.valid_from)
            notice = succeed(held, on, revision=next_revision(year), **who, **fields)
    return NoticeEntered(notice, held, _days_changed(held, notice))


def _check_notice(year: int, days: Mapping[date, bool]) -> None:
    far = sorted(day for day in days if abs(day.year - year) > 1)
    if far:
        raise _refused(f"{far[0]} 不属于 {year} 年的安排，请检查日期。")
    if not days:
        raise _refused("通知里一个日期也没有，请逐日录入。")


def _refused(sentence: str) -> Refused:
    return Refused(sentence, why=Why.FACTS, fields={"days": sentence})


def next_revision(year: int) -> int:
    """Which notice of the year the next one would be (修订次)."""
    revisions = HolidayNotice.objects.filter(year=year, scope="").values_list("revision", flat=True)
    return max(revisions, default=0) + 1


def _days_changed(
    before: HolidayNotice | None, after: HolidayNotice
) -> dict[date, bool | None]:
    old = before.days if before else {}
    changed = {day for day in {*old, *after.days} if old.get(day) != after.days.get(day)}
    return {date.fromisoformat(day): after.days.get(day) for day in sorted(changed)}
