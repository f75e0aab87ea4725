"""Whistles that may be about the same matter (同一事项): same class and village, within a year."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cases.docket import access
from cases.docket.queries.rows import title_of
from cases.grid.queries import village_coded
from cases.people.queries import Actor
from cases.whistle.states import WHISTLE

A_YEAR = timedelta(days=365)
SHOWN = 5


@dataclass(frozen=True)
class Earlier:
    """A whistle blown before, as the form names it."""

    number: str
    title: str
    state_label: str
    opened_at: datetime

    @property
    def url(self) -> str:
        """Its page."""
        return f"/{WHISTLE.path}/{self.number}/"


def earlier_ones(
    actor: Actor,
    division: str,
    category: str,
    village: str,
    now: datetime,
    *,
    but: int | None = None,
) -> list[Earlier]:
    """The newest whistles of a class in a village that a seat may see, `but` one; none without
    both.
    """
    place = village_coded(village, division) if village and category else None
    if place is None:
        return []
    rows = access.visible(actor).filter(kind=WHISTLE.code, division=division, number__isnull=False)
    rows = rows.filter(category=category, village_id=place, opened_at__gte=now - A_YEAR)
    rows = rows.exclude(pk=but) if but else rows
    states = WHISTLE.table.states
    return [
        Earlier(str(case.number), title_of(case), states[case.state], case.opened_at)
        for case in rows.order_by("-opened_at", "-id")[:SHOWN]
    ]
