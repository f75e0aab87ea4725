"""Evaluation (评价) and the end (销哨): each department is judged by the whistling unit.

What is not solved goes back; what nobody judged in time ends as not evaluated, never as satisfied.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from cases.docket.models import Case, Deadline, DeadlineState, Event, Part
from cases.docket.operations.sweeping import sweep
from cases.docket.record import Batch, Moment, Slip, begin, take
from cases.docket.record.draft import Derive
from cases.docket.record.family import locked
from cases.docket.slip import NO_SLIP
from cases.law.moves import Refused, Why
from cases.people.queries import SYSTEM, Actor
from cases.whistle.states import WHISTLE
from cases.whistle.states.response.judging import (
    ANSWER_EVALUATION,
    EVALUATE,
    EVALUATE_BY_DEFAULT,
    RETURN_FOR_REWORK,
)
from cases.whistle.states.way import ALL_EVALUATED, CLOSE, FOLLOW_UP, REOPEN, RESUME
from cases.whistle.states.words import AWAITING_EVALUATION, EVALUATED, RELEASED, SHELVED, Calls


def evaluate(part: Part, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Judge one department (评价): on site, solved, satisfied; unhappy ones say why."""

    def with_reason(
        _moment: Moment, _case: Case, _: list[Deadline], given: Mapping[str, Any]
    ) -> dict[str, Any]:
        if given["satisfaction"] == "dissatisfied" and not given.get("complaint"):
            words = "不满意的请选择原因。"
            raise Refused(words, why=Why.FACTS, verb=EVALUATE.verb, fields={"complaint": words})
        if given["result"] == "unsolved":
            words = "没有解决的请“退回重办”；确实解决不了的选“客观无法解决”。"
            raise Refused(words, why=Why.FACTS, verb=EVALUATE.verb, fields={"result": words})
        return {}

    with transaction.atomic():
        case, _parents = locked(Case(pk=part.case_id), by)
        batch = Batch(begin(), Slip(by_event=slip.by_event, quiet=slip.quiet))
        mine = batch.part(case, part.pk)
        event = batch.take(
            EVALUATE, case, part=mine, by=by, at=at, slip=slip, derive=with_reason, **facts
        )
        _all_evaluated(batch, case, at)
        batch.write()
    vars(part).update(vars(mine))
    return event


def _all_evaluated(batch: Batch, case: Case, at: datetime) -> None:
    rows = batch.parts(case)
    owing = [p.state for p in rows if p.kind != Calls.COPY and p.state != RELEASED]
    if case.state == AWAITING_EVALUATION and set(owing) == {EVALUATED}:
        batch.take(ALL_EVALUATED, case, by=SYSTEM, at=at)


def return_for_rework(
    part: Part, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any
) -> Event:
    """Send an answer back that solves nothing (退回重办); counted."""

    def counted(*_: Any) -> dict[str, Any]:
        done = Event.objects.filter(part_id=part.pk, verb=RETURN_FOR_REWORK.verb).count()
        return {"times": done + 1}

    return take(RETURN_FOR_REWORK, part, by=by, at=at, slip=slip, derive=counted, **facts)


def answer_evaluation(
    part: Part, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any
) -> Event:
    """Answer an evaluation (对评价的说明), once."""

    def once(*_: Any) -> dict[str, Any]:
        if Event.objects.filter(part_id=part.pk, verb=ANSWER_EVALUATION.verb).exists():
            raise Refused("对评价只能说明一次。", verb=ANSWER_EVALUATION.verb)
        return {}

    return take(ANSWER_EVALUATION, part, by=by, at=at, slip=slip, derive=once, **facts)


def close(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Close a whistle (办结，销哨) whose departments are all evaluated."""

    def judged(
        _moment: Moment, held: Case, _: list[Deadline], _given: Mapping[str, Any]
    ) -> dict[str, Any]:
        open_ones = Part.objects.filter(case=held).exclude(state__in=[EVALUATED, RELEASED])
        if open_ones.exclude(kind=Calls.COPY).exists():
            words = "还有部门没有评价，请先逐一评价再销哨。"
            raise Refused(words, verb=CLOSE.verb, citation=CLOSE.basis)
        return {}

    return take(CLOSE, case, by=by, at=at, slip=slip, derive=judged, **facts)


def reopen(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Take up a whistle again that relapsed (反弹重办); counted."""

    return take(REOPEN, case, by=by, at=at, slip=slip, derive=_counted, **facts)


def follow_up(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Look again after the end (跟踪问效): it held, or it relapsed and is taken up again."""
    with transaction.atomic():
        found, _parents = locked(case, by)
        batch = Batch(begin(), Slip(by_event=slip.by_event, quiet=slip.quiet))
        event = batch.take(FOLLOW_UP, found, by=by, at=at, slip=slip, **facts)
        if facts.get("held") == "relapsed":
            batch.take(REOPEN, found, by=SYSTEM, at=at, derive=_counted)
        batch.write()
    vars(case).update(vars(found))
    return event


def _counted(
    _moment: Moment, held: Case, _: list[Deadline], _given: Mapping[str, Any]
) -> dict[str, Any]:
    return {"times": 1 + Event.objects.filter(case=held, verb=REOPEN.verb).count()}


def evaluate_due(at: datetime) -> int:
    """End what nobody evaluated in time (逾期未评价), close what is all judged; how many cases."""
    done = sweep(_waiting(at, "whistle.evaluate"), _ended, at)
    return done + sum(_closed(case, at) for case in _waiting(at, "whistle.close").order_by("id"))


def _closed(case: Case, at: datetime) -> bool:
    """Close one, with whatever waits for it; not if it was closed or changed meanwhile."""
    try:
        take(CLOSE, Case(pk=case.pk), by=SYSTEM, at=at, derive=_still_due(at))
    except Refused:
        return False
    return True


def _still_due(at: datetime) -> Derive:
    def due(
        _moment: Moment, _held: Case, deadlines: list[Deadline], _given: Mapping[str, Any]
    ) -> dict[str, Any]:
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
        _all_evaluated(batch, case, at)


def _resumed(batch: Batch, case: Case, at: datetime) -> None:
    if case.state == SHELVED:
        batch.take(RESUME, case, by=SYSTEM, at=at)


def _waiting(at: datetime, *terms: str) -> QuerySet[Case]:
    due = Deadline.objects.filter(
        term__in=terms, state=DeadlineState.RUNNING, due_at__lte=at, case__kind=WHISTLE.code
    )
    return Case.objects.filter(pk__in=due.values("case"))
