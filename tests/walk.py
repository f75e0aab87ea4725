"""A report led along its way by the operations, for tests that need it further on."""

from datetime import datetime
from typing import Any

from cases.docket.models import Case
from cases.docket.slip import Slip
from cases.intake import operations as report
from cases.law.moves import Role
from tests.town import NOW, Cast

PLAIN: dict[str, Any] = {
    "category": "0602",
    "title": "路灯不亮",
    "description": "村口第三盏路灯不亮",
}
BY_EVENT = Slip(by_event=True)
WAY = ("accept", "assign", "sign", "handle", "check", "close")

# What a person told in confidence: none of it may stand where it is not sealed.
SECRETS: dict[str, Any] = {
    "title": "拆迁补偿争议",
    "description": "赵某不同意评估价",
    "address": "示范东村 8 号",
    "reporter": "赵大山",
    "phone": "13812345678",
}


def steps(town: Cast) -> dict[str, tuple[Role, dict[str, Any]]]:
    """Verb → who makes it and with what."""
    return {
        "accept": (Role.DESK, {}),
        "assign": (Role.DESK, {"unit": town.village.pk}),
        "sign": (Role.VILLAGE, {}),
        "handle": (Role.VILLAGE, {"result": "已更换灯泡"}),
        "check": (Role.GRID_WORKER, {"finding": "亮了"}),
        "close": (Role.DESK, {"closing": "C1", "reply": "已修好"}),
    }


def file(town: Cast, role: Role = Role.GRID_WORKER, at: datetime = NOW, **facts: Any) -> Case:
    """A plain report, filed; its clocks run from `at`, so that a test's dates are its own."""
    told = {"slip": BY_EVENT} | PLAIN | facts
    return report.file_report(by=town.actor(role), at=at, **told)[0]


def walk(town: Cast, case: Case, upto: str = "close", at: datetime = NOW) -> Case:
    """Lead a freshly filed report up to and with a verb."""
    for verb in WAY[: WAY.index(upto) + 1]:
        role, facts = steps(town)[verb]
        report.VERBS[verb](case, by=town.actor(role), at=at, slip=BY_EVENT, **facts)
    case.refresh_from_db()
    return case
