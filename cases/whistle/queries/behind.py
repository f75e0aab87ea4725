"""The rows behind a figure (数据来源): each call, whistle or report that a number counts, and how.

Rows a seat only counts are shown by number and state, without their words.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from cases.docket import access, kinds
from cases.docket.models import Case
from cases.docket.queries.rows import address_of, title_of
from cases.law.rates import (
    DISPATCHED,
    JUDGED,
    RESOLUTION,
    RESPONSE,
    SATISFACTION,
    THREE,
    TOWN,
    WHISTLED,
    Definition,
    Matter,
    definition,
)
from cases.people.directory import Directory, directory
from cases.people.queries import Actor, town_day
from cases.rulebook.queries import stamp
from cases.whistle.queries.calls import CALLED_ONES, NO, TOLD, WAIT, YES, Scope, answer_of, calls
from cases.whistle.queries.matters import UNREPORTED, sending_of, taken_up, unreported, whistles
from cases.whistle.queries.period import wrong
from cases.whistle.states.words import CALLS, SATISFACTIONS, STATES

SIZE = 50
WHATS = {
    "calls": "全部",
    "hit": "计入分子的",
    "miss": "计入分母、未计入分子的",
    "counted": "计入分母的",
    "left": "不计的",
}
_SAID = {YES: "按时", NO: "逾期", WAIT: "期限未到"}
_OUTCOMES = dict(kinds.kind("whistle").table.facts["result"].choices) if False else {}


@dataclass(frozen=True)
class Asked:
    """Which rows are asked for: of which rate, which of its numbers, of which unit, from where."""

    rate: str = RESPONSE
    what: str = "calls"
    why: str = ""
    unit: str = ""
    after: str = ""


@dataclass(frozen=True)
class Behind:
    """One row behind a figure: the case, who was called in it, and how it is counted."""

    pk: int
    number: str
    title: str
    state: str
    url: str
    town: str
    unit: str
    capacity: str
    at: datetime
    facts: list[tuple[str, str]]
    counted: str


@dataclass(frozen=True)
class BehindPage:
    """A page of the rows behind a figure; `next` goes into `after`, "" at the end."""

    rows: list[Behind]
    asked: Asked
    rule: Definition[Any]
    unit_name: str
    next: str = ""

    @property
    def what(self) -> str:
        """What these rows are, in words."""
        return self.asked.why and f"不计的：{self.asked.why}" or WHATS[self.asked.what]
