"""Who owes what after a move (办理后的责任): deadlines closed and opened, stakes given."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cases.docket.models import FAR, Case, Deadline, DeadlineState, Part, Stake, WorkItem
from cases.docket.record.clocks import arm, close, open_deadline
from cases.docket.record.drafted import ASKED, OWNER, Draft
from cases.docket.record.moment import Moment
from cases.docket.slip import Slip
from cases.law.moves import ANY, Move, Owner, Refused, Role, Why
from cases.people.models import UnitKind
from cases.people.queries import Actor

_ROOMS = {
    Owner.DESK: Role.DESK,
    Owner.LEADER: Role.LEADER,
    Owner.ARBITER: Role.ARBITER,
    Owner.COUNTY: Role.COUNTY_DESK,
}
EXTERNAL = "external.answer"
_RUNNING = (DeadlineState.RUNNING, DeadlineState.SUSPENDED)


def run_clocks(
    moment: Moment,
    move: Move,
    made: Draft,
    deadlines: list[Deadline],
    *,
    by: Actor,
    at: datetime,
    slip: Slip,
    facts: Mapping[str, Any],
) -> None:
    """Close, stop and open the deadlines a move closes, stops and opens."""
    here = made.part.pk if made.part else None
    counted_at = slip.counted_at(at, moment.now)
    for deadline in deadlines:
        running = deadline.state in _RUNNING
        ended = move.ends and (made.part is None or deadline.part_id == here)
        named = deadline.term in move.closes or ANY in move.closes
        stopped = deadline.term in move.cancels and not named
        if running and (((named or stopped) and deadline.part_id == here) or ended):
            close(deadline, counted_at, by=by.officer_id, cancelled=not named)
            made.deadlines.append(deadline)
    dated = {term: facts[fact] for term, fact in move.dates if fact in facts}
    wanted = (key for key in (*move.opens, *dated) if key not in slip.skips)
    for key in dict.fromkeys(wanted):
        times = 1 + sum(d.term == key and d.part_id == here for d in deadlines)
        # A date set back must not make others late: their time runs from when they could know.
        opened = open_deadline(
            moment, made.case, made.part, key, counted_at, times, on=dated.get(key)
        )
        if isinstance(opened, WorkItem):
            made.trouble.append(opened)
            continue
        if key == EXTERNAL:  # the desk answers outside, whoever holds the case
            opened.unit_id = moment.directory.desk(made.case.division) or opened.unit_id
            opened.officer_id = None
        whom = slip.asks or move.asks
        if whom is not None:
            opened.unit_id, opened.officer_id = _asked(moment, whom, made.case)
            opened.snapshot[ASKED] = True
        opened.by_record = not slip.by_event
        arm(moment, opened, made.case, after=moment.now if slip.quiet else None)
        deadlines.append(opened)
        made.deadlines.append(opened)


def carry(
    made: Draft, deadlines: list[Deadline], held: tuple[int | None, int | None]
) -> None:
    """What the one before still owed is owed by the one who takes over."""
    subject = made.part or made.case
    here = made.part.pk if made.part else None
    for deadline in deadlines:
        theirs = deadline.unit_id == held[0] and deadline.officer_id in {held[1], None}
        if deadline.state in _RUNNING and deadline.part_id == here and theirs:
            deadline.unit_id, deadline.officer_id = subject.unit_id, subject.officer_id
            made.deadlines.append(deadline)


def asked_for(move: Move, part: Part | None, deadlines: list[Deadline]) -> None:
    """Refuse an answer where nothing was asked, or it was given."""
    here = part.pk if part else None
    if not move.answers or any(
        d.term == move.answers and d.part_id == here and d.state in _RUNNING for d in deadlines
    ):
        return
    raise Refused(
        f"现在没有需要“{move.label}”的，可能已经办过了，请刷新后再看。",
        why=Why.STATE,
        verb=move.verb,
        citation=move.basis,
    )


def _asked(moment: Moment, whom: Owner, case: Case) -> tuple[int | None, int | None]:
    """The unit that is asked, and the person where only one can answer."""
    if whom is not Owner.HOLDER:
        return moment.directory.nearest_room(_ROOMS[whom], case.division), None
    filer = moment.directory.units.get(case.filer_unit_id or 0)
    # An enterprise answers for what it asked for, unless its name is kept from the others.
    if filer is not None and filer.kind == UnitKind.ENTERPRISE and not case.veiled:
        return filer.id, case.filer_id
    return case.unit_id or moment.directory.desk(case.division), None


def next_due(deadlines: list[Deadline]) -> datetime:
    """The next of the running deadlines; `FAR` where none runs."""
    return min((d.due_at for d in deadlines if d.state == DeadlineState.RUNNING), default=FAR)


def share_out(
    moment: Moment, made: Draft, deadlines: list[Deadline], at: datetime, *, changed: bool
) -> None:
    """The stakes after a move: whoever holds the case, and whoever owes an answer in it."""
    subject = made.part or made.case
    if made.part is not None:
        made.part.next_due = next_due([d for d in deadlines if d.part_id == made.part.pk])
    if subject.unit_id is None and changed and made.case.closed_at is None:
        words = f"{made.case.number or '新登记'}：没有可承接的单位，请督查指定。"
        made.trouble.append(
            WorkItem(
                kind="no_holder",
                case_id=made.case.pk,
                division=made.case.division,
                words=words,
                key=f"no_holder:{made.case.pk}:{made.case.seq}",
                since=moment.now,
            )
        )
    running = [d for d in deadlines if d.state == DeadlineState.RUNNING]
    if subject.unit_id is not None and subject.closed_at is None:
        owed = [d for d in running if d.unit_id == subject.unit_id]
        _stake(made, OWNER, subject.unit_id, subject.officer_id, at, owed)
    here = made.part.pk if made.part else None
    asked = [d for d in running if d.part_id == here and d.snapshot.get(ASKED) and d.unit_id]
    for unit, officer in sorted({(d.unit_id or 0, d.officer_id or 0) for d in asked}):
        own = [d for d in asked if (d.unit_id, d.officer_id or 0) == (unit, officer)]
        _stake(made, ASKED, unit, officer or None, at, own)


def _stake(
    made: Draft,
    why: str,
    unit: int,
    officer: int | None,
    at: datetime,
    owed: list[Deadline],
) -> None:
    made.stakes.append(
        Stake(
            case_id=made.case.pk,
            part_id=made.part.pk if made.part else None,
            unit_id=unit,
            officer_id=officer,
            why=why,
            since=at,
            next_due=next_due(owed),
        )
    )
