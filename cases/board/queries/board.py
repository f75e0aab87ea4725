"""The supervisor's board (督查看板): what runs, what is late, what stands apart, what happened in a
period, departments and villages in the order of the directory, the way it went. Never ranked, never
persons (国办函〔2026〕12号).
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from cases.board.models import Gathering
from cases.board.queries.happened import Placed, answers, placed
from cases.board.queries.lines import Line, departments, of_villages
from cases.board.queries.links import Number, number, number_of_days, rate_view
from cases.board.queries.owed import AGES, COLOURS, LATE, Owed, owed
from cases.board.queries.standing import ITEMS, WAITS, counted_items, has_sheets, standing
from cases.board.queries.trend import Trend, trend_of
from cases.board.queries.wanted import NONE, Ground, Wanted
from cases.board.states import MEASURES
from cases.law.rates import THREE, TOWN
from cases.whistle.queries.rates import Figure


@dataclass(frozen=True)
class AgeLine:
    """Running obligations of an age: all of them, and by colour."""

    code: str
    label: str
    late: bool
    all: Number
    colours: list[tuple[str, str, Number]]


@dataclass(frozen=True)
class Told:
    """A number with what it counts."""

    code: str
    label: str
    number: Number


@dataclass(frozen=True)
class Board:
    """The board of a seat; `counted_at` until when day facts are counted, `rated_at` rates."""

    wanted: Wanted
    now: datetime
    counted_at: datetime | None
    rated_at: datetime | None
    ages: list[AgeLine]
    running: Number
    late: Number
    today: list[Told]
    waiting: list[Told]
    shelved: list[Told]
    happened: list[Told]
    rates: list[Figure]
    town_rates: list[Figure]
    units: list[Line]
    villages: list[Line]
    trend: Trend


def board(ground: Ground, wanted: Wanted, by: str) -> Board:
    """The whole board, in nine questions to the database; `by` the trend's week or month."""
    found = owed(ground, wanted)
    made, apart = placed(ground, wanted), standing(ground, wanted)
    told = answers(ground, wanted)
    kept = Gathering.objects.filter(pk=1).first()
    days = (wanted.period.since, wanted.period.until)
    return Board(
        wanted=wanted,
        now=ground.now,
        counted_at=kept.counted_at if kept else None,
        rated_at=kept.rated_at if kept else None,
        ages=_ages(found, wanted),
        running=number(found.many(), wanted, "owed"),
        late=number(found.late(), wanted, "owed", age="late"),
        today=_today(ground, wanted, made),
        waiting=_waiting(ground, wanted, apart),
        shelved=[
            Told(code, label, number(apart[code], wanted, "shelved_now", waits=code))
            for code, label in WAITS.items()
        ],
        happened=_happened(made, wanted, days),
        rates=_rates(told, wanted, days, THREE),
        town_rates=[] if wanted.unit or wanted.village else _rates(told, wanted, days, TOWN),
        units=departments(ground, wanted, found, told),
        villages=of_villages(ground, wanted, found, told, made.period),
        trend=trend_of(ground, wanted, by),
    )


def _ages(found: Owed, wanted: Wanted) -> list[AgeLine]:
    lines = []
    for age, label in AGES.items():
        mine = found.of(lambda group, age=age: group.age == age)  # type: ignore[misc]
        colours = [
            (
                colour,
                name,
                number(
                    mine.many(lambda group, c=colour: group.colour == c),  # type: ignore[misc]
                    wanted,
                    "owed",
                    age=age,
                    colour=colour or NONE,
                ),
            )
            for colour, name in COLOURS.items()
        ]
        whole = number(mine.many(), wanted, "owed", age=age)
        lines.append(AgeLine(age, label, age in LATE, whole, colours))
    return lines


def _today(ground: Ground, wanted: Wanted, made: Placed) -> list[Told]:
    day = ground.today
    return [
        Told(name, MEASURES[name], number_of_days(made.today[name], wanted, name, day, day))
        for name in ("opened", "closed", "reopened", "blown", "chased_red", "urged")
    ]


def _waiting(ground: Ground, wanted: Wanted, apart: Counter[str]) -> list[Told]:
    made = counted_items(ground, wanted)
    told = [Told(code, label, number(made[code], wanted, code)) for code, label in ITEMS.items()]
    if has_sheets():
        many = number(apart["sheets"], wanted, "sheets")
        told.insert(0, Told("sheets", "未答复的督办单", many))
    return told


def _happened(made: Placed, wanted: Wanted, days: tuple[date, date]) -> list[Told]:
    sums: Counter[str] = Counter()
    for (measure, _), many in made.period.items():
        sums[measure] += many
    return [
        Told(name, label, number_of_days(sums[name], wanted, name, *days))
        for name, label in MEASURES.items()
    ]


def _rates(
    told: Counter[tuple[int, int, str, str]],
    wanted: Wanted,
    days: tuple[date, date],
    names: tuple[str, ...],
) -> list[Figure]:
    sums: Counter[tuple[str, str]] = Counter()
    for (_, _, rate, how), many in told.items():
        sums[rate, how] += many
    return [rate_view(name, sums, wanted, days) for name in names]
