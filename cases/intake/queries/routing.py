"""Where matters of a class went before (派单先例), and to whom this one might go.

A suggestion is never made a decision: the desk chooses, and sees on what the suggestion rests.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from cases.docket import access
from cases.docket.models import Case, Event
from cases.intake.states import REPORT
from cases.intake.states.way import ASSIGN, ASSIGN_AGAIN
from cases.people.directory import Directory, Entry
from cases.people.models import UnitKind
from cases.people.queries import Actor
from cases.rulebook.queries.rules import RuleCategory

LAST = 20
_LOOKED_AT = 60  # of which some were never assigned
_FEW = 3  # fewer precedents show a chance, not a custom
_STROKES = re.compile(r"[/、→,，;；\s（）()]+")
_VILLAGE = "村"
_GIVEN = (ASSIGN.verb, ASSIGN_AGAIN.verb)


@dataclass(frozen=True)
class Precedent:
    """A unit that was given matters of this class: how many of the last ones, the newest number."""

    unit_id: int
    name: str
    count: int
    percent: int
    newest: str

    @property
    def url(self) -> str:
        """The newest one's page."""
        return f"/{REPORT.path}/{self.newest}/"


@dataclass(frozen=True)
class Precedents:
    """Where the last matters of a class went, the most frequent first."""

    total: int = 0
    units: list[Precedent] = field(default_factory=list)


@dataclass(frozen=True)
class Suggestion:
    """A unit to begin with, and on what that rests."""

    unit_id: int
    name: str
    reason: str


def precedents(actor: Actor, case: Case, units: Directory) -> Precedents:
    """Where the town's last twenty assigned matters of this class went."""
    rows = access.visible(actor, Case.objects.filter(kind=REPORT.code, division=case.division))
    rows = rows.filter(category=case.category).exclude(pk=case.pk)
    newest = rows.order_by("-opened_at", "-id").values("pk")[:_LOOKED_AT]
    given = Event.objects.filter(Q(verb__in=_GIVEN), case_id__in=newest)
    given = given.order_by("-case__opened_at", "-case_id", "seq")
    last = {  # the newest case first; of each the last unit it was given to
        pk: (str(number), int(json.loads(text)["open"]["unit"]))
        for pk, number, text in given.values_list("case_id", "case__number", "text")
    }
    told = list(last.values())[:LAST]
    numbers = {unit: number for number, unit in reversed(told)}
    counted = Counter(unit for _, unit in told)
    shares = [
        Precedent(unit, units.name(unit), n, round(100 * n / len(told)), numbers[unit])
        for unit, n in counted.most_common()
    ]
    return Precedents(total=len(told), units=shares)


def suggested(
    category: RuleCategory, case: Case, before: Precedents, units: Directory, on: date
) -> Suggestion | None:
    """To whom a matter might go: as most of its class went, as the class says, or to the village of
    the place; None where nothing speaks for anybody.
    """
    able = units.handlers(case.division, on)
    village = next((e for e in able if case.village and e.code == case.village.code), None)
    return (
        _as_before(before, able, village)
        or _as_classed(category, able, village)
        or (_to(village, "事发地村（社区）") if village else None)
    )


def _as_before(
    before: Precedents, able: list[Entry], village: Entry | None
) -> Suggestion | None:
    if before.total < _FEW:
        return None
    by_id = {entry.id: entry for entry in able}
    to_villages = sum(p.count for p in before.units if _is_village(by_id.get(p.unit_id)))
    if village and to_villages * 2 > before.total:
        return _to(village, f"同类近 {before.total} 件中 {to_villages} 件交事发地村（社区）")
    first = before.units[0]
    entry = by_id.get(first.unit_id)
    if entry is None or _is_village(entry) or first.count * 2 <= before.total:
        return None
    return _to(entry, f"同类近 {before.total} 件中 {first.count} 件交该单位")


def _as_classed(
    category: RuleCategory, able: list[Entry], village: Entry | None
) -> Suggestion | None:
    reason = f"分类默认承办：{category.default_handler}"
    for word in _STROKES.split(category.default_handler):
        if word.startswith(_VILLAGE):
            if village:
                return _to(village, reason)
            continue
        named = word.removeprefix("镇")
        bodies = [e for e in able if len(named) > 1 and e.kind == UnitKind.BODY and named in e.name]
        if len(bodies) == 1:
            return _to(bodies[0], reason)
    return None


def _is_village(entry: Entry | None) -> bool:
    return entry is not None and entry.kind == UnitKind.VILLAGE


def _to(entry: Entry, reason: str) -> Suggestion:
    return Suggestion(entry.id, entry.name, reason)
