"""The views of the worklist (工作台视图), each in an order that an index already has.

Which rows a view shows follows from `access` alone; here is only how they are reached, so that a
first page of a million cases costs what its thirty rows cost.
"""

from dataclasses import dataclass, replace

from django.db.models import Exists, F, Q, QuerySet

from cases.docket import access
from cases.docket.models import Case
from cases.docket.queries.asked import asked
from cases.people.queries import Actor

# What a row shows; the sealed words, the index of words and a grid's boundary stay where they are.
SHOWN = (
    *("number", "kind", "state", "division", "category", "urgent", "title", "key_id", "version"),
    *("wrapped_key", "opened_at", "closed_at", "next_due", "unit_id", "officer_id", "grid_id"),
)


@dataclass(frozen=True)
class Shelf:
    """A view's rows in its order: by `key` and id, `newest` first or what is due first; or `few`.

    `opened` is the name to bound the time of opening by, `pk` the one of the id in the same table.
    """

    rows: QuerySet[Case]
    key: str = "next_due"
    pk: str = "id"
    opened: str = "opened_at"
    newest: bool = False
    few: bool = False


def shelf(actor: Actor, view: str, *, searched: bool = False, by_due: bool = False) -> Shelf:
    """The rows of a view; `by_due` what is due next first, and nothing that has ended.

    A search has no order to be read in, so its rows are joined rather than asked one by one.
    """
    if view == "asked":
        seen = access.visible(actor, units=units_of(actor))  # of a closed one only what still waits
        return Shelf(asked(actor, seen), key="asked_due", few=True)
    if view in {"mine", "unit"} or (by_due and view == "all"):
        return Shelf(_due_first(actor, view, searched=searched))
    found = _newest_first(actor, searched=searched)
    ended = found.rows.filter(closed_at__isnull=False) if view == "closed" else found.rows
    return replace(found, rows=ended)


def units_of(actor: Actor) -> list[int]:
    """The units a seat sees by, read only where it sees by its unit."""
    own = actor.role in access.EVERYWHERE | access.OWN_ONLY
    return [] if own else access.under(actor)


def _due_first(actor: Actor, view: str, *, searched: bool) -> QuerySet[Case]:
    """What is open with a seat (mine), its unit (unit), or anywhere it sees (all)."""
    units = access.under(actor) if view == "unit" else units_of(actor)
    joined = searched or view == "all"
    rows = access.visible(actor, units=units, asked=Exists if joined else access.RowByRow)
    rows = rows.filter(closed_at=None).order_by("next_due", "id")
    if view == "all":
        return rows
    if view == "unit":
        return _within(rows, actor, units)
    mine = Q(officer_id=actor.holder_id)
    if actor.role not in access.OWN_ONLY:
        mine |= Q(officer_id=None)
    return rows.filter(mine, Q(unit_id=actor.unit_id))


def _newest_first(actor: Actor, *, searched: bool) -> Shelf:
    """Everything a seat may see; off the index of its stakes where it sees by them."""
    units = units_of(actor)
    if searched or actor.role in access.EVERYWHERE:
        rows = access.visible(actor, units=units).order_by("-opened_at", "-id")
        return Shelf(rows, key="opened_at", newest=True)
    rows, opened = access.newest(actor, units)
    rows = rows.alias(held_case=F("held__case_id"))
    return Shelf(rows, key=opened, pk="held_case", opened=opened, newest=True)


def _within(rows: QuerySet[Case], actor: Actor, units: list[int]) -> QuerySet[Case]:
    """What lies with a seat's unit and those under it; for one unit its index has the order."""
    if len(units) == 1:
        return rows.filter(unit_id=units[0])
    return rows.filter(unit__path__startswith=actor.unit_path or "-")
