"""What a board is narrowed to (看板筛选), all of it in its address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cases.law.moves import Refused, Role, Why
from cases.people.queries import Actor, town_day
from cases.whistle.queries.period import Period, period_of, wrong
from cases.whistle.states.words import (
    AWAITING_APPROVAL,
    AWAITING_EVALUATION,
    BLOWN,
    CLOSED,
    DISPATCHED,
    RESPONDING,
    SHELVED,
    STATES,
    TYPES,
)

BY = {"state": "按状态", "unit": "按部门"}
COLUMNS = (
    *(AWAITING_APPROVAL, BLOWN, DISPATCHED, RESPONDING, AWAITING_EVALUATION),
    *(SHELVED, CLOSED),
)
LABELS = {state: STATES[state] for state in COLUMNS} | {CLOSED: "近 30 天办结"}
VIEWERS = frozenset(
    {
        *(Role.DESK, Role.DUTY, Role.LEADER, Role.HEAD_OF_ORGAN, Role.SUPERVISOR),
        *(Role.COUNTY_DESK, Role.DEPT_LEAD, Role.DEPT_OFFICER),
    }
)


@dataclass(frozen=True)
class Wanted:
    """What the board is narrowed to; `column` shows one alone, `after` from where on.

    `unit`, `town` are codes; `period` bounds when the whistle was blown.
    """

    by: str = "state"
    type: str = ""
    unit: str = ""
    town: str = ""
    late: bool = False
    period: Period | None = None
    column: str = ""
    after: str = ""

    @property
    def told(self) -> dict[str, str]:
        """As it stands in an address, the column and the place in it left out."""
        given = {"by": self.by if self.by != "state" else "", "type": self.type}
        given |= {"unit": self.unit, "town": self.town, "late": "1" if self.late else ""}
        given |= self.period.told if self.period else {}
        return {name: value for name, value in given.items() if value}

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.told.keys() - {"by"})


def wanted_of(asked: Mapping[str, Any], actor: Actor, now: datetime) -> Wanted:
    """What an address wants of the board; Refused for a seat without one, or what there is not."""
    if actor.role not in VIEWERS:
        words = f"{actor.role.label}岗位没有吹哨看板，请到“办件”查看，或切换到相应岗位。"
        raise Refused(words, why=Why.ROLE)
    said = {name: str(asked.get(name) or "").replace("\0", "") for name in asked}
    dated = any(said.get(name) for name in ("period", "from", "to"))
    found = Wanted(
        by=said.get("by") or "state",
        type=said.get("type", ""),
        unit=said.get("unit", "")[:32],
        town=said.get("town", "")[:12],
        late=said.get("late", "") in {"1", "true", "True"},
        period=period_of(asked, town_day(now)) if dated else None,
        column=said.get("column", "")[:32],
        after=said.get("after", "")[:80],
    )
    if found.by not in BY:
        raise wrong("by", "看板只能按状态（state）或按部门（unit）排列。")
    if found.type and found.type not in dict(TYPES):
        raise wrong("type", "没有这个哨种，请重新选择。")
    if found.column and found.by == "state" and found.column not in LABELS:
        raise wrong("column", "没有这一列，请回到看板。")
    return found
