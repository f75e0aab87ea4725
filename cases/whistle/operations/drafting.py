"""A draft written anew and sent in one step (改稿、报批): first its words, then on its way."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from cases.docket.models import Case, Event
from cases.docket.record import Slip
from cases.docket.slip import NO_SLIP
from cases.people.queries import Actor
from cases.whistle.operations.opening import revise, submit


def rewrite(
    case: Case,
    *,
    by: Actor,
    at: datetime,
    slip: Slip = NO_SLIP,
    keep: bool = False,
    **facts: Any,
) -> tuple[Case, Event]:
    """Write a draft anew and send it on its way; `keep` leaves it a draft. All or nothing."""
    with transaction.atomic():
        if keep:
            return case, revise(case, by=by, at=at, slip=slip, **facts)
        revise(case, by=by, at=at, slip=_first(slip), **facts)
        event = submit(case, by=by, at=at, slip=_last(slip))
    return case, event


def _first(slip: Slip) -> Slip:
    """The slip of the writing: what was seen and what came with it; the last move has the key."""
    return replace(slip, key=None, digest="")


def _last(slip: Slip) -> Slip:
    return replace(slip, version=None, files=())
