"""A supervision sheet led along its way by the operations, for tests that need it further on."""

from datetime import datetime, timedelta
from typing import Any

from cases.docket.models import Case, Deadline, DeadlineState, Event
from cases.law.moves import Role
from cases.oversight.operations.sheets import VERBS, issue, request
from tests.town import NOW, Cast
from tests.walk import BY_EVENT, file, walk
from tests.whistle.way import dispatched

# 2026-11-20 is a Friday; the department was to sign within a working hour.
LATE = NOW + timedelta(hours=7)
REPLY: dict[str, Any] = {
    "done": "已疏通，正在清淤",
    "why_late": "设备调配晚了",
    "done_by": NOW.date() + timedelta(days=5),
}


def of_department(town: Cast) -> tuple[Case, Deadline]:
    """A whistle, and what the county's housing department has not signed in time."""
    case, part = dispatched(town)
    return case, Deadline.objects.get(part=part, term="whistle.sign")


def of_village(town: Cast) -> tuple[Case, Deadline]:
    """A report, and what the village has not signed in time."""
    case = walk(town, file(town), "assign")
    return case, Deadline.objects.get(case=case, term="report.sign")


def asked(town: Cast, obligation: Deadline, at: datetime = LATE, **facts: Any) -> Case:
    told: dict[str, Any] = {"by": town.actor(Role.SUPERVISOR), "slip": BY_EVENT}
    return request(obligation.pk, at=at, **told | {"demand": "请立即签收"} | facts)[0]


def issued(town: Cast, obligation: Deadline, at: datetime = LATE) -> Case:
    """A sheet of the county, asked for by the town."""
    case = asked(town, obligation, at)
    take(town, case, "issue", Role.COUNTY_DESK, at, demand="请立即签收并回复")
    return case


def issued_in_town(town: Cast, obligation: Deadline, at: datetime = LATE) -> Case:
    by = town.actor(Role.SUPERVISOR)
    return issue(obligation.pk, by=by, at=at, slip=BY_EVENT, demand="请立即签收")[0]


def take(
    town: Cast, case: Case, verb: str, role: Role, at: datetime = LATE, **facts: Any
) -> Event:
    told = {"slip": BY_EVENT} | facts
    event: Event = VERBS[verb](Case(pk=case.pk), by=town.actor(role), at=at, **told)
    case.refresh_from_db()
    return event


def running(case: Case, term: str) -> Deadline:
    return Deadline.objects.get(case=case, term=term, state=DeadlineState.RUNNING)
