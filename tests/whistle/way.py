"""A whistle led along its way by the operations, for tests that need it further on."""

from datetime import datetime
from typing import Any

from cases.docket.models import Case, Deadline, DeadlineState, Event, Part
from cases.docket.slip import Slip
from cases.law.moves import Role
from cases.whistle.operations import PART_VERBS, VERBS, blow_whistle
from cases.whistle.states import WHISTLE
from tests.town import NOW, Cast
from tests.walk import BY_EVENT

# The desk records for a department what it was told by telephone (代录).
BY_PHONE = Slip(by_event=True, channel="phone", proof="值班电话")
PLAIN: dict[str, Any] = {"type": "W3", "title": "桥下排水不畅", "ask": "请派员疏通"}
FOUR: dict[str, Any] = {
    "began_at": NOW,
    "solved_by": NOW.date(),
    "talked_to": "镇建设办",
    "measures": "疏通排水管",
}
JUDGED: dict[str, Any] = {"on_site": "in_time", "result": "solved", "satisfaction": "satisfied"}


def blown(town: Cast, role: Role = Role.DESK, **facts: Any) -> Case:
    told = {"slip": BY_EVENT} | PLAIN | facts
    case, _ = blow_whistle(by=town.actor(role), at=NOW, **told)
    return case


def take(town: Cast, case: Case, verb: str, role: Role, at: datetime = NOW, **facts: Any) -> Event:
    told = {"slip": BY_EVENT} | facts
    event: Event = VERBS[verb](Case(pk=case.pk), by=town.actor(role), at=at, **told)
    case.refresh_from_db()
    return event


def answer(
    town: Cast, part: Part, verb: str, role: Role, at: datetime = NOW, **facts: Any
) -> Event:
    theirs = role is Role.DESK and Role.DEPT_OFFICER in WHISTLE.table.moves[verb].by
    told = {"slip": BY_PHONE if theirs else BY_EVENT} | facts
    subject = Part.objects.get(pk=part.pk)
    event: Event = PART_VERBS[verb](subject, by=town.actor(role), at=at, **told)
    part.refresh_from_db()
    return event


def dispatched(town: Cast, **facts: Any) -> tuple[Case, Part]:
    case = blown(town)
    take(town, case, "approve", Role.LEADER)
    take(town, case, "dispatch", Role.DESK, lead=town.department.pk, **facts)
    return case, Part.objects.get(case=case, kind="lead")


def running(case: Case, part: Part | None = None) -> set[str]:
    rows = Deadline.objects.filter(case=case, state=DeadlineState.RUNNING)
    rows = rows.filter(part=part) if part else rows
    return set(rows.values_list("term", flat=True))


def dispatched_already(town: Cast, case: Case, **facts: Any) -> list[Part]:
    """The parts called by dispatching a whistle that was blown."""
    take(town, case, "dispatch", Role.DESK, **({"lead": town.department.pk} | facts))
    return list(Part.objects.filter(case=case, state="CALLED").order_by("pk"))


def closed(town: Cast, case: Case) -> Case:
    """A blown whistle answered by one department, evaluated and closed."""
    (part,) = dispatched_already(town, case)
    answer(town, part, "sign", Role.DEPT_OFFICER)
    answer(town, part, "reply", Role.DEPT_OFFICER, **FOUR)
    answer(town, part, "evaluate", Role.DESK, **JUDGED)
    take(town, case, "close", Role.DESK)
    return case
