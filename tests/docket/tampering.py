"""Somebody with the keys of the database (篡改): changes, cuts and deletes what was recorded."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from cases.docket.models import Case
from cases.docket.queries.verify import Verified


class _Back(Exception):
    pass


@contextmanager
def tampered(*statements: str, **params: Any) -> Iterator[None]:
    """Somebody with the keys of the database takes its triggers off and changes rows."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                for name in ("docket_event", "docket_anchor"):
                    cursor.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")
                for statement in statements:
                    cursor.execute(statement, params or None)
                    assert cursor.rowcount != 0, statement
            yield
            raise _Back
    except _Back:
        return


def where(found: Verified) -> list[tuple[str | None, int | None]]:
    return [(b["case"], b["seq"]) for b in found.broken]


def cut(case: Case, *, fix: bool) -> list[str]:
    last = f"(SELECT hash FROM docket_event WHERE case_id={case.pk} AND seq={case.seq - 1})"
    text = f"(SELECT text::json FROM docket_event WHERE case_id={case.pk} AND seq={case.seq - 1})"
    gone = f"DELETE FROM docket_event WHERE case_id={case.pk} AND seq={case.seq}"
    back = (
        f"UPDATE docket_case SET seq=seq-1, head={last}, state={text}->>'to', closed_at=NULL, "
        f"unit_id=({text}->'row'->>'unit')::bigint, officer_id=NULL WHERE id={case.pk}"
    )
    clock = (
        f"UPDATE docket_deadline SET state='running' WHERE case_id={case.pk} "
        "AND term='report.close'"
    )
    return [gone, back, clock] if fix else [gone]
