"""What happened (日统计汇总): day facts and rate facts added up over days, narrowed to what a seat
may count. A seat of the territory counts all of it, so its division is the whole rule.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import TruncMonth, TruncWeek

from cases.board.models import DayFact, RateFact
from cases.board.queries.rated import HIT, MISS
from cases.board.queries.wanted import Ground, Wanted, divisions, in_unit, in_village
from cases.board.states import MATTER
from cases.law.rates import Rate, definition

WEEKS, MONTHS = 8, 12
STEPS: Final = {"week": TruncWeek, "month": TruncMonth}
Answers = Counter[tuple[str, str]]  # rate, how it counts


def facts(ground: Ground, wanted: Wanted, since: date, until: date) -> QuerySet[Any]:
    """The day facts of some days, narrowed; matters apart."""
    rows = DayFact.objects.filter(Q(day__gte=since, day__lte=until)).exclude(measure=MATTER)
    rows = rows.filter(in_unit(wanted), in_village(wanted), **divisions(ground.actor, wanted))
    return (rows.filter(kind=wanted.kind) if wanted.kind else rows).order_by()


@dataclass(frozen=True)
class Placed:
    """How often each measure was counted: in the period by village (0 for none), and today."""

    period: Counter[tuple[str, int]]
    today: Counter[str]


def placed(ground: Ground, wanted: Wanted) -> Placed:
    """What happened in the period, and today, in one question."""
    since, until, today = wanted.period.since, wanted.period.until, ground.today
    inside, now = Q(day__gte=since, day__lte=until), Q(day=today)
    rows = facts(ground, wanted, min(since, today), max(until, today)).filter(inside | now)
    grouped = rows.values_list("measure", "village").annotate(
        many=Sum("count", filter=inside), lately=Sum("count", filter=now)
    )
    found = Placed(Counter(), Counter())
    for measure, village, many, lately in grouped:
        found.period[measure, village or 0] += many or 0
        found.today[measure] += lately or 0
    return found


def stepped(
    ground: Ground, wanted: Wanted, by: str, since: date, names: tuple[str, ...]
) -> Counter[tuple[date, str]]:
    """How often some measures were counted, by the first day of each week or month."""
    rows = facts(ground, wanted, since, ground.today).filter(measure__in=names)
    grouped = rows.annotate(step=STEPS[by]("day")).values_list("step", "measure")
    return Counter({(day, name): many for day, name, many in grouped.annotate(n=Sum("count"))})


def answers(ground: Ground, wanted: Wanted) -> Counter[tuple[int, int, str, str]]:
    """What the rates of the period are made of, by unit and village; 0 where there is none."""
    period = wanted.period
    rows = _rated(ground, wanted, period.since, period.until)
    grouped = rows.values_list("unit", "village", "rate", "told").annotate(many=Sum("count"))
    return Counter({(u or 0, v or 0, rate, told): many for u, v, rate, told, many in grouped})


def stepped_answers(
    ground: Ground, wanted: Wanted, by: str, since: date, names: tuple[str, ...]
) -> dict[date, Answers]:
    """What some rates are made of, by the first day of each week or month."""
    rows = _rated(ground, wanted, since, ground.today).filter(rate__in=names)
    grouped = rows.annotate(step=STEPS[by]("day")).values_list("step", "rate", "told")
    found: dict[date, Answers] = {}
    for day, rate, told, many in grouped.annotate(n=Sum("count")):
        found.setdefault(day, Counter())[rate, told] += many
    return found


def rate_of(name: str, found: Answers, on: date) -> Rate:
    """A rate made of what was counted, by the definition in force on a day."""
    rule = definition(name, on)
    mine = {told: many for (rate, told), many in found.items() if rate == name}
    hits = mine.pop(HIT, 0)
    return Rate(
        name=name,
        numerator=hits,
        denominator=hits + mine.pop(MISS, 0),
        excluded=tuple(sorted(mine.items())),
        numerator_means=rule.numerator_means,
        denominator_means=rule.denominator_means,
        citation=rule.citation,
    )


def _rated(ground: Ground, wanted: Wanted, since: date, until: date) -> QuerySet[Any]:
    rows = RateFact.objects.filter(Q(day__gte=since, day__lte=until)).order_by()
    rows = rows.filter(**divisions(ground.actor, wanted))
    # The town's own rates have no unit and no village: a narrowing to one leaves them out.
    return rows.filter(in_unit(wanted), in_village(wanted))
