"""A report's whole way (上报事件全流程): filed, accepted, assigned, handled, checked, closed."""

from collections.abc import Callable
from typing import Any

from rest_framework.test import APIClient

from cases.docket.models import Case, Deadline
from cases.law.moves import Role
from tests.conftest import send
from tests.town import Cast

FILED = {"category": "0602", "title": "路灯不亮", "description": "村口第三盏", "lng": 119.175,
         "lat": 32.165}  # fmt: skip


def test_a_report_walks_to_closed_through_the_roles(
    town: Cast, api: Callable[..., APIClient]
) -> None:
    worker, desk, village = api(Role.GRID_WORKER), api(Role.DESK), api(Role.VILLAGE)
    told = send(worker, "/api/v1/reports/", FILED)
    assert told.status_code == 201, told.content.decode()
    number = told.json()["number"]
    steps: list[tuple[APIClient, str, dict[str, Any], str]] = [
        (desk, "accept", {}, "ACCEPTED"),
        (desk, "assign", {"unit": town.village.pk}, "ASSIGNED"),
        (village, "sign", {}, "ASSIGNED"),
        (village, "handle", {"result": "已更换灯泡"}, "HANDLED"),
        (worker, "check", {"finding": "亮了"}, "CHECKED"),
        (desk, "close", {"closing": "C1"}, "CLOSED"),
    ]
    for version, (who, verb, facts, state) in enumerate(steps, start=1):
        answer = send(who, f"/api/v1/reports/{number}/{verb}/", facts, version)
        assert answer.status_code == 200, answer.content.decode()
        assert answer.json()["state"] == state
        assert answer["ETag"] == f'"{version + 1}"'
    case = Case.objects.get(number=number)
    assert case.closed_at is not None
    states = dict(Deadline.objects.filter(case=case).values_list("term", "state"))
    assert states == {
        "report.accept": "met",
        "report.assign": "met",
        "report.sign": "met",
        "report.handle": "met",
        "report.check": "met",
        "report.close": "met",
    }
