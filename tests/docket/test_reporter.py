"""Who reported (反映人): shown in full to who may call back, and every look leaves a trace."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from cases.docket.models import AccessLog, Party
from cases.law.moves import Role
from tests.ledger import unchanged
from tests.town import Cast
from tests.walk import file, walk

WHO: dict[str, Any] = {"reporter": "赵大山", "phone": "13812345678"}


@pytest.mark.parametrize("role", [Role.DESK, Role.GRID_WORKER, Role.LEADER])
def test_who_may_call_back_sees_the_number_and_leaves_a_trace(
    town: Cast, api: Callable[..., APIClient], role: Role
) -> None:
    case = file(town, **WHO)
    answer = api(role).get(f"/api/v1/cases/{case.number}/reporter/")
    assert answer.json() == [{"role": "反映人", "name": "赵大山", "phone": "13812345678"}]
    (trace,) = AccessLog.objects.all()
    assert (trace.what, trace.case_id, trace.officer_id) == (
        "reporter",
        case.pk,
        town.officer(role).pk,
    )


@pytest.mark.parametrize("role", [Role.VILLAGE, Role.SUPERVISOR, Role.DEPT_OFFICER, Role.SYSADMIN])
def test_nobody_else_sees_it(town: Cast, api: Callable[..., APIClient], role: Role) -> None:
    case = walk(town, file(town, **WHO), "assign")
    with unchanged():
        answer = api(role).get(f"/api/v1/cases/{case.number}/reporter/")
    assert answer.status_code == 404


def test_the_handler_sees_it_once_it_was_made_known(
    town: Cast, page: Callable[..., Client]
) -> None:
    case = walk(town, file(town, **WHO), "assign")
    Party.objects.filter(case=case).update(disclosed_to=town.village)
    shown = page(Role.VILLAGE).get(f"/cases/{case.number}/reporter/")
    assert "tel:13812345678" in shown.content.decode()
    assert AccessLog.objects.count() == 1


def test_the_case_page_hides_the_middle_of_the_number(
    town: Cast, page: Callable[..., Client]
) -> None:
    case = file(town, **WHO)
    shown = page(Role.DESK).get(f"/reports/{case.number}/").content.decode()
    assert "138****5678" in shown
    assert "13812345678" not in shown
