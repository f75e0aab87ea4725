"""What the rulebook's doors show (规则查阅), for the pages and the interface alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cases.entrance.rules.keepers import told_changes
from cases.law.calendar import Calendar
from cases.law.moves import Refused, Why
from cases.law.texts import visible
from cases.people.queries import Actor
from cases.rulebook.models import HolidayNotice
from cases.rulebook.operations.planning import WRONG, Plan
from cases.rulebook.queries import calendar_of
from cases.rulebook.queries.days import Month, year_calendar
from cases.rulebook.queries.standing import (
    Told,
    changes_of,
    family,
    latest_changes,
    row_of,
    rows_of_table,
    rows_on,
    rows_to_come,
    told,
)
from cases.rulebook.queries.tables import Table
from cases.rulebook.queries.tables.catalogue import NOTICES
from cases.rulebook.queries.tables.every import EVERY

A_PAGE = 30


@dataclass(frozen=True)
class Shown:
    """A table as it stands on a day: what holds, and what is to come."""

    table: Table
    on: date
    rows: list[Told]
    coming: list[Told]


@dataclass(frozen=True)
class History:
    """A row, the rows of its name, and what was recorded of them."""

    rule: Told
    family: list[Told]
    changes: list[dict[str, Any]]


@dataclass(frozen=True)
class Year:
    """A year's calendar and the notice it rests on."""

    number: int
    months: tuple[Month, ...]
    notice: Told | None
    confirmed: bool


def shown(actor: Actor, table: Table, on: date, words: str = "") -> Shown:
    """A table as it stands for the actor's town; `words` narrows it to rows that hold them all."""
    rows = rows_on(table, actor.division, on)
    held = told(table, rows, actor.division, on, [row.pk for row in rows])
    coming = told(
        table, rows_to_come(table, actor.division, on), actor.division, on
    )
    return Shown(table, on, _narrowed(held, words), _narrowed(coming, words))


def overview(actor: Actor, on: date) -> list[dict[str, Any]]:
    """Every table with how many rows hold and how many are to come; two queries a table."""
    return [
        {
            "table": table.slug,
            "label": table.label,
            "rows": len(rows_on(table, actor.division, on)),
            "coming": len(rows_to_come(table, actor.division, on)),
        }
        for table in EVERY.values()
    ]


def history(actor: Actor, table: Table, pk: int, today: date) -> History:
    """A row with the rows of its name and their changes; raises `Refused` where there is none."""
    row = row_of(table, actor.division, pk)
    if row is None:
        raise Refused("没有这条规则，或它不适用于您的地区。", why=Why.HIDDEN)
    rows = family(table, actor.division, row)
    holds = [one.pk for one in _holding(rows, table, today)]
    known = told(table, rows, actor.division, today, holds)
    (rule,) = [one for one in known if one.row.pk == pk]
    return History(rule, known, told_changes(changes_of(table, rows, actor.division)))


def changes(actor: Actor, after: int | None) -> tuple[list[dict[str, Any]], int | None]:
    """A page of the latest changes, and where the next begins."""
    rows = latest_changes(actor.division, after, A_PAGE + 1)
    more = rows[A_PAGE - 1].pk if len(rows) > A_PAGE else None
    return told_changes(rows[:A_PAGE]), more


def year(actor: Actor, number: int, today: date) -> Year:
    """A year's days; without a notice they follow the plain week, which is said."""
    notices = rows_on(NOTICES, actor.division, today)
    calendar = calendar_of(notices)
    found = [notice for notice in notices if notice.year == number]
    held = told(NOTICES, found, actor.division, today, [row.pk for row in found])
    return laid_out(calendar, number, held[0] if held else None)


def proposed(actor: Actor, entry: Mapping[str, Any], today: date) -> Year:
    """A year's days as a notice not yet entered would make them."""
    number = int(entry["year"])
    others = [n for n in rows_on(NOTICES, actor.division, today) if n.year != number]
    others.append(HolidayNotice(**entry, revision=1, valid_from=today))
    return laid_out(calendar_of(others), number, None)


def laid_out(calendar: Calendar, number: int, notice: Told | None) -> Year:
    """A year of a calendar."""
    confirmed = calendar.is_confirmed(date(number, 1, 1))
    return Year(number, year_calendar(calendar, number), notice, confirmed)


def years(actor: Actor, today: date) -> list[int]:
    """The years with a notice, and the one after the last."""
    known = set(rows_of_table(NOTICES, actor.division).values_list("year", flat=True))
    known |= {today.year, max(known, default=today.year) + 1}
    return sorted(known)


def warnings(plan: Plan, today: date) -> list[str]:
    """What whoever confirms a plan must know."""
    told_ = plan.basis.warnings(today) if plan.table.dated_by_hand else []
    if not plan.table.dated_by_hand:
        entries = [line.entry for line in plan.lines if line.entry and line.outcome != WRONG]
        told_ += [words for entry in entries for words in odd_days(entry)]
    return told_


def odd_days(entry: Mapping[str, Any]) -> list[str]:
    """What in a notice is lawful but strange: a make-up day on a weekday, a day of another year."""
    days = {date.fromisoformat(day): off for day, off in entry["days"].items()}
    weekdays = [str(day) for day, off in days.items() if not off and day.weekday() < 5]
    beyond = [str(day) for day in days if day.year != entry["year"]]
    told_ = []
    if weekdays:
        told_.append(f"调休上班日 {'、'.join(weekdays)} 本来就是周一至周五，请核对通知。")
    if beyond:
        told_.append(f"{'、'.join(beyond)} 不在 {entry['year']} 年内（跨年假期），请核对通知。")
    return told_


def _holding(rows: Sequence[Any], table: Table, today: date) -> list[Any]:
    open_ = [
        row
        for row in rows
        if row.valid_from <= today and (row.valid_to is None or row.valid_to > today)
    ]
    if not table.dated_by_hand:
        open_ = [row for row in rows if row.valid_to is None]
    longest = max((len(row.scope) for row in open_), default=0)
    return [row for row in open_ if len(row.scope) == longest]


def _narrowed(rows: list[Told], words: str) -> list[Told]:
    wanted = visible(words).lower().split()
    if not wanted:
        return rows
    return [row for row in rows if all(word in _text(row) for word in wanted)]


def _text(row: Told) -> str:
    return " ".join([*row.facts.values(), row.row.citation]).lower()
