"""The end of a whistle and what lies before and after it (销哨、撤哨、挂账、跟踪问效).

What nobody judged in time ends as not evaluated, never as satisfied; a relapse is taken up again.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from cases.docket.kinds import move_of
from cases.docket.models import Case, Deadline, DeadlineState, Event, Link, Part
from cases.docket.operations.looking import within_reach
from cases.docket.operations.sweeping import sweep
from cases.docket.queries.told import last_facts
from cases.docket.record import Batch, Moment, Several, Slip, several, take
from cases.docket.record.draft import Derive
from cases.docket.slip import NO_SLIP
from cases.law.moves import Move, Refused
from cases.people.queries import SYSTEM, Actor
from cases.whistle.operations.evaluating import all_evaluated
from cases.whistle.states import WHISTLE
from cases.whistle.states.course import (
    CLOSE,
    ESCALATE,
    FOLLOW_UP,
    REOPEN,
    RESUME,
    RESUME_DUE,
    SHELVE,
    WITHDRAW,
)
from cases.whistle.states.response.answering import (
    GO_ON,
    GO_ON_ABOVE,
    GO_ON_JUDGING,
    GO_ON_RULING,
    PAUSE,
)
from cases.whistle.states.response.disputing import RELEASE
from cases.whistle.states.response.judging import EVALUATE_BY_DEFAULT
from cases.whistle.states.way import CONFIRM
from cases.whistle.states.words import EVALUATED, RELEASED, SHELVED, Calls

LOOK = "whistle.look_again"


def close(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Close a whistle (办结，销哨) whose departments are all evaluated."""

    def judged(
        _moment: Moment, held: Case, deadlines: list[Deadline], _given: Mapping[str, Any]
    ) -> dict[str, Any]:
        _confirmed(deadlines)
        open_ones = Part.objects.filter(case=held).exclude(state__in=[EVALUATED, RELEASED])
        if open_ones.exclude(kind=Calls.COPY).exists():
            words = "还有部门没有评价，请先逐一评价再销哨。"
            raise Refused(words, verb=CLOSE.verb, citation=CLOSE.basis)
        return {}

    return take(CLOSE, case, by=by, at=at, slip=slip, derive=judged, **facts)


def _confirmed(deadlines: list[Deadline]) -> None:
    running = (d.term for d in deadlines if d.state == DeadlineState.RUNNING)
    if "whistle.confirm" in running:
        words = "先吹后补的哨还没有事后确认，请镇领导先确认，再销哨。"
        raise Refused(words, verb=CLOSE.verb, citation=CONFIRM.basis)


