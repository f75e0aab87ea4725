"""Objections raised and ruled on by the operations, for tests that need them."""

from datetime import datetime
from typing import Any

from cases.docket.models import Case, Part
from cases.law.moves import Role
from tests.town import NOW, Cast
from tests.whistle.way import answer, blown, take

OBJECTION: dict[str, Any] = {
    "ground": "S3",
    "told": "yes",
    "paper": "三定方案",
    "clauses": "第五条",
    "belongs": "示范编办",
}


def objected(
    town: Cast, at: datetime = NOW, *, category: str = "0602", **facts: Any
) -> tuple[Case, Part]:
    """A whistle whose lead objects to it."""
    case = blown(town, category=category, **facts)
    take(town, case, "approve", Role.LEADER)
    told: dict[str, Any] = {"lead": town.department.pk, "grounds": "派哨目录第 12 项"}
    take(town, case, "dispatch", Role.DESK, **told)
    part = Part.objects.get(case=case, kind="lead")
    answer(town, part, "raise_objection", Role.DEPT_OFFICER, at=at, **OBJECTION)
    return case, part


def ruled(town: Cast, part: Part, ruling: str, at: datetime = NOW, **facts: Any) -> None:
    """A ruling on an objection, by the arbiter."""
    told: dict[str, Any] = {"ruling": ruling, "paper": "界定 1 号", "reason": "按清单"}
    told |= {"interim": town.department.pk} | facts
    answer(town, part, "rule_on_duties", Role.ARBITER, at=at, **told)
