"""Recorded for a department (代录): one without an account answers by telephone, on paper or in
person, and the desk writes it down, with how it was told.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from cases.docket.models import Event, Part
from cases.docket.record import Slip
from cases.docket.slip import NO_SLIP
from cases.law.moves import Move, Refused, Role, Why
from cases.people.directory import path_of
from cases.people.queries import Actor


def for_another(move: Move, part: Part, by: Actor) -> bool:
    """Whether the desk would make a department's own move in its place."""
    if by.role is not Role.DESK or Role.DEPT_OFFICER not in move.by:
        return False
    return part.unit_id is None or not path_of(part.unit_id).startswith(by.unit_path or "-")


def told_how(move: Move, part: Part, by: Actor, slip: Slip) -> None:
    """Refused where the desk records for a department and does not say how it was told; what may
    not be done at all is refused by the move itself.
    """
    stale = slip.version is not None and slip.version != part.version
    if slip.channel or stale or not move.goes_from(part.state):
        return
    if for_another(move, part, by):
        words = "替部门记载的，请选对方以何种方式告知（电话、书面、当面、聊天截图）。"
        raise Refused(words, why=Why.FACTS, verb=move.verb, fields={"recorded_for": words})


def recorded(move: Move, operation: Callable[..., Event]) -> Callable[..., Event]:
    """A department's move, that says how it was told where the desk records it."""

    def made(
        part: Part, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any
    ) -> Event:
        told_how(move, part, by, slip)
        return operation(part, by=by, at=at, slip=slip, **facts)

    return made
