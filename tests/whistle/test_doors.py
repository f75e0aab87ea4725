"""Whistles at the door (吹哨报到接口): every move × every seat, of case, drafts and parts."""

from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from cases.docket.models import FAR, Case, Deadline, Part
from cases.law.moves import Move, Role
from cases.whistle.operations import DRAFT_VERBS, PART_VERBS, VERBS, blow_whistle
from cases.whistle.states import WHISTLE
from tests.ledger import facts_for, unchanged
from tests.seats import Seat, everybody, seat
from tests.test_access import WIDE, tried
from tests.town import NOW, Cast
from tests.walk import BY_EVENT
from tests.whistle.way import PLAIN, dispatched

# What a seat that may is still told of a whistle just dispatched: nothing was recorded for anybody.
STILL = {"contest": 400}
DEPARTMENTS = {Role.DEPT_OFFICER, Role.DEPT_LEAD}


@pytest.fixture
def seats(town: Cast) -> list[Seat]:
    return everybody(town)


def wanted(move: Move, state: str, at: Seat, case: Case, *, holds: bool) -> int:
    """What sending a move must answer, taken as 200, where nothing has been asked."""
    if at.post is None:
        return 401
    if not at.sees(case):
        return 404
    if not move.goes_from(state):
        return 409
    if at.role not in move.by or not (holds or not move.counts):
        return 403
    return 409 if move.answers else STILL.get(move.verb, 200)


def body(move: Move, town: Cast) -> dict[str, Any]:
    facts = facts_for(move, WHISTLE.code, town)
    plain = {name: facts[name] for name in move.asked if move.needs(name)}
    return {n: v.isoformat() if hasattr(v, "isoformat") else v for n, v in plain.items()}


LATER = NOW.replace(year=2027).isoformat()  # a meeting is arranged for a day to come


def headers(version: int) -> dict[str, str]:
    return {"Idempotency-Key": str(uuid4()), "If-Match": f'"{version}"'}


def test_every_move_of_a_whistle_is_made_by_those_who_may(seats: list[Seat], town: Cast) -> None:
    case, _ = dispatched(town)
    called = {"unit": town.units["321183-environment"].pk, "capacity": "assist"}
    for verb in VERBS:
        move = WHISTLE.table.moves[verb]
        told = body(move, town) | (called if verb == "call_department" else {})
        for at in seats:
            status = wanted(move, case.state, at, case, holds=at.role in WIDE)
            path = f"/api/v1/whistles/{case.number}/{verb}/"
            send = partial(
                at.api.post, path, told, format="json", headers=headers(case.version)
            )
            answer = tried(send, status == 200)
            assert answer.status_code == status, (verb, str(at), answer.content.decode())


def test_every_move_of_a_department_is_made_by_those_who_may(
    seats: list[Seat], town: Cast
) -> None:
    case, part = dispatched(town)
    # The doors read the clock: what is asked before its date must be before it on any day.
    Deadline.objects.filter(part=part).update(due_at=FAR)
    for verb in PART_VERBS:
        move = WHISTLE.table.moves[verb]
        told = body(move, town) | {"recorded_for": "phone"}  # asked of the desk (代录)
        if verb == "forward":
            told |= {"unit": town.department.pk}
        if verb == "propose_time":
            told |= {"meet_at": LATER}
        for at in seats:
            holds = at.role in WIDE | DEPARTMENTS
            status = wanted(move, part.state, at, case, holds=holds)
            path = f"/api/v1/whistles/{case.number}/responses/{part.pk}/{verb}/"
            send = partial(
                at.api.post, path, told, format="json", headers=headers(part.version)
            )
            answer = tried(send, status == 200)
            assert answer.status_code == status, (verb, str(at), answer.content.decode())


