"""Which boundaries are fought over (职责边界争议): by class, by who objected, and how it was ruled.

Material for the next change of the duty lists (清单调整). Units only, in the order of the classes;
nobody is ranked. An objection counts in the period it was raised in, once, with the last thing that
became of it.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from cases.docket import access
from cases.docket.models import Case, Event
from cases.law.moves import Role
from cases.people.directory import Directory, directory
from cases.people.models import UnitKind
from cases.people.queries import Actor, town_day
from cases.rulebook.queries import Book, book, stamp
from cases.rulebook.queries.rules import RuleMissing
from cases.whistle.queries.period import Period, period_of
from cases.whistle.states import WHISTLE
from cases.whistle.states.words import OBJECTIONS, RULINGS

SEATS: Final = frozenset(
    {
        *(Role.ARBITER, Role.COUNTY_DESK, Role.SUPERVISOR),
        *(Role.DESK, Role.LEADER, Role.HEAD_OF_ORGAN),
    }
)
# What an objection came to, in the order of the table: the rulings, then what needed none.
OUTCOMES: Final = (
    *((code, label) for code, label in RULINGS if code != "raise"),
    ("raise", "提级待上级"),
    ("settled", "未经界定了结"),
    ("waiting", "待界定"),
)
_RULED: Final = frozenset({"rule_on_duties", "rule_above"})
_SETTLED: Final = frozenset({"admit_objection", "take_back_objection", "complete", "release"})
_RAISED: Final = "raise_objection"


@dataclass(frozen=True)
class Boundary:
    """A class of matter and a unit that objects to it: how often, how it came out, who does it."""

    category: str
    category_name: str
    unit: str
    unit_code: str
    total: int
    outcomes: tuple[int, ...]
    grounds: list[tuple[str, str, int]]
    passed_to: list[tuple[str, int]]


@dataclass(frozen=True)
class Boundaries:
    """The table of a period, with the sums of its columns."""

    period: Period
    rows: list[Boundary]
    total: int
    sums: tuple[int, ...]


@dataclass
class _Fight:
    """One objection: the part, its class, its ground, and what became of it."""

    category: str
    day: date
    division: str
    unit: int
    ground: str
    outcome: str = "waiting"
    to: int = 0


def year_to(asked: Mapping[str, Any], today: date) -> Period:
    """The period of an address, the year until today where it names none."""
    named = {name: value for name, value in asked.items() if value}
    if not {"period", "from", "to"} & set(named):
        named |= {"from": _year_before(today), "to": today}
    return period_of(named, today)


def boundaries(actor: Actor, period: Period) -> Boundaries:
    """The boundaries fought over in the seat's territory."""
    units = directory(stamp("people"), period.until)
    fights = _fights(_events(actor, period), period, units)
    groups: dict[tuple[str, int], list[_Fight]] = defaultdict(list)
    for fight in fights:
        groups[fight.category, fight.unit].append(fight)
    rules = book()
    rows = [_row(found, rules, units) for found in groups.values()]
    rows.sort(key=lambda row: (row.category == "", row.category, row.unit_code))
    columns = range(len(OUTCOMES))
    sums = tuple(sum(row.outcomes[i] for row in rows) for i in columns)
    return Boundaries(period, rows, len(fights), sums)


def _events(actor: Actor, period: Period) -> Iterable[Any]:
    """The objections of cases the seat counts, and what became of them, in their order."""
    whistles = Case.objects.filter(kind=WHISTLE.code, whistle__isnull=False)
    raised = Event.objects.filter(
        case__in=access.countable(actor, whistles),
        verb=_RAISED,
        happened_at__gte=period.starts,
        happened_at__lt=period.ends,
    )
    rows = Event.objects.filter(
        case__in=raised.values("case"),
        verb__in=[_RAISED, *_RULED, *_SETTLED],
        part__isnull=False,
    )
    names = ("part_id", "verb", "text", "happened_at", "case__category", "case__division")
    return rows.order_by("case_id", "seq").values_list(*names, "part__unit_id", named=True)


def _fights(events: Iterable[Any], period: Period, units: Directory) -> list[_Fight]:
    standing: dict[int, _Fight] = {}
    found: list[_Fight] = []
    for event in events:
        if event.verb == _RAISED:
            fight = _opened(event, units)
            standing[event.part_id] = fight
            if period.starts <= event.happened_at < period.ends:
                found.append(fight)
        elif event.part_id in standing:
            _came_to(standing[event.part_id], event)
    return found


def _opened(event: Any, units: Directory) -> _Fight:
    ground = json.loads(event.text)["open"].get("ground", "")
    return _Fight(
        category=event.case__category,
        day=town_day(event.happened_at),
        division=event.case__division,
        unit=_department(event.part__unit_id, units),
        ground=str(ground),
    )


def _came_to(fight: _Fight, event: Any) -> None:
    if event.verb in _RULED:
        told = json.loads(event.text)["open"]
        fight.outcome, fight.to = str(told.get("ruling", "")), int(told.get("to") or 0)
    elif fight.outcome == "waiting":  # what follows a ruling carries it out
        fight.outcome = "settled"


def _row(fights: list[_Fight], rules: Book, units: Directory) -> Boundary:
    first = fights[0]
    entry = units.units.get(first.unit)
    counts = Counter(fight.outcome for fight in fights)
    labels = dict(OBJECTIONS)
    grounds = sorted(Counter(fight.ground for fight in fights).items())
    passed = Counter(fight.to for fight in fights if fight.to)
    return Boundary(
        category=first.category,
        category_name=_named(fights[-1], rules),
        unit=entry.name if entry else "",
        unit_code=entry.code if entry else "",
        total=len(fights),
        outcomes=tuple(counts[code] for code, _ in OUTCOMES),
        grounds=[(code, labels.get(code, code), count) for code, count in grounds],
        passed_to=_by_code(passed, units),
    )


def _by_code(passed: Mapping[int, int], units: Directory) -> list[tuple[str, int]]:
    able = [(units.units[unit], count) for unit, count in passed.items() if unit in units.units]
    return [(e.name, count) for e, count in sorted(able, key=lambda pair: pair[0].code)]


def _department(unit: int | None, units: Directory) -> int:
    """The department a section belongs to: the table knows departments only."""
    entry = units.units.get(unit or 0)
    while entry is not None and entry.kind == UnitKind.SECTION:
        above = [int(pk) for pk in entry.path.split("/") if pk][:-1]
        entry = units.units.get(above[-1]) if above else None
    return entry.id if entry else unit or 0


def _named(fight: _Fight, rules: Book) -> str:
    if not fight.category:
        return "未分类"
    try:
        return rules.category("grid", fight.category, fight.day, fight.division).name
    except RuleMissing:
        return fight.category


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1) + timedelta(days=1)
    except ValueError:  # the 29th of February
        return day - timedelta(days=365)
