"""What lies beside an objection for whoever rules on it (职责界定参考)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from cases.docket.models import Case, Part
from cases.docket.operations.uploads import receive_upload
from cases.docket.queries import case_file
from cases.docket.queries.files import files_of
from cases.docket.slip import Slip
from cases.law.moves import Role
from cases.rulebook.models import DutyItem
from cases.rulebook.models.whistling import Route
from cases.rulebook.operations import note_change
from cases.whistle.queries.beside import Beside, beside
from tests.docket.makers import jpeg
from tests.ledger import unchanged
from tests.town import COUNTY, NOW, TODAY, Cast
from tests.whistle.disputes import OBJECTION, objected, ruled
from tests.whistle.way import answer, blown, dispatched, take

Api = Callable[..., APIClient]
Page = Callable[..., Client]


def told(town: Cast, case: Case, part: Part, role: Role = Role.ARBITER) -> Beside | None:
    actor = town.actor(role)
    case.refresh_from_db()
    file = case_file(actor, case, NOW)
    (view,) = [view for view in file.parts if view.id == part.pk]
    return beside(actor, case, file, view, files_of(actor, case), NOW)


def test_both_sides_lie_beside_the_objection(town: Cast) -> None:
    case, part = objected(town)
    found = told(town, case, part)
    assert found is not None
    assert dict(found.objection.facts)["依据条款"] == "第五条"
    assert dict(found.dispatched[0].facts)["派哨依据（文件、条款）"] == "派哨目录第 12 项"
    assert (found.vertical, found.answers, found.open) == ("", [], True)
    assert (found.precedents, found.ended) == ([], [])


def test_the_papers_of_both_sides_are_told_apart(town: Cast) -> None:
    case = blown(town, category="0602")
    take(town, case, "approve", Role.LEADER)
    desk, officer = town.actor(Role.DESK), town.actor(Role.DEPT_OFFICER)
    ours = receive_upload("town.jpg", jpeg(), by=desk, at=NOW).pk
    slip = Slip(by_event=True, files=(ours,))
    take(town, case, "dispatch", Role.DESK, lead=town.department.pk, slip=slip)
    part = Part.objects.get(case=case)
    theirs = receive_upload("duty.jpg", jpeg(), by=officer, at=NOW).pk
    told_slip = Slip(by_event=True, files=(theirs,))
    answer(town, part, "raise_objection", Role.DEPT_OFFICER, slip=told_slip, **OBJECTION)
    found = told(town, case, part)
    assert found is not None
    assert [file.name for file in found.theirs] == ["duty.jpg"]
    assert [file.name for file in found.towns] == ["town.jpg"]


def test_the_lists_the_routes_and_earlier_rulings_of_the_class(town: Cast) -> None:
    dated: dict[str, Any] = {"scope": COUNTY, "valid_from": TODAY, "citation": "清单"}
    dated["quality"] = "town_default"
    told_lead = {"lead_department": "示范住建局"}
    DutyItem.objects.create(
        list_kind="assisting", number="7", name="路灯不亮抢修", **told_lead, **dated
    )
    Route.objects.create(
        category="0602", unit=town.department.code, capacity="lead", **dated, paper="目录 1 号"
    )
    note_change("rulebook_route", "x", "add", None, {}, actor_code="tests", at=NOW)
    _, before = objected(town)
    ruled(town, before, "keep")
    case, part = objected(town)
    found = told(town, case, part)
    assert found is not None
    assert [(duty.number, duty.lead) for duty in found.duties] == [("7", "示范住建局")]
    assert [(r.unit, r.capacity, r.citation) for r in found.routes] == [
        ("示范住建局", "主办", "目录 1 号")
    ]
    assert [row.ruling for row in found.precedents] == ["keep"]


def test_a_vertical_body_is_said_to_be_the_superiors(town: Cast) -> None:
    case = blown(town, category="0404")
    take(town, case, "approve", Role.LEADER)
    take(town, case, "dispatch", Role.DESK, lead=town.units[f"{COUNTY}-environment"].pk)
    part = Part.objects.get(case=case)
    answer(town, part, "raise_objection", Role.DESK, **OBJECTION)
    found = told(town, case, part)
    assert found is not None
    assert found.vertical == (
        "示范生态环境局是垂直管理单位，县级不作界定，由共同上级界定，请选“提级”。"
    )


def test_after_the_ruling_it_says_what_was_ruled(town: Cast) -> None:
    case, part = objected(town)
    ruled(town, part, "keep")
    found = told(town, case, part)
    assert found is not None
    assert ([event.verb for event in found.answers], found.open) == (["rule_on_duties"], False)


def test_it_is_for_the_arbiter_the_county_and_the_desk(town: Cast) -> None:
    case, part = objected(town)
    for role in (Role.ARBITER, Role.COUNTY_DESK, Role.DESK):
        assert told(town, case, part, role) is not None
    for role in (Role.DEPT_OFFICER, Role.LEADER, Role.SUPERVISOR):
        assert told(town, case, part, role) is None
    case, part = dispatched(town)
    assert told(town, case, part, Role.DESK) is None


@pytest.mark.parametrize("role", [Role.ARBITER, Role.COUNTY_DESK, Role.DESK])
def test_the_page_of_a_response_shows_it(
    town: Cast, page: Page, role: Role, django_assert_max_num_queries: Any
) -> None:
    case, part = objected(town)
    client, address = page(role), f"/whistles/{case}/responses/{part.pk}/"
    client.get(address)
    with django_assert_max_num_queries(45), unchanged():
        shown = client.get(address).content.decode()
    assert "职责界定参考" in shown
    assert "派哨目录第 12 项" in shown
    assert "没有现行的同类先例。" in shown


def test_by_interface(town: Cast, api: Api) -> None:
    case, part = objected(town)
    path = f"/api/v1/whistles/{case}/responses/{part.pk}/beside/"
    body = api(Role.ARBITER).get(path).json()
    assert body["objection"]["label"] == "派单异议(退哨)"
    assert {"label": "应由谁办", "value": "示范编办"} in body["objection"]["facts"]
    assert api(Role.DEPT_OFFICER).get(path).status_code == 404
    assert api(Role.DESK, other=True).get(path).status_code == 404
    wrong = f"/api/v1/whistles/{case}/responses/{part.pk + 99}/beside/"
    assert api(Role.ARBITER).get(wrong).status_code == 404


def test_a_ruling_is_made_from_the_page_once(town: Cast, page: Page) -> None:
    case, part = objected(town)
    client, address = page(Role.ARBITER), f"/whistles/{case}/responses/{part.pk}/"
    form = client.get(address).context["part"].moves
    (move,) = [move for move in form if move.verb == "rule_on_duties"]
    hidden = {name: move.form.initial[name] for name in ("version", "post", "key")}
    told = hidden | {"ruling": "keep", "paper": "1 号", "reason": "按清单"}
    for _ in range(2):
        assert client.post(f"{address}rule_on_duties/", told).status_code == 303
    part.refresh_from_db()
    assert part.state == "SIGNED"
    with unchanged():
        again = client.post(f"{address}rule_on_duties/", told | {"key": _other(str(told["key"]))})
    assert again.status_code == 409


def _other(key: str) -> str:
    return key[:-1] + ("0" if key[-1] != "0" else "1")
