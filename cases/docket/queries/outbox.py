"""Events for other systems (对外事件): open facts only, never a name, a text or an address.

Two ways out: what a reader of the outbox sends on (no seat looks at it, so protected files and
检举控告 stay inside), and the feed that an integrator's token reads under its own seat.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db.models import Max, Min, Q
from django.db.models.functions import Now

from cases.docket import access, kinds
from cases.docket.answers import event_out
from cases.docket.models import Case, Event, Outbox
from cases.people.queries import Actor

PAGE: Final = 100
LONGEST: Final = 500
# One call looks at no more events than this, whoever they belong to: a seat that sees little costs
# no more than one that sees all.
WINDOW: Final = 20_000
# Two cases are written at once, and the one begun first may be done last: the newest events wait
# this long, so that a reader who goes on by id passes none over.
SETTLES = timedelta(seconds=5)
_SHOWN: Final = (
    *("id", "seq", "verb", "from_state", "to_state", "role", "unit_id", "happened_at"),
    *("recorded_at", "text", "hash", "case__number", "case__kind", "case__division"),
    *("case__veiled", "case__filer_unit"),
)


@dataclass(frozen=True)
class Feed:
    """A page of events, oldest first; `next` goes into `after`; `more`: there is more already."""

    rows: list[dict[str, Any]]
    next: int
    more: bool


def payload(event: Event, case: Case) -> dict[str, Any]:
    """An event as another system gets it."""
    told = {"id": event.pk, "number": case.number or "", "kind": case.kind}
    told |= {"division": case.division} | event_out(event)
    veiled = case.veiled and event.unit_id == case.filer_unit_id
    return told | ({"unit": None} if veiled else {})


def payloads(rows: Sequence[Outbox]) -> dict[int, dict[str, Any]]:
    """What rows of the outbox say, by the row's id; nothing of protected and confidential cases."""
    guarded = {kind.code for kind in kinds.kinds() if kind.protected}
    wanted = Q(pk__in=[])
    for row in rows:
        wanted |= Q(case=row.case_id, seq=row.seq)
    events = Event.objects.select_related("case").filter(wanted, case__confidential=False)
    by_place = {(e.case_id, e.seq): e for e in events.exclude(case__kind__in=guarded)}
    found = {row.pk: by_place.get((row.case_id, row.seq)) for row in rows}
    return {pk: payload(event, event.case) for pk, event in found.items() if event is not None}


def feed(actor: Actor, after: int, size: int = PAGE) -> Feed:
    """The events after an id, of the cases a seat may see now."""
    size = min(max(size, 1), LONGEST)
    settled = Event.objects.filter(pk__gt=after, recorded_at__lt=Now() - SETTLES)
    known = settled.aggregate(first=Min("pk"), last=Max("pk"))
    if known["first"] is None:
        return Feed([], after, False)
    newest: int = known["last"]
    until = min(newest, known["first"] - 1 + WINDOW)
    rows = settled.filter(pk__lte=until, case__in=access.visible(actor))
    rows = rows.select_related("case").only(*_SHOWN).order_by("pk")
    found = list(rows[: size + 1])
    if len(found) > size:
        return Feed([payload(e, e.case) for e in found[:size]], found[size - 1].pk, True)
    return Feed([payload(e, e.case) for e in found], until, until < newest)
