"""Finding the rows behind a number (下钻取数), each kind in an order of its own, page by page."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.db.models import Q

from cases.board.queries.behind import Asked, Found, Rows, name_of, page_of, place_of
from cases.board.queries.owed import COLOURS, aged, running
from cases.board.queries.standing import ITEMS, items, longest_first, sheets, shelved_cases
from cases.board.queries.telling import EVENTS, FROM, UNIT, shape_of, values
from cases.board.queries.wanted import NONE, Ground, Wanted, cases_of, divisions
from cases.board.states import MATTER, MEASURES, measures, verbs_of
from cases.docket import kinds
from cases.docket.queries.countdown import due_view
from cases.people.queries import TOWN_TIME
from cases.rulebook.queries import book

_FIRST, _GROWS, _MOST = 200, 4, 20_000  # events read at first; each further reading; at the most
_OWED: Final = (
    *("id", "kind", "number", "clock", "due", "lamp", "whose", "owing__last_day", "owing__state"),
    *("owing__provisional", "owing__snapshot", "owing__term", "owing__part", "owing__rung"),
)
_EVENTS: Final = """
SELECT * FROM (
    {events}, e.id, e.case_id, e.happened_at, e.unit_id AS by_unit {source}
    WHERE e.verb = ANY(%(verbs)s) AND e.happened_at >= %(starts)s AND e.happened_at < %(ends)s
      AND (%(after)s::timestamptz IS NULL OR (e.happened_at, e.id) < (%(after)s, %(after_id)s))
      AND {narrowed}
    ORDER BY e.happened_at DESC, e.id DESC LIMIT %(size)s
) found
"""


def rows(ground: Ground, wanted: Wanted, asked: Asked) -> Rows:
    """A page of the rows that a number counts."""
    finders: dict[str, Callable[[Ground, Wanted, Asked], Iterator[Found]]] = {
        "owed": _owed,
        "shelved_now": _shelved,
        "sheets": _sheets,
        **dict.fromkeys(ITEMS, _items),
        **dict.fromkeys(MEASURES, _events),
    }
    return page_of(ground, asked, finders[asked.what](ground, wanted, asked))


def _owed(ground: Ground, wanted: Wanted, asked: Asked) -> Iterator[Found]:
    found = running(ground, wanted)
    if asked.age:
        found = found.filter(aged(asked.age, ground.now))
    if asked.colour:
        found = found.filter(lamp="" if asked.colour == NONE else asked.colour)
    if place := place_of(asked, datetime, int):
        at, pk = place
        found = found.filter(Q(due__gt=at) | Q(due=at, clock__gt=pk))
    calendar = book().calendar
    for row in found.order_by("due", "clock").values_list(*_OWED, named=True)[:_FIRST]:
        due = due_view(_Clock(row), ground.now, calendar)
        lamp = COLOURS[row.lamp] if row.lamp else ""
        told = [
            ("时限", str(row.owing__snapshot.get("name", row.owing__term))),
            ("承办", name_of(ground, row.whose)),
            ("时限情况", due.words),
            ("颜色", f"{lamp}，第 {row.owing__rung} 级" if lamp else ""),
        ]
        yield Found(
            case=row.id,
            at=row.due,
            facts=[(label, words) for label, words in told if words],
            cursor=(row.due, row.clock),
            path=_part_path(row),
            obligation=row.clock,
            colour=row.lamp,
        )


class _Clock:
    """A deadline as far as its countdown asks."""

    def __init__(self, row: Any) -> None:
        self.state = row.owing__state
        self.due_at = row.due
        self.last_day = row.owing__last_day
        self.provisional = row.owing__provisional
        self.colour = row.lamp
        self.snapshot = row.owing__snapshot


def _part_path(row: Any) -> str:
    kind = kinds.kind(row.kind)
    if not row.owing__part:
        return ""
    return f"/{kind.path}/{row.number}/{kind.parts}/{row.owing__part}/"


def _shelved(ground: Ground, wanted: Wanted, asked: Asked) -> Iterator[Found]:
    found = shelved_cases(ground, wanted)
    if asked.waits:
        found = found.filter(waits=asked.waits)
    if place := place_of(asked, datetime, int):
        at, pk = place
        found = found.filter(Q(since__gt=at) | Q(since=at, pk__gt=pk))
    for pk, since, unit in longest_first(found).values_list("pk", "since", "unit")[:_FIRST]:
        told = [("挂账自", _day(since)), ("现在", name_of(ground, unit))]
        yield Found(pk, since, told, (since, pk))


def _sheets(ground: Ground, wanted: Wanted, asked: Asked) -> Iterator[Found]:
    found = sheets(ground, wanted)
    if place := place_of(asked, int):
        found = found.filter(pk__gt=place[0])
    for pk, at, unit in found.order_by("pk").values_list("pk", "opened_at", "unit")[:_FIRST]:
        yield Found(pk, at, [("待答复", name_of(ground, unit))], (pk,))


def _items(ground: Ground, wanted: Wanted, asked: Asked) -> Iterator[Found]:
    found = items(ground, wanted).filter(kind=asked.what)
    if place := place_of(asked, int):
        found = found.filter(pk__gt=place[0])
    rows = found.order_by("pk").values_list("pk", "case", "since", "words")[:_FIRST]
    for pk, case, since, words in rows:
        yield Found(case, since, [("说明", words)], (pk,))


def _events(ground: Ground, wanted: Wanted, asked: Asked) -> Iterator[Found]:
    """The events a measure counts, the newest first: read a little at first, then more."""
    place, size = place_of(asked, datetime, int), _FIRST
    while True:
        read = _read(ground, wanted, asked, place, size)
        # Of a category matters are counted: a whistle is not told beside its report.
        sought = {asked.what, MATTER} if asked.category else {asked.what}
        mine = [row for row in read if sought <= set(measures(shape_of(row)))]
        if asked.category:
            mine = [row for row in mine if row["category"] == asked.category]
        # What narrows an event is the case as it stood then: of the case itself only the rule asks.
        able = cases_of(ground.actor, Wanted(wanted.period)).filter(
            pk__in={row["case_id"] for row in mine}
        )
        known = set(able.values_list("pk", flat=True))
        for row in mine:
            if row["case_id"] in known:
                yield _event(ground, row)
        if len(read) < size:
            return
        place = (read[-1]["happened_at"], read[-1]["id"])
        size = min(size * _GROWS, _MOST)


def _read(
    ground: Ground, wanted: Wanted, asked: Asked, place: tuple[Any, ...] | None, size: int
) -> list[dict[str, Any]]:
    narrowed, given = _narrowed(ground, wanted)
    given |= values() | {
        "verbs": verbs_of(asked.what),
        "starts": wanted.period.starts,
        "ends": wanted.period.ends,
        "after": place[0] if place else None,
        "after_id": place[1] if place else 0,
        "size": size,
    }
    order = _EVENTS.format(events=EVENTS.rstrip(), source=FROM, narrowed=narrowed)
    with connection.cursor() as cursor:
        cursor.execute(order, given)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _narrowed(ground: Ground, wanted: Wanted) -> tuple[str, dict[str, Any]]:
    """The conditions of day facts, asked of events: as the case stood after each."""
    told, given = ["TRUE"], dict[str, Any]()
    for division in divisions(ground.actor, wanted).values():
        told.append("starts_with(told.row->>'division', %(division)s)")
        given["division"] = division
    if wanted.kind:
        told.append("told.row->>'kind' = %(kind)s")
        given["kind"] = wanted.kind
    if wanted.unit:
        told.append(f"{UNIT} = ANY(%(units)s)")
        given["units"] = [0] if wanted.unit == NONE else list(wanted.units)
    if wanted.village:
        told.append("coalesce((told.row->>'village')::bigint, 0) = ANY(%(villages)s)")
        given["villages"] = [0] if wanted.village == NONE else list(wanted.villages)
    return " AND ".join(told), given


def _event(ground: Ground, row: dict[str, Any]) -> Found:
    move = kinds.kind(row["kind"]).table.moves.get(row["verb"])
    told = [("办理", move.label if move else row["verb"]), ("时间", _moment(row["happened_at"]))]
    # Who filed a case whose reporter is not to be known is told by nobody's unit either.
    if row["source"] != "" and row["by_unit"]:
        told.append(("单位", ground.units.name(row["by_unit"])))
    return Found(row["case_id"], row["happened_at"], told, (row["happened_at"], row["id"]))


def _day(at: datetime | None) -> str:
    return f"{at.astimezone(TOWN_TIME):%Y-%m-%d}" if at else "不详"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(TOWN_TIME):%Y-%m-%d %H:%M}"
