"""One move on many cases (批量办理): each is taken on its own, refused on its own, and never twice.

Nothing here knows a matter: the operation is handed in by the matter's own doors, and each case
goes through it exactly as if it had been sent alone.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid5

from django.db import IntegrityError
from django.db.models import Q

from cases.docket.models import Case, Event
from cases.docket.slip import Slip
from cases.law.moves import Refused
from cases.people.queries import Actor

MOST: Final = 100  # cases at once


@dataclass(frozen=True)
class Done:
    """A case the move was made on, by this request or by the same one before (`again`)."""

    number: str
    version: int
    state: str
    state_label: str
    again: bool


@dataclass(frozen=True)
class NotDone:
    """A case the move was refused on, and why."""

    number: str
    refused: Refused


@dataclass(frozen=True)
class Outcome:
    """What became of every case that was chosen, in the order they were."""

    done: list[Done]
    refused: list[NotDone]


def take_each(
    operation: Callable[..., Event],
    kind: str,
    chosen: Sequence[tuple[str, int | None]],
    *,
    by: Actor,
    at: datetime,
    slip: Slip,
    facts: Mapping[str, Any],
    strict: bool = False,
) -> Outcome:
    """Make one move on every chosen case, given as number and the version that was seen.

    Each has a key of its own, derived from the slip's: sent again, what was done stays done.
    `strict`: Refused as a whole where the key came with another request before.
    """
    keys = {number: uuid5(slip.key, number) for number, _ in chosen} if slip.key else {}
    taken = _taken(by, list(keys.values()))
    if strict and any(event.digest != slip.digest for event in taken.values()):
        raise Refused("这个 Idempotency-Key 已用于另一件事，请换一个新的。")
    done: list[Done] = []
    refused: list[NotDone] = []
    for number, version in chosen:
        key = keys.get(number)
        if key in taken:
            done.append(_done(number, taken[key], again=True))
            continue
        own = replace(slip, version=version, key=key)
        try:
            case = Case(kind=kind, number=number)
            event = operation(case, by=by, at=at, slip=own, **facts)
            done.append(_done(number, event, again=False))
        except (Refused, IntegrityError) as error:
            # Sent twice at once: the other one may have been taken first.
            earlier = _taken(by, [key] if key else [])
            if key in earlier:
                done.append(_done(number, earlier[key], again=True))
            elif isinstance(error, Refused):
                refused.append(NotDone(number, error))
            else:
                raise
    return Outcome(done, refused)


def _taken(by: Actor, keys: Sequence[UUID]) -> dict[UUID | None, Event]:
    rows = Event.objects.filter(Q(officer_id=by.officer_id), key__in=keys)
    return {event.key: event for event in rows.only("key", "digest", "answer")}


def _done(number: str, event: Event, *, again: bool) -> Done:
    told = json.loads(event.answer)
    return Done(number, told["version"], told["state"], told["state_label"], again)
