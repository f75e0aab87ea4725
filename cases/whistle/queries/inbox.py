"""A department's inbox (应哨箱): every call of its own over all towns, what is due next first.

A row says in words what the department itself does next and by when, when and where to meet, and
whom it waits for where it has done its part.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cases.docket.models import Case, Deadline, DeadlineState, Part
from cases.docket.queries.countdown import DueView, due_view
from cases.docket.queries.rows import title_of
from cases.people.directory import Directory, directory
from cases.people.models import UnitKind
from cases.people.queries import Actor, town_day
from cases.rulebook.queries import Book, book, stamp
from cases.rulebook.queries.rules import RuleMissing
from cases.rulebook.queries.whistling import RuleWhistle
from cases.whistle.queries.meeting import Meeting, meetings
from cases.whistle.queries.reach import EMERGENCY, Narrowing, reach
from cases.whistle.states import WHISTLE
from cases.whistle.states.response.answering import REPORT_IN
from cases.whistle.states.words import COPIED, EVALUATED, RELEASED, REPLIED, TYPES, Calls

_CASE = (
    *("number", "state", "division", "variant", "urgent", "title"),
    *("key_id", "wrapped_key", "kind"),
)
_PART = ("kind", "state", "version", "opened_at", "closed_at", "unit_id", "officer__name")
RESTING: Final = "挂账（时限停计）"
_AT_REST = {
    COPIED: "抄送知悉，不用办理",
    REPLIED: "已反馈，等吹哨单位评价",
    EVALUATED: "已评价",
    RELEASED: "已解除，不用再办",
}


@dataclass(frozen=True)
class Call:
    """One call as a line of the inbox; `step` is what the department does next, `due` by when."""

    number: str
    part: int
    case_id: int
    title: str
    town: str
    town_name: str
    type: str
    type_name: str
    emergency: bool
    capacity: str
    capacity_label: str
    unit_name: str
    officer_name: str
    state: str
    state_label: str
    step: str
    due: DueView | None
    waiting: str
    meet_at: datetime | None
    meet_place: str
    called_at: datetime
    version: int
    inspects: bool
    on_point: bool
    may_visit: bool
    url: str


@dataclass(frozen=True)
class Inbox:
    """A page of the inbox: what is asked, what is only told, the cursor of the page after it."""

    rows: list[Call]
    copies: list[Call]
    next: str
    asked: Narrowing


def inbox(actor: Actor, asked: Narrowing, now: datetime) -> Inbox:
    """A page of the calls of a seat's unit and those under it; six queries at any size."""
    known = _names(now)
    found = reach(actor, known.under(actor.unit_path), asked, now)
    lines = calls([*found.parts, *found.copies], now, known)
    return Inbox(
        rows=[lines[part] for part in found.parts],
        copies=[lines[part] for part in found.copies],
        next=found.next,
        asked=asked,
    )


def towns(actor: Actor, now: datetime) -> list[tuple[str, str]]:
    """The towns whose calls a seat may narrow to, by code."""
    return _towns(_names(now), actor.division)


def calls(parts: Sequence[int], now: datetime, known: Directory) -> dict[int, Call]:
    """Calls as lines, by the id of the part; they were found by what the seat may see."""
    if not parts:
        return {}
    rules = book()
    names = [*_PART, *(f"case__{name}" for name in _CASE)]
    rows = Part.objects.filter(pk__in=parts).select_related("case", "officer").only(*names)
    held = {part.pk: part for part in rows}
    clocks = _clocks(parts)
    met = meetings(list(held.values()))
    return {
        pk: _line(part, clocks.get(pk, []), met[pk], now, rules, known)
        for pk, part in held.items()
    }


def type_rule(case: Case, rules: Book, now: datetime) -> RuleWhistle | None:
    """The rules of a whistle's type as they stand today; None where none is in force any more."""
    try:
        return rules.whistle(case.variant, case.division, town_day(now))
    except RuleMissing:
        return None


def _line(
    part: Part,
    clocks: Sequence[Deadline],
    met: Meeting,
    now: datetime,
    rules: Book,
    known: Directory,
) -> Call:
    case = part.case
    rule = type_rule(case, rules, now)
    clocks = [] if _rests(part) else clocks
    own = [clock for clock in clocks if clock.unit_id == part.unit_id]
    others = [clock for clock in clocks if clock.unit_id != part.unit_id]
    return Call(
        number=str(case.number),
        part=part.pk,
        case_id=case.pk,
        title=title_of(case),
        town=case.division,
        town_name=dict(_towns(known, case.division)).get(case.division, case.division),
        type=case.variant,
        type_name=rule.name if rule else dict(TYPES).get(case.variant, case.variant),
        emergency=case.variant == EMERGENCY,
        capacity=part.kind,
        capacity_label=WHISTLE.capacities.get(part.kind, ""),
        unit_name=known.name(part.unit_id),
        officer_name=part.officer.name if part.officer else "",
        state=part.state,
        state_label=WHISTLE.table.states.get(part.state, part.state),
        step=_step(part, own),
        due=due_view(own[0], now, rules.calendar) if own else None,
        waiting=_waits(others, known),
        meet_at=met.at,
        meet_place=met.place,
        called_at=part.opened_at,
        version=part.version,
        inspects=bool(rule and rule.inspects),
        on_point=bool(rule and rule.on_point),
        may_visit=REPORT_IN.goes_from(part.state) and not _rests(part),
        url=f"/whistles/{case.number}/responses/{part.pk}/",
    )


def _rests(part: Part) -> bool:
    """Whether nothing is to be done on a call because its whistle is shelved (挂账)."""
    owes = part.closed_at is None and part.kind != Calls.COPY
    return owes and part.case.state in WHISTLE.resting


def _step(part: Part, own: Sequence[Deadline]) -> str:
    if _rests(part):
        return RESTING
    if own:
        return f"待{own[0].snapshot.get('name', '')}"
    return _AT_REST.get(part.state, "待办理")


def _waits(others: Sequence[Deadline], known: Directory) -> str:
    if not others:
        return ""
    return f"等{known.name(others[0].unit_id)}{others[0].snapshot.get('name', '')}"


def _clocks(parts: Iterable[int]) -> Mapping[int, list[Deadline]]:
    """The running deadlines of some parts, what is due first first; one query."""
    running = Deadline.objects.filter(part__in=parts, state=DeadlineState.RUNNING)
    found: dict[int, list[Deadline]] = {}
    for clock in running.order_by("due_at", "id"):
        found.setdefault(clock.part_id or 0, []).append(clock)
    return found


def _names(now: datetime) -> Directory:
    return directory(stamp("people"), town_day(now))


def _towns(known: Directory, division: str) -> list[tuple[str, str]]:
    able = [e for e in known.units.values() if e.kind == UnitKind.TOWN]
    near: list[tuple[str, Any]] = [
        (e.division, e.name) for e in able if e.division.startswith(division)
    ]
    return sorted(near)
