"""Departments and villages (单位表、村居表): in the order of the directory, not of merit."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cases.board.queries.happened import Answers
from cases.board.queries.links import Number, number, number_of_days, rate_view
from cases.board.queries.owed import LATE, Group, Owed, by_unit, by_village
from cases.board.queries.wanted import NONE, Ground, Wanted
from cases.law.rates import THREE
from cases.people.directory import CALLED, Entry
from cases.whistle.queries.rates import Figure, called_as

_NOWHERE = "（尚未落实单位）"
_UNPLACED = "（没有定位）"
SHOWN = ("opened", "closed", "reopened")
Told = Counter[tuple[int, int, str, str]]


@dataclass(frozen=True)
class Line:
    """One unit or village: what runs with it, how much of it is late, its three rates; of a village
    also what came up and was done in the period.
    """

    code: str
    name: str
    running: Number
    today: Number
    week: Number
    late: Number
    yellow: Number
    red: Number
    happened: list[Number]
    rates: list[Figure]


def departments(ground: Ground, wanted: Wanted, found: Owed, told: Told) -> list[Line]:
    """Every unit that owes something or was called; a department's sections stand within it."""
    rated: dict[int, Answers] = {}
    for (unit, _, rate, how), many in told.items():
        if rate in THREE:
            rated.setdefault(unit, Counter())[rate, how] += many
    codes = {ground.units.units[unit].code: unit for unit in rated if unit in ground.units.units}
    return [
        _line(narrowed, name, mine, rated.get(codes.get(narrowed["unit"], 0), Counter()), wanted)
        for narrowed, name, mine in folded(ground, found, set(codes.values()))
    ]


def folded(
    ground: Ground, found: Owed, more: Iterable[int] = ()
) -> list[tuple[dict[str, str], str, Owed]]:
    """The groups by unit in the order of the directory, sections folded into their departments:
    how the unit is named in an address, its name, its groups. `more` units with none stand too.
    """
    kept: dict[int, Counter[Group]] = {unit: Counter() for unit in more}
    for unit, groups in by_unit(found).items():
        kept.setdefault(_folded(unit, ground), Counter()).update(groups.groups)
    entries = [ground.units.units[unit] for unit in kept if unit]
    lines = [
        (_narrowed(entry), entry.name, Owed(kept[entry.id]))
        for entry in sorted(entries, key=lambda e: (len(e.division), e.kind, e.code))
    ]
    return [*lines, ({"unit": NONE}, _NOWHERE, Owed(kept[0]))] if 0 in kept else lines


def of_villages(
    ground: Ground, wanted: Wanted, found: Owed, told: Told, made: Counter[tuple[str, int]]
) -> list[Line]:
    """Every village with something, and what lies in none."""
    names = {v.code: v.name for v in ground.villages.values()}  # the newest row's name
    codes = {pk: v.code for pk, v in ground.villages.items()} | {0: NONE}
    owing: dict[str, Counter[Group]] = {}
    for village, groups in by_village(found).items():
        owing.setdefault(codes.get(village, NONE), Counter()).update(groups.groups)
    happened: Counter[tuple[str, str]] = Counter()
    for (measure, village), many in made.items():
        happened[codes.get(village, NONE), measure] += many
    rated: dict[str, Answers] = {}
    for (_, village, rate, how), many in told.items():
        if rate in THREE:
            rated.setdefault(codes.get(village, NONE), Counter())[rate, how] += many
    days = (wanted.period.since, wanted.period.until)
    known = sorted({*owing, *rated, *(code for code, _ in happened)} - {NONE})
    if any(NONE in some for some in (owing, rated)) or any(c == NONE for c, _ in happened):
        known.append(NONE)
    return [
        _line(
            {"village": code},
            names.get(code, _UNPLACED),
            Owed(owing.get(code, Counter())),
            rated.get(code, Counter()),
            wanted,
            [(name, happened[code, name]) for name in SHOWN],
            days,
        )
        for code in known
    ]


def _line(
    narrowed: dict[str, str],
    name: str,
    found: Owed,
    rated: Answers,
    wanted: Wanted,
    happened: list[tuple[str, int]] | None = None,
    days: tuple[date, date] | None = None,
) -> Line:
    days = days or (wanted.period.since, wanted.period.until)

    def owes(many: int, **more: str) -> Number:
        return number(many, wanted, "owed", **(narrowed | more))

    return Line(
        code=narrowed.get("unit") or narrowed.get("village", ""),
        name=name,
        running=owes(found.many()),
        today=owes(found.many(lambda g: g.age == "today"), age="today"),
        week=owes(found.many(lambda g: g.age == "week"), age="week"),
        late=owes(found.many(lambda g: g.age in LATE), age="late"),
        yellow=owes(found.many(lambda g: g.colour == "yellow"), colour="yellow"),
        red=owes(found.many(lambda g: g.colour == "red"), colour="red"),
        happened=[
            number_of_days(many, wanted, measure, days[0], days[1], **narrowed)
            for measure, many in happened or ()
        ],
        rates=[rate_view(rate, rated, wanted, days, **narrowed) for rate in THREE],
    )


def _folded(unit: int, ground: Ground) -> int:
    return called_as(ground.units, unit) if unit in ground.units.units else 0


def _narrowed(entry: Entry) -> dict[str, str]:
    """A department with its sections; another unit by itself, since those under it have lines."""
    return {"unit": entry.code} | ({} if entry.kind in CALLED else {"own": "1"})