def escalate(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Raise what the county must settle (提级办理), once at a time."""

    def not_waiting(
        _moment: Moment, _held: Case, deadlines: list[Deadline], _given: Mapping[str, Any]
    ) -> dict[str, Any]:
        running = (d.term for d in deadlines if d.state == DeadlineState.RUNNING)
        if "whistle.raised" in running:
            words = "已提请县专班，正等答复，不用重复提请。"
            raise Refused(words, verb=ESCALATE.verb, citation=ESCALATE.basis)
        return {}

    return take(ESCALATE, case, by=by, at=at, slip=slip, derive=not_waiting, **facts)


def reopen(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Take up a whistle again that relapsed (反弹重办); counted, and its report waits again."""
    with several(case, by=by, slip=slip, again=True) as held:
        event = held.take(REOPEN, by=by, at=at, slip=slip, derive=_counted, **facts)
        _wait_again(held, at)
    return event


def follow_up(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Look again after the end (跟踪问效): it held, or it relapsed and is taken up again."""
    with several(case, by=by, slip=slip, again=True) as held:
        event = held.take(FOLLOW_UP, by=by, at=at, slip=slip, **facts)
        if facts.get("held") == "relapsed":
            held.batch.take(REOPEN, held.case, by=SYSTEM, at=at, derive=_counted)
            _wait_again(held, at)
    return event


def _wait_again(held: Several, at: datetime) -> None:
    """A report that came back from its whistle waits for it again, where it is not closed yet."""
    by_pk = {parent.pk: parent for parent in held.parents}
    for link in Link.objects.filter(child=held.case, parent__in=by_pk).exclude(takes_again=""):
        parent = by_pk[link.parent_id]
        back = move_of(parent.kind, link.takes_again)
        if back.goes_from(parent.state):
            held.batch.take(back, parent, by=SYSTEM, at=at)
            Link.objects.filter(pk=link.pk).update(ended_at=None)


def _counted(
    _moment: Moment, held: Case, _: list[Deadline], _given: Mapping[str, Any]
) -> dict[str, Any]:
    return {"times": 1 + Event.objects.filter(case=held, verb=REOPEN.verb).count()}


def evaluate_due(at: datetime, slip: Slip = NO_SLIP) -> int:
    """End what nobody evaluated in time (逾期未评价), close what is all judged; how many cases."""
    done = sweep(_waiting(at, "whistle.evaluate"), _ended, at, slip)
    ready = _waiting(at, "whistle.close").order_by("id")
    return done + sum(_closed(case, at, slip) for case in ready)


def _closed(case: Case, at: datetime, slip: Slip) -> bool:
    """Close one, with whatever waits for it; not if it was closed or changed meanwhile."""
    try:
        take(CLOSE, Case(pk=case.pk), by=SYSTEM, at=at, slip=slip, derive=_still_due(at))
    except Refused:
        return False
    return True


def _still_due(at: datetime) -> Derive:
    def due(
        _moment: Moment, _held: Case, deadlines: list[Deadline], _given: Mapping[str, Any]
    ) -> dict[str, Any]:
        _confirmed(deadlines)
        running = (d for d in deadlines if d.state == DeadlineState.RUNNING)
        if any(d.term == "whistle.close" and d.due_at <= at for d in running):
            return {}
        raise Refused("销哨期限已变，不自动销哨。", verb=CLOSE.verb)

    return due


def resume_due(at: datetime) -> int:
    """Bring back what was shelved until now (挂账到期恢复); how many there were."""
    return sweep(_waiting(at, "whistle.look_again"), _resumed, at)


def _ended(batch: Batch, case: Case, at: datetime) -> None:
    late = {
        d.part_id
        for d in batch.deadlines(case)
        if d.term == "whistle.evaluate" and d.state == DeadlineState.RUNNING and d.due_at <= at
    }
    for part in batch.parts(case):
        if part.pk in late and EVALUATE_BY_DEFAULT.goes_from(part.state):
            batch.take(
                EVALUATE_BY_DEFAULT,
                case,
                part=part,
                by=SYSTEM,
                at=at,
                derive=lambda *_: {"defaulted": True},
            )
    if late:
        all_evaluated(batch, case, at)


def withdraw(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Withdraw a whistle (撤哨): every department called is released by it."""
    with transaction.atomic():
        event = take(WITHDRAW, case, by=by, at=at, slip=slip, **facts)
        with several(case, by=SYSTEM, slip=slip) as held:
            _each(held.batch, held.case, RELEASE, at)
    return event


def shelve(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Shelve a whistle (挂账): every clock of its departments stops until it is resumed."""

    def in_reach(
        moment: Moment, held: Case, _: list[Deadline], given: Mapping[str, Any]
    ) -> dict[str, Any]:
        within_reach(moment, held, given.get("next_look"), LOOK)
        return {}

    with several(case, by=by, slip=slip) as shelved:
        event = shelved.take(SHELVE, by=by, at=at, slip=slip, derive=in_reach, **facts)
        batch, found = shelved.batch, shelved.case
        for part in batch.parts(found):
            if part.kind != Calls.COPY and PAUSE.goes_from(part.state):
                stops = _stopped_by(part.pk)
                batch.take(PAUSE, found, part=part, by=SYSTEM, at=at, derive=stops)
    return event


def _stopped_by(part: int) -> Derive:
    def stopped(
        _moment: Moment, _held: Case, deadlines: list[Deadline], _given: Mapping[str, Any]
    ) -> dict[str, Any]:
        mine = [d for d in deadlines if d.part_id == part and d.state == DeadlineState.RUNNING]
        terms = [d.term for d in mine if d.term in PAUSE.cancels]
        return {"paused": "、".join(terms)} if terms else {}

    return stopped


def resume(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Go on with a shelved whistle (恢复办理): what was stopped begins anew."""
    with several(case, by=by, slip=slip) as held:
        event = held.take(RESUME, by=by, at=at, slip=slip, **facts)
        _go_on(held.batch, held.case, at)
    return event


def _go_on(batch: Batch, case: Case, at: datetime) -> None:
    for part in batch.parts(case):
        if part.kind == Calls.COPY or not PAUSE.goes_from(part.state):
            continue
        stopped = set(str(last_facts(part, PAUSE.verb).get("paused", "")).split("、"))
        for move in (GO_ON, GO_ON_JUDGING, GO_ON_RULING, GO_ON_ABOVE):
            if stopped & set(move.opens) and move.goes_from(part.state):
                slip = replace(batch.slip, skips=frozenset(move.opens) - stopped)
                batch.take(move, case, part=part, by=SYSTEM, at=at, slip=slip)


def _each(batch: Batch, case: Case, move: Move, at: datetime) -> None:
    for part in batch.parts(case):
        if part.kind != Calls.COPY and move.goes_from(part.state):
            batch.take(move, case, part=part, by=SYSTEM, at=at)


def _resumed(batch: Batch, case: Case, at: datetime) -> None:
    if case.state == SHELVED:
        batch.take(RESUME_DUE, case, by=SYSTEM, at=at)
        _go_on(batch, case, at)


def _waiting(at: datetime, *terms: str) -> QuerySet[Case]:
    due = Deadline.objects.filter(
        term__in=terms, state=DeadlineState.RUNNING, due_at__lte=at, case__kind=WHISTLE.code
    )
    return Case.objects.filter(pk__in=due.values("case"))
