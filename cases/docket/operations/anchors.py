"""Taking an anchor (存证): every case's head, signed, in a file outside the database."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from cases.docket.anchorage import Entry, write_anchor
from cases.docket.models import Anchor, Case

_ONE_AT_A_TIME = 0x616E6368  # advisory lock: two chores never write one place in the chain


def take_anchor(at: datetime) -> Anchor:
    """Anchor every case's (number, events, head) now; the file is named on the row returned."""
    folder: Path = settings.ANCHORS
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
        last = Anchor.objects.order_by("-id").first()
        if last is not None:  # names follow the chain, whoever came first to the lock
            at = max(at, last.taken_at + timedelta(microseconds=1))
        stamp = at.astimezone(UTC).strftime("%Y%m%dT%H%M%S%fZ")
        path = folder / f"anchor-{stamp}.gz"
        header, signature = write_anchor(
            path,
            _entries(),
            at.astimezone(UTC).isoformat(),
            last.digest if last else "",
            settings.KEYRING.anchor,
        )
        return Anchor.objects.create(
            taken_at=at,
            cases=header.cases,
            file=str(path),
            digest=header.digest,
            previous=header.previous,
            signature=signature,
        )


def _entries() -> Iterator[Entry]:
    # One statement, hence one snapshot: no case is half in an anchor.
    rows = Case.objects.order_by("id").values_list("id", "number", "seq", "head")
    for pk, number, seq, head in rows.iterator(chunk_size=5000):
        yield pk, number or f"#{pk}", seq, bytes(head).hex()
