"""The board (吹哨看板): whistles as cards, in columns by state or by department called.

One question counts the columns, one finds the first cards of them all, two dress these. What is due
next stands first; of what has ended, the last to end.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from cases.docket import access
from cases.docket.models import Case, Part
from cases.docket.queries.cursors import cursor_of, place_in
from cases.docket.queries.views import SHOWN
from cases.people.directory import Directory, directory
from cases.people.models import UnitKind
from cases.people.queries import Actor, town_day
from cases.rulebook.queries import book, stamp
from cases.whistle.queries.calls import CALLED_ONES
from cases.whistle.queries.cards import Card, Eye, cards_of, facing
from cases.whistle.queries.period import wrong
from cases.whistle.queries.rates import called_as
from cases.whistle.queries.wanted import COLUMNS, LABELS, Wanted
from cases.whistle.states import WHISTLE
from cases.whistle.states.words import CLOSED, Calls

PAGE = "/whistles/board/"
CARDS, WHOLE = 20, 60  # cards of a column, and of a page that shows one column alone
LATELY = timedelta(days=30)


@dataclass(frozen=True)
class Column:
    """A column: how many there are, the first of them, and where they all are."""

    code: str
    label: str
    count: int
    cards: list[Card]
    url: str

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.cards)


@dataclass(frozen=True)
class Board:
    """The board of a seat; `next` goes into `after` where one column is shown alone."""

    wanted: Wanted
    columns: list[Column]
    units: list[tuple[str, str]]
    towns: list[tuple[str, str]]
    next: str = ""

    @property
    def count(self) -> int:
        """How many cards all the columns hold."""
        return sum(column.count for column in self.columns)


def board(actor: Actor, wanted: Wanted, now: datetime) -> Board:
    """The board as it is wanted, of what a seat may see."""
    rules = book()
    units = directory(stamp("people"), town_day(now))
    own = frozenset(units.under(actor.unit_path)) if actor.role in CALLED_ONES else frozenset()
    every = _cases(actor, wanted, now, units, own)
    lined = _by_state(every) if wanted.by == "state" else _by_unit(every, wanted, units, own)
    counts: Counter[Any] = Counter()
    for row in lined.order_by().values("column").annotate(many=Count("pk")):
        counts[_folded(row["column"], wanted, units)] += row["many"]
    picked, following = _picked(lined, wanted, units)
    cases = Case.objects.only(*SHOWN, "variant").filter(pk__in={c for _, c in picked})
    cards = cards_of(list(cases), Eye(units, own, now, rules.calendar))
    columns = [
        Column(
            code,
            label,
            counts[code],
            _in_column(code, [cards[c] for at, c in picked if at == code and c in cards], units),
            f"{PAGE}?{urlencode(wanted.told | {'column': code})}",
        )
        for code, label in _columns(counts, wanted, units)
    ]
    choices = [(e.code, e.name) for e in units.called(actor.division, town_day(now))]
    return Board(wanted, columns, choices, _towns(actor, units, now), following)


def _cases(
    actor: Actor, wanted: Wanted, now: datetime, units: Directory, own: Iterable[int]
) -> QuerySet[Case]:
    lately = Q(state=CLOSED, closed_at__gte=now - LATELY)
    standing = Q(closed_at=None, state__in=COLUMNS)
    rows = Case.objects.filter(standing | lately, kind=WHISTLE.code, number__isnull=False)
    rows = access.visible(actor, rows)
    called = Part.objects.filter(case=OuterRef("pk"))
    if actor.role in CALLED_ONES:
        rows = rows.filter(Exists(called.filter(unit__in=own)))
    if wanted.unit:
        rows = rows.filter(Exists(called.filter(unit__in=_under(units, wanted.unit))))
    if wanted.late:
        rows = rows.filter(closed_at=None, next_due__lte=now)
    if wanted.period:
        rows = rows.filter(opened_at__gte=wanted.period.starts, opened_at__lt=wanted.period.ends)
    given = {"variant": wanted.type, "division": wanted.town}
    return rows.filter(**{name: value for name, value in given.items() if value})


def _by_state(rows: QuerySet[Case]) -> QuerySet[Any]:
    return rows.annotate(column=F("state"), case_id=F("pk"))


def _by_unit(
    rows: QuerySet[Case], wanted: Wanted, units: Directory, own: Iterable[int]
) -> QuerySet[Any]:
    """What departments still have in hand, and what waits for its evaluation."""
    parts = Part.objects.filter(case__in=rows.values("pk"), closed_at=None)
    parts = parts.filter(kind__in=(Calls.LEAD, Calls.ASSIST))
    if wanted.unit:
        parts = parts.filter(unit__in=_under(units, wanted.unit))
    if own:
        parts = parts.filter(unit__in=own)
    return parts.annotate(column=F("unit_id"))


def _folded(column: Any, wanted: Wanted, units: Directory) -> str:
    """The code of a column; what lies with a section stands in its department's."""
    if wanted.by == "state":
        return str(column)
    return units.units[called_as(units, column)].code


