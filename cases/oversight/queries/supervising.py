"""Who supervises what (谁督办谁): a late obligation, the seat that looks at it, and what it may do.

The 督办单 to a county department is the county's: a town asks for it. A town issues its own to its
bodies and villages. Nobody issues one to itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cases.docket import access
from cases.docket.models import Case, Deadline, DeadlineState
from cases.law.moves import Refused, Role, Why
from cases.oversight.models import Sheet
from cases.oversight.states.sheets import (
    COUNTY,
    COUNTY_SEATS,
    ISSUE,
    REQUEST,
    SHEET,
    TOWN,
    TOWN_SEATS,
)
from cases.people.models import UnitKind
from cases.people.queries import Actor

TOWN_NEVER: Final = "镇不能向县级部门发督办单，请改用‘提请督办’。"
_OF_COUNTY: Final = frozenset({UnitKind.DEPARTMENT, UnitKind.SECTION, UnitKind.UTILITY})
_OF_TOWN: Final = frozenset({UnitKind.BODY, UnitKind.VILLAGE, UnitKind.UTILITY})


@dataclass(frozen=True)
class Way:
    """What a seat may do about an obligation: the verb ("" for nothing), and why nothing."""

    verb: str
    refusal: str = ""

    @property
    def label(self) -> str:
        """The word on the button."""
        return {REQUEST.verb: REQUEST.label, ISSUE.verb: "发督办单"}.get(self.verb, "")


def side_of(unit: Any, division: str) -> str:
    """Whose sheet reaches a unit in a town's case: the county's, the town's, "" for nobody's."""
    if unit is None:
        return ""
    if unit.division == division:
        return TOWN if unit.kind in _OF_TOWN else ""
    above = len(unit.division) < len(division) and division.startswith(unit.division)
    return COUNTY if above and unit.kind in _OF_COUNTY else ""


def way_of(actor: Actor, deadline: Deadline, kind: str, division: str, now: datetime) -> Way:
    """What a seat may do about an obligation of a case; `deadline.unit` is read."""
    if kind == SHEET.code:
        return Way("", "督办单本身不再督办；逾期未复的，可催办，或由县专班建议约谈（会商）。")
    if deadline.state != DeadlineState.RUNNING or deadline.due_at > now:
        return Way("", "只有已超期、还没有办结的时限才能督办；没有超期的请用“催办”。")
    side = side_of(deadline.unit, division)
    if not side:
        return Way("", "督办单只发给县级部门、镇内机构和村（社区）；这一项请用“催办”或当面沟通。")
    if deadline.unit_id == actor.unit_id:
        return Way("", "这一项由本单位承办，不能督办本单位，请抓紧办理，或由上一级督办。")
    return _by_seat(actor.role, side)


def _by_seat(role: Role, side: str) -> Way:
    if role in COUNTY_SEATS:
        town = "镇内机构、村（社区）由镇党政办督办，县专班不直接发督办单。"
        return Way(ISSUE.verb) if side == COUNTY else Way("", town)
    if role in TOWN_SEATS:
        return Way(REQUEST.verb if side == COUNTY else ISSUE.verb)
    return Way("", "督办由督查、窗口、镇领导和县专班办理，请切换到相应岗位。")


def lawful(
    verb: str, actor: Actor, deadline: Deadline, kind: str, division: str, now: datetime
) -> None:
    """Refuse what a seat may not do about an obligation, with the way that is open to it."""
    way = way_of(actor, deadline, kind, division, now)
    if way.verb == verb:
        return
    if not way.verb:
        outside = actor.role not in TOWN_SEATS | COUNTY_SEATS
        raise Refused(way.refusal, why=Why.ROLE if outside else Why.CONFLICT, verb=verb)
    words = {
        (ISSUE.verb, COUNTY): TOWN_NEVER,
        (REQUEST.verb, TOWN): "镇内机构、村（社区）由镇直接签发督办单，不用提请县督办。",
        (REQUEST.verb, COUNTY): "您是县专班，可以直接签发督办单，不用提请。",
    }
    basis = ISSUE.basis
    raise Refused(words[verb, side_of(deadline.unit, division)], verb=verb, citation=basis)


def open_sheets(actor: Actor, deadlines: Iterable[int]) -> dict[int, Sheet]:
    """The open sheet of each obligation, where this seat may see it; one query."""
    rows = Sheet.objects.filter(deadline__in=list(deadlines), ended_at=None)
    rows = rows.filter(case__in=access.visible(actor)).select_related("case")
    return {row.deadline_id: row for row in rows}


def obligations(actor: Actor, chosen: Iterable[int]) -> list[Deadline]:
    """Some obligations, in the order chosen, as far as this seat sees their cases."""
    wanted = [pk for pk in dict.fromkeys(chosen) if 0 < pk < 2**63]
    rows = Deadline.objects.filter(pk__in=wanted, case__in=access.visible(actor))
    rows = rows.select_related("case", "unit", "officer", "part__unit").defer("case__search")
    found = {row.pk: row for row in rows}
    return [found[pk] for pk in wanted if pk in found]


def done_since(deadline: Deadline, parent: Case) -> datetime | None:
    """When what is supervised was done or fell away; None while it is owed."""
    if deadline.state in {DeadlineState.RUNNING, DeadlineState.SUSPENDED}:
        return parent.closed_at
    return deadline.met_at or parent.closed_at or deadline.due_at
