"""What stands where (现行规则): the rows that govern a place on a day, those to come, and a row's
own history with who changed it.

The narrowest territory wins (就近适用); a row closed on the day it began was a slip of the pen.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from cases.rulebook.models import Change, DatedRow
from cases.rulebook.queries.tables import Table

SHOWN = 100  # changes on a page


@dataclass(frozen=True)
class Told:
    """A row as it is shown: its facts in words, and whether it holds (现行、未生效、已失效)."""

    row: Any
    facts: dict[str, str]
    standing: str
    own: bool
    title: str

    @property
    def until(self) -> date | None:
        """The first day it no longer holds."""
        found: date | None = self.row.valid_to
        return found


def scopes(division: str) -> list[str]:
    """The territories whose rules reach a place: its own code and every longer one it lies in."""
    return [division[:length] for length in range(len(division) + 1)]


def rows_of_table(table: Table, division: str) -> QuerySet[Any]:
    """Every row of the table that reaches the place, of any day, slips of the pen included."""
    rows = table.model._default_manager.filter(**table.fixed)
    return rows.filter(scope__in=scopes(division))


def rows_on(table: Table, division: str, on: date) -> list[Any]:
    """The rows that govern the place on the day, in order of their key; one query.

    A notice on days off is known from the day it was entered and holds for its year.
    """
    rows = rows_of_table(table, division)
    if table.dated_by_hand:
        ends = Q(valid_to__isnull=True) | Q(valid_to__gt=on)
        rows = rows.filter(ends, valid_from__lte=on)
    else:
        rows = rows.filter(valid_to__isnull=True)
    found: dict[tuple[Any, ...], Any] = {}
    for row in rows:
        held = found.get(table.key_of(row))
        if held is None or len(held.scope) < len(row.scope):
            found[table.key_of(row)] = row
    return [found[key] for key in sorted(found, key=_natural)]


def rows_to_come(table: Table, division: str, today: date) -> list[Any]:
    """The rows that will hold from a later day (未生效); one query."""
    rows = rows_of_table(table, division).filter(valid_from__gt=today)
    rows = rows.exclude(valid_to=F("valid_from"))
    return list(rows.order_by("valid_from", "id"))


def row_of(table: Table, division: str, pk: int) -> Any | None:
    """One row of the table that reaches the place; None where there is none."""
    return rows_of_table(table, division).filter(pk=pk).first() if pk < 2**63 else None


def family(table: Table, division: str, row: DatedRow) -> list[Any]:
    """Every row of one name that reaches the place, the latest first; one query."""
    named = {part: getattr(row, part) for part in table.keys}
    rows = rows_of_table(table, division).filter(**named)
    return list(rows.order_by("-valid_from", "-id"))


def changes_of(table: Table, rows: Sequence[DatedRow], division: str) -> list[Change]:
    """What was recorded of rows of one name that reach the place, the latest first; one query."""
    if not rows:
        return []
    names = {name_of(table, row) for row in rows}
    found = Change.objects.filter(table=table.model._meta.db_table, key__in=names)
    found = found.filter(after__scope__in=scopes(division))
    return list(found.order_by("-id")[:SHOWN])


def latest_changes(division: str, after: int | None, size: int) -> list[Change]:
    """The latest changes of rules that reach the place; `after` is where the page before ended."""
    found = Change.objects.filter(slice="rulebook", after__scope__in=scopes(division))
    if after is not None:
        found = found.filter(pk__lt=after)
    return list(found.order_by("-id")[:size])


def name_of(table: Table, row: DatedRow) -> str:
    """A row's name as its changes carry it."""
    return ".".join(str(part) for part in table.key_of(row)) or str(row._meta.model_name)


def told(
    table: Table, rows: Iterable[Any], division: str, today: date, governing: Iterable[int] = ()
) -> list[Told]:
    """Rows as they are shown; `governing` are the ids of those that govern today."""
    holds = frozenset(governing)
    return [
        Told(
            row,
            table.told(row),
            standing_of(row, today, holds),
            row.scope == division,
            table.title(row),
        )
        for row in rows
    ]


def standing_of(row: DatedRow, today: date, governing: frozenset[int] = frozenset()) -> str:
    """Whether a row holds, in one word."""
    if row.valid_to == row.valid_from:
        return "作废"
    if row.valid_from > today:
        return "未生效"
    if row.valid_to is not None and row.valid_to <= today:
        return "已失效"
    return "现行" if not governing or row.pk in governing else "由本地规则接替"


def _natural(key: tuple[Any, ...]) -> tuple[Any, ...]:
    """Numbers in a name in their order: 2 before 10."""
    parts: list[Any] = []
    for part in key:
        text = str(part)
        digits = "".join(letter if letter.isdigit() else " " for letter in text).split()
        parts.append((text.rstrip("0123456789"), [int(d[:18]) for d in digits[-1:]], text))
    return tuple(parts)
