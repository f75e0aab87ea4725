"""The sweep that chases (催办巡查): every rung whose time has come fires once, whoever sweeps.

Due rungs are taken oldest first, at most 200 cases a transaction, under the lock of their cases:
what somebody is working on is left to the next round. Rung, event, outbox and the next rung are
written together. After downtime only the highest passed rung fires, marked late by how much.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Q

from cases.docket.chain import mark_of
from cases.docket.counted import due_of, hours_of
from cases.docket.models import Case, Deadline, DeadlineState, WorkItem
from cases.docket.record import Batch, begin
from cases.docket.record.clocks import trouble_item
from cases.law.ladders import Passed, Rung, highest_passed, rung_of
from cases.law.rule import LawError
from cases.oversight.models import Chase
from cases.oversight.operations.reminding import sheets_due
from cases.oversight.queries.recipients import told_to
from cases.oversight.states.chasing import CHASE
from cases.people.queries import SYSTEM, town_day
from cases.rulebook.queries.rules import RuleMissing

A_TIME: Final = 200  # cases a transaction
PHONE: Final = "打电话"  # how the paper of a rung begins that a person must ring for


@dataclass
class Chased:
    """What a sweep did: deadlines with a passed rung, rungs fired, and what was left."""

    due: int = 0
    fired: int = 0
    skipped: int = 0
    by_rung: Counter[str] = field(default_factory=Counter)


def chase(at: datetime, *, limit: int | None = None) -> Chased:
    """Fire every rung that is due at an instant (催办); safe to run twice, and at once by many."""
    done = Chased()
    last: tuple[datetime, int] | None = None
    while limit is None or done.due < limit:
        with transaction.atomic():
            last = _sweep(at, last, done)
        if last is None:
            break
    return done


def due_now(at: datetime) -> int:
    """How many deadlines have a passed rung at an instant."""
    found: int = _armed(at).count()
    return found


def _armed(at: datetime) -> Any:
    running = Q(state=DeadlineState.RUNNING)
    return Deadline.objects.filter(running, next_rung_at__lte=at).order_by("next_rung_at", "id")


def _sweep(
    at: datetime, last: tuple[datetime, int] | None, done: Chased
) -> tuple[datetime, int] | None:
    rows = _armed(at)
    if last is not None:
        later = Q(next_rung_at__gt=last[0]) | Q(next_rung_at=last[0], pk__gt=last[1])
        rows = rows.filter(later)
    waiting = list(rows.values_list("next_rung_at", "pk", "case_id")[:A_TIME])
    if not waiting:
        return None
    done.due += len(waiting)
    wanted = {case for _, _, case in waiting}
    locked = Case.objects.filter(pk__in=wanted).defer("search", "words").order_by("id")
    cases = {case.pk: case for case in locked.select_for_update(of=("self",), skip_locked=True)}
    fired = _fire(cases, {pk for _, pk, _ in waiting}, at, done) if cases else 0
    done.fired += fired
    done.skipped += len(waiting) - fired
    return waiting[-1][0], waiting[-1][1]


def _fire(cases: dict[int, Case], wanted: set[int], at: datetime, done: Chased) -> int:
    batch = Batch(begin())
    batch.hold(cases.values())
    every = [d for case in cases.values() for d in batch.deadlines(case)]
    trouble: list[WorkItem] = []
    chases: list[Chase] = []
    # Read again under the lock: another sweep, or the clerk, may have been here meanwhile.
    able = [d for d in every if d.pk in wanted and _still(d, at)]
    for deadline in sorted(able, key=lambda d: (d.next_rung_at, d.pk)):
        case = cases[deadline.case_id]
        try:
            ladder = batch.moment.book.ladder(
                deadline.ladder, town_day(deadline.start_at), case.division
            )
            passed = _passed(batch, deadline, ladder, at)
        except (RuleMissing, LawError) as missing:
            words = f"{case}：督促阶梯 {deadline.ladder} 用不了，没有催办。{missing.sentence}"
            trouble.append(trouble_item(case, "no_rule", words, batch.moment.now))
            deadline.next_rung = deadline.next_rung_at = None
            Deadline.objects.filter(pk=deadline.pk).update(next_rung=None, next_rung_at=None)
            continue
        if passed.fire is None or passed.at is None:
            _rearm(deadline, passed)
            Deadline.objects.filter(pk=deadline.pk).update(
                next_rung=deadline.next_rung, next_rung_at=deadline.next_rung_at
            )
            continue
        rung = rung_of(ladder, passed.fire)
        chases.append(_chased(batch, case, deadline, passed, rung, at))
        trouble += _unheard(batch, case, deadline, rung, passed.fire)
        done.by_rung[f"{deadline.ladder}.{passed.fire}"] += 1
    trouble += sheets_due(chases, batch.moment.now)
    batch.write()
    Chase.objects.bulk_create(chases)
    WorkItem.objects.bulk_create(trouble, ignore_conflicts=True)
    return len(chases)


def _still(deadline: Deadline, at: datetime) -> bool:
    running = deadline.state == DeadlineState.RUNNING
    return running and deadline.next_rung_at is not None and deadline.next_rung_at <= at


def _passed(batch: Batch, deadline: Deadline, ladder: tuple[Rung, ...], at: datetime) -> Passed:
    return highest_passed(
        ladder,
        deadline.rung,
        deadline.start_at,
        due_of(deadline),
        batch.moment.book.calendar,
        hours_of(deadline),
        now=at,
    )


def _rearm(deadline: Deadline, passed: Passed) -> None:
    deadline.next_rung, deadline.next_rung_at = passed.next if passed.next else (None, None)


def _chased(
    batch: Batch, case: Case, deadline: Deadline, passed: Passed, rung: Rung, at: datetime
) -> Chase:
    fired, since = passed.fire or 0, passed.at or at
    late = max(0, int((at - since).total_seconds()))
    deadline.rung = fired
    deadline.colour = rung.colour.value or deadline.colour
    _rearm(deadline, passed)
    told: dict[str, Any] = {"deadline": mark_of(deadline), "term": deadline.term, "rung": fired}
    told |= {"colour": rung.colour.value or "none", "heard": "、".join(rung.told)}
    told |= {"notice": rung.paper, "issuer": rung.issuer, "late_by": late // 60 or None}
    part = batch.part(case, deadline.part_id) if deadline.part_id else None
    given = {name: value for name, value in told.items() if value not in (None, "")}
    event = batch.take(CHASE, case, part=part, by=SYSTEM, at=at, moved=[deadline], **given)
    return Chase(
        deadline=deadline,
        case=case,
        rung=fired,
        generation=deadline.generation,
        colour=rung.colour.value,
        paper=rung.paper,
        unit_id=deadline.unit_id,
        division=case.division,
        seq=event.seq,
        rung_at=since,
        at=at,
        late_by=late,
    )


def _unheard(
    batch: Batch, case: Case, deadline: Deadline, rung: Rung, fired: int
) -> list[WorkItem]:
    """Nobody to tell is the supervisor's to see to; what must be rung for is the duty desk's."""
    name = deadline.snapshot.get("name", deadline.term)
    items: list[WorkItem] = []
    if rung.told and not told_to(rung.told, deadline, case.division, batch.moment.directory):
        words = f"{case}：“{name}”到第 {fired} 级，没有可告知的人，请督查指定。"
        items.append(_item(case, deadline, "nobody_told", words, fired, batch.moment.now))
    if rung.paper.startswith(PHONE) or PHONE in rung.paper:
        unit = batch.moment.directory.name(deadline.unit_id) or "尚未落实单位"
        words = f"{case}：请打电话给 {unit}，催“{name}”，并记下结果。"
        items.append(_item(case, deadline, "phone_now", words, fired, batch.moment.now))
    return items


def _item(
    case: Case, deadline: Deadline, kind: str, words: str, fired: int, now: datetime
) -> WorkItem:
    return WorkItem(
        kind=kind,
        case_id=case.pk,
        division=case.division,
        unit_id=deadline.unit_id,
        words=words[:400],
        key=f"{kind}:{deadline.pk}:{deadline.generation}:{fired}",
        since=now,
    )
