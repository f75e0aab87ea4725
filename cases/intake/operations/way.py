"""The way of a report (办理主线), verb by verb: from acceptance to its close."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from cases.docket.models import Case, Deadline, DeadlineState, Event
from cases.docket.record import Moment, Slip, take
from cases.docket.record.family import locked
from cases.docket.slip import NO_SLIP
from cases.intake.operations.counts import limit, named, times
from cases.intake.operations.outside import answered
from cases.intake.operations.streams import onto_the_row, protect
from cases.intake.operations.whistling import whistled
from cases.intake.states.aside.desk import ANSWER_DIRECTLY, REOPEN
from cases.intake.states.aside.handling import HAND_BACK
from cases.intake.states.aside.whistled import REWORK_WHISTLED
from cases.intake.states.way import ACCEPT, ASSIGN, ASSIGN_AGAIN, CHECK, CLOSE, HANDLE, REWORK, SIGN
from cases.intake.states.words import RETURNED
from cases.law.moves import Move, Refused, Role, Why
from cases.law.rule import LawError
from cases.law.terms import Start, accepted_at
from cases.people.queries import Actor, town_day
from cases.rulebook.queries.rules import RuleMissing

_WORK = ("report.handle", "report.rework", "report.reopen")
_RUNNING = (DeadlineState.RUNNING, DeadlineState.SUSPENDED)
_OWED = ("petition.reply", "external.answer")


def accept(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Accept a report (受理); at the counter a day off counts as the next opening."""

    def taken_in(
        moment: Moment, held: Case, deadlines: list[Deadline], given: Mapping[str, Any]
    ) -> dict[str, Any]:
        onto_the_row(held, given)
        letter = any(d.term == "letter.accept" for d in deadlines)
        key, arrived = "letter.accept" if letter else "report.accept", held.opened_at
        try:
            rule = moment.book.term(key, held.division, town_day(arrived))
            if rule.term.start is not Start.NEXT_WORKING_OPENING:
                return {"accepted_at": at}
            hours = moment.book.hours(held.division, town_day(arrived))
            return {"accepted_at": accepted_at(arrived, moment.book.calendar, hours)}
        except (RuleMissing, LawError):
            return {"accepted_at": at}  # no rule of that day moves it; the truth is recorded

    with transaction.atomic():
        event = take(ACCEPT, case, by=by, at=at, slip=slip, derive=taken_in, **facts)
        protect(case, facts)
    return event