def test_a_draft_is_its_writers_alone(seats: list[Seat], town: Cast) -> None:
    told = {"slip": BY_EVENT} | PLAIN
    case, _ = blow_whistle(by=town.actor(Role.DESK), at=NOW, keep=True, **told)
    for verb in DRAFT_VERBS:
        for at in seats:
            mine = at.role is Role.DESK and at.here
            path = f"/api/v1/whistles/drafts/{case.pk}/{verb}/"
            sent = PLAIN if verb == "revise" else {}
            send = partial(
                at.api.post, path, sent, format="json", headers=headers(case.version)
            )
            answer = tried(send, mine)
            status = 200 if mine else 401 if at.post is None else 404
            assert answer.status_code == status, (verb, str(at), answer.content.decode())


def test_a_draft_answers_with_its_id_and_later_with_its_number(town: Cast) -> None:
    at = seat(town.posts[Role.DESK])
    told = PLAIN | {"keep": True}
    key = str(uuid4())
    once = [
        at.api.post(
            "/api/v1/whistles/", told, format="json", headers={"Idempotency-Key": key}
        )
        for _ in range(2)
    ]
    assert [answer.status_code for answer in once] == [201, 201]
    first, again = (answer.json() for answer in once)
    assert (first["number"], first["state"]) == ("", "DRAFT")
    assert again == first
    draft = Case.objects.get(pk=first["draft"])
    path = f"/api/v1/whistles/drafts/{draft.pk}/submit/"
    sent = at.api.post(path, {}, format="json", headers=headers(draft.version))
    assert sent.status_code == 200
    assert (sent.json()["number"], "draft" in sent.json()) == ("321183102-W-2026-000001", False)


def test_a_department_not_called_answers_nothing(town: Cast) -> None:
    case, part = dispatched(town)
    other = Part.objects.create(
        case=case, kind="assist", unit=town.units["321183-environment"], state="CALLED",
        opened_at=NOW,
    )
    at = seat(town.posts[Role.DEPT_OFFICER])
    with unchanged():
        path = f"/api/v1/whistles/{case.number}/responses/{other.pk}/sign/"
        answer = at.api.post(path, {}, format="json", headers=headers(0))
        assert answer.status_code == 403
        path = f"/api/v1/whistles/{case.number}/responses/{part.pk + 999}/sign/"
        assert at.api.post(path, {}, format="json", headers=headers(0)).status_code == 404


def test_a_move_costs_at_most_fifteen_queries(
    town: Cast, django_assert_max_num_queries: Any
) -> None:
    case, part = dispatched(town)
    at = seat(town.posts[Role.DEPT_OFFICER])
    for verb in ("sign", "contact", "report_in", "log_progress", "reply"):
        part.refresh_from_db()
        path = f"/api/v1/whistles/{case.number}/responses/{part.pk}/{verb}/"
        told = body(WHISTLE.table.moves[verb], town)
        with django_assert_max_num_queries(15):
            answer = at.api.post(path, told, format="json", headers=headers(part.version))
        assert answer.status_code == 200, answer.content.decode()


def test_twelve_departments_are_called_in_one_transaction(
    town: Cast, django_assert_max_num_queries: Any
) -> None:
    able = [u for u in town.units.values() if u.kind in {"department", "body"}]
    near = [u.pk for u in able if "321183102".startswith(u.division)]
    case, _ = blow_whistle(by=town.actor(Role.LEADER), at=NOW, slip=BY_EVENT, **PLAIN)
    at = seat(town.posts[Role.DESK])
    told: dict[str, Any] = {"lead": near[0], "assisting": near[1:9], "copied": near[9:12]}
    assert len({told["lead"], *told["assisting"], *told["copied"]}) == len(near[:12])
    path = f"/api/v1/whistles/{case.number}/dispatch/"
    with django_assert_max_num_queries(30):
        answer = at.api.post(path, told, format="json", headers=headers(case.version))
    assert answer.status_code == 200, answer.content.decode()
    assert Part.objects.filter(case=case).count() == len(near[:12])
