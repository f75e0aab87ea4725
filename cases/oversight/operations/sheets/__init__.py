"""What is done with a supervision sheet (督办单办理). `request` and `issue` open one for a late
obligation, `each` one for several; `VERBS` take a sheet.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from cases.docket.models import Event
from cases.docket.operations.contesting import contest
from cases.docket.record import take
from cases.docket.states import NOTE
from cases.law.moves import Move
from cases.oversight.operations.sheets.course import (
    answer,
    decline,
    issue_asked,
    revoke,
    send_back,
    settle,
    suggest_talk,
    withdraw,
)
from cases.oversight.operations.sheets.opening import Outcome, each, issue, request, supervise

__all__ = ["VERBS", "Outcome", "each", "issue", "request", "supervise"]


def _plain(move: Move, case: Any, **told: Any) -> Event:
    return take(move, case, **told)


VERBS: dict[str, Callable[..., Event]] = {
    "issue": issue_asked,
    "decline": decline,
    "withdraw": withdraw,
    "answer": answer,
    "send_back": send_back,
    "settle": settle,
    "suggest_talk": suggest_talk,
    "revoke": revoke,
    "contest": contest,
    "note": partial(_plain, NOTE),
}
