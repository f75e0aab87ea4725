"""Firing rungs (发出催办): what is written when the time of a rung has come, case by case."""

from collections import Counter
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from cases.docket.chain import mark_of
from cases.docket.counted import due_of, hours_of
from cases.docket.models import Case, Deadline, DeadlineState, WorkItem
from cases.docket.queries.recipients import NOT_POSTS, told_to
from cases.docket.record import Batch, begin
from cases.docket.record.clocks import trouble_item
from cases.docket.record.rows import amend, pour
from cases.law.ladders import Passed, Rung, highest_passed, rung_of
from cases.law.rule import LawError
from cases.oversight.models import Chase
from cases.oversight.operations.reminding import Asking, asks, sheets_due
from cases.oversight.states.chasing import CHASE
from cases.people.queries import SYSTEM, town_day
from cases.rulebook.queries.rules import RuleMissing

AGAIN: Final = timedelta(hours=1)  # until what failed is tried again
PHONE: Final = "打电话"  # how the paper of a rung begins that a person must ring for
_NEXT: Final = ["next_rung", "next_rung_at"]
_CHASE: Final = [
    *("deadline_id", "case_id", "rung", "generation", "colour", "paper", "unit_id"),
    *("division", "seq", "rung_at", "at", "late_by"),
]


@dataclass
class Fired:
    """What was written: the rungs that fired, by ladder and number."""

    count: int = 0
    by_rung: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Fired") -> None:
        """Count what another round wrote."""
        self.count += other.count
        self.by_rung += other.by_rung


def fire(cases: Mapping[int, Case], wanted: set[int], at: datetime) -> Fired:
    """Fire the wanted deadlines of some locked cases; inside the caller's transaction.

    They are read again under the lock: another sweep, or the clerk, may have been here meanwhile.
    """
    firing = _Firing(at)
    able = [d for d in firing.batch.hold_only(cases.values(), wanted) if _still(d, at)]
    for deadline in sorted(able, key=lambda d: (d.next_rung_at, d.pk)):
        firing.climb(cases[deadline.case_id], deadline)
    return firing.write()


def _still(deadline: Deadline, at: datetime) -> bool:
    running = deadline.state == DeadlineState.RUNNING
    return running and deadline.next_rung_at is not None and deadline.next_rung_at <= at


