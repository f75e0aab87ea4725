"""Supervision sheets of the demonstration month (演示月督办单): asked for, issued and answered by
demonstration seats, for what is late in a story.
"""

from collections.abc import Mapping
from typing import Any, Final

from cases.docket.models import Case, Deadline, DeadlineState
from cases.docket.slip import Slip
from cases.law.moves import Role
from cases.law.rule import LawError
from cases.management.commands._demo_stage import Stage, key_of
from cases.management.commands._demo_stories import SHEETS, Step
from cases.oversight.models import Sheet
from cases.oversight.operations.sheets import VERBS, supervise

_OPENS: Final = frozenset({"request", "send"})  # the others are moves of the sheet
_SEATS: Final[Mapping[str, Role]] = {
    "request": Role.SUPERVISOR,
    "send": Role.SUPERVISOR,
    "withdraw": Role.SUPERVISOR,
    "answer": Role.DEPT_OFFICER,
}


def play_sheet(stage: Stage, step: Step) -> None:
    """Make one step about a sheet."""
    verb = step.verb.removeprefix(SHEETS)
    facts = {k: v for k, v in step.facts.items() if k not in {"by", "term"}}
    slip = Slip(
        key=key_of(step.story, step.index), digest="demo_month", by_event=True, quiet=True
    )
    role = Role(step.facts.get("by") or _SEATS.get(verb, Role.COUNTY_DESK))
    town = stage.town_of(step.story)
    unit = stage.unit(step.unit).pk if step.unit else None
    actor = stage.actor(step.story, role, town, unit)
    told: dict[str, Any] = {"by": actor, "at": step.at, "slip": slip} | facts
    if verb in _OPENS:
        supervise(_late(stage, step), **told)
    else:
        VERBS[verb](_open(stage, step), **told)


def _late(stage: Stage, step: Step) -> int:
    case = stage.whistles.get(step.story) or stage.reports[step.story]
    rows = Deadline.objects.filter(case=case, term=step.facts["term"], unit=stage.unit(step.unit))
    found = rows.filter(state=DeadlineState.RUNNING).order_by("id").first()
    if found is None:
        raise LawError(step.story, f"演示月“{step.story}”没有可督办的“{step.facts['term']}”。")
    return found.pk


def _open(stage: Stage, step: Step) -> Case:
    case = stage.whistles.get(step.story) or stage.reports[step.story]
    return Sheet.objects.select_related("case").get(deadline__case=case, ended_at=None).case
