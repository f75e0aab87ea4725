"""Taking moves (办理): one at a time under the case's lock, or many in one transaction."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from cases.docket import access, kinds
from cases.docket.models import Case, Deadline, Event, Part, Stake
from cases.docket.record.draft import Derive, check, draft
from cases.docket.record.drafted import FILER, Draft
from cases.docket.record.family import locked, returned
from cases.docket.record.moment import Moment, begin
from cases.docket.record.write import enter_cases, give_numbers, write
from cases.docket.seal import make_key
from cases.docket.slip import NO_SLIP, Opening, Slip
from cases.law.moves import Move, Refused, Why
from cases.people.queries import Actor


def take(
    move: Move,
    subject: Case | Part,
    *,
    by: Actor,
    at: datetime,
    slip: Slip = NO_SLIP,
    derive: Derive | None = None,
    **facts: Any,
) -> Event:
    """Make one move on a case or part; Refused where it may not be made, and nothing was written.

    The subject given is brought up to what was written.
    """
    with transaction.atomic():
        part = subject if isinstance(subject, Part) else None
        named = subject if isinstance(subject, Case) else Case(pk=subject.case_id)
        case, parents = locked(named, by, with_parents=move.ends and part is None)
        ends = move.ends and kinds.kind(case.kind).whole is not None
        parts = list(Part.objects.filter(case=case).order_by("id")) if part or ends else []
        if part is not None:
            part = next(p for p in parts if p.pk == part.pk)
        check(move, case, part, by, slip)
        deadlines = list(Deadline.objects.filter(case=case))
        moment = begin()
        made = draft(
            moment,
            move,
            case,
            part,
            deadlines,
            by=by,
            at=at,
            slip=slip,
            facts=facts,
            derive=derive,
            parts=parts,
        )
        write([made, *returned(moment, case, parents, at=at, slip=slip)])
        if case.number is None and case.state not in kinds.kind(case.kind).drafts:
            give_numbers([case], moment.now)
    vars(subject).update(vars(part or case))
    return made.event


def open_case(
    move: Move,
    opening: Opening,
    *,
    by: Actor,
    at: datetime,
    moment: Moment,
    slip: Slip = NO_SLIP,
    **facts: Any,
) -> tuple[Case, Event]:
    """Open a case by its first move and give it its number; inside the caller's transaction.

    `moment` is `begin(1)`; the number is taken last, so that its lock is held for an instant only.
    """
    batch = Batch(moment, slip)
    case, event = batch.open(move, opening, by=by, at=at, **facts)
    batch.write()
    return case, event


class Batch:
    """Many moves written together (批量): an import, a sweep; at most 200 cases a transaction."""

    def __init__(self, moment: Moment, slip: Slip = NO_SLIP) -> None:
        self.moment = moment
        self.slip = slip
        self.drafts: list[Draft] = []
        self._ids = list(reversed(moment.ids))
        self._deadlines: dict[int, list[Deadline]] = {}
        self._parts: dict[int, list[Part]] = {}
        self._opened: list[Case] = []

    def open(
        self,
        move: Move,
        opening: Opening,
        *,
        by: Actor,
        at: datetime,
        slip: Slip | None = None,
        **facts: Any,
    ) -> tuple[Case, Event]:
        """Draft a new case and its first event."""
        if not access.may_file(by, move, opening.division):
            raise Refused(
                f"您现在的岗位（{by.role.label}）不能“{move.label}”，请改选有权的岗位。",
                why=Why.ROLE,
                verb=move.verb,
                whose=[role.label for role in sorted(move.by)],
                citation=move.basis,
            )
        case = self._new(opening, at)
        self._deadlines[case.pk] = []
        event = self._draft(move, case, by, at, slip or self.slip, facts)
        self._opened.append(case)
        if opening.filer_unit_id:
            self.drafts[-1].stakes.append(_filer_stake(case, at))
        return case, event

    def deadlines(self, case: Case) -> list[Deadline]:
        """The deadlines of a case of this batch, or of one its sweep has locked."""
        if case.pk not in self._deadlines:
            self._deadlines[case.pk] = list(Deadline.objects.filter(case=case))
        return self._deadlines[case.pk]

    def take(
        self,
        move: Move,
        case: Case,
        *,
        by: Actor,
        at: datetime,
        slip: Slip | None = None,
        part: Part | None = None,
        moved: Sequence[Deadline] = (),
        climbed: Sequence[Deadline] = (),
        derive: Derive | None = None,
        **facts: Any,
    ) -> Event:
        """Draft a further move of a case of this batch or of one that is locked, or of its `part`.

        `moved` are deadlines whose date the caller has changed, `climbed` those whose rung alone,
        by a move that changes nothing else.
        """
        self.deadlines(case)
        told: dict[str, Any] = {"moved": moved, "climbed": climbed, "derive": derive}
        return self._draft(move, case, by, at, slip or self.slip, facts, part=part, **told)

    def call(self, case: Case, named: Sequence[tuple[str, int]], at: datetime) -> list[Part]:
        """New parts of a case, as (kind, unit) each, for the moves that call them."""
        known = self.parts(case)
        rows = [
            Part(case=case, kind=kind, unit_id=unit, state="", opened_at=at)
            for kind, unit in named
        ]
        known += Part.objects.bulk_create(rows)
        return rows

    def hold(self, cases: Iterable[Case]) -> None:
        """Read the deadlines and parts of many locked cases at once, in two queries."""
        held = [case.pk for case in cases]
        self._deadlines |= {pk: [] for pk in held}
        self._keep(Deadline.objects.filter(case__in=held))
        self._hold_parts(held)

    def hold_only(self, cases: Iterable[Case], wanted: Collection[int]) -> list[Deadline]:
        """Read some of the deadlines of many locked cases, for moves that climb a rung: others need
        them all.
        """
        held = {case.pk for case in cases}
        self._deadlines |= {pk: [] for pk in held}
        rows = [d for d in Deadline.objects.filter(pk__in=wanted) if d.case_id in held]
        self._keep(rows)
        self._parts |= {pk: [] for pk in held}
        self._hold_parts({d.case_id for d in rows if d.part_id})
        return rows

    def _keep(self, rows: Iterable[Deadline]) -> None:
        for deadline in sorted(rows, key=lambda d: d.pk):
            self._deadlines[deadline.case_id].append(deadline)

    def _hold_parts(self, held: Collection[int]) -> None:
        self._parts |= {pk: [] for pk in held}
        for part in Part.objects.filter(case__in=held).order_by("id"):
            self._parts[part.case_id].append(part)

    def part(self, case: Case, pk: int) -> Part:
        """One part of a case by its id; Refused (hidden) where the case has none such."""
        found = next((part for part in self.parts(case) if part.pk == pk), None)
        if found is None:
            raise Refused("没有这一项，请刷新后再办。", why=Why.HIDDEN)
        return found

    def parts(self, case: Case) -> list[Part]:
        """The parts of a case of this batch, or of one that is locked."""
        if case.pk not in self._parts:
            new = any(case.pk == opened.pk for opened in self._opened)
            rows = [] if new else list(Part.objects.filter(case=case).order_by("id"))
            self._parts[case.pk] = rows
        return self._parts[case.pk]

    def number(self, cases: Sequence[Case]) -> None:
        """Give submitted drafts their numbers, after everything else was written."""
        waiting = [case for case in cases if case.number is None]
        drafts = {kind.code: kind.drafts for kind in kinds.kinds()}
        give_numbers([c for c in waiting if c.state not in drafts[c.kind]], self.moment.now)

    def write(self) -> None:
        """Write everything; the new cases last, with their numbers."""
        write(self.drafts, new=self._opened)
        if self._opened:
            enter_cases(self._opened, self.moment.now)

    def _draft(
        self,
        move: Move,
        case: Case,
        by: Actor,
        at: datetime,
        slip: Slip,
        facts: dict[str, Any],
        *,
        part: Part | None = None,
        **told: Any,
    ) -> Event:
        made = draft(
            self.moment,
            move,
            case,
            part,
            self._deadlines[case.pk],
            by=by,
            at=at,
            slip=slip,
            facts=facts,
            parts=self.parts(case) if part else (),
            **told,
        )
        self.drafts.append(made)
        return made.event

    def _new(self, opening: Opening, at: datetime) -> Case:
        _, wrapped, key_id = make_key()
        return Case(
            id=self._ids.pop(),
            kind=opening.kind,
            state="",
            division=opening.division,
            category=opening.category,
            grid_id=opening.grid_id,
            village_id=opening.village_id,
            lng=opening.lng,
            lat=opening.lat,
            datum=opening.datum,
            outside=opening.outside,
            urgent=opening.urgent,
            confidential=opening.confidential,
            variant=opening.variant,
            veiled=opening.veiled,
            filer_unit_id=opening.filer_unit_id,
            filer_id=opening.filer_id,
            unit_id=opening.filer_unit_id,
            officer_id=opening.filer_id,
            opened_at=at,
            key_id=key_id,
            wrapped_key=wrapped,
        )


def _filer_stake(case: Case, at: datetime) -> Stake:
    return Stake(
        case_id=case.pk,
        unit_id=case.filer_unit_id,
        officer_id=case.filer_id,
        why=FILER,
        since=at,
    )
