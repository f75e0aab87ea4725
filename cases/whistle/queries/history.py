"""The history of one matter (同一事项历次吹哨): every whistle blown on it, and the
report it came from.

Repeat whistles are tied (前次吹哨), and count as one matter; the ties are followed both ways.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import connection

from cases.docket import access
from cases.docket.models import Case, Event, Link, Part
from cases.docket.queries.rows import address_of, category_name, shown, title_of
from cases.docket.states import OUTCOMES
from cases.people.queries import Actor
from cases.rulebook.queries import Book, book
from cases.whistle.states import WHISTLE
from cases.whistle.states.words import (
    COMPLAINTS,
    HELD,
    OBJECTIONS,
    ON_SITE,
    RULINGS,
    SATISFACTIONS,
    STATES,
    TYPES,
    Calls,
)

AGAIN: Final = "again"
MOST: Final = 100  # whistles on one matter that are told; ties beyond are not followed
_TOLD: Final = (
    *("blow", "approve", "refuse", "dispatch", "withdraw", "close", "follow_up", "reopen"),
    *("sign", "report_in", "reply", "return_for_rework", "evaluate", "evaluate_by_default"),
    *("raise_objection", "admit_objection", "take_back_objection"),
    *("rule_on_duties", "rule_above"),
)
_TIED: Final = """
WITH RECURSIVE matter(id) AS (
  SELECT %s::bigint
  UNION
  SELECT CASE WHEN l.parent_id = m.id THEN l.child_id ELSE l.parent_id END
  FROM matter m JOIN docket_link l ON l.why = 'again' AND m.id IN (l.parent_id, l.child_id)
)
SELECT id FROM matter LIMIT %s
"""


@dataclass(frozen=True)
class Objected:
    """An objection and what became of it; `outcome` is "" while it waits."""

    at: datetime
    ground: str
    outcome: str
    outcome_at: datetime | None


@dataclass(frozen=True)
class Judged:
    """How a department was judged: on site, solved, satisfied; or that nobody did in time."""

    at: datetime
    on_site: str
    result: str
    satisfaction: str
    complaint: str
    defaulted: bool

    @property
    def words(self) -> str:
        """In one line."""
        if self.defaulted:
            return "未评价（逾期自动了结，不计为满意）"
        told = (self.result, self.satisfaction, self.complaint, self.on_site)
        return "，".join(word for word in told if word)


@dataclass
class Department:
    """One department of one whistle, and what it did."""

    id: int
    unit: str
    capacity: str
    state_label: str
    url: str
    signed_at: datetime | None = None
    reported_in_at: datetime | None = None
    replied_at: datetime | None = None
    objections: list[Objected] = field(default_factory=list)
    reworks: int = 0
    judged: Judged | None = None


@dataclass
class Blown:
    """One whistle of the matter."""

    number: str
    url: str
    title: str
    type_label: str
    state: str
    state_label: str
    category_name: str
    opened_at: datetime
    blown_at: datetime | None = None
    dispatched_at: datetime | None = None
    closed_at: datetime | None = None
    departments: list[Department] = field(default_factory=list)
    reopened: int = 0
    follow_ups: list[tuple[datetime, str]] = field(default_factory=list)
    here: bool = False

    @property
    def reworks(self) -> int:
        """How often an answer was sent back."""
        return sum(each.reworks for each in self.departments)

    @property
    def objections(self) -> int:
        """How often a department objected."""
        return sum(len(each.objections) for each in self.departments)


@dataclass(frozen=True)
class History:
    """One matter: its whistles, the oldest first, and the reports they came from.

    `hidden` is how many whistles of it this seat does not see.
    """

    number: str
    whistles: list[Blown]
    reports: list[tuple[str, str, str, datetime]]
    hidden: int

    @property
    def reworks(self) -> int:
        """Over all whistles."""
        return sum(each.reworks for each in self.whistles)

    @property
    def objections(self) -> int:
        """Over all whistles."""
        return sum(each.objections for each in self.whistles)

    @property
    def again(self) -> int:
        """How often it was whistled anew after the first time."""
        return len(self.whistles) + self.hidden - 1

    @property
    def reopened(self) -> int:
        """How often a whistle was taken up again after its end."""
        return sum(each.reopened for each in self.whistles)


def history(actor: Actor, case: Case) -> History:
    """The history of the matter a whistle is about; `case` comes from `find`."""
    tied = _tied(case)
    whole = Case.objects.filter(pk__in=tied, number__isnull=False)
    seen = access.visible(actor, Case.objects.filter(pk__in=tied)).exclude(number=None)
    cases = {row.pk: row for row in seen.defer("search", "words", "head").order_by("opened_at")}
    cases.setdefault(case.pk, case)
    rules = book()
    told = {pk: _blown(row, case, rules) for pk, row in cases.items()}
    _with_departments(told, list(cases))
    _with_events(told, cases)
    return History(
        number=str(case),
        whistles=sorted(told.values(), key=lambda blown: (blown.opened_at, blown.number)),
        reports=_reports(actor, list(cases)),
        hidden=max(whole.count() - len(cases), 0),
    )


def _tied(case: Case) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_TIED, [case.pk, MOST])
        return [row[0] for row in cursor.fetchall()]


def _blown(row: Case, here: Case, rules: Book) -> Blown:
    return Blown(
        number=shown(row),
        url=address_of(row),
        title=title_of(row),
        type_label=dict(TYPES).get(row.variant, row.variant),
        state=row.state,
        state_label=STATES.get(row.state, row.state),
        category_name=category_name(row, rules),
        opened_at=row.opened_at,
        here=row.pk == here.pk,
    )


def _with_departments(told: Mapping[int, Blown], cases: Sequence[int]) -> None:
    parts = Part.objects.filter(case__in=cases).select_related("unit").order_by("case_id", "id")
    for part in parts:
        blown = told[part.case_id]
        blown.departments.append(
            Department(
                id=part.pk,
                unit=part.unit.short_name if part.unit else "",
                capacity=WHISTLE.capacities.get(part.kind, ""),
                state_label=STATES.get(part.state, part.state),
                url=f"{blown.url}responses/{part.pk}/" if part.kind != Calls.COPY else "",
            )
        )


def _with_events(told: Mapping[int, Blown], cases: Mapping[int, Case]) -> None:
    names = ("case_id", "part_id", "verb", "text", "happened_at")
    events = Event.objects.filter(case__in=list(cases), verb__in=_TOLD).only(*names)
    departments = {each.id: each for blown in told.values() for each in blown.departments}
    for event in events.order_by("case_id", "seq"):
        facts = json.loads(event.text)["open"]
        if event.part_id is None:
            _on_case(told[event.case_id], event.verb, event.happened_at, facts)
        elif event.part_id in departments:
            _on_part(departments[event.part_id], event.verb, event.happened_at, facts)


def _on_case(blown: Blown, verb: str, at: datetime, facts: Mapping[str, Any]) -> None:
    match verb:
        case "blow" | "approve":
            blown.blown_at = blown.blown_at or at
        case "dispatch":
            blown.dispatched_at = blown.dispatched_at or at
        case "close" | "withdraw" | "refuse":
            blown.closed_at = at
        case "reopen":
            blown.reopened += 1
            blown.closed_at = None
        case "follow_up":
            blown.follow_ups.append((at, dict(HELD).get(str(facts.get("held")), "")))


def _on_part(department: Department, verb: str, at: datetime, facts: Mapping[str, Any]) -> None:
    match verb:
        case "sign":
            department.signed_at = department.signed_at or at
        case "report_in":
            department.signed_at = department.signed_at or at
            department.reported_in_at = department.reported_in_at or at
        case "reply":
            department.replied_at = at
        case "return_for_rework":
            department.reworks += 1
        case "evaluate" | "evaluate_by_default":
            department.judged = _judged(verb, at, facts)
        case "raise_objection":
            ground = dict(OBJECTIONS).get(str(facts.get("ground")), "")
            department.objections.append(Objected(at, ground, "", None))
        case _:
            _came_to(department, verb, at, facts)


def _came_to(department: Department, verb: str, at: datetime, facts: Mapping[str, Any]) -> None:
    """What became of the last objection; one passed upward is told by the superior's ruling."""
    words = {
        "admit_objection": "吹哨单位同意退哨",
        "take_back_objection": "部门撤回",
        "rule_on_duties": f"职责界定：{dict(RULINGS).get(str(facts.get('ruling')), '')}",
        "rule_above": f"上级界定：{dict(RULINGS).get(str(facts.get('ruling')), '')}",
    }.get(verb, "")
    if words and department.objections:
        last = department.objections[-1]
        department.objections[-1] = Objected(last.at, last.ground, words, at)


def _judged(verb: str, at: datetime, facts: Mapping[str, Any]) -> Judged:
    def word(name: str, labels: Sequence[tuple[str, str]]) -> str:
        return dict(labels).get(str(facts.get(name, "")), "")

    return Judged(
        at=at,
        on_site=word("on_site", ON_SITE),
        result=word("result", OUTCOMES),
        satisfaction=word("satisfaction", SATISFACTIONS),
        complaint=word("complaint", COMPLAINTS),
        defaulted=verb == "evaluate_by_default",
    )


def _reports(actor: Actor, cases: Sequence[int]) -> list[tuple[str, str, str, datetime]]:
    """The reports the whistles were blown for, where this seat sees them: number, title, address,
    day.
    """
    ties = Link.objects.filter(child__in=cases).exclude(why=AGAIN).values("parent")
    seen = access.visible(actor, Case.objects.filter(pk__in=ties)).exclude(number=None)
    rows = seen.defer("search", "words", "head").order_by("opened_at", "id")
    return [(str(row), title_of(row), address_of(row), row.opened_at) for row in rows]
