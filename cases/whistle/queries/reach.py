"""How the inbox is reached (应哨箱取数): which calls, in which order, by the indexes that stand.

Emergencies first, then what is due next from the department itself; never by count, so that the
hundredth page costs what the first one costs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import F, IntegerField, OuterRef, Q, QuerySet, Value

from cases.docket import access
from cases.docket.models import FAR, Part, Stake
from cases.docket.queries.cursors import cursor_of, place_in
from cases.docket.queries.filters import LARGEST, PAGE, wrong
from cases.docket.queries.narrow import week_ends
from cases.people.queries import TOWN_TIME, Actor, town_day
from cases.whistle.states import WHISTLE
from cases.whistle.states.words import (
    CALLED,
    COPIED,
    EVALUATED,
    OBJECTED,
    RELEASED,
    REPLIED,
    REPORTED_IN,
    SIGNED,
    STATES,
    TYPES,
    Calls,
)

EMERGENCY: Final = "W1"
DUES: Final = {"late": "已超期", "today": "今天到期", "week": "七天内到期"}
# What the inbox can be narrowed to; the last three are looked up, they owe nothing.
SHOWN: Final = (CALLED, SIGNED, REPORTED_IN, OBJECTED, REPLIED, COPIED, EVALUATED, RELEASED)
KEPT: Final = frozenset({COPIED, EVALUATED, RELEASED})
COPIES: Final = 10  # shown below the list
_OWNER = "owner"  # why of the stakes of whoever holds a part
_FIRST, _THEN, _BELOW = 0, 1, 2
Place = tuple[int, datetime, int]  # rank, due, part of the last line before


@dataclass(frozen=True)
class Narrowing:
    """What a department narrows its inbox to; everything stands in the address.

    `town`: a division code; `type`: W1 to W7; `state`: of the call; `due`: late, today, week.
    """

    town: str = ""
    type: str = ""
    state: str = ""
    due: str = ""
    after: str = ""
    size: int = PAGE

    def told(self) -> dict[str, str]:
        """The filters as they stand in the address, those not set left out."""
        names = ("town", "type", "state", "due")
        return {name: getattr(self, name) for name in names if getattr(self, name)}

    @property
    def query(self) -> str:
        """The filters as an address has them."""
        return urlencode(self.told())


@dataclass(frozen=True)
class Found:
    """The ids of a page's calls in their order, those told only, and the cursor of what follows."""

    parts: list[int]
    copies: list[int]
    next: str


def reach(actor: Actor, units: Sequence[int], asked: Narrowing, now: datetime) -> Found:
    """The calls of a page; Refused for a filter that does not exist. One query."""
    _known(asked)
    size = min(max(asked.size, 1), LARGEST)
    place = _place(asked.after)
    lists = _lists(actor, units, asked, now, place)
    if place is None and not asked.told():
        lists[_BELOW] = _kept(actor, units, asked, COPIED, rank=_BELOW)
    keys = {rank: rows[: COPIES if rank == _BELOW else size + 1] for rank, rows in lists.items()}
    read = list(next(iter(keys.values())).union(*list(keys.values())[1:], all=True))
    rows = sorted((row for row in read if row[0] != _BELOW), key=_order(asked))
    below = sorted((row[2] for row in read if row[0] == _BELOW), reverse=True)
    shown = rows[:size]
    cursor = ""
    if len(rows) > size:
        rank, due, part = shown[-1]
        cursor = cursor_of(due, part, rank)
    return Found([row[2] for row in shown], below, cursor)


def _lists(
    actor: Actor, units: Sequence[int], asked: Narrowing, now: datetime, place: Place | None
) -> dict[int, QuerySet[Any, Any]]:
    if asked.state in KEPT:
        return {_THEN: _kept(actor, units, asked, asked.state, place)}
    owed = _narrowed(_owed(actor, units), asked, now)
    hurry = Q(case__variant=EMERGENCY, next_due__lt=FAR)
    lists = {_THEN: _keyed(_past(owed.exclude(hurry), place, _THEN), _THEN)}
    if place is None or place[0] == _FIRST:
        lists[_FIRST] = _keyed(_past(owed.filter(hurry), place, _FIRST), _FIRST)
    return lists