def _in_column(code: str, cards: list[Card], units: Directory) -> list[Card]:
    entry = next((e for e in units.units.values() if e.code == code), None)
    if entry is None:  # a state
        return cards
    under = frozenset(units.under(entry.path))
    return [facing(card, under) for card in cards]


def _columns(counts: Counter[Any], wanted: Wanted, units: Directory) -> list[tuple[str, str]]:
    """The columns in their order: the way of a whistle, or the directory's."""
    if wanted.by == "state":
        every = list(LABELS.items())
    else:
        able = [e for e in units.units.values() if counts[e.code]]
        able.sort(key=lambda e: (len(e.division), e.code))
        every = [(e.code, e.name) for e in able]
    return [(code, label) for code, label in every if wanted.column in {"", code}]


def _picked(
    rows: QuerySet[Any], wanted: Wanted, units: Directory
) -> tuple[list[tuple[str, int]], str]:
    """The first cards of every column, by column and case; or a page of one column, and where the
    next page begins.
    """
    if wanted.column:
        return _alone(rows, wanted, units)
    last_first = F("closed_at").desc(nulls_first=True)
    turn = Window(RowNumber(), [F("column")], [last_first, F("next_due").asc(), F("pk").asc()])
    first = rows.annotate(turn=turn).filter(turn__lte=CARDS).order_by("column", "turn")
    found = first.values_list("column", "case_id")
    return [(_folded(column, wanted, units), case) for column, case in found], ""


def _alone(
    rows: QuerySet[Any], wanted: Wanted, units: Directory
) -> tuple[list[tuple[str, int]], str]:
    if wanted.by == "state":
        rows = rows.filter(column=wanted.column)
    else:
        rows = rows.filter(column__in=_under(units, wanted.column))
    ended = wanted.column == CLOSED
    key, back = ("closed_at", "-") if ended else ("next_due", "")
    if wanted.after:
        stamp_, pk, _ = place_in(wanted.after)
        beyond = "lt" if ended else "gt"
        rows = rows.filter(
            Q(**{f"{key}__{beyond}": stamp_}) | Q(**{key: stamp_, f"pk__{beyond}": pk})
        )
    found = list(rows.order_by(f"{back}{key}", f"{back}pk").values_list(key, "pk", "case_id")[
        : WHOLE + 1
    ])
    shown = found[:WHOLE]
    following = cursor_of(*shown[-1][:2]) if len(found) > WHOLE else ""
    return [(wanted.column, case) for _, _, case in shown], following


def _under(units: Directory, code: str) -> list[int]:
    entry = next((e for e in units.units.values() if e.code == code), None)
    if entry is None:
        raise wrong("column", "没有这个部门，请回到看板重新选择。")
    return units.under(entry.path)


def _towns(actor: Actor, units: Directory, now: datetime) -> list[tuple[str, str]]:
    """The towns a seat of the county or a department may choose between; none for a town's own."""
    if len(actor.division) >= 9:
        return []
    day = town_day(now)
    able = [e for e in units.units.values() if e.kind == UnitKind.TOWN and e.open_on(day)]
    near = sorted((e for e in able if e.division.startswith(actor.division)), key=lambda e: e.code)
    return [(e.division, e.name) for e in near]
