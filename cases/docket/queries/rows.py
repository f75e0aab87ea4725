"""Rows of a list (清单行): a case as one line: what it is, how it stands, with whom, by when."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Case as Choice
from django.db.models import F, QuerySet, Value, When

from cases.docket import kinds
from cases.docket.models import Case, Deadline, DeadlineState
from cases.docket.queries.countdown import DueView, due_view
from cases.docket.queries.views import SHOWN
from cases.docket.seal import open_key, unseal_facts
from cases.people.queries import Actor, town_day
from cases.rulebook.queries import Book
from cases.rulebook.queries.rules import RuleMissing

# Of a closed case, what was late is told before what was met.
_TELLING = (DeadlineState.RUNNING, DeadlineState.MET_LATE, DeadlineState.MET)
_DATED = (
    *("case_id", "state", "due_at", "last_day", "provisional", "colour", "snapshot"),
    *("unit_id", "officer_id", "rank", "owes"),
)
NAMES = {
    "unit_name": "unit__short_name",
    "by_name": "officer__name",
    "on_grid": "grid__name",
}


@dataclass(frozen=True)
class Row:
    """One case on the list; `mine`: the next step is mine or my unit's.

    `waiting`: what it waits for where somebody else owes it.
    """

    number: str
    kind: str
    kind_label: str
    state: str
    state_label: str
    title: str
    unit_name: str
    officer_name: str
    category_name: str
    grid_name: str
    opened_at: datetime
    closed_at: datetime | None
    due: DueView | None
    waiting: str
    urgent: bool
    mine: bool
    version: int
    url: str


def named(rows: QuerySet[Case]) -> QuerySet[Case]:
    """The rows with the names a list shows, and nothing else of the tables beside."""
    # The names alone: a row of each table beside every case would cost more than the cases.
    return rows.only(*SHOWN).annotate(**{name: F(path) for name, path in NAMES.items()})


def rows_of(
    cases: Sequence[Case], actor: Actor, now: datetime, rules: Book, asked: Container[int] = ()
) -> list[Row]:
    """Cases as rows; those `asked` with the date of the answer that the seat's unit owes."""
    clocks = clocks_of(cases)
    return [
        row_of(case, actor, now, rules, clocks.get(case.pk, ()), asked=case.pk in asked)
        for case in cases
    ]


def clocks_of(cases: Sequence[Case]) -> dict[int, list[Any]]:
    """Of each case the first deadline each unit owes, the most telling one first; one query."""
    ranks = [When(state=state, then=Value(rank)) for rank, state in enumerate(_TELLING)]
    told = Deadline.objects.filter(case__in=[c.pk for c in cases], state__in=_TELLING)
    told = told.annotate(rank=Choice(*ranks), owes=F("unit__short_name"))
    first = told.order_by("case_id", "unit_id", "rank", "due_at", "id")
    found: dict[int, list[Any]] = {}
    for row in first.distinct("case_id", "unit_id").values_list(*_DATED, named=True):
        found.setdefault(row.case_id, []).append(row)
    for clocks in found.values():
        clocks.sort(key=lambda row: (row.rank, row.due_at))
    return found


def row_of(
    case: Any,
    actor: Actor,
    now: datetime,
    rules: Book,
    clocks: Iterable[Any] = (),
    *,
    asked: bool = False,
) -> Row:
    """One case as a row of a list, with its next deadline; an erased case shows no words."""
    kind = kinds.kind(case.kind)
    mine = case.closed_at is None and case.unit_id is not None and case.unit_id == actor.unit_id
    if case.officer_id is not None:
        mine = mine and case.officer_id == actor.holder_id
    clocks = list(clocks)
    running = [clock for clock in clocks if clock.state == DeadlineState.RUNNING]
    own = [clock for clock in running if clock.unit_id == actor.unit_id] if asked else []
    due = next(iter([*own, *clocks]), None)
    return Row(
        number=shown(case),
        kind=case.kind,
        kind_label=kind.label,
        state=case.state,
        state_label=kind.table.states.get(case.state, case.state),
        title=title_of(case),
        unit_name=case.unit_name or "",
        officer_name=case.by_name or "",
        category_name=category_name(case, rules),
        grid_name=case.on_grid or "",
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        due=_due(case, due, now, rules) if due is not None else None,
        waiting=_asked(own[0]) if own else _waiting(case, clocks, actor, mine=mine),
        urgent=case.urgent,
        mine=mine,
        version=case.version,
        url=address_of(case),
    )


def _due(case: Any, clock: Any, now: datetime, rules: Book) -> DueView:
    """A date in words; what still runs once the case has ended says what it is (跟踪问效)."""
    told = due_view(clock, now, rules.calendar)
    if case.closed_at is None or clock.state != DeadlineState.RUNNING:
        return told
    return replace(told, words=f"{clock.snapshot.get('name', '')} {told.words}")


def address_of(case: Case) -> str:
    """Where a case's page is; a draft has no number yet and goes by its id."""
    path = kinds.kind(case.kind).path
    return f"/{path}/{case.number}/" if case.number else f"/{path}/drafts/{case.pk}/"


def shown(case: Case) -> str:
    """A case's number as lists show it."""
    return case.number or f"草稿 {case.pk}"


def title_of(case: Case) -> str:
    """A case's title, or what stands in its place once its key was destroyed."""
    if case.wrapped_key is None:
        return "（已依法销毁）"
    key = open_key(case.wrapped_key, case.key_id)
    return str(unseal_facts(key, case.title).get("title", ""))


def category_name(case: Case, rules: Book) -> str:
    """The name of a case's category on the day it was opened; its code where no rule names it."""
    if not case.category:
        return ""
    try:
        day = town_day(case.opened_at)
        return rules.category("grid", case.category, day, case.division).name
    except RuleMissing:
        return case.category


def _asked(clock: Any) -> str:
    return f"待我答复：{clock.snapshot.get('name', '')}"


def _waiting(case: Any, clocks: Iterable[Any], actor: Actor, *, mine: bool) -> str:
    """What a case waits for: an answer asked of another, else my own step, else what is owed."""
    if case.closed_at is not None:
        return ""
    running = [clock for clock in clocks if clock.state == DeadlineState.RUNNING]
    running.sort(key=lambda clock: (not clock.snapshot.get("asked"), clock.unit_id != case.unit_id))
    for clock in running:
        name = clock.snapshot.get("name", "")
        if mine and clock.unit_id == case.unit_id:
            return f"待我{name}"
        whose = "" if clock.unit_id == case.unit_id else clock.owes or ""
        return f"等{whose}{name}"
    return ""
