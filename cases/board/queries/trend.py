"""The way it went (趋势): eight weeks or twelve months, up to the present one."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from cases.board.queries.happened import MONTHS, WEEKS, stepped, stepped_answers
from cases.board.queries.links import Number, number_of_days, rate_view
from cases.board.queries.wanted import Ground, Wanted
from cases.board.states import MEASURES
from cases.law.rates import THREE
from cases.whistle.queries.rates import Figure

BYS: Final = {"week": "近八周", "month": "近十二个月"}
SHOWN: Final = ("opened", "closed", "reopened")


@dataclass(frozen=True)
class Step:
    """A week or month: its name, its numbers, its rates."""

    label: str
    since: date
    until: date
    numbers: list[Number]
    rates: list[Figure]


@dataclass(frozen=True)
class Trend:
    """All steps, the oldest first; `names` of the numbers of each."""

    by: str
    label: str
    names: list[str]
    steps: list[Step]

    @property
    def empty(self) -> bool:
        """Whether nothing at all happened."""
        return not any(number.count for step in self.steps for number in step.numbers)

    @property
    def unrated(self) -> bool:
        """Whether no step has a rate."""
        return not any(r.rate.denominator for step in self.steps for r in step.rates)


def trend_of(ground: Ground, wanted: Wanted, by: str) -> Trend:
    """The trend of a board, in two questions to the database."""
    starts = _starts(ground.today, by)
    made = stepped(ground, wanted, by, starts[0], SHOWN)
    rated = stepped_answers(ground, wanted, by, starts[0], THREE)
    steps = []
    for place, since in enumerate(starts):
        last = place == len(starts) - 1
        until = ground.today if last else starts[place + 1] - timedelta(days=1)
        numbers = [
            number_of_days(made[since, name], wanted, name, since, until) for name in SHOWN
        ]
        found = rated.get(since, Counter())
        rates = [rate_view(name, found, wanted, (since, until)) for name in THREE]
        steps.append(Step(_label(since, by), since, until, numbers, rates))
    return Trend(by, BYS[by], [MEASURES[name] for name in SHOWN], steps)


def _starts(today: date, by: str) -> list[date]:
    if by == "week":
        monday = today - timedelta(days=today.weekday())
        return [monday - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
    month = today.year * 12 + today.month - 1
    return [date(m // 12, m % 12 + 1, 1) for m in range(month - MONTHS + 1, month + 1)]


def _label(since: date, by: str) -> str:
    return f"{since.month}月{since.day}日起" if by == "week" else f"{since.year}年{since.month}月"