class _Firing:
    """One transaction's worth of rungs."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.batch = Batch(begin())
        self.now = self.batch.moment.now
        self.trouble: list[WorkItem] = []
        self.chases: list[tuple[Any, ...]] = []
        self.passed_over: list[Deadline] = []
        self.asking: list[Asking] = []
        self.by_rung: Counter[str] = Counter()
        self._ladders: dict[tuple[str, date, str], tuple[Rung, ...]] = {}
        self._heard: dict[tuple[Any, ...], bool] = {}

    def climb(self, case: Case, deadline: Deadline) -> None:
        book = self.batch.moment.book
        try:
            ladder = self._ladder(deadline.ladder, town_day(deadline.start_at), case.division)
            passed = highest_passed(
                ladder,
                deadline.rung,
                deadline.start_at,
                due_of(deadline),
                book.calendar,
                hours_of(deadline),
                now=self.at,
            )
        except (RuleMissing, LawError) as missing:
            words = f"{case}：督促阶梯 {deadline.ladder} 用不了，没有催办。{missing.sentence}"
            self.trouble.append(trouble_item(case, "no_rule", words, self.now))
            # Once the ladder is entered the next try finds it: what is late does not slip away.
            deadline.next_rung_at = self.at + AGAIN
            self.passed_over.append(deadline)
            return
        deadline.next_rung, deadline.next_rung_at = passed.next or (None, None)
        if passed.fire is None or passed.at is None:
            self.passed_over.append(deadline)
            return
        rung = rung_of(ladder, passed.fire)
        # A call that downtime passed over is still to be made.
        rings = any(PHONE in one.paper for one in (*ladder[deadline.rung : passed.fire], rung))
        self._chase(case, deadline, passed, rung)
        self._unheard(case, deadline, rung, passed.fire)
        if rings:
            self._ring(case, deadline, passed.fire)
        self.by_rung[f"{deadline.ladder}.{passed.fire}"] += 1

    def _ladder(self, code: str, day: date, division: str) -> tuple[Rung, ...]:
        key = (code, day, division)
        if key not in self._ladders:
            self._ladders[key] = self.batch.moment.book.ladder(*key)
        return self._ladders[key]

    def write(self) -> Fired:
        self.trouble += sheets_due(self.asking, self.now)
        self.batch.write()
        amend(self.passed_over, _NEXT)
        if self.chases:
            pour(Chase, _CHASE, self.chases)
        if self.trouble:
            WorkItem.objects.bulk_create(self.trouble, ignore_conflicts=True)
        return Fired(len(self.chases), self.by_rung)

    def _chase(self, case: Case, deadline: Deadline, passed: Passed, rung: Rung) -> None:
        fired, since = passed.fire or 0, passed.at or self.at
        late = max(0, int((self.at - since).total_seconds()))
        deadline.rung = fired
        deadline.colour = rung.colour.value or deadline.colour
        told: dict[str, Any] = {"deadline": mark_of(deadline), "term": deadline.term}
        told |= {"rung": fired, "colour": rung.colour.value or "none", "notice": rung.paper}
        told |= {"heard": "、".join(rung.told), "issuer": rung.issuer, "late_by": late // 60}
        told["loud"] = not rung.quiet
        part = self.batch.part(case, deadline.part_id) if deadline.part_id else None
        given = {name: value for name, value in told.items() if value}
        event = self.batch.take(
            CHASE, case, part=part, by=SYSTEM, at=self.at, climbed=[deadline], **given
        )
        self.chases.append(
            (
                *(deadline.pk, case.pk, fired, deadline.generation, rung.colour.value, rung.paper),
                *(deadline.unit_id, case.division, event.seq, since, self.at, late),
            )
        )

    def _unheard(self, case: Case, deadline: Deadline, rung: Rung, fired: int) -> None:
        """Nobody to tell is the supervisor's to see to, and so is a paper a person decides on."""
        name = deadline.snapshot.get("name", deadline.term)
        if not NOT_POSTS.issuperset(rung.told) and not self._hears(rung, deadline, case):
            words = f"{case}：“{name}”到第 {fired} 级，没有可告知的人，请督查指定。"
            self._item(case, deadline, "nobody_told", words, fired)
        if asks(rung.paper):
            self.asking.append(Asking(case, deadline, rung.paper, fired))

    def _ring(self, case: Case, deadline: Deadline, fired: int) -> None:
        name = deadline.snapshot.get("name", deadline.term)
        unit = self.batch.moment.directory.name(deadline.unit_id) or "尚未落实单位"
        words = f"{case}：请打电话给 {unit}，催“{name}”，并记下结果。"
        self._item(case, deadline, "phone_now", words, fired)

    def _hears(self, rung: Rung, deadline: Deadline, case: Case) -> bool:
        held = self._as_held(case, deadline)
        secret = (case.pk, held.unit_id, held.officer_id) if case.confidential else None
        key = (rung.told, deadline.unit_id, deadline.officer_id, case.division, secret)
        if key not in self._heard:
            people = self.batch.moment.directory
            day = town_day(self.now)
            self._heard[key] = bool(told_to(rung.told, deadline, held, day, people))
        return self._heard[key]

    def _as_held(self, case: Case, deadline: Deadline) -> Case:
        """The case with who holds the part in place of its own holder, as its event tells it."""
        if deadline.part_id is None:
            return case
        part = self.batch.part(case, deadline.part_id)
        held = copy(case)
        held.unit_id, held.officer_id = part.unit_id, part.officer_id
        return held

    def _item(
        self, case: Case, deadline: Deadline, kind: str, words: str, fired: int
    ) -> None:
        self.trouble.append(
            WorkItem(
                kind=kind,
                case_id=case.pk,
                division=case.division,
                unit_id=deadline.unit_id,
                words=words[:400],
                key=f"{kind}:{deadline.pk}:{deadline.generation}:{fired}",
                since=self.now,
            )
        )
