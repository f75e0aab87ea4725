"""What a move answers (应答): the event, and the moves now open to whoever made it.

Kept with the event when the request carried an idempotency key, so that the same request later gets
the same answer. Open facts only: nothing sealed leaves through an answer.
"""

import json
from collections.abc import Iterable
from typing import Any

from cases.docket import access, chain, kinds
from cases.docket.models import Case, Deadline, DeadlineState, Event, Part
from cases.law.moves import Move
from cases.people.queries import Actor


def moves_open(
    case: Case, part: Part | None, by: Actor, deadlines: Iterable[Deadline]
) -> list[Move]:
    """The moves a seat may make now on a case or part, in the table's order.

    An answer is open only while what was asked waits for one.
    """
    subject = part or case
    if case.wrapped_key is None:
        return []  # erased: nothing more can be done
    moves = kinds.kind(case.kind).table.open_in(subject.state, by.role)
    here = part.pk if part else None
    asked = {
        d.term for d in deadlines if d.state == DeadlineState.RUNNING and d.part_id == here
    }
    able = [m for m in moves if m.sources and access.may(by, m, case, part)]
    kind = kinds.kind(case.kind)
    able = [m for m in able if (m.verb in kind.of_parts) == (part is not None)]
    able = [m for m in able if m.verb not in kind.unoffered]
    if part is not None and case.state in kind.resting:
        able = [m for m in able if not m.counts]
    waiting = [m for m in able if not m.answers or m.answers in asked]
    return sorted(waiting, key=lambda m: not m.answers)  # what was asked of this seat comes first


def answer_of(
    event: Event, case: Case, part: Part | None, by: Actor, deadlines: Iterable[Deadline]
) -> dict[str, Any]:
    """The answer to a move, the case's number apart (it is given last)."""
    table = kinds.kind(case.kind).table
    subject = part or case
    return {
        "state": subject.state,
        "state_label": table.states.get(subject.state, subject.state),
        "version": subject.version,
        "event": event_out(event),
        "moves": [
            {"verb": m.verb, "label": m.label} for m in moves_open(case, part, by, deadlines)
        ],
    }


def event_out(event: Event) -> dict[str, Any]:
    """An event as others see it: its open facts, its times, its hash."""
    text = json.loads(event.text)
    return {
        "seq": event.seq,
        "verb": event.verb,
        "from": event.from_state,
        "to": event.to_state,
        "role": event.role,
        "unit": event.unit_id,
        "happened_at": chain.moment(event.happened_at),
        "recorded_at": chain.moment(event.recorded_at),
        "facts": text["open"],
        "basis": text["basis"],
        "hash": bytes(event.hash).hex(),
    }
