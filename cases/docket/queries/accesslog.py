"""The access log as the auditor reads it (查阅记录): who looked at what, newest first.

Numbers of cases, never their content; of the auditor's own division and of those below it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from cases.docket.models import Access, AccessLog
from cases.docket.queries.cursors import cursor_of, place_in
from cases.law.moves import Refused, Role, Why
from cases.people.models import Officer
from cases.people.queries import TOWN_TIME, Actor

PAGE = 50
LONGEST = 100
MOST_ROWS = 50_000  # of a sheet; more is asked for by shorter spans of days


@dataclass(frozen=True)
class LogFilters:
    """What the auditor narrowed the log to; everything is kept in the address."""

    person: str = ""  # a user name or a part of a name
    what: str = ""
    since: date | None = None
    until: date | None = None
    after: str = ""
    size: int = PAGE


@dataclass(frozen=True)
class Reading:
    """One reading: when, who from which seat, what, which case by number, and what was said."""

    id: int
    at: datetime
    person: str
    username: str
    unit_name: str
    role: str
    role_label: str
    what: str
    what_label: str
    number: str
    rows: int
    words: str


@dataclass(frozen=True)
class Readings:
    """A page of the log; `next` is the cursor of the page after it, "" at the end."""

    rows: list[Reading]
    next: str


def readings(actor: Actor, filters: LogFilters) -> Readings:
    """A page of the access log; Refused for every seat but the auditor's."""
    size = min(max(filters.size, 1), LONGEST)
    rows = _after(_narrowed(actor, filters), filters.after)
    found = [_reading(row) for row in rows[: size + 1]]
    cursor = cursor_of(found[size - 1].at, found[size - 1].id) if len(found) > size else ""
    return Readings(found[:size], cursor)


def every_reading(actor: Actor, filters: LogFilters) -> Iterator[Reading]:
    """The log from its newest entry, up to as many as a sheet takes."""
    for row in _narrowed(actor, filters)[:MOST_ROWS].iterator(chunk_size=2000):
        yield _reading(row)


def _narrowed(actor: Actor, filters: LogFilters) -> QuerySet[AccessLog]:
    if actor.role is not Role.AUDITOR:
        raise Refused("查阅记录只由审计管理员查看。", why=Why.ROLE, whose=[Role.AUDITOR.label])
    rows = AccessLog.objects.select_related("officer", "unit", "case").order_by("-at", "-id")
    rows = rows.only(
        *("at", "role", "what", "rows", "words", "case__number"),
        *("officer__name", "officer__username", "unit__short_name", "unit__name"),
    )
    if actor.division:
        rows = rows.filter(unit__division__startswith=actor.division)
    if filters.person:
        name = filters.person.strip()
        who = Officer.objects.filter(Q(username=name) | Q(name__contains=name))
        rows = rows.filter(officer__in=who.values("pk"))
    if filters.what:
        if filters.what not in Access.values:
            raise _wrong("what", "没有这一类查阅，请从所列选项中选择。")
        rows = rows.filter(what=filters.what)
    if filters.since:
        rows = rows.filter(at__gte=_midnight(filters.since))
    if filters.until and filters.until < date.max:
        rows = rows.filter(at__lt=_midnight(filters.until + timedelta(days=1)))
    return rows


def _reading(row: AccessLog) -> Reading:
    return Reading(
        id=row.pk,
        at=row.at,
        person=row.officer.name,
        username=row.officer.username,
        unit_name=row.unit.short_name or row.unit.name,
        role=row.role,
        role_label=Role(row.role).label,
        what=row.what,
        what_label=Access(row.what).label,
        number=(row.case.number or "") if row.case else "",
        rows=row.rows,
        words=row.words,
    )


def _after(rows: QuerySet[AccessLog], cursor: str) -> QuerySet[AccessLog]:
    if not cursor:
        return rows
    at, pk, _ = place_in(cursor)
    return rows.filter(Q(at__lt=at) | Q(at=at, pk__lt=pk), at__lte=at)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), TOWN_TIME)


def _wrong(name: str, words: str) -> Refused:
    return Refused(words, why=Why.FACTS, fields={name: words})
