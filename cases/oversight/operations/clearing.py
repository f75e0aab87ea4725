"""What a clock asked a person for and nobody need do any more (时限已了): it goes by itself.

A call to make, somebody to name, a sheet that may be asked for: each names its obligation in its
key, by its id where a rung fired, by its mark where whoever is on duty was to ring.
"""

from datetime import datetime
from typing import Any, Final

from django.db import connection

from cases.docket.models import DeadlineState
from cases.oversight.operations.reminding import SHEET_DUE

OF_CLOCKS: Final = ("phone_now", "nobody_told", SHEET_DUE)
RESULT: Final = "时限已办结或取消，不用再办（系统自动销）"
_OWED: Final = [DeadlineState.RUNNING.value, DeadlineState.SUSPENDED.value]
_CLEAR: Final = r"""
    UPDATE docket_workitem SET done_at = %(at)s, result = %(result)s WHERE id IN (
        SELECT item.id FROM docket_workitem item JOIN docket_deadline clock
            ON clock.case_id = item.case_id AND (
                substring(item.key from '^[a-z_]+:([0-9]+):[0-9]+:[0-9]+$') = clock.id::text
                OR starts_with(item.key, concat(
                    item.kind, ':', clock.case_id, ':', clock.part_id || ':',
                    clock.term, '#', clock.occurrence, ':')))
        WHERE item.done_at IS NULL AND item.kind = ANY(%(kinds)s)
            AND NOT clock.state = ANY(%(owed)s)
        FOR UPDATE OF item SKIP LOCKED)
"""


def clear(at: datetime) -> int:
    """Settle what was asked for obligations that were met or fell away since; how many."""
    given: dict[str, Any] = {"at": at, "result": RESULT, "kinds": list(OF_CLOCKS), "owed": _OWED}
    with connection.cursor() as cursor:
        cursor.execute(_CLEAR, given)
        done: int = cursor.rowcount
    return done
