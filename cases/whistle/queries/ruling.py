"""The arbitration desk (职责界定台): objections that wait for a ruling, by what is due next, and
those that wait for the common superior; what was ruled lately.

An arbiter sees what was asked of its unit, the county's desk the whole county. Units only.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db.models import Q, QuerySet

from cases.docket import access
from cases.docket.models import FAR, Case, Deadline, DeadlineState, Event, Stake
from cases.docket.queries.asked import WHY
from cases.docket.queries.countdown import DueView, due_view
from cases.docket.queries.rows import category_name, title_of
from cases.docket.seal import open_key, unseal_facts
from cases.law.moves import Role
from cases.people.queries import Actor, town_day
from cases.rulebook.queries import Book, book
from cases.whistle.queries.precedents import PrecedentView, newest
from cases.whistle.queries.towns import town_names
from cases.whistle.states import WHISTLE
from cases.whistle.states.words import OBJECTIONS, TYPES

RULERS: Final = frozenset({Role.ARBITER, Role.COUNTY_DESK})
TERMS: Final = ("whistle.rule", "whistle.rule_above")
ABOVE: Final = "whistle.rule_above"
SHOWN: Final = 50
LATELY: Final = 10
_GROUNDS: Final = dict(OBJECTIONS)
_TYPES: Final = dict(TYPES)


@dataclass(frozen=True)
class Objection:
    """One objection that waits: who objects, why, whose it says it is, by when it is ruled on."""

    id: int
    number: str
    part: int
    url: str
    title: str
    town: str
    type_label: str
    category_name: str
    objector: str
    vertical: bool
    capacity: str
    ground: str
    ground_label: str
    belongs: str
    paper: str
    late: bool
    told: bool
    above: bool
    raised_at: datetime | None
    due: DueView


@dataclass(frozen=True)
class Desk:
    """What lies before whoever rules: to rule on, with the superior, lately ruled."""

    waiting: list[Objection]
    above: list[Objection]
    ruled: list[PrecedentView] = field(default_factory=list)
    next: int | None = None


def desk(actor: Actor, now: datetime, *, after: int = 0, size: int = SHOWN) -> Desk:
    """The arbitration desk of a seat; a page of what waits, by what is due next, whatever stands
    with the superior among it. `after` is the id of the last one before it.
    """
    seen = _seen(actor)
    rows = list(_asked(seen, after)[: size + 1])
    following = rows[size - 1].pk if len(rows) > size else None
    told = _objections(rows[:size], now, book())
    return Desk(
        waiting=[row for row in told if not row.above],
        above=[row for row in told if row.above],
        ruled=[] if after else newest(actor, seen, town_day(now), LATELY),
        next=following,
    )


def _seen(actor: Actor) -> QuerySet[Case]:
    return access.visible(actor, Case.objects.filter(kind=WHISTLE.code))


def _asked(seen: QuerySet[Case], after: int) -> QuerySet[Deadline]:
    """The running dates of rulings, sought through the few stakes that owe an answer."""
    owed = Stake.objects.filter(why=WHY, until=None, next_due__lt=FAR, part__isnull=False)
    rows = Deadline.objects.filter(
        case__in=seen.filter(pk__in=owed.values("case")),
        term__in=TERMS,
        state=DeadlineState.RUNNING,
        part__isnull=False,
    )
    before = Deadline.objects.filter(pk=after).first() if after else None
    if before is not None:
        rows = rows.filter(Q(due_at__gt=before.due_at) | Q(due_at=before.due_at, pk__gt=before.pk))
    heavy = ("case__search", "case__words", "case__head")
    return rows.select_related("case", "part__unit").defer(*heavy).order_by("due_at", "pk")


def _objections(rows: list[Deadline], now: datetime, rules: Book) -> list[Objection]:
    raised = _raised({row.case_id for row in rows})
    towns = town_names(town_day(now)) if rows else {}
    return [_told(row, raised.get(row.part_id or 0), now, rules, towns) for row in rows]


def _raised(cases: Iterable[int]) -> dict[int, Event]:
    """The last objection of each part of some cases."""
    events = Event.objects.filter(case__in=list(cases), verb="raise_objection")
    events = events.only("case_id", "part_id", "text", "sealed", "happened_at")
    return {event.part_id or 0: event for event in events.order_by("case_id", "seq")}


def _told(
    row: Deadline, event: Event | None, now: datetime, rules: Book, towns: Mapping[str, str]
) -> Objection:
    case, part = row.case, row.part
    unit = part.unit if part else None
    facts = facts_in(case, event)
    ground = str(facts.get("ground", ""))
    return Objection(
        id=row.pk,
        number=str(case),
        part=row.part_id or 0,
        url=f"/whistles/{case.number}/responses/{row.part_id}/",
        title=title_of(case),
        town=towns.get(case.division, case.division),
        type_label=_TYPES.get(case.variant, case.variant),
        category_name=category_name(case, rules),
        objector=unit.short_name if unit else "",
        vertical=bool(unit and unit.vertical),
        capacity=WHISTLE.capacities.get(part.kind, "") if part else "",
        ground=ground,
        ground_label=_GROUNDS.get(ground, ground),
        belongs=str(facts.get("belongs", "")),
        paper=str(facts.get("paper", "")),
        late=bool(facts.get("late")),
        told=facts.get("told") == "yes",
        above=row.term == ABOVE,
        raised_at=event.happened_at if event else None,
        due=due_view(row, now, rules.calendar),
    )


def facts_in(case: Case, event: Event | None) -> dict[str, Any]:
    """What an event of a case says, open and sealed; without the sealed once it was erased."""
    if event is None:
        return {}
    known: dict[str, Any] = json.loads(event.text)["open"]
    return known | unseal_facts(open_key(case.wrapped_key, case.key_id), event.sealed)
