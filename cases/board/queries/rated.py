"""What the rates of days are made of (三率取数): the calls, whistles and matters of each day, as
the whistle's own queries read and judge them.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncDate

from cases.board.models import RateDay
from cases.docket.models import Deadline, DeadlineState
from cases.law.rates import DISPATCHED, JUDGED, THREE, WHISTLED, Matter, definition
from cases.people.directory import directory
from cases.people.queries import SYSTEM, TOWN_TIME, town_day
from cases.rulebook.queries import stamp
from cases.whistle.queries.calls import TOLD, Scope, answer_of, calls
from cases.whistle.queries.matters import UNREPORTED, sending_of, taken_up, unreported, whistles
from cases.whistle.queries.period import Period
from cases.whistle.queries.rates import called_as

HIT, MISS = "hit", "miss"
# Dates whose passing alone changes a rate: nobody signed, made contact, came, dispatched in time.
TERMS: Final = ("whistle.sign", "whistle.contact", "whistle.report_in", "whistle.dispatch")


class Cell(NamedTuple):
    """Where something counts for a rate; 0 where there is no unit, no village."""

    day: date
    division: str
    unit: int
    village: int
    rate: str
    told: str


def cells(since: date, until: date, now: datetime) -> Counter[Cell]:
    """What the rates of some days are made of, as things stand by `now`."""
    scope = Scope(Period("days", since, until))
    units = directory(stamp("people"), town_day(now))
    found: Counter[Cell] = Counter()
    names = ("case__division", "case__village_id", "unit_id", *TOLD)
    for row in _by_day(calls(SYSTEM, scope, now), *names):
        unit, village = called_as(units, row["unit_id"]), row["case__village_id"] or 0
        where = (row["day"], row["case__division"], unit, village)
        _judge(found, where, THREE, answer_of(row), row["many"])
        _judge(found, (*where[:2], 0, 0), (JUDGED,), answer_of(row), row["many"])
    for row in _by_day(whistles(SYSTEM, scope, now), "division", "stands", "sent"):
        where = (row["day"], row["division"], 0, 0)
        _judge(found, where, (DISPATCHED,), sending_of(row), row["many"])
    for row in _by_day(taken_up(SYSTEM, scope), "division", "whistled", "excused"):
        matter = Matter(row["whistled"], row["excused"])
        _judge(found, (row["day"], row["division"], 0, 0), (WHISTLED,), matter, row["many"])
    for row in _by_day(unreported(SYSTEM, scope), "division"):
        _judge(found, (row["day"], row["division"], 0, 0), (WHISTLED,), UNREPORTED, row["many"])
    return found


def passed(since: datetime, at: datetime) -> set[date]:
    """The days on which calls and whistles were made whose dates passed since then, unmet."""
    late = Deadline.objects.filter(
        Q(due_at__gt=since, due_at__lte=at), state=DeadlineState.RUNNING, term__in=TERMS
    )
    days: set[date] = set()
    for called, opened in late.values_list("part__opened_at", "case__opened_at"):
        days |= {town_day(moment) for moment in (called, opened) if moment is not None}
    return days


def recounting(since: date, until: date) -> bool:
    """Whether the rates of some day wait to be counted again, or are being counted now."""
    return RateDay.objects.filter(stale=True, day__range=(since, until)).exists()


def _by_day(rows: QuerySet[Any], *names: str) -> Iterable[Mapping[str, Any]]:
    dated = rows.order_by().annotate(day=TruncDate(F("opened_at"), tzinfo=TOWN_TIME))
    found: Iterable[Mapping[str, Any]] = dated.values("day", *names).annotate(many=Count("pk"))
    return found


def _judge(
    found: Counter[Cell],
    where: tuple[date, str, int, int],
    names: Iterable[str],
    thing: Any,
    many: int,
) -> None:
    for name in names:
        rule = definition(name, where[0])
        hit: Callable[[Any], bool] = rule.hit
        told = rule.left_out(thing) or (HIT if hit(thing) else MISS)
        found[Cell(*where, name, told[:60])] += many
