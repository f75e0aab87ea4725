"""First receiver stays responsible (首接负责): until the new lead has signed, then it is released,
or assists.
"""

from datetime import datetime

from cases.docket.models import Case, Part
from cases.docket.record import Batch
from cases.people.queries import SYSTEM
from cases.whistle.models import Response
from cases.whistle.states.response.disputing import RECAST, RELEASE
from cases.whistle.states.words import Calls


def succeed(batch: Batch, case: Case, mine: Part, at: datetime) -> None:
    """Whoever signed takes over from the one that was responsible until now, and from whomever that
    one was to take over; a new lead ends what was done in the interim.
    """
    beside = {r.part_id: r for r in Response.objects.filter(part__case=case)}
    _take_over(batch, case, mine, beside, at)
    if mine.kind != Calls.LEAD:
        return
    for part in batch.parts(case):
        interim = part.pk in beside and beside[part.pk].interim
        if interim and part.pk != mine.pk and RELEASE.goes_from(part.state):
            batch.take(RELEASE, case, part=part, by=SYSTEM, at=at, unit=mine.unit_id)


def _take_over(
    batch: Batch, case: Case, mine: Part, beside: dict[int, Response], at: datetime
) -> None:
    response = beside.get(mine.pk)
    if response is None or response.replaces_id is None:
        return
    before = batch.part(case, response.replaces_id)
    Response.objects.filter(part=mine).update(replaces=None)
    _take_over(batch, case, before, beside, at)
    if response.swap:
        leads(batch, case, mine, at)
    elif RELEASE.goes_from(before.state):
        batch.take(RELEASE, case, part=before, by=SYSTEM, at=at, unit=mine.unit_id)


def leads(batch: Batch, case: Case, mine: Part, at: datetime) -> None:
    """One department leads from now on; whoever led assists."""
    recast(batch, case, mine, Calls.LEAD, at)
    for part in batch.parts(case):
        if part.pk != mine.pk and part.kind == Calls.LEAD and part.closed_at is None:
            recast(batch, case, part, Calls.ASSIST, at)


def recast(batch: Batch, case: Case, part: Part, capacity: Calls, at: datetime) -> None:
    """A department called in one capacity goes on in another; its dates stay."""
    if part.kind != capacity and RECAST.goes_from(part.state):
        part.kind = capacity.value
        batch.take(RECAST, case, part=part, by=SYSTEM, at=at, capacity=capacity.value)
