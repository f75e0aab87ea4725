"""What is done with a whistle (吹哨报到办理): on the case, and on each department called.

`blow_whistle` opens one. `VERBS` take a case, `DRAFT_VERBS` a draft, `PART_VERBS` a part.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from cases.docket.models import Case, Event, Part
from cases.docket.operations.contesting import contest
from cases.docket.record import Slip, take
from cases.docket.slip import NO_SLIP
from cases.docket.states import NOTE
from cases.law.moves import Move
from cases.people.queries import Actor
from cases.whistle.operations.dispatching import call_department, dispatch
from cases.whistle.operations.ending import (
    close,
    escalate,
    evaluate_due,
    follow_up,
    reopen,
    resume,
    resume_due,
    shelve,
    withdraw,
)
from cases.whistle.operations.evaluating import (
    answer_evaluation,
    evaluate,
    return_for_rework,
)
from cases.whistle.operations.opening import (
    approve,
    blow_whistle,
    refuse,
    revise,
    submit,
)
from cases.whistle.operations.recording import recorded
from cases.whistle.operations.replying import reply
from cases.whistle.operations.responding import (
    agree_time,
    ask_extension,
    forward,
    grant_extension,
    propose_time,
    refuse_extension,
    report_in,
    sign,
)
from cases.whistle.operations.ruling.deciding import rule_above, rule_on_duties
from cases.whistle.operations.ruling.objecting import (
    admit_objection,
    complete,
    raise_objection,
    take_back_objection,
)
from cases.whistle.states import WHISTLE
from cases.whistle.states.course import TAKE_UP
from cases.whistle.states.response.answering import (
    CONFIRM_PRESENCE,
    CONTACT,
    LOG_PROGRESS,
    REFUSE_TIME,
)
from cases.whistle.states.way import CONFIRM, DISCARD

__all__ = [
    "DRAFT_VERBS",
    "PART_VERBS",
    "VERBS",
    "blow_whistle",
    "evaluate_due",
    "resume_due",
]


def _plain(
    move: Move, subject: Case | Part, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any
) -> Event:
    return take(move, subject, by=by, at=at, slip=slip, **facts)


VERBS: dict[str, Callable[..., Event]] = {
    "approve": approve,
    "refuse": refuse,
    "confirm": partial(_plain, CONFIRM),
    "dispatch": dispatch,
    "call_department": call_department,
    "withdraw": withdraw,
    "escalate": escalate,
    "take_up": partial(_plain, TAKE_UP),
    "shelve": shelve,
    "resume": resume,
    "close": close,
    "follow_up": follow_up,
    "reopen": reopen,
    "contest": contest,
    "note": partial(_plain, NOTE),
}
DRAFT_VERBS: dict[str, Callable[..., Event]] = {
    "revise": revise,
    "submit": submit,
    "discard": partial(_plain, DISCARD),
}
_OF_PARTS: dict[str, Callable[..., Event]] = {
    "sign": sign,
    "forward": forward,
    "contact": partial(_plain, CONTACT),
    "propose_time": propose_time,
    "agree_time": agree_time,
    "refuse_time": partial(_plain, REFUSE_TIME),
    "report_in": report_in,
    "confirm_presence": partial(_plain, CONFIRM_PRESENCE),
    "log_progress": partial(_plain, LOG_PROGRESS),
    "reply": reply,
    "ask_extension": ask_extension,
    "grant_extension": grant_extension,
    "refuse_extension": refuse_extension,
    "raise_objection": raise_objection,
    "complete": complete,
    "admit_objection": admit_objection,
    "take_back_objection": take_back_objection,
    "rule_on_duties": rule_on_duties,
    "rule_above": rule_above,
    "evaluate": evaluate,
    "answer_evaluation": answer_evaluation,
    "return_for_rework": return_for_rework,
}
PART_VERBS: dict[str, Callable[..., Event]] = {
    verb: recorded(WHISTLE.table.moves[verb], operation) for verb, operation in _OF_PARTS.items()
}
