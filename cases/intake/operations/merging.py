"""Merging (并单): several reports of one matter become one, both ways visible, and can be parted
again.

国办函〔2025〕66号: repeats are merged. Both cases are locked in the order of their ids, so two
people merging the same pair crosswise wait for each other and the second is refused.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from cases.docket.models import (
    Case,
    Deadline,
    DeadlineState,
    Event,
    ExternalRef,
    Link,
    Stake,
)
from cases.docket.record import Batch, Slip, begin, held, tie
from cases.docket.record.drafted import MERGED
from cases.docket.slip import NO_SLIP
from cases.intake.states import REPORT
from cases.intake.states.aside.elsewhere import ABSORB, MERGE, RELEASE, UNMERGE
from cases.intake.states.words import MERGED as MERGED_STATE
from cases.law.moves import Refused, Why
from cases.people.queries import SYSTEM, Actor


def merge(
    case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, into: str = "", **facts: Any
) -> Event:
    """Merge a report into another one (并单); its filer sees from then on what becomes of that one.

    Refused into itself, into one that was merged or has ended, and where others were merged into
    it: then that one is the main case.
    """
    main_number = into.strip().upper()
    with transaction.atomic():
        number = _number(case)
        pair = held({number, main_number or number}, REPORT.code, by)
        child = pair[number]
        batch = Batch(begin(), slip.quietly())
        # First whether this seat may at all; nothing is written before everything was asked.
        event = batch.take(MERGE, child, by=by, at=at, slip=slip, into=main_number, **facts)
        if main_number == number:
            raise _wrong("不能并入自己，请填写另一件的编号。")
        main = pair[main_number]
        _may_merge(child, main)
        due = _due_outside(child)
        absorbed: dict[str, Any] = {"child": number} | ({"external_due": due} if due else {})
        batch.take(ABSORB, main, by=SYSTEM, at=at, **absorbed)
        if child.filer_unit_id:
            batch.drafts[-1].stakes.append(_watching(child, main, at))
        tie(main, child, why=MERGED, at=at)
        batch.write()
    vars(case).update(vars(child))
    return event


def unmerge(
    case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any
) -> Event:
    """Part what was merged by mistake (撤销并单): the report comes back to the desk."""
    with transaction.atomic():
        number = _number(case)
        running = Link.objects.filter(child__number=number, why=MERGED, ended_at=None)
        main_number = running.values_list("parent__number", flat=True).first() or number
        pair = held({number, main_number}, REPORT.code, by)
        child, main = pair[number], pair[main_number]
        batch = Batch(begin(), slip.quietly())
        mine = {"out_of": str(main.number), "external_due": _due_outside(child)}

        def parted(*_: Any) -> dict[str, Any]:
            return {name: value for name, value in mine.items() if value}

        event = batch.take(UNMERGE, child, by=by, at=at, slip=slip, derive=parted, **facts)
        link = Link.objects.filter(parent=main, child=child, why=MERGED, ended_at=None)
        if not link.update(ended_at=at):
            raise Refused("这件事没有并入别的事项。", why=Why.STATE, verb=UNMERGE.verb)
        _no_longer_watching(child, main)
        if main.closed_at is None:
            left = _due_of_family(main)
            told: dict[str, Any] = {"child": number} | ({"external_due": left} if left else {})
            batch.take(RELEASE, main, by=SYSTEM, at=at, **told)
        batch.write()
    vars(case).update(vars(child))
    return event


def _number(case: Case) -> str:
    if case.number:
        return str(case.number)
    return str(Case.objects.values_list("number", flat=True).get(pk=case.pk))


def _may_merge(child: Case, main: Case) -> None:
    if main.division != child.division:
        raise _wrong("只能并入本镇的事项，请核对编号。")
    if main.state == MERGED_STATE:
        onward = Link.objects.filter(child=main, why=MERGED, ended_at=None)
        other = onward.values_list("parent__number", flat=True).first()
        raise _wrong(f"{main.number} 已并入 {other}，请并入 {other}。")
    if main.closed_at is not None:
        raise _wrong(f"{main.number} 已经办结，不能再并入；请直接受理，或把它重新办理后再并。")
    if main.confidential != child.confidential:
        raise _wrong("保密件不能与一般事项并单。")
    if main.confidential and main.filer_id != child.filer_id:
        raise _wrong("不同人提出的检举控告不能并单，请分别移送。")
    owed = Deadline.objects.filter(case=child, term="petition.reply", state=DeadlineState.RUNNING)
    if owed.exists():
        raise _wrong("来信须逐件答复，不能并入别件；可以把别件并入这件。")
    others = Link.objects.filter(parent=child, ended_at=None)
    if inside := others.values_list("child__number", flat=True).first():
        raise _wrong(f"{inside} 已并入这件事；请把这件作为主件，反过来并。")


def _due_outside(case: Case) -> datetime | None:
    waiting = ExternalRef.objects.filter(case=case, answered_at=None, due__isnull=False)
    return waiting.order_by("due").values_list("due", flat=True).first()


def _due_of_family(main: Case) -> datetime | None:
    merged = Link.objects.filter(parent=main, why=MERGED, ended_at=None).values("child")
    waiting = ExternalRef.objects.filter(answered_at=None, due__isnull=False)
    family = waiting.filter(case=main) | waiting.filter(case__in=merged)
    return family.order_by("due").values_list("due", flat=True).first()


def _watching(child: Case, main: Case, at: datetime) -> Stake:
    return Stake(
        case_id=main.pk,
        unit_id=child.filer_unit_id,
        officer_id=child.filer_id,
        why=MERGED,
        since=at,
    )


def _no_longer_watching(child: Case, main: Case) -> None:
    """Whoever filed the parted one sees the main one no more, unless another of theirs is in it."""
    still = Link.objects.filter(parent=main, why=MERGED, ended_at=None)
    if still.filter(child__filer_id=child.filer_id).exists():
        return
    seat = Q(unit_id=child.filer_unit_id, officer_id=child.filer_id)
    Stake.objects.filter(seat, case=main, why=MERGED).delete()


def _wrong(words: str) -> Refused:
    return Refused(words, why=Why.FACTS, verb=MERGE.verb, fields={"into": words})
