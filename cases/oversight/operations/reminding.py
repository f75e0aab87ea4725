"""What a rung asks a person for (请人决定): a ladder issues no sheet, it says that one may be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cases.docket.models import Case, Deadline, WorkItem
from cases.oversight.models import Sheet

SHEET_DUE: Final = "sheet_due"
# The paper of a rung that is a sheet → what a person may do then.
_MAY: Final = {"提请督办": "可提请督办", "镇内督办单": "可发镇内督办单"}


@dataclass(frozen=True)
class Asking:
    """A rung that fired and whose paper a person decides on."""

    case: Case
    deadline: Deadline
    paper: str
    rung: int


def asks(paper: str) -> bool:
    """Whether the paper of a rung is one that a person decides on."""
    return paper in _MAY


def sheets_due(asking: Sequence[Asking], now: datetime) -> list[WorkItem]:
    """What the supervisor is to decide after some rungs fired; nothing where a sheet runs."""
    if not asking:
        return []
    wanted = [one.deadline.pk for one in asking]
    open_ones = Sheet.objects.filter(deadline__in=wanted, ended_at=None)
    having = set(open_ones.values_list("deadline_id", flat=True))
    return [_item(one, now) for one in asking if one.deadline.pk not in having]


def _item(one: Asking, now: datetime) -> WorkItem:
    deadline = one.deadline
    name = deadline.snapshot.get("name", deadline.term)
    words = f"{one.case}：“{name}”超期到第 {one.rung} 级，{_MAY[one.paper]}。"
    return WorkItem(
        kind=SHEET_DUE,
        case_id=one.case.pk,
        division=one.case.division,
        unit_id=deadline.unit_id,
        words=words[:400],
        key=f"{SHEET_DUE}:{deadline.pk}:{deadline.generation}:{one.rung}",
        since=now,
    )
