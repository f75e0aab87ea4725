"""What a rung asks a person for (请人决定): a ladder issues no sheet, it says that one may be."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from cases.docket.models import WorkItem
from cases.oversight.models import Chase, Sheet

SHEET_DUE: Final = "sheet_due"
# The paper of a rung that is a sheet → what a person may do then.
_MAY: Final = {"提请督办": "可提请督办", "镇内督办单": "可发镇内督办单"}


def sheets_due(chases: Sequence[Chase], now: datetime) -> list[WorkItem]:
    """What the supervisor is to decide after some rungs fired; nothing where a sheet runs."""
    asking = [chase for chase in chases if chase.paper in _MAY]
    if not asking:
        return []
    wanted = [chase.deadline_id for chase in asking]
    open_ones = Sheet.objects.filter(deadline__in=wanted, ended_at=None)
    having = set(open_ones.values_list("deadline_id", flat=True))
    return [_item(chase, now) for chase in asking if chase.deadline_id not in having]


def _item(chase: Chase, now: datetime) -> WorkItem:
    name = chase.deadline.snapshot.get("name", chase.deadline.term)
    words = f"{chase.case}：“{name}”超期到第 {chase.rung} 级，{_MAY[chase.paper]}。"
    return WorkItem(
        kind=SHEET_DUE,
        case_id=chase.case_id,
        division=chase.division,
        unit_id=chase.unit_id,
        words=words[:400],
        key=f"{SHEET_DUE}:{chase.deadline_id}:{chase.generation}:{chase.rung}",
        since=now,
    )
