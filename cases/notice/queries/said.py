"""What an event says (事件原文): who held the case, who owed what, read from its own text.

A notice speaks of the event, not of how the case stands when the sweep comes by.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cases.docket import kinds
from cases.docket.models import Case, Event
from cases.law.moves import Move, Role
from cases.people.queries import town_day
from cases.rulebook.queries import Book
from cases.rulebook.queries.rules import RuleMissing, governing


@dataclass(frozen=True)
class Owed:
    """One running obligation an event opened, passed on or was about, and who owed it then.

    `unit_id` is None where no unit could be found to owe it.
    """

    term: str
    part: int | None
    unit_id: int | None
    officer_id: int | None
    due_at: datetime
    mark: str  # how an event names it: part, term, and which time it runs


@dataclass(frozen=True)
class Said:
    """An event, its text read once, and the row of the table it was made by."""

    event: Event
    text: dict[str, Any]
    move: Move

    @property
    def open(self) -> dict[str, Any]:
        """Its open facts."""
        facts: dict[str, Any] = self.text["open"]
        return facts

    @property
    def kind(self) -> str:
        """The kind of the case."""
        return str(self.text["row"]["kind"])

    @property
    def division(self) -> str:
        """The town of the case."""
        return str(self.text["row"]["division"])

    def case(self, held: tuple[int | None, int | None] | None = None) -> Case:
        """The case as the event left it; `held` puts another unit and officer in its place."""
        row = self.text["row"]
        unit, officer = held or self.text.get("held") or (row["unit"], row["officer"])
        return Case(
            pk=self.event.case_id,
            kind=row["kind"],
            division=row["division"],
            unit_id=unit,
            officer_id=officer,
            filer_id=row["filer"],
            filer_unit_id=row["filer_unit"],
            confidential=row["confidential"],
        )

    def owed(self) -> Iterator[Owed]:
        """The obligations that ran after it, and by whom they were owed."""
        for mark, (unit, officer) in self.text.get("owes", {}).items():
            due_at, state = self.text["deadlines"][mark]
            if state != "running":
                continue
            name, _, _ = mark.rpartition("#")
            part, _, term = name.rpartition(":")
            due = datetime.fromisoformat(due_at)
            yield Owed(term, int(part) if part else None, unit, officer, due, mark)

    def due_of(self, term: str) -> datetime | None:
        """The date of a term it opened or moved; None where it did not."""
        dates = [
            datetime.fromisoformat(due_at)
            for mark, (due_at, _) in self.text["deadlines"].items()
            if mark.rpartition("#")[0].rpartition(":")[2] == term
        ]
        return max(dates, default=None)

    def hands(self, term: str) -> set[Role]:
        """Who can do what a term asks: the roles of the moves that close it; empty for any."""
        return {role for move in self._closing(term) for role in move.by}

    def asked(self, term: str) -> str:
        """The verb a term asks for, from where the event left things; "" where several would."""
        able = [m.verb for m in self._closing(term) if m.goes_from(self.event.to_state)]
        return able[0] if able else ""

    def _closing(self, term: str) -> list[Move]:
        return [m for m in kinds.kind(self.kind).table.moves.values() if term in m.closes]


def said_of(event: Event) -> Said | None:
    """An event with its text; None where it came quietly, or its table has no such move."""
    text: dict[str, Any] = json.loads(event.text)
    move = kinds.kind(text["row"]["kind"]).table.moves.get(event.verb)
    return None if move is None or text["quiet"] else Said(event, text, move)


def term_name(rules: Book, said: Said, term: str) -> str:
    """What a term is called in the rulebook (签收、办理…), its code where no row names it."""
    day = town_day(said.event.recorded_at)
    rule = governing(rules.terms.get(term, ()), said.division, day)
    return rule.name if rule else term


def pressing(rules: Book, said: Said) -> bool:
    """Whether an event waits for no morning: an emergency, a class one calls for first, a last day.

    先打电话 classes are fire, gas, collapse, violence; the rulebook's row says which.
    """
    row = said.text["row"]
    if row["urgent"] or said.open.get("loud"):
        return True
    try:
        day = town_day(said.event.recorded_at)
        found = rules.category("grid", row["category"], day, said.division)
    except RuleMissing:
        return False
    return found.phone_now
