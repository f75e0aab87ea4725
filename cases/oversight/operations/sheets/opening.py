"""Opening a supervision sheet (提请督办、签发督办单): for one late obligation, one at a time.

The case it is for is locked first, so that two who want the same sheet get one, and the second is
told the number of the first.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import uuid5

from django.db import IntegrityError, transaction
from django.db.models import Q

from cases.docket import kinds
from cases.docket.chain import mark_of
from cases.docket.models import Case, Deadline, Event, WorkItem
from cases.docket.operations.bulk import MOST
from cases.docket.record import Batch, Moment, Opening, Slip, begin, tie
from cases.docket.record.family import locked
from cases.docket.slip import NO_SLIP
from cases.law.moves import Move, Refused, Role, Why
from cases.oversight.models import Sheet
from cases.oversight.operations.reminding import SHEET_DUE
from cases.oversight.operations.sheets.telling import SUPERVISED, issuer_stake, tell
from cases.oversight.queries.supervising import lawful, side_of, way_of
from cases.oversight.states.sheets import ISSUE, REQUEST, SHEET
from cases.people.queries import Actor


def request(
    obligation: int, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any
) -> tuple[Case, Event]:
    """Ask the county to supervise a late county department (提请督办)."""
    return _opened(REQUEST, obligation, by=by, at=at, slip=slip, facts=facts)


def issue(
    obligation: int, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any
) -> tuple[Case, Event]:
    """Issue a sheet (签发督办单): the county to a department, a town to its bodies and villages."""
    return _opened(ISSUE, obligation, by=by, at=at, slip=slip, facts=facts)


def supervise(
    obligation: int,
    *,
    by: Actor,
    at: datetime,
    slip: Slip = NO_SLIP,
    way: str = "",
    **facts: Any,
) -> tuple[Case, Event]:
    """Open a sheet by the way given, else by the one that is open to this seat."""
    move = {REQUEST.verb: REQUEST, ISSUE.verb: ISSUE}.get(way)
    return _opened(move, obligation, by=by, at=at, slip=slip, facts=facts)


def _opened(
    asked: Move | None,
    obligation: int,
    *,
    by: Actor,
    at: datetime,
    slip: Slip,
    facts: dict[str, Any],
) -> tuple[Case, Event]:
    with transaction.atomic():
        deadline = Deadline.objects.filter(pk=obligation).first() if _fits(obligation) else None
        if deadline is None:
            raise Refused("没有这一项时限，或您的岗位看不到它。", why=Why.HIDDEN)
        parent, _parents = locked(Case(pk=deadline.case_id), by)
        # Read again under the lock of its case.
        deadline = Deadline.objects.select_related("unit").get(pk=deadline.pk)
        move = asked or _only(by, deadline, parent, at)
        lawful(move.verb, by, deadline, parent.kind, parent.division, at)
        _none_is_open(deadline, move)
        batch = Batch(begin(1), Slip(by_event=slip.by_event, quiet=slip.quiet))
        said = {name: value for name, value in facts.items() if value not in (None, "")}
        told = _told(batch.moment, move, deadline, parent) | said
        opening = _opening(parent, side_of(deadline.unit, parent.division), by)
        case, event = batch.open(move, opening, by=by, at=at, slip=slip, **told)
        issuer = by.unit_id if move is ISSUE else None
        if issuer is not None:
            issuer_stake(batch, case, issuer, at)
        batch.write()
        Sheet.objects.create(
            case=case,
            deadline=deadline,
            unit_id=told["owes"],
            asker_id=by.unit_id if move is REQUEST else None,
            issuer_id=issuer,
        )
        tie(parent, case, why=SUPERVISED, at=at, waits=False)
        tell(parent, case, told["term"], at=at, slip=slip)
        _seen_to(deadline, by, batch.moment.now)
    return case, event


def _fits(obligation: int) -> bool:
    return 0 < obligation < 2**63


def _only(by: Actor, deadline: Deadline, parent: Case, at: datetime) -> Move:
    open_to = way_of(by, deadline, parent.kind, parent.division, at)
    return ISSUE if open_to.verb == ISSUE.verb else REQUEST


def _none_is_open(deadline: Deadline, move: Move) -> None:
    first = Sheet.objects.filter(deadline=deadline, ended_at=None).select_related("case").first()
    if first is not None:
        state = SHEET.table.states[first.case.state]
        words = f"这一项已有督办单 {first.case}（{state}），销单、撤回之前不再发第二张。"
        raise Refused(words, verb=move.verb, citation=move.basis)


def _told(moment: Moment, move: Move, deadline: Deadline, parent: Case) -> dict[str, Any]:
    """What a sheet says by itself: of what, which term, who owes it, whose the next step is."""
    term = str(deadline.snapshot.get("name", deadline.term))
    name = moment.directory.name(deadline.unit_id)
    desk = moment.directory.nearest_room(Role.COUNTY_DESK, parent.division)
    if move is REQUEST and desk is None:
        raise Refused("县专班还没有设岗，提请不出去，请告知系统管理员。", verb=move.verb)
    if move is REQUEST and desk == deadline.unit_id:
        words = "这一项由县专班自己承办，请直接与县专班联系，或由镇领导协调。"
        raise Refused(words, verb=move.verb)
    told = {
        "title": f"督办{name}：{term}超期",
        "term": term,
        "obligation": mark_of(deadline),
        "owes": deadline.unit_id,
        "unit": desk if move is REQUEST else deadline.unit_id,
    }
    # Who sees the sheet need not see what it is for.
    secret = parent.confidential or kinds.kind(parent.kind).protected
    return told if secret else told | {"matter": str(parent)}


def _opening(parent: Case, side: str, by: Actor) -> Opening:
    return Opening(
        kind=SHEET.code,
        division=parent.division,
        variant=side,
        urgent=parent.urgent,
        confidential=parent.confidential,
        filer_unit_id=by.unit_id,
        filer_id=by.holder_id,
    )


def _seen_to(deadline: Deadline, by: Actor, now: datetime) -> None:
    """What said that a sheet may be asked for is done."""
    due = Q(kind=SHEET_DUE, done_at=None, key__startswith=f"{SHEET_DUE}:{deadline.pk}:")
    WorkItem.objects.filter(due).update(done_at=now, done_by_id=by.officer_id)


@dataclass
class Outcome:
    """What became of several obligations: the sheets, and what was refused, by its place."""

    done: list[tuple[int, Case, Event]] = field(default_factory=list)
    refused: list[tuple[int, Refused]] = field(default_factory=list)


def each(
    chosen: Sequence[int],
    *,
    by: Actor,
    at: datetime,
    slip: Slip = NO_SLIP,
    way: str = "",
    **facts: Any,
) -> Outcome:
    """One sheet for each of several obligations, by the way open to this seat; refused one by one.

    Each has a key of its own, derived from the slip's: sent again, what was done stays done.
    """
    wanted = list(dict.fromkeys(chosen))
    if not wanted or len(wanted) > MOST:
        words = f"请勾选要督办的超期事项，一次最多 {MOST} 项。"
        raise Refused(words, why=Why.FACTS, fields={"obligations": words})
    told = Outcome()
    for obligation in wanted:
        key = uuid5(slip.key, str(obligation)) if slip.key else None
        own = replace(slip, key=key)
        try:
            case, event = supervise(obligation, by=by, at=at, slip=own, way=way, **facts)
            told.done.append((obligation, case, event))
        except (Refused, IntegrityError) as error:
            earlier = _earlier(by, own)
            if earlier is not None:
                told.done.append((obligation, earlier.case, earlier))
            elif isinstance(error, Refused):
                told.refused.append((obligation, error))
            else:
                raise
    return told


def _earlier(by: Actor, slip: Slip) -> Event | None:
    """What the very same request did before."""
    if slip.key is None:
        return None
    rows = Event.objects.filter(Q(officer_id=by.officer_id), key=slip.key, digest=slip.digest)
    return rows.select_related("case").first()
