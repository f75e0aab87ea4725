"""Chasing by hand (人工催办): a word to whoever owes the next step; no date moves."""

from datetime import datetime
from typing import Any

from cases.docket.models import Case, Event
from cases.docket.record import Slip, take
from cases.docket.slip import NO_SLIP
from cases.oversight.states.chasing import URGE
from cases.people.queries import Actor


def urge(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Chase a case by hand (人工催办)."""
    return take(URGE, case, by=by, at=at, slip=slip, **facts)