def _owed(actor: Actor, units: Sequence[int]) -> QuerySet[Stake]:
    """The stakes by which a seat holds calls that have not ended, copies apart."""
    held = access.stakes_of(actor, units).filter(why=_OWNER, until=None, part__closed_at=None)
    held = held.filter(part__isnull=False, case__kind=WHISTLE.code)
    return held.exclude(part__kind=Calls.COPY).filter(_seen(actor, units))


def _kept(
    actor: Actor,
    units: Sequence[int],
    asked: Narrowing,
    state: str,
    place: Place | None = None,
    *,
    rank: int = _THEN,
) -> QuerySet[Any, Any]:
    """Calls that owe nothing, the newest first: told only, evaluated, released."""
    rows: QuerySet[Part] = Part.objects.filter(unit_id__in=units, state=state)
    rows = rows.filter(_seen(actor, units), case__kind=WHISTLE.code)
    if actor.role in access.OWN_ONLY:
        rows = rows.filter(Q(officer_id=actor.holder_id))
    if place is not None:
        rows = rows.filter(pk__lt=place[2])
    told = _of_case(rows, asked).annotate(rank=_rank(rank), due=F("opened_at"))
    return told.values_list("rank", "due", "pk").order_by("-pk")  # type: ignore[no-any-return]


def _seen(actor: Actor, units: Sequence[int]) -> Q:
    """Asked of each row in the order of the list: most pages look at thirty."""
    seen = access.visible(actor, units=units)
    return Q(access.RowByRow(seen.filter(pk=OuterRef("case_id"))))


def _narrowed(
    rows: QuerySet[Stake], asked: Narrowing, now: datetime
) -> QuerySet[Stake]:
    rows = _of_case(rows, asked)
    if asked.state:
        rows = rows.filter(part__state=asked.state)
    tomorrow = datetime.combine(town_day(now) + timedelta(days=1), datetime.min.time(), TOWN_TIME)
    ends = {"today": tomorrow, "week": week_ends(now)}
    if asked.due == "late":
        return rows.filter(next_due__lte=now)
    return rows.filter(next_due__gt=now, next_due__lte=ends[asked.due]) if asked.due else rows


def _rank(rank: int) -> Value:
    return Value(rank, output_field=IntegerField())


def _of_case(rows: Any, asked: Narrowing) -> Any:
    rows = rows.filter(case__division=asked.town) if asked.town else rows
    return rows.filter(case__variant=asked.type) if asked.type else rows


def _keyed(rows: QuerySet[Stake], rank: int) -> QuerySet[Any, Any]:
    told = rows.annotate(rank=_rank(rank), due=F("next_due"))
    return told.values_list("rank", "due", "part_id").order_by("next_due", "part_id")


def _past(rows: QuerySet[Stake], place: Place | None, rank: int) -> QuerySet[Stake]:
    if place is None or place[0] != rank:
        return rows
    _, due, part = place
    # The bound alone lets the index begin there; the rest parts those due at the same moment.
    later = Q(next_due__gt=due) | Q(part_id__gt=part)
    return rows.filter(later, next_due__gte=due)


def _order(asked: Narrowing) -> Any:
    if asked.state in KEPT:
        return lambda row: -row[2]
    return lambda row: tuple(row)


def _known(asked: Narrowing) -> None:
    if asked.type and asked.type not in dict(TYPES):
        raise wrong("type", "没有这种哨，请从所列哨种中选择。")
    if asked.state and asked.state not in SHOWN:
        words = "、".join(STATES[state] for state in SHOWN)
        raise wrong("state", f"状态筛选只能是 {words}。")
    if asked.due and asked.due not in DUES:
        raise wrong("due", f"时限筛选只能是 {'、'.join(DUES.values())}。")
    if asked.due and asked.state in KEPT:
        raise wrong("due", f"“{STATES[asked.state]}”没有时限，请清空时限筛选。")


def _place(cursor: str) -> Place | None:
    if not cursor:
        return None
    due, part, rank = place_in(cursor)
    return rank, due, part
