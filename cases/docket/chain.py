"""The chain (事件链): the canonical text of an event, and the hash that ties it to the one before.

The hash covers the stored text itself, never a value read back from `jsonb`, so nothing depends on
how a database or a library prints a number. No floats: decimals travel as text.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from types import NoneType
from typing import Any
from uuid import UUID

_WRITER = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, check_circular=False
)
# What most values of a text are, and stand in it as they are.
_AS_THEY_ARE = frozenset({str, int, bool, NoneType})

START = b""  # the previous hash of a case's first event


def canonical(value: Mapping[str, Any]) -> str:
    """The one text of a mapping: keys sorted, no spaces, no floats (TypeError)."""
    return _WRITER.encode(_plain(value))


def link(previous: bytes, text: str) -> bytes:
    """The hash of an event's text on top of the previous hash (SHA-256)."""
    return hashlib.sha256(previous + text.encode()).digest()


def digest(data: bytes) -> str:
    """The SHA-256 of a ciphertext or a request body, as hexadecimal text."""
    return hashlib.sha256(data).hexdigest()


def moment(value: datetime | None) -> str | None:
    """A time as text, in UTC with microseconds; a naive one is a programming error."""
    if value is None:
        return None
    if value.tzinfo is None:
        raise TypeError("a time without a zone")
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def heads(event: Any) -> dict[str, Any]:
    """What an event's text must say about its own columns; the verifier compares the two."""
    return {
        "v": 1,
        "case": event.case_id,
        "part": event.part_id,
        "seq": event.seq,
        "verb": event.verb,
        "from": event.from_state,
        "to": event.to_state,
        "officer": event.officer_id,
        "unit": event.unit_id,
        "role": event.role,
        "happened_at": moment(event.happened_at),
        "recorded_at": moment(event.recorded_at),
        "claimed_at": moment(event.claimed_at),
        "sealed": digest(bytes(event.sealed)) if event.sealed is not None else None,
        "key": str(event.key) if event.key else None,
        "digest": event.digest,
    }


def row_of(case: Any) -> dict[str, Any]:
    """What an event's text says about the case's row after it; the verifier compares the two."""
    return {
        "kind": case.kind,
        "division": case.division,
        "state": case.state,
        "category": case.category,
        "unit": case.unit_id,
        "officer": case.officer_id,
        "filer": case.filer_id,
        "filer_unit": case.filer_unit_id,
        "village": case.village_id,
        "grid": case.grid_id,
        "urgent": case.urgent,
        "confidential": case.confidential,
        "opened_at": moment(case.opened_at),
        "closed_at": moment(case.closed_at),
    }


def mark_of(deadline: Any) -> str:
    """How an event's text names a deadline: part, term, and which time it runs."""
    part = f"{deadline.part_id}:" if deadline.part_id else ""
    return f"{part}{deadline.term}#{deadline.occurrence}"


def clock_of(deadline: Any) -> list[Any]:
    """What an event's text says of a deadline it opened, closed or moved."""
    return [moment(deadline.due_at), str(deadline.state)]


def _plain(value: Any) -> Any:
    if type(value) in _AS_THEY_ARE:
        return value
    if isinstance(value, float):
        raise TypeError("no floats in the record: write a decimal as text")
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date | UUID):
        return str(value)
    if isinstance(value, dict | Mapping):
        return {
            str(k): v if type(v) in _AS_THEY_ARE else _plain(v) for k, v in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(v) for v in value]
    return value
