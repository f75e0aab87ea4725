"""What lies beside an objection (职责界定参考): what the department says, what the town says,
whose it is by the duty lists, the routes and earlier rulings; and the papers of both.

It advises; the ruling is the arbiter's. A vertical body is ruled on by the common superior only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cases.docket.models import Case
from cases.docket.queries.casefile import CaseFile
from cases.docket.queries.files import FileView
from cases.docket.queries.obligations import PartView
from cases.docket.queries.timeline import EventView
from cases.law.moves import Role
from cases.people.directory import directory
from cases.people.models import Unit
from cases.people.queries import Actor, town_day
from cases.rulebook.models import Quality
from cases.rulebook.queries import Book, book, stamp
from cases.rulebook.queries.duties import Duty, duties_for
from cases.rulebook.queries.rules import RuleMissing
from cases.whistle.queries.precedents import PrecedentView, of_class
from cases.whistle.states import WHISTLE

READERS: Final = frozenset({Role.ARBITER, Role.COUNTY_DESK, Role.DESK})
RAISED: Final = "raise_objection"
# What the department does about its objection, and what others answer it.
_THEIRS: Final = frozenset({RAISED, "take_back_objection"})
_RULED: Final = frozenset(
    {"complete", "admit_objection", "take_back_objection", "rule_on_duties", "rule_above"}
)
_TOWNS: Final = frozenset({"draft", "revise", "dispatch", "call_department", "complete"})
_GROUNDS: Final = frozenset({"dispatch", "call_department"})


@dataclass(frozen=True)
class RouteView:
    """One row of the routes (派哨目录) for the class: whose it is, and by what paper."""

    unit: str
    capacity: str
    citation: str
    quality_label: str


@dataclass(frozen=True)
class Beside:
    """Everything an arbiter needs beside the form; `missing` says in words what nobody entered."""

    category: str
    objection: EventView
    answers: list[EventView]
    dispatched: list[EventView]
    vertical: str
    duties: list[Duty]
    routes: list[RouteView]
    precedents: list[PrecedentView]
    ended: list[PrecedentView]
    theirs: list[FileView]
    towns: list[FileView]

    @property
    def open(self) -> bool:
        """Whether the objection still waits."""
        return not self.answers


def beside(
    actor: Actor,
    case: Case,
    file: CaseFile,
    part: PartView,
    files: Sequence[FileView],
    now: datetime,
) -> Beside | None:
    """What lies beside the last objection of a part; None where there is none, or for a seat that
    neither rules nor holds the whistle.
    """
    raised = [e for e in file.timeline if e.part == part.id and e.verb == RAISED]
    if actor.role not in READERS or not raised:
        return None
    objection, rules = raised[-1], book()
    of_part = [e for e in file.timeline if e.part == part.id]
    standing, ended = of_class(actor, case.category, case.division, town_day(now))
    return Beside(
        category=next((value for label, value in file.facts if label == "分类"), ""),
        objection=objection,
        answers=[e for e in of_part if e.verb in _RULED and e.seq > objection.seq],
        dispatched=[e for e in file.timeline if e.verb in _GROUNDS and e.part is None],
        vertical=_vertical(part),
        duties=_duties(case, rules, now),
        routes=_routes(case, rules, now),
        precedents=standing,
        ended=ended,
        theirs=_files_of(files, {e.seq for e in of_part if e.verb in _THEIRS}),
        towns=_files_of(files, {e.seq for e in file.timeline if e.verb in _TOWNS}),
    )


def _vertical(part: PartView) -> str:
    unit: Unit | None = part.part.unit
    if unit is None or not unit.vertical:
        return ""
    return f"{unit.short_name}是垂直管理单位，县级不作界定，由共同上级界定，请选“提级”。"


def _duties(case: Case, rules: Book, now: datetime) -> list[Duty]:
    day = town_day(now)
    try:
        category = rules.category("grid", case.category, day, case.division)
    except RuleMissing:
        return []
    return duties_for(category, rules.duty_items(day, case.division))


def _routes(case: Case, rules: Book, now: datetime) -> list[RouteView]:
    day = town_day(now)
    found = rules.routes_of(case.category, case.division, day) if case.category else ()
    names = {e.code: e.name for e in directory(stamp("people"), day).units.values()}
    return [
        RouteView(
            unit=names.get(route.unit, route.unit),
            capacity=WHISTLE.capacities.get(route.capacity, ""),
            citation=route.validity.paper or route.validity.citation,
            quality_label=Quality(route.validity.quality).label,
        )
        for route in found
    ]


def _files_of(files: Sequence[FileView], steps: set[int]) -> list[FileView]:
    return [file for file in files if file.seq in steps]
