"""The worklist (工作台): what is due next, from the same rule of access as everything else.

Pages go by key (the next due date and the id), never by count, so that the thousandth page costs
what the first one costs.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import DateTimeField, F, Func, QuerySet, Subquery, Value
from django.db.models.lookups import GreaterThan, LessThan

from cases.docket.models import Case
from cases.docket.queries.cursors import cursor_of, place_in
from cases.docket.queries.filters import LARGEST, VIEWS, Filters, wrong
from cases.docket.queries.narrow import narrowed
from cases.docket.queries.rows import Row, named, rows_of
from cases.docket.queries.views import Shelf, shelf
from cases.people.queries import Actor
from cases.rulebook.queries import book


@dataclass(frozen=True)
class Page:
    """A page of the list; `next` is the cursor of the page after it, "" at the end."""

    rows: list[Row]
    next: str = ""
    filters: Filters = field(default_factory=Filters)

    @property
    def views(self) -> list[dict[str, Any]]:
        """The views as tabs: key, label, and which one is shown."""
        shown = self.filters.view
        return [{"key": k, "label": v, "active": k == shown} for k, v in VIEWS.items()]


class _Key(Func):
    """Several columns compared as one: what comes after a row in the order of an index."""

    function = "ROW"
    output_field = DateTimeField()


def worklist(actor: Actor, filters: Filters, now: datetime) -> Page:
    """A page of the cases a seat may see, in the order of what is due next, or newest first."""
    rules = book()
    found = shelf_of(actor, filters)
    rows = _after(narrowed(found, filters, actor, now), filters.after, found)
    size = min(max(filters.size, 1), LARGEST)
    cases = list(_dressed(rows, found, size + 1))
    cursor = cursor_of(cases[size - 1].at, cases[size - 1].pk) if len(cases) > size else ""
    asked = {case.pk for case in cases} if filters.view == "asked" else ()
    return Page(rows_of(cases[:size], actor, now, rules, asked), cursor, filters)


def shelf_of(actor: Actor, filters: Filters) -> Shelf:
    """The rows of the view that is asked for; Refused for one that does not exist."""
    if filters.view not in VIEWS:
        raise wrong("view", "没有这个视图。")
    searched = bool(filters.q.strip())
    return shelf(actor, filters.view, searched=searched, by_due=filters.sort == "due")


def _dressed(rows: QuerySet[Case], found: Shelf, size: int) -> QuerySet[Any]:
    """The first rows with all a list shows of them.

    They are found first and dressed afterwards: joined before, every row that a search finds would
    be sorted with its names, and an index would not be read in its order.
    """
    if found.few:
        return named(rows).annotate(at=F(found.key))[:size]
    first = Case.objects.filter(pk__in=Subquery(rows.values("pk")[:size]))
    key = "opened_at" if found.newest else "next_due"
    order = (f"-{key}", "-id") if found.newest else (key, "id")
    return named(first).annotate(at=F(key)).order_by(*order)


def _after(rows: QuerySet[Case], cursor: str, found: Shelf) -> QuerySet[Case]:
    if not cursor:
        return rows
    at, pk, _ = place_in(cursor)
    here, last = _Key(F(found.key), F(found.pk)), _Key(Value(at), Value(pk))
    return rows.filter(LessThan(here, last) if found.newest else GreaterThan(here, last))
