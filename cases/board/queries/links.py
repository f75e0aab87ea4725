"""Where a number leads (下钻): the address of the rows it counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlencode

from cases.board.queries.happened import Answers, rate_of
from cases.board.queries.wanted import Wanted
from cases.whistle.queries.rates import ROWS as RATE_ROWS
from cases.whistle.queries.rates import Figure

ROWS: Final = "/board/rows/"
_OF_RATES: Final = ("period", "from", "to", "town", "unit", "village")


@dataclass(frozen=True)
class Number:
    """A number and where its rows are."""

    count: int
    url: str


def number(count: int, wanted: Wanted, what: str, **more: str) -> Number:
    """A number of what stands now, with the rows of the same narrowing."""
    told = {"what": what} | wanted.narrowing | more
    return Number(count, f"{ROWS}?{urlencode(told)}")


def number_of_days(
    count: int, wanted: Wanted, what: str, since: date, until: date, /, **more: str
) -> Number:
    """A number of what happened on some days, with the rows of those days."""
    days = {"period": "days", "from": since.isoformat(), "to": until.isoformat()}
    return number(count, wanted, what, **days, **more)


def rate_view(
    name: str, found: Answers, wanted: Wanted, days: tuple[date, date], **more: str
) -> Figure:
    """A rate of some days, its numbers leading to the calls, whistles or matters they count."""
    told: Mapping[str, str] = wanted.with_days(*days) | more
    kept = {key: told[key] for key in _OF_RATES if told.get(key)}
    return Figure(rate_of(name, found, days[1]), f"{RATE_ROWS}?{urlencode(kept)}")
