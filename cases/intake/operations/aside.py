"""Beside the way (办理旁路): asked back, corrected, returned, entrusted, given more time, shelved,
reopened, called back, contested.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from cases.docket.chain import mark_of
from cases.docket.models import Case, Deadline, DeadlineState, Event, Party
from cases.docket.record import Moment, Slip, extend, take
from cases.docket.slip import NO_SLIP
from cases.intake.operations.counts import last_facts, limit, times
from cases.intake.states.aside import (
    ASK_EXTENSION,
    DISCLOSE,
    ENTRUST,
    GRANT_EXTENSION,
    HAND_BACK,
    REOPEN,
)
from cases.intake.states.way import HANDLERS
from cases.law.moves import Refused, Role, Why
from cases.law.rule import LawError
from cases.law.terms import Term, Unit, due
from cases.people.queries import Actor, town_day
from cases.rulebook.queries.rules import RuleMissing, RuleTerm

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
        late = _after_window(moment, held, deadlines, _counted_at(moment, at, slip))
        return {"unit": unit, "hop": hop} | ({"late": True} if late else {})

    return take(HAND_BACK, case, by=by, at=at, slip=slip, derive=counted, **facts)


def _after_window(
    moment: Moment, case: Case, deadlines: list[Deadline], counted_at: datetime
) -> bool:
    running = [d for d in deadlines if d.term in _WORK and d.state == DeadlineState.RUNNING]
    if not running:
        return False
    start = running[-1].start_at
    try:
        rule = moment.book.term("report.return_window", case.division, town_day(start))
        hours = moment.book.hours(case.division, town_day(start))
        return counted_at >= due(rule.term, start, moment.book.calendar, hours).due_at
    except (RuleMissing, LawError):
        return False  # no rule says by when, so it is not called late


def _counted_at(moment: Moment, at: datetime, slip: Slip) -> datetime:
    return at if slip.by_event else max(at, moment.now)


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


def ask_extension(
    case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any
) -> Event:
    """Ask for more time (申请延期) before the time is up; until it is granted the clock runs on."""

    def may_ask(
        moment: Moment, held: Case, deadlines: list[Deadline], given: Mapping[str, Any]
    ) -> dict[str, Any]:
        _not_pending(deadlines, ASK_EXTENSION.opens[0], ASK_EXTENSION.verb)
        running = _work_running(deadlines, ASK_EXTENSION.verb)
        if _counted_at(moment, at, slip) >= running.due_at:
            words = "已经超过期限，不能再申请延期；请尽快办结，并在结果中说明原因。"
            raise Refused(words, verb=ASK_EXTENSION.verb, citation=ASK_EXTENSION.basis)
        most, granted = limit(moment, held, "report.extensions"), times(held, GRANT_EXTENSION.verb)
        if most is not None and granted >= most:
            words = f"已延期 {granted} 次，达到上限，不能再延期；确实办不了的请“提请挂账”。"
            raise Refused(words, verb=ASK_EXTENSION.verb, citation=ASK_EXTENSION.basis)
        _days(_extension_rule(moment, held), given["days"])
        return {}

    return take(ASK_EXTENSION, case, by=by, at=at, slip=slip, derive=may_ask, **facts)


def grant_extension(
    case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any
) -> Event:
    """Grant more time (同意延期): as many working days as asked, or fewer, on from the last day."""

    def longer(
        moment: Moment, held: Case, deadlines: list[Deadline], given: Mapping[str, Any]
    ) -> dict[str, Any]:
        asked = last_facts(held, ASK_EXTENSION.verb)
        rule = _extension_rule(moment, held)
        days = _days(rule, given.get("days", asked["days"]))
        running = _work_running(deadlines, GRANT_EXTENSION.verb)
        was = running.last_day
        term = Term(amount=days, unit=Unit.WORKING_DAY, citation=rule.citation)
        extend(moment, running, held, term, asked["need"])
        told = {"deadline": mark_of(running), "was": was, "now": running.last_day}
        return told | {"days": days}

    return take(GRANT_EXTENSION, case, by=by, at=at, slip=slip, derive=longer, **facts)


def _extension_rule(moment: Moment, case: Case) -> RuleTerm:
    try:
        return moment.book.term("report.extension", case.division, town_day(moment.now))
    except RuleMissing as missing:
        raise Refused(missing.sentence, verb=ASK_EXTENSION.verb) from missing


def _days(rule: RuleTerm, days: int) -> int:
    if 1 <= days <= rule.term.amount:
        return days
    words = f"延长天数应为 1 到 {rule.term.amount} 个工作日。"
    raise Refused(words, why=Why.FACTS, fields={"days": words}, citation=rule.citation)


def _work_running(deadlines: list[Deadline], verb: str) -> Deadline:
    found = [d for d in deadlines if d.term in _WORK and d.state == DeadlineState.RUNNING]
    if not found:
        raise Refused("这件事现在没有在走的办理期限，不用延期。", verb=verb)
    return found[-1]


def _not_pending(deadlines: list[Deadline], term: str, verb: str) -> None:
    if any(d.term == term and d.state == DeadlineState.RUNNING for d in deadlines):
        raise Refused("已提出过，正等答复，不用重复提出。", verb=verb)


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