def assign(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Give a report to a village or a body of the town (交办); departments are whistled for.

    What was returned as often as the limit says is assigned by a leader of the town.
    """
    with transaction.atomic():
        reopened = Event.objects.filter(verb=REOPEN.verb, **named(case)).exists()
        # What was reopened keeps the term for reopened reports, though it was returned since.
        move = replace(ASSIGN, opens=ASSIGN_AGAIN.opens) if reopened else ASSIGN
        return _assign(move, case, by, at, slip, facts)


def assign_again(
    case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any
) -> Event:
    """Assign a report that was reopened (交办，重新办理), under the term for reopened ones."""
    return _assign(ASSIGN_AGAIN, case, by, at, slip, facts)


def _assign(
    move: Move, case: Case, by: Actor, at: datetime, slip: Slip, facts: dict[str, Any]
) -> Event:
    def of_the_town(
        moment: Moment, held: Case, _: list[Deadline], given: Mapping[str, Any]
    ) -> dict[str, Any]:
        _may_be_assigned(moment, move, held, by)
        today = town_day(moment.now)
        if given["unit"] in {e.id for e in moment.directory.handlers(held.division, today)}:
            return {}
        words = "只能交办给本镇的村（社区）或镇内机构，请重新选择。"
        raise Refused(words, why=Why.FACTS, verb=move.verb, fields={"unit": words})

    return take(move, case, by=by, at=at, slip=slip, derive=of_the_town, **facts)


def _may_be_assigned(moment: Moment, move: Move, held: Case, by: Actor) -> None:
    if held.confidential:
        words = "检举控告不得交办，请用“移送”移送纪检监察机关。"
        raise Refused(words, verb=move.verb, citation="信访工作条例第二十二条、第三十条")
    if held.state != RETURNED or by.role is not Role.DESK:
        return
    most = limit(moment, held, "report.hops")
    hops = times(held, HAND_BACK.verb) if most else 0
    if most and hops >= most:
        words = f"这件事已退回 {hops} 次，应由镇领导指定承办单位。"
        raise Refused(
            words, why=Why.ROLE, verb=move.verb, whose=[Role.LEADER.label], citation=HAND_BACK.basis
        )


def sign(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Sign for a report (签收)."""
    return take(SIGN, case, by=by, at=at, slip=slip, **facts)


def handle(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Say what was done (报办理结果)."""
    return take(HANDLE, case, by=by, at=at, slip=slip, **facts)


def check(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Check on site what was handled (核查); whoever handled it is not the one who checks."""

    def by_another(
        _moment: Moment, held: Case, deadlines: list[Deadline], _: Mapping[str, Any]
    ) -> dict[str, Any]:
        handled = _handled(deadlines)
        # What was put right on the spot was handled by whoever filed it.
        handler = handled.met_by_id if handled else held.filer_id
        if not whistled(held) and handler in {by.officer_id, by.holder_id}:
            raise Refused(
                "办理人不能核查自己办理的事，请由上报人或窗口核查。",
                why=Why.ROLE,
                verb=CHECK.verb,
                citation=CHECK.basis,
            )
        return {}

    return take(CHECK, case, by=by, at=at, slip=slip, derive=by_another, **facts)


def rework(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Send back what does not hold (退回重办), to the unit that handled it, or to the desk where
    departments did; counted.
    """

    def to_the_handler(
        moment: Moment, held: Case, deadlines: list[Deadline], _: Mapping[str, Any]
    ) -> dict[str, Any]:
        handled = _handled(deadlines)
        unit = handled.unit_id if handled else held.filer_unit_id
        standing = moment.directory.units.get(unit or 0)
        if standing is None or not standing.open_on(town_day(moment.now)):
            words = "原承办单位已撤销，请先核查，再由窗口重新交办。"
            raise Refused(words, verb=REWORK.verb, citation=REWORK.basis)
        return {"unit": unit, "times": 1 + times(held, REWORK.verb)}

    def to_the_desk(
        _moment: Moment, held: Case, _: list[Deadline], _given: Mapping[str, Any]
    ) -> dict[str, Any]:
        return {"times": 1 + times(held, REWORK.verb) + times(held, REWORK_WHISTLED.verb)}

    with transaction.atomic():
        found, _parents = locked(case, by)
        if whistled(found):
            event = take(
                REWORK_WHISTLED, found, by=by, at=at, slip=slip, derive=to_the_desk, **facts
            )
        else:
            event = take(REWORK, found, by=by, at=at, slip=slip, derive=to_the_handler, **facts)
    vars(case).update(vars(found))
    return event


def _handled(deadlines: list[Deadline]) -> Deadline | None:
    done = [d for d in deadlines if d.term in _WORK and d.met_at is not None]
    return max(done, key=lambda d: (d.met_at, d.pk), default=None)


def close(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Close a report (办结); where an answer is owed it is closed with the answer only."""
    return answered(CLOSE, case, by, at, slip, facts, derive=_with_reply)


def answer_directly(
    case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any
) -> Event:
    """Answer at the desk and close (直接答复): advice, suggestions, what needs no handling."""
    return answered(ANSWER_DIRECTLY, case, by, at, slip, facts)


def _with_reply(
    _moment: Moment, _case: Case, deadlines: list[Deadline], given: Mapping[str, Any]
) -> dict[str, Any]:
    owed = {d.term for d in deadlines if d.term in _OWED and d.state in _RUNNING}
    if owed and "reply" not in given:
        whom = "这是群众来信" if "petition.reply" in owed else "来件单位等着答复"
        words = f"{whom}，请填写答复内容后再办结。"
        raise Refused(words, why=Why.FACTS, verb=CLOSE.verb, fields={"reply": words})
    return {}
