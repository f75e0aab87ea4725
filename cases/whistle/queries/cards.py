"""Cards of the board (看板卡片): a whistle in a few words, a lamp for each department called."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cases.docket.models import Case, DeadlineState, Part
from cases.docket.queries.countdown import DueView, due_view
from cases.docket.queries.rows import address_of, clocks_of, title_of
from cases.law.calendar import Calendar
from cases.people.directory import Directory
from cases.whistle.states.words import CALLS, RELEASED, STATES, TYPES, Calls


@dataclass(frozen=True)
class Lamp:
    """One department of a card: in which capacity, how far it is, what it owes next and by when."""

    unit_id: int | None
    unit: str
    capacity: str
    state: str
    owes: str
    due: DueView | None
    mine: bool


@dataclass(frozen=True)
class Card:
    """One whistle on the board; `owes`: who owes what is due next. Copied departments are only
    counted.
    """

    number: str
    title: str
    type: str
    state: str
    town: str
    urgent: bool
    owes: str
    due: DueView | None
    opened_at: datetime
    closed_at: datetime | None
    url: str
    lamps: list[Lamp]
    copied: int


@dataclass(frozen=True)
class Eye:
    """Who looks, with what: the directory, the seat's own units, the hour, the calendar."""

    units: Directory
    own: frozenset[int]
    now: datetime
    calendar: Calendar

    def due(self, clock: Any) -> DueView | None:
        """A date in words."""
        return due_view(clock, self.now, self.calendar) if clock is not None else None


def cards_of(cases: Sequence[Case], eye: Eye) -> dict[int, Card]:
    """Cases as cards by id, what the seat's own units owe told first. Two questions for all."""
    clocks = clocks_of(cases)
    parts: dict[int, list[Part]] = {}
    for part in Part.objects.filter(case__in=[c.pk for c in cases]).order_by("id"):
        parts.setdefault(part.case_id, []).append(part)
    towns = {e.division: e.name for e in eye.units.units.values() if e.code == e.division}
    return {
        case.pk: _card(case, clocks.get(case.pk, []), parts.get(case.pk, []), eye, towns)
        for case in cases
    }


def facing(card: Card, units: Collection[int]) -> Card:
    """A card as it stands in a department's own column: what that one owes is told first."""
    own = next((lamp for lamp in card.lamps if lamp.unit_id in units and lamp.due), None)
    if own is None:
        return card
    return replace(card, due=own.due, owes=f"{own.unit}：{own.owes}")


def _card(
    case: Case, clocks: list[Any], parts: list[Part], eye: Eye, towns: dict[str, str]
) -> Card:
    running = [c for c in clocks if c.state == DeadlineState.RUNNING and not case.closed_at]
    running.sort(key=lambda c: (c.unit_id not in eye.own, c.due_at))
    first = next(iter(running), None)
    working = [p for p in parts if p.kind != Calls.COPY and p.state != RELEASED]
    return Card(
        number=str(case),
        title=title_of(case),
        type=dict(TYPES).get(case.variant, case.variant),
        state=STATES.get(case.state, case.state),
        town=towns.get(case.division, case.division),
        urgent=case.urgent,
        owes=_owes(first),
        due=eye.due(first),
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        url=address_of(case),
        lamps=[_lamp(part, running, eye) for part in working],
        copied=sum(p.kind == Calls.COPY for p in parts),
    )


def _lamp(part: Part, running: list[Any], eye: Eye) -> Lamp:
    own = next((c for c in running if c.unit_id == part.unit_id), None)
    return Lamp(
        unit_id=part.unit_id,
        unit=eye.units.name(part.unit_id),
        capacity=dict(CALLS).get(part.kind, ""),
        state=STATES.get(part.state, part.state),
        owes=own.snapshot.get("name", "") if own is not None else "",
        due=eye.due(own),
        mine=part.unit_id in eye.own,
    )


def _owes(clock: Any) -> str:
    if clock is None:
        return ""
    name = clock.snapshot.get("name", "")
    return f"{clock.owes}：{name}" if clock.owes else str(name)
