"""The reply of a department (反馈): its four elements, which must fit each other."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cases.docket.models import Case, Deadline, Event, Part
from cases.docket.record import Moment, Slip, take
from cases.docket.slip import NO_SLIP
from cases.law.moves import Refused, Why
from cases.people.queries import Actor, town_day
from cases.whistle.states.response.answering import REPLY


def reply(part: Part, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Reply with the four elements (反馈); Refused where it was taken up later than it is told, or
    is to be solved before it was taken up.
    """

    def in_order(
        _moment: Moment, _case: Case, _: list[Deadline], given: Mapping[str, Any]
    ) -> dict[str, Any]:
        if given["began_at"] > at:
            raise _wrong("began_at", "受理时间不能晚于反馈的时间，请核对。")
        if given["solved_by"] < town_day(given["began_at"]):
            raise _wrong("solved_by", "解决时限不能早于受理时间，请核对。")
        return {}

    return take(REPLY, part, by=by, at=at, slip=slip, derive=in_order, **facts)


def _wrong(field: str, words: str) -> Refused:
    return Refused(words, why=Why.FACTS, verb=REPLY.verb, fields={field: words})
