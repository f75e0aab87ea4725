"""What is done with a report (上报事件办理), by its verbs in the town's order.

Each is `verb(case, *, by, at, slip, **facts)`; `file_report` and `self_handle` open a case.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from cases.docket.models import Case, Event
from cases.docket.operations.contesting import contest
from cases.docket.record import Slip, take
from cases.docket.slip import NO_SLIP
from cases.docket.states import NOTE
from cases.intake.operations.aside import (
    ask_extension,
    disclose,
    entrust,
    grant_extension,
    hand_back,
    reopen,
)
from cases.intake.operations.correcting import correct
from cases.intake.operations.filing import file_report, self_handle
from cases.intake.operations.merging import merge, unmerge
from cases.intake.operations.outside import (
    enter_external,
    not_accept,
    object_sheet,
    sheet_kept,
    sheet_taken_back,
    transfer,
)
from cases.intake.operations.shelving import propose_shelving, resume_due, shelve
from cases.intake.operations.way import (
    accept,
    answer_directly,
    assign,
    assign_again,
    check,
    close,
    handle,
    rework,
    sign,
)
from cases.intake.states.aside.desk import ASK_MORE, CALL_BACK, CONTACT, INSTRUCT, SUPPLY
from cases.intake.states.aside.handling import REFUSE_EXTENSION, REFUSE_SHELVING, RESUME
from cases.law.moves import Move
from cases.people.queries import Actor

__all__ = [
    "VERBS",
    "accept",
    "assign",
    "check",
    "close",
    "file_report",
    "handle",
    "note",
    "resume_due",
    "self_handle",
    "sign",
]


def _plain(
    move: Move, case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any
) -> Event:
    return take(move, case, by=by, at=at, slip=slip, **facts)


note = partial(_plain, NOTE)

VERBS: dict[str, Callable[..., Event]] = {
    "accept": accept,
    "not_accept": not_accept,
    "assign": assign,
    "assign_again": assign_again,
    "sign": sign,
    "handle": handle,
    "check": check,
    "rework": rework,
    "close": close,
    "answer_directly": answer_directly,
    "supply": partial(_plain, SUPPLY),
    "ask_more": partial(_plain, ASK_MORE),
    "correct": correct,
    "merge": merge,
    "unmerge": unmerge,
    "entrust": entrust,
    "ask_extension": ask_extension,
    "grant_extension": grant_extension,
    "refuse_extension": partial(_plain, REFUSE_EXTENSION),
    "propose_shelving": propose_shelving,
    "shelve": shelve,
    "refuse_shelving": partial(_plain, REFUSE_SHELVING),
    "resume": partial(_plain, RESUME),
    "transfer": transfer,
    "object_sheet": object_sheet,
    "sheet_taken_back": sheet_taken_back,
    "sheet_kept": sheet_kept,
    "enter_external": enter_external,
    "disclose": disclose,
    "hand_back": hand_back,
    "reopen": reopen,
    "call_back": partial(_plain, CALL_BACK),
    "contact": partial(_plain, CONTACT),
    "instruct": partial(_plain, INSTRUCT),
    "contest": contest,
    "note": note,
}
