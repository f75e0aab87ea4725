"""What waits for a leader, and what came from above (待我答复、上级交办), with dates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from cases.board.queries.wanted import Ground
from cases.docket import access, kinds
from cases.docket.models import Case, ExternalRef
from cases.docket.queries.countdown import DueView
from cases.docket.queries.rows import Row, address_of, named, rows_of, title_of
from cases.docket.queries.views import shelf
from cases.intake.states.aside.desk import INSTRUCT
from cases.intake.states.words import SYSTEMS, Source
from cases.people.queries import town_day
from cases.rulebook.queries import Book
from cases.whistle.queries.approvals import approvals_of

MOST: Final = 10


@dataclass(frozen=True)
class Matter:
    """One line: what it is, what is asked, by when; `instructs`: 批示 may be written on it."""

    number: str
    title: str
    url: str
    state: str
    asks: str
    due: DueView | None
    due_on: date | None
    instructs: bool


@dataclass(frozen=True)
class Asked:
    """The first lines of a list, and whether there are more."""

    rows: list[Matter]
    more: bool = False

    @property
    def words(self) -> str:
        """How many, "以上" where not all are shown."""
        return f"{len(self.rows)} 件" + ("以上" if self.more else "")


def awaiting(ground: Ground, rules: Book) -> Asked:
    """What awaits the seat's yes or no: whistles, then more time and shelvings asked for."""
    actor, now = ground.actor, ground.now
    told = approvals_of(actor, now)
    lines = [
        Matter(
            number=card.number,
            title=card.title,
            url="/whistles/approvals/",
            state=card.type_label,
            asks=card.label,
            due=card.due,
            due_on=card.due.last_day if card.due else None,
            instructs=False,
        )
        for card in told.mine
    ]
    cases = list(named(shelf(actor, "asked").rows)[: MOST + 1])
    known = {line.number for line in lines}
    rows = rows_of(cases, actor, now, rules, {case.pk for case in cases})
    lines += [_matter(row, ground) for row in rows if row.number not in known]
    return Asked(lines[:MOST], told.more or len(lines) > MOST)


def from_above(ground: Ground, rules: Book) -> Asked:
    """What the county and other bodies asked of the town, with their dates: what was given from
    above, and sheets of other systems (12345).

    Supervision sheets are none: the county's go to departments, the town's own to its villages.
    """
    mine = access.visible(ground.actor)
    higher = mine.filter(report__source=Source.HIGHER, closed_at=None).order_by("next_due", "pk")
    lines = _lines(higher, ground, rules)
    known = {line.number for line in lines}
    lines += [line for line in _external(ground) if line.number not in known]
    lines.sort(key=lambda line: (line.due_on or date.max, line.number))
    return Asked(lines[:MOST], len(lines) > MOST)


def _lines(rows: Any, ground: Ground, rules: Book) -> list[Matter]:
    cases = list(named(rows)[: MOST + 1])
    if not cases:
        return []
    return [_matter(row, ground) for row in rows_of(cases, ground.actor, ground.now, rules)]


def _matter(row: Row, ground: Ground) -> Matter:
    return Matter(
        number=row.number,
        title=row.title,
        url=row.url,
        state=row.state_label,
        asks=row.waiting,
        due=row.due,
        due_on=row.due.last_day if row.due else None,
        instructs=_instructs(row.kind, row.state, ground),
    )


def _external(ground: Ground) -> Iterable[Matter]:
    """Sheets of other systems that are not answered, by the date they set."""
    seen = access.visible(ground.actor).filter(closed_at=None)
    rows = ExternalRef.objects.filter(answered_at=None, due__isnull=False, case__in=seen)
    rows = rows.filter(division__startswith=ground.actor.division)
    systems = dict(SYSTEMS)
    for ref in rows.select_related("case").defer("case__search").order_by("due", "pk")[: MOST + 1]:
        case: Case = ref.case
        kind = kinds.kind(case.kind)
        yield Matter(
            number=case.number or "",
            title=title_of(case),
            url=address_of(case),
            state=kind.table.states.get(case.state, case.state),
            asks=f"{systems.get(ref.system, ref.system)} {ref.number}",
            due=None,
            due_on=town_day(ref.due) if ref.due else None,
            instructs=_instructs(case.kind, case.state, ground),
        )


def _instructs(kind: str, state: str, ground: Ground) -> bool:
    return kind == "report" and ground.actor.role in INSTRUCT.by and INSTRUCT.goes_from(state)
