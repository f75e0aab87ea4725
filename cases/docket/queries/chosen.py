"""Rows chosen together (选中的件): what they are, and which moves are open on every one of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from cases.docket import access
from cases.docket.answers import moves_open
from cases.docket.models import Deadline, DeadlineState
from cases.docket.queries.rows import Row, named, rows_of
from cases.docket.queries.views import units_of
from cases.law.moves import Move
from cases.people.queries import Actor
from cases.rulebook.queries import book


@dataclass(frozen=True)
class Chosen:
    """The chosen cases a seat may see, in the order chosen, and what it may do with all of them.

    `division` is theirs where they lie in one town; `unit` whoever holds them all.
    """

    rows: list[Row]
    moves: list[Move]
    division: str
    unit: int | None


def chosen(
    actor: Actor, kind: str, numbers: Sequence[str], verbs: Collection[str], now: datetime
) -> Chosen:
    """The cases of these numbers; numbers that are not there for this seat are left out."""
    asked = [number for number in dict.fromkeys(numbers) if "\0" not in number]
    seen = access.visible(actor, units=units_of(actor)).filter(kind=kind, number__in=asked)
    found = {case.number: case for case in named(seen)}
    cases = [found[number] for number in asked if number in found]
    running = Deadline.objects.filter(
        case__in=[case.pk for case in cases], state=DeadlineState.RUNNING
    ).only("case_id", "part_id", "term", "state")
    clocks: dict[int, list[Deadline]] = {}
    for deadline in running:
        clocks.setdefault(deadline.case_id, []).append(deadline)
    able = [
        [m for m in moves_open(case, None, actor, clocks.get(case.pk, ())) if m.verb in verbs]
        for case in cases
    ]
    divisions = {case.division for case in cases}
    units = {case.unit_id for case in cases}
    return Chosen(
        rows=rows_of(cases, actor, now, book()),
        moves=_shared(able),
        division=min(divisions, default=actor.division),
        unit=units.pop() if len(units) == 1 else None,
    )


def _shared(able: list[list[Move]]) -> list[Move]:
    verbs = [{move.verb for move in moves} for moves in able]
    return [m for m in able[0] if all(m.verb in of for of in verbs)] if able else []
