"""Evaluation (评价): the whistling unit judges each department; what is not solved goes back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cases.docket.models import Case, Deadline, Event, Part
from cases.docket.record import Batch, Moment, Slip, several, take
from cases.docket.slip import NO_SLIP
from cases.law.moves import Refused, Why
from cases.people.queries import SYSTEM, Actor
from cases.whistle.states.course import ALL_EVALUATED
from cases.whistle.states.response.judging import (
    ANSWER_EVALUATION,
    EVALUATE,
    RETURN_FOR_REWORK,
)
from cases.whistle.states.words import AWAITING_EVALUATION, EVALUATED, RELEASED, Calls


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

    with several(part, by=by, slip=slip) as held:
        event = held.take(EVALUATE, by=by, at=at, slip=slip, derive=with_reason, **facts)
        all_evaluated(held.batch, held.case, at)
    return event


def all_evaluated(batch: Batch, case: Case, at: datetime) -> None:
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
