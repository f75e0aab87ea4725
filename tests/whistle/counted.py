"""The counts of a period read as a test reads them."""

from datetime import datetime, timedelta
from typing import Any

from cases.docket.models import Case, Part
from cases.law.moves import Role
from cases.whistle.queries.behind import asked_of, behind
from cases.whistle.queries.rates import Figure, Rates, rates, scope_of
from tests.town import NOW, Cast
from tests.whistle.way import FOUR, answer, dispatched

HOUR = timedelta(hours=1)
LATER = NOW + timedelta(days=30)
ALL = {"period": "days", "from": "2026-11-01", "to": "2026-12-31"}
Reply = tuple[int, int, dict[str, int]]


def read(town: Cast, /, role: Role = Role.SUPERVISOR, at: datetime = LATER, **asked: Any) -> Rates:
    actor = town.actor(role)
    return rates(actor, scope_of(ALL | asked, actor, at), at)


def made(figures: list[Figure], name: str) -> Reply:
    found = next(f.rate for f in figures if f.rate.name == name)
    return found.numerator, found.denominator, dict(found.excluded)


def replied(town: Cast, **facts: Any) -> tuple[Case, Part]:
    case, part = dispatched(town, **facts)
    answer(town, part, "sign", Role.DEPT_OFFICER, NOW + HOUR / 2)
    answer(town, part, "contact", Role.DEPT_OFFICER, NOW + HOUR, contacted="窗口")
    answer(town, part, "reply", Role.DEPT_OFFICER, NOW + 2 * HOUR, **FOUR)
    return case, part


def rows_of(town: Cast, /, role: Role = Role.SUPERVISOR, **asked: Any) -> Any:
    actor = town.actor(role)
    given = ALL | asked
    return behind(actor, scope_of(given, actor, LATER), asked_of(given), LATER)
