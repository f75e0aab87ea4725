"""Publishing a month (发布月报) and correcting one (更正): figures given out never change.

What was published on the 5th stands on the 9th, whatever reopens meanwhile; what was wrong stands
beneath it as a line with its reason.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from cases.board.models import Correction, PublishedMonth
from cases.board.operations.gathering import gather
from cases.board.operations.rating import rate_days
from cases.board.queries.figures import definition_text, figures_of, frozen, release
from cases.board.queries.months import current, month_of
from cases.board.queries.rated import recounting
from cases.board.queries.telling import waiting
from cases.board.queries.wanted import ground_of
from cases.law.moves import Refused, Role, Why
from cases.law.texts import visible
from cases.people.queries import Actor, town_day
from cases.whistle.queries.period import wrong

PUBLISHERS: Final = frozenset({Role.SUPERVISOR})
LONGEST_NOTE, LONGEST_WHY = 1000, 500


@dataclass(frozen=True)
class Issue:
    """What is to be published: the days, the key of the form, a note, and that it is meant."""

    since: date
    until: date
    key: UUID
    confirmed: bool
    note: str = ""


def publish(issue: Issue, *, by: Actor, at: datetime) -> PublishedMonth:
    """Publish a month; Refused where it is none, not over, published, or shares days with one.

    The same key again gives the month that was published under it.
    """
    officer, unit = _may(by)
    if (earlier := _earlier(issue, by)) is not None:
        return earlier
    _check(issue, by, at)
    gather(at)
    while rate_days(at):
        pass
    with _one_moment():
        if waiting() or recounting(issue.since, issue.until):
            raise Refused("刚发生的办理还在统计，没有发布；请一分钟后再发布。")
        figures, digest = frozen(figures_of(ground_of(by, at), issue.since, issue.until))
    month = PublishedMonth(
        division=by.division,
        label=label_of(issue.since, issue.until),
        since=issue.since,
        until=issue.until,
        definition=definition_text(issue.until),
        release=release(),
        figures=figures,
        digest=digest,
        note=visible(issue.note),
        published_at=at,
        published_by_id=officer,
        unit_id=unit,
        key=issue.key,
    )
    try:
        with transaction.atomic():
            month.save(force_insert=True)
    except IntegrityError as clash:  # somebody else was faster, or this very form
        if (earlier := _earlier(issue, by)) is not None:
            return earlier
        raise _taken() from clash
    return month


@contextmanager
def _one_moment() -> Iterator[None]:
    """What is asked within is answered as of one instant, so that no figure belies another.

    Inside a transaction the caller's own instant holds.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def correct(
    month: int,
    figure: str,
    now: int,
    why: str,
    *,
    was: int | None,
    key: UUID,
    by: Actor,
    at: datetime,
) -> Correction:
    """Add a correction to a published figure; `was` is what whoever corrects has seen, if said.

    Refused for another division's month, a figure it has not, the number that stands, no reason.
    """
    officer, _ = _may(by)
    try:
        with transaction.atomic():
            row = PublishedMonth.objects.select_for_update().filter(pk=month).first()
            if row is None or row.division != by.division:
                raise Refused("没有这期月报，或不是您的岗位发布的。", why=Why.HIDDEN)
            # Under the lock: the same form sent twice at once is one line, answered twice.
            kept = Correction.objects.filter(by_id=officer, key=key).first()
            if kept is not None:
                if (kept.month_id, kept.figure, kept.now) != (month, figure, now):
                    raise _used()
                return kept
            told = _corrected(row, figure, now, why, was)
            return Correction.objects.create(month=row, at=at, by_id=officer, key=key, **told)
    except IntegrityError as clash:  # the key went to another month at this moment
        raise _used() from clash


def _used() -> Refused:
    return Refused("这个 Idempotency-Key 已用于另一处更正，请换一个新的。")


def _corrected(
    row: PublishedMonth, figure: str, now: int, why: str, was: int | None
) -> dict[str, Any]:
    standing = current(month_of(row))
    if figure not in standing:
        raise wrong("figure", "没有这个指标，请从月报页面选择。")
    if was is not None and was != standing[figure]:
        words = f"这个指标刚才已更正为 {standing[figure]}，请刷新后再看。"
        raise Refused(words, why=Why.STALE)
    reason = visible(why).strip()
    if not reason or len(reason) > LONGEST_WHY:
        raise wrong("why", f"请写明更正原因，最多 {LONGEST_WHY} 字。")
    if now == standing[figure]:
        raise wrong("now", f"更正后的数与现在的数相同（{now}），不用更正。")
    if not 0 <= now < 2**31:
        raise wrong("now", "更正后的数应为零或正整数。")
    return {"figure": figure, "was": standing[figure], "now": now, "why": reason}


def label_of(since: date, until: date) -> str:
    """What a month is called: 2026年10月, or by its days from the 26th to the 25th."""
    if since.day == 1:
        return f"{since.year}年{since.month}月"
    return f"{until.year}年{until.month}月（{since.month}月26日至{until.month}月25日）"


def whole_month(since: date, until: date) -> bool:
    """Whether two dates are a calendar month, or the 26th to the 25th."""
    if since.day == 1:
        following = (since + timedelta(days=31)).replace(day=1)
        return until == following - timedelta(days=1)
    return since.day == 26 and until == (since + timedelta(days=31)).replace(day=25)


def _check(issue: Issue, by: Actor, at: datetime) -> None:
    if not whole_month(issue.since, issue.until):
        words = "月报按整月（1日至月末）或上月26日至本月25日发布，请重新选择日期。"
        raise wrong("since", words)
    if issue.until >= town_day(at):
        raise wrong("until", f"这一期到 {issue.until:%Y-%m-%d} 才结束，结束后的第二天起可以发布。")
    if len(issue.note) > LONGEST_NOTE:
        raise wrong("note", f"说明最多 {LONGEST_NOTE} 字，请精简。")
    if not issue.confirmed:
        raise wrong("confirmed", "发布后数据不能再改，请勾选“已核对，确认发布”。")
    shared = PublishedMonth.objects.filter(since__lte=issue.until, until__gte=issue.since)
    known = shared.filter(division=by.division).first()
    if known is not None:
        same = (known.since, known.until) == (issue.since, issue.until)
        raise _taken("" if same else known.label)


def _taken(label: str = "") -> Refused:
    if not label:
        return Refused("这一期已经发布，数据不能再改；有误的请在月报页面更正。")
    return Refused(f"这一期与已发布的“{label}”日期重叠，同一天只能计入一期。")


def _earlier(issue: Issue, by: Actor) -> PublishedMonth | None:
    kept = PublishedMonth.objects.filter(Q(published_by_id=by.officer_id), key=issue.key).first()
    if kept is not None and (kept.since, kept.until) != (issue.since, issue.until):
        raise Refused("这个 Idempotency-Key 已用于另一期月报，请换一个新的。")
    return kept


def _may(by: Actor) -> tuple[int, int]:
    """Who publishes, and their unit; Refused for every other seat."""
    if by.role not in PUBLISHERS or by.officer_id is None or by.unit_id is None:
        words = f"月报由督查岗位发布、更正，您现在的岗位是{by.role.label}，请切换岗位或请督查办理。"
        raise Refused(words, why=Why.ROLE, whose=[role.label for role in PUBLISHERS])
    return by.officer_id, by.unit_id
