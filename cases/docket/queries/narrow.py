"""Narrowing (筛选条件): what each filter leaves of a view's rows."""

from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from cases.docket.models import Case
from cases.docket.queries.filters import DUES, NOBODY, Filters, wrong
from cases.docket.queries.search import found
from cases.docket.queries.views import Shelf
from cases.grid.models import Grid, Village
from cases.people.models import Unit
from cases.people.queries import TOWN_TIME, Actor, town_day

_OPEN = {"mine", "asked", "unit"}  # views that show what has not ended


def narrowed(shelf: Shelf, filters: Filters, actor: Actor, now: datetime) -> QuerySet[Case]:
    """The rows of a view that all the filters leave; Refused for a filter that does not exist."""
    rows = shelf.rows
    given = {"kind": filters.kind, "state": filters.state}
    rows = rows.filter(**{name: value for name, value in given.items() if value})
    if filters.urgent:
        rows = rows.filter(urgent=True)
    if filters.category:
        rows = rows.filter(category__startswith=filters.category)
    if filters.place:
        rows = rows.filter(_place(filters.place))
    if filters.unit:
        rows = rows.filter(unit__in=Unit.objects.filter(code=filters.unit))
    if filters.who:
        rows = _held_by(rows, filters.who, actor)
    if filters.due:
        opens = rows if filters.view in _OPEN else rows.filter(closed_at=None)
        rows = _due(opens, filters.due, now)
    if filters.since:
        rows = rows.filter(Q((f"{shelf.opened}__gte", _midnight(filters.since))))
    if filters.until and filters.until < date.max:
        rows = rows.filter(
            Q((f"{shelf.opened}__lt", _midnight(filters.until + timedelta(days=1))))
        )
    return found(rows, filters, actor, now) if filters.q.strip() else rows


def _place(code: str) -> Q:
    """What lies in a village or a grid, its micro-grids among it; any of its dated rows."""
    grids = Grid.objects.filter(Q(code=code) | Q(parent__code=code) | Q(village__code=code))
    villages = Village.objects.filter(code=code)
    return Q(grid__in=grids.values("id")) | Q(village__in=villages.values("id"))


def _held_by(rows: QuerySet[Case], who: str, actor: Actor) -> QuerySet[Case]:
    """What an officer of the seat's own unit has in hand; whose, is nobody else's matter."""
    if who != NOBODY and not (who.isascii() and who.isdigit() and len(who) < 10):
        raise wrong("who", "没有这位经办人，请从“本单位”页面选择。")
    officer = None if who == NOBODY else int(who)
    return rows.filter(Q(unit_id=actor.unit_id), Q(officer_id=officer), closed_at=None)


def _due(rows: QuerySet[Case], due: str, now: datetime) -> QuerySet[Case]:
    tomorrow = _midnight(town_day(now) + timedelta(days=1))
    match due:
        case "late":
            return rows.filter(next_due__lte=now)
        case "today":
            return rows.filter(next_due__gt=now, next_due__lte=tomorrow)
        case "week":
            return rows.filter(next_due__gt=now, next_due__lte=tomorrow + timedelta(days=6))
    raise wrong("due", f"时限筛选只能是 {'、'.join(DUES)}。")


def week_ends(now: datetime) -> datetime:
    """When the seven days that begin today are over, in the town's time."""
    return _midnight(town_day(now) + timedelta(days=7))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), TOWN_TIME)
