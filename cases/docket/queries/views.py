"""The views of the worklist (工作台视图), each in an order that an index already has.

Which rows a view shows follows from `access` alone; here is only how they are reached, so that a
first page of a million cases costs what its thirty rows cost.
"""

from django.db.models import Exists, Q, QuerySet

from cases.docket import access
from cases.docket.models import Case
from cases.people.queries import Actor

# What a row shows; the sealed words, the index of words and a grid's boundary stay where they are.
SHOWN = (
    *("number", "kind", "state", "division", "category", "urgent", "title", "key_id"),
    *("wrapped_key", "opened_at", "closed_at", "next_due", "unit_id", "officer_id", "grid_id"),
)


def due_first(actor: Actor, view: str, *, searched: bool = False) -> tuple[QuerySet[Case], str]:
    """What is open with a seat (mine) or its unit (unit), and the name to bound times by.

    A search has no order to be read in, so its rows are joined rather than asked one by one.
    """
    units = access.under(actor) if view == "unit" else units_of(actor)
    asked = Exists if searched else access.RowByRow
    rows = access.visible(actor, units=units, asked=asked).filter(closed_at=None)
    rows = rows.order_by("next_due", "id")
    if view == "unit":
        return _within(rows, actor, units), "opened_at"
    mine = Q(officer_id=actor.holder_id)
    if actor.role not in access.OWN_ONLY:
        mine |= Q(officer_id=None)
    return rows.filter(mine, Q(unit_id=actor.unit_id)), "opened_at"


def newest_first(actor: Actor, view: str, *, searched: bool = False) -> tuple[QuerySet[Case], str]:
    """Everything a seat may see (all) or what of it has ended (closed), and the name to bound
    times by.
    """
    rows, opened = access.newest(actor, units_of(actor))
    if searched:
        rows, opened = access.visible(actor, units=units_of(actor)), "opened_at"
        rows = rows.order_by("-opened_at", "-id")
    return rows.filter(closed_at__isnull=False) if view == "closed" else rows, opened


def units_of(actor: Actor) -> list[int]:
    """The units a seat sees by, read only where it sees by its unit."""
    own = actor.role in access.EVERYWHERE | access.OWN_ONLY
    return [] if own else access.under(actor)


def _within(rows: QuerySet[Case], actor: Actor, units: list[int]) -> QuerySet[Case]:
    """What lies with a seat's unit and those under it; for one unit its index has the order."""
    if len(units) == 1:
        return rows.filter(unit_id=units[0])
    return rows.filter(unit__path__startswith=actor.unit_path or "-")
