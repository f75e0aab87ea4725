"""Obligations as a case's file shows them (期限、分办): its deadlines and its parts, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from cases.docket import kinds
from cases.docket.answers import moves_open
from cases.docket.models import Case, Deadline, Part
from cases.docket.queries.countdown import DueView, due_view
from cases.law.moves import Move
from cases.people.directory import path_of
from cases.people.queries import Actor
from cases.rulebook.models import Quality
from cases.rulebook.queries import Book


@dataclass(frozen=True)
class DeadlineView:
    """A deadline as the file shows it; `why_url` explains the date."""

    id: int
    term: str
    term_label: str
    state: str
    state_label: str
    due: DueView
    owes: str
    start_at: datetime
    met_at: datetime | None
    citation: str
    quality_label: str
    rule_version: str
    calendar_version: str
    earlier: list[tuple[date, datetime, str]]
    why_url: str
    part: int | None = None


@dataclass(frozen=True)
class PartView:
    """One obligation inside the case (分办), as a seat may see it, with the moves open to it."""

    part: Part
    id: int
    kind: str
    capacity: str
    unit: str
    officer: str
    state: str
    state_label: str
    version: int
    mine: bool
    deadlines: list[DeadlineView]
    moves: list[Move]
    url: str

    @property
    def closed(self) -> bool:
        """Whether nothing more is owed here."""
        return self.part.closed_at is not None


def part_label(kind: kinds.Kind, part: Part) -> str:
    """Whose obligation a part is, and in which capacity (主办、协办)."""
    name = part.unit.short_name or part.unit.name if part.unit else ""
    capacity = kind.capacities.get(part.kind, "")
    return f"{name}（{capacity}）" if capacity else name


def part_view(
    kind: kinds.Kind,
    part: Part,
    actor: Actor,
    case: Case,
    dates: list[DeadlineView],
    deadlines: list[Deadline],
    whose: Mapping[int, str],
) -> PartView:
    """A part in words, with the moves open to a seat; none where it only reads."""
    return PartView(
        part=part,
        id=part.pk,
        kind=part.kind,
        capacity=kind.capacities.get(part.kind, ""),
        unit=whose[part.pk].partition("（")[0],
        officer=part.officer.name if part.officer else "",
        state=part.state,
        state_label=kind.table.states.get(part.state, part.state),
        version=part.version,
        mine=part.unit_id is not None and path_of(part.unit_id).startswith(actor.unit_path or "-"),
        deadlines=[d for d in dates if d.part == part.pk],
        moves=moves_open(case, part, actor, deadlines) if deadlines else [],
        url=f"/{kind.path}/{case.number}/{kind.parts}/{part.pk}/",
    )


def deadline_view(
    deadline: Deadline, now: datetime, rules: Book, earlier: list[tuple[date, datetime, str]]
) -> DeadlineView:
    """A deadline in words, with the dates it had before."""
    kept = deadline.snapshot
    owes = [deadline.unit.short_name or deadline.unit.name if deadline.unit else ""]
    owes.append(deadline.officer.name if deadline.officer else "")
    return DeadlineView(
        id=deadline.pk,
        term=deadline.term,
        term_label=kept["name"],
        state=deadline.state,
        state_label=deadline.get_state_display(),
        due=due_view(deadline, now, rules.calendar),
        owes=" · ".join(o for o in owes if o),
        start_at=deadline.start_at,
        met_at=deadline.met_at,
        citation=kept["citation"],
        quality_label=Quality(kept["quality"]).label,
        rule_version=deadline.rule_version,
        calendar_version=deadline.calendar_version,
        earlier=earlier,
        why_url=f"/deadlines/{deadline.pk}/why/",
        part=deadline.part_id,
    )


