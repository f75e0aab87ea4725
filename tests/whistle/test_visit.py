"""One visit answers several whistles (一次到场、多件报到): all of them or none."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from rest_framework.test import APIClient

from cases.docket.models import Case, Event, Part
from cases.docket.queries.verify import verify_record
from cases.docket.slip import Slip
from cases.law.moves import Refused, Role, Why
from cases.whistle.operations.visiting import MOST, Visited, report_in_together
from cases.whistle.queries.site import site_code
from tests.ledger import unchanged
from tests.town import COUNTY, NOW, Cast
from tests.whistle.test_inbox import called, mine
from tests.whistle.way import answer

Page = Callable[..., Client]
Api = Callable[..., APIClient]
OFFICER = Role.DEPT_OFFICER
ONCE: dict[str, Any] = {"place": "东村桥头", "people": 2, "names": "甲、乙"}


def one(town: Cast, case: Case, **more: Any) -> Visited:
    part = mine(town, case)
    return Visited(str(case.number), part.pk, part.version, **more)


def arrive(town: Cast, *visited: Visited, role: Role = OFFICER, **facts: Any) -> list[Event]:
    told: dict[str, Any] = {"at": NOW, "slip": Slip(by_event=True)} | ONCE | facts
    return report_in_together(visited, by=town.actor(role), **told)


def test_one_visit_reports_in_on_whistles_of_two_towns(town: Cast) -> None:
    ours = called(town)
    theirs = called(town, by=town.other_actor(Role.DESK))
    answer(town, mine(town, theirs), "sign", OFFICER)
    events = arrive(town, one(town, ours), one(town, theirs))
    assert [event.case_id for event in events] == [ours.pk, theirs.pk]
    for case in (ours, theirs):
        part = mine(town, case)
        case.refresh_from_db()
        assert (part.state, case.state) == ("REPORTED_IN", "RESPONDING")
        assert Event.objects.filter(part=part, verb="report_in").count() == 1
    assert verify_record().broken == []


def test_the_first_event_carries_the_key_and_the_others_one_of_it(town: Cast) -> None:
    key = uuid4()
    events = arrive(
        town,
        one(town, called(town)),
        one(town, called(town)),
        slip=Slip(by_event=True, key=key, digest="d"),
    )
    assert events[0].key == key
    assert events[1].key not in {key, None}
    assert all(event.answer for event in events)


def test_one_that_was_changed_meanwhile_stops_the_whole_visit_and_is_named(town: Cast) -> None:
    first, second = called(town), called(town)
    visited = [one(town, first), one(town, second)]
    answer(town, mine(town, second), "sign", OFFICER)
    with unchanged(), pytest.raises(Refused) as refusal:
        arrive(town, *visited)
    assert refusal.value.why is Why.STALE
    assert refusal.value.sentence.startswith(f"{second.number}：")
    assert "都没有报到" in refusal.value.sentence
    assert mine(town, first).state == "CALLED"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"people": None}, "people"),
        ({"place": ""}, "place"),
        ({"place": "\0"}, "place"),
        ({"names": "名" * 201}, "names"),
        ({"at": NOW - timedelta(days=9)}, "happened_at"),
    ],
    ids=["nobody", "nowhere", "no place", "too many names", "before it was blown"],
)
def test_what_is_wrong_for_all_is_said_at_its_field(
    town: Cast, facts: dict[str, Any], field: str
) -> None:
    visited = one(town, called(town))
    given: dict[str, Any] = {"at": NOW, "slip": Slip(by_event=True)} | ONCE | facts
    given = {name: value for name, value in given.items() if value is not None}
    with unchanged(), pytest.raises(Refused) as refusal:
        report_in_together([visited], by=town.actor(OFFICER), **given)
    assert list(refusal.value.fields) == [field]


def test_none_twice_and_too_many_are_refused(town: Cast) -> None:
    only = one(town, called(town))
    many = [Visited("321183102-W-2026-000001", n, 1) for n in range(1, MOST + 2)]
    for visited in ([], [only, only], many):
        with unchanged(), pytest.raises(Refused) as refusal:
            arrive(town, *visited)
        assert list(refusal.value.fields) == ["parts"]


def test_a_check_needs_its_own_approval_and_an_emergency_its_place(town: Cast) -> None:
    check, emergency = called(town, type="W6"), called(town, type="W1", lng=119.17, lat=32.16)
    with unchanged(), pytest.raises(Refused) as refusal:
        arrive(town, one(town, emergency), one(town, check))
    assert refusal.value.sentence.startswith(f"{check.number}：检查企业须先经")
    with unchanged(), pytest.raises(Refused) as refusal:
        arrive(
            town,
            one(town, check, inspection="检 1 号"),
            one(town, emergency, site_code="000000x"),
        )
    assert list(refusal.value.fields) == ["parts"]
    arrive(
        town,
        one(town, check, inspection="检 1 号"),
        one(town, emergency),
        lng=119.175,
        lat=32.16,
    )
    texts = {e.case_id: e.text for e in Event.objects.filter(verb="report_in")}
    assert '"metres":47' in texts[emergency.pk]
    assert "metres" not in texts[check.pk]
    assert '"inspection":"检 1 号"' in texts[check.pk]


def test_an_emergency_without_a_place_is_taken_and_said_so(town: Cast) -> None:
    placed, bare = called(town, type="W1"), called(town, type="W1")
    arrive(town, one(town, placed, site_code=site_code(placed)), one(town, bare))
    texts = {e.case_id: e.text for e in Event.objects.filter(verb="report_in")}
    assert "unplaced" not in texts[placed.pk]
    assert '"unplaced":true' in texts[bare.pk]


def test_what_is_not_this_departments_or_not_open_is_refused(town: Cast) -> None:
    other = town.units[f"{COUNTY}-environment"]
    case = called(town, assisting=[other.pk])
    theirs = Part.objects.get(case=case, unit=other)
    wrong = Visited(str(case.number), theirs.pk, theirs.version)
    with unchanged(), pytest.raises(Refused) as refusal:
        arrive(town, one(town, case), wrong)
    assert refusal.value.why is Why.ROLE
    with unchanged(), pytest.raises(Refused) as refusal:
        arrive(town, one(town, case), role=Role.ARBITER)
    assert refusal.value.why is Why.HIDDEN
    strange = Visited(str(case.number), 10**9, 1)
    with unchanged(), pytest.raises(Refused) as refusal:
        arrive(town, strange)
    assert refusal.value.why is Why.HIDDEN
    for number in ("没有这个", "\0"):
        with unchanged(), pytest.raises(Refused) as refusal:
            arrive(town, Visited(number, theirs.pk, 1))
        assert refusal.value.why is Why.HIDDEN
    arrive(town, one(town, case))
    with unchanged(), pytest.raises(Refused) as refusal:
        arrive(town, one(town, case))
    assert refusal.value.why is Why.STATE


def test_the_desk_records_a_visit_for_a_department(town: Cast) -> None:
    slip = Slip(by_event=True, channel="phone", proof="通话记录")
    (event,) = arrive(town, one(town, called(town)), role=Role.DESK, slip=slip)
    assert '"recorded_for":"phone"' in event.text


def body(town: Cast, *cases: Case, **more: Any) -> dict[str, Any]:
    told = [one(town, case) for case in cases]
    parts = [{"number": v.number, "part": v.part, "version": v.version} for v in told]
    return ONCE | {"parts": parts} | more


def post(client: APIClient, told: dict[str, Any], key: str = "") -> Any:
    headers = {"Idempotency-Key": key or str(uuid4())}
    return client.post("/api/v1/whistles/visits/", told, format="json", headers=headers)


def test_a_visit_by_api_answers_for_each_and_is_replayed(town: Cast, api: Api) -> None:
    now = called(town), called(town)
    client, key, told = api(OFFICER), str(uuid4()), body(town, *now)
    first = post(client, told, key)
    assert first.status_code == 200
    results = first.json()["results"]
    assert [(r["number"], r["state"]) for r in results] == [
        (str(case.number), "REPORTED_IN") for case in now
    ]
    with unchanged():
        again = post(client, told, key)
    assert (again.json(), again["Idempotent-Replayed"]) == (first.json(), "true")
    with unchanged():
        assert post(client, told | {"people": 3}, key).status_code == 409


@pytest.mark.parametrize(
    "wrong",
    [
        {"parts": []},
        {"parts": [{"number": "x"}]},
        {"parts": "x"},
        {"parts": [{"number": "x", "part": 1, "version": 1, "more": 1}]},
        {"inspection": "检 1 号"},
        {"files": ["6f1c1f5e-31c4-4d0f-8a52-2f5d1f0c7c11"]},
        {"lng": 500},
        {"people": -1},
        {"happened_at": "2999-01-01T00:00:00+08:00"},
    ],
    ids=str,
)
def test_a_wrong_body_is_refused(town: Cast, api: Api, wrong: dict[str, Any]) -> None:
    told = body(town, called(town)) | wrong
    client = api(OFFICER)
    with unchanged():
        assert post(client, told).status_code == 400


def form(town: Cast, *cases: Case, **more: Any) -> dict[str, Any]:
    told: dict[str, Any] = {name: str(value) for name, value in ONCE.items()}
    told |= {"post": town.posts[OFFICER].pk, "key": str(uuid4()), "part": []}
    for visited in (one(town, case) for case in cases):
        told["part"].append(str(visited.part))
        told[f"number-{visited.part}"] = visited.number
        told[f"version-{visited.part}"] = str(visited.version)
    return told | more


def test_a_visit_by_page_is_made_once(town: Cast, page: Page) -> None:
    first, second = called(town), called(town)
    client = page(OFFICER)
    shown = client.get(f"/whistles/visit/?part={mine(town, first).pk}&part=999&part=x")
    assert "有 1 件现在不能报到" in shown.content.decode()
    told = form(town, first, second)
    sent = client.post("/whistles/visit/", told)
    assert (sent.status_code, sent["Location"]) == (303, "/whistles/inbox/")
    assert "已报到 2 件" in client.get("/whistles/inbox/").content.decode()
    with unchanged():
        assert client.post("/whistles/visit/", told).status_code == 303


def test_a_refused_visit_keeps_what_was_filled_in(town: Cast, page: Page) -> None:
    check = called(town, type="W6", title="<script>alert(1)</script>")
    client = page(OFFICER)
    told = form(town, check, place="<b>桥</b>")
    with unchanged():
        refused = client.post("/whistles/visit/", told)
    text = refused.content.decode()
    assert refused.status_code == 400
    assert f"{check.number}：检查企业须先经" in text
    assert "&lt;b&gt;桥&lt;/b&gt;" in text
    assert "<script>alert" not in text
    with unchanged():
        assert client.post("/whistles/visit/", told | {"part": []}).status_code == 400
    with unchanged():
        assert client.post("/whistles/visit/", {"post": told["post"]}).status_code == 400
    with unchanged():
        stale = form(town, check, **{f"version-{mine(town, check).pk}": "99"})
        assert client.post("/whistles/visit/", stale).status_code == 409
