"""Beside the way (办理旁路): asked back, corrected, returned, entrusted, given more time, shelved,
reopened, called back, contested.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from cases.docket.models import Case, Deadline, DeadlineState, Event, Party
from cases.docket.operations.extending import Extending, ask, grant
from cases.docket.operations.looking import past_window
from cases.docket.record import Moment, Slip, take
from cases.docket.slip import NO_SLIP
from cases.intake.operations.counts import limit, times
from cases.intake.states.aside.desk import DISCLOSE, REOPEN
from cases.intake.states.aside.handling import ASK_EXTENSION, ENTRUST, GRANT_EXTENSION, HAND_BACK
from cases.intake.states.way import HANDLERS
from cases.law.moves import Refused, Role, Why
from cases.people.queries import Actor

_WORK = ("report.handle", "report.rework", "report.reopen")


def hand_back(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Return what is not one's own (退回改派), within a working day; the third return goes to a
    leader. A late one is taken and said to be late.
    """

    def counted(
        moment: Moment, held: Case, deadlines: list[Deadline], _: Mapping[str, Any]
    ) -> dict[str, Any]:
        hop, most = 1 + times(held, HAND_BACK.verb), limit(moment, held, "report.hops")
        upward = most is not None and hop >= most
        role = Role.LEADER if upward else Role.DESK
        unit = moment.directory.room(role, held.division) or moment.directory.desk(held.division)
        if unit is None:
            words = "本镇没有人在窗口岗位上，暂时退不回去，请联系系统管理员安排岗位。"
            raise Refused(words, verb=HAND_BACK.verb)
        late = _after_window(moment, held, deadlines, slip.counted_at(at, moment.now))
        return {"unit": unit, "hop": hop} | ({"late": True} if late else {})

    with transaction.atomic():
        event = take(HAND_BACK, case, by=by, at=at, slip=slip, derive=counted, **facts)
        Party.objects.filter(case=case).update(disclosed_to=None)  # it needs them no more
    return event


def _after_window(
    moment: Moment, case: Case, deadlines: list[Deadline], counted: datetime
) -> bool:
    running = [d for d in deadlines if d.term in _WORK and d.state == DeadlineState.RUNNING]
    window = "report.return_window"
    return bool(running) and past_window(moment, case, window, running[-1].start_at, counted)


def entrust(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Name who handles a report within its unit (指定经办人); its dates stay."""

    def sits_there(
        moment: Moment, held: Case, _: list[Deadline], given: Mapping[str, Any]
    ) -> dict[str, Any]:
        if not moment.directory.sits(given["officer"], held.unit_id, HANDLERS):
            words = "经办人应是承办单位现任人员，请重新选择。"
            raise Refused(words, why=Why.FACTS, verb=ENTRUST.verb, fields={"officer": words})
        before = {"before": held.officer_id} if held.officer_id else {}
        return {"unit": held.unit_id} | before

    return take(ENTRUST, case, by=by, at=at, slip=slip, derive=sits_there, **facts)


_EXTENDING = Extending(
    ask=ASK_EXTENSION,
    grant=GRANT_EXTENSION,
    work=_WORK,
    rule="report.extension",
    limit="report.extensions",
)


def ask_extension(
    case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any
) -> Event:
    """Ask for more time (申请延期) before the time is up; until it is granted the clock runs on."""
    return ask(_EXTENDING, case, by, at, slip, facts)


def grant_extension(
    case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any
) -> Event:
    """Grant more time (同意延期): as many working days as asked, or fewer, on from the last day."""
    return grant(_EXTENDING, case, by, at, slip, facts)


def reopen(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Take up an ended report again (重新办理); beyond the limit only a leader may."""

    def within_limit(
        moment: Moment, held: Case, _: list[Deadline], _given: Mapping[str, Any]
    ) -> dict[str, Any]:
        nth, most = 1 + times(held, REOPEN.verb), limit(moment, held, "report.reopenings")
        if most is not None and nth > most and by.role is not Role.LEADER:
            words = f"已重新办理 {nth - 1} 次，达到上限；确需再办的，请报镇领导决定。"
            raise Refused(
                words, verb=REOPEN.verb, whose=[Role.LEADER.label], citation=REOPEN.basis
            )
        return {"times": nth}

    return take(REOPEN, case, by=by, at=at, slip=slip, derive=within_limit, **facts)


def disclose(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Let the handling unit know who reported (告知反映人), where it cannot work without; logged.

    Never for 举报 and 检举控告, nor where the class of matter protects people.
    """
    with transaction.atomic():
        event = take(DISCLOSE, case, by=by, at=at, slip=slip, **facts)
        named = Party.objects.filter(case=case)
        if not named.exists():
            raise Refused("这件事没有登记反映人。", verb=DISCLOSE.verb)
        if named.filter(hidden=True).exists():
            words = "反映人依规定对承办单位保密，不能告知；需要补充情况的由窗口代为联系。"
            raise Refused(words, verb=DISCLOSE.verb, citation=DISCLOSE.basis)
        named.update(disclosed_to=case.unit_id)
    return event
