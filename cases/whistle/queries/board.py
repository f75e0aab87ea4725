"""The board (吹哨看板): whistles as cards, in columns by state or by department called.

One question counts the columns, one finds the first cards of them all, two dress these. What is due
next stands first; of what has ended, the last to end.
"""

import base64
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case as Choice
from django.db.models import (
    Count,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
    Window,
)
from django.db.models.functions import RowNumber

from cases.docket import access
from cases.docket.models import Case, Part
from cases.docket.queries.views import SHOWN
from cases.people.directory import Directory, directory
from cases.people.queries import Actor, town_day
from cases.rulebook.queries import book, stamp
from cases.whistle.queries.calls import CALLED_ONES
from cases.whistle.queries.cards import Card, Eye, cards_of
from cases.whistle.queries.period import wrong
from cases.whistle.queries.rates import called_as
from cases.whistle.queries.wanted import COLUMNS, LABELS, Wanted
from cases.whistle.states import WHISTLE
from cases.whistle.states.words import CLOSED, Calls

PAGE = "/whistles/board/"
CARDS, WHOLE = 20, 60  # cards of a column, and of a page that shows one column alone
LATELY = timedelta(days=30)
_EPOCH = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


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
            [cards[case] for column, case in picked if column == code and case in cards],
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
        entry = next((e for e in units.units.values() if e.code == wanted.unit), None)
        if entry is None:
            raise wrong("unit", "没有这个部门，请重新选择。")
        rows = rows.filter(Exists(called.filter(unit__in=units.under(entry.path))))
    if wanted.late:
        rows = rows.filter(closed_at=None, next_due__lte=now)
    if wanted.period:
        rows = rows.filter(opened_at__gte=wanted.period.starts, opened_at__lt=wanted.period.ends)
    given = {"variant": wanted.type, "division": wanted.town}
    return rows.filter(**{name: value for name, value in given.items() if value})
