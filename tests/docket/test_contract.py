"""The HTTP contract (接口约定): keys, versions, replays, and every wrong way to ask."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from cases.docket.models import Case, Event
from cases.law.moves import Role
from tests.conftest import send
from tests.ledger import unchanged
from tests.town import NOW, XIASHU, Cast
from tests.walk import PLAIN, file

Api = Callable[..., APIClient]
REPORTS = "/api/v1/reports/"


def post(client: APIClient, path: str, body: Any, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(path, body, format="json", headers=named)


def problem(answer: Any, status: int) -> dict[str, Any]:
    """A refusal as the contract words it."""
    assert answer.status_code == status, answer.content.decode()
    assert answer["Content-Type"] == "application/problem+json"
    told: dict[str, Any] = json.loads(answer.content)
    assert told["status"] == status
    assert told["title"]
    assert told["detail"]
    return told


def test_filing_answers_with_number_version_event_and_moves(town: Cast, api: Api) -> None:
    answer = send(api(Role.GRID_WORKER), REPORTS, PLAIN)
    assert answer.status_code == 201
    told = answer.json()
    assert set(told) >= {"number", "version", "event", "moves", "state"}
    assert told["number"].startswith(f"{XIASHU}-R-")
    assert (told["version"], told["state"], answer["ETag"]) == (1, "RECEIVED", '"1"')
    assert (told["event"]["seq"], told["event"]["verb"]) == (1, "file")
    assert [m["verb"] for m in told["moves"]] == ["contact", "note", "contest"]
    assert PLAIN["title"] not in answer.content.decode()


def test_the_same_key_and_body_again_is_one_report_and_the_same_answer(
    town: Cast, api: Api
) -> None:
    client, key = api(Role.GRID_WORKER), str(uuid4())
    first = post(client, REPORTS, PLAIN, Idempotency_Key=key)
    with unchanged():
        second = post(client, REPORTS, PLAIN, Idempotency_Key=key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert "Idempotent-Replayed" not in first
    assert second["Idempotent-Replayed"] == "true"
    assert second["ETag"] == first["ETag"]
    assert Event.objects.count() == Case.objects.count() == 1


def test_a_moves_replay_answers_the_same_though_the_case_has_gone_on(town: Cast, api: Api) -> None:
    desk, case, key = api(Role.DESK), file(town), str(uuid4())
    path = f"{REPORTS}{case.number}/accept/"
    first = post(desk, path, {}, Idempotency_Key=key, If_Match='"1"')
    send(desk, f"{REPORTS}{case.number}/assign/", {"unit": town.village.pk}, 2)
    with unchanged():
        again = post(desk, path, {}, Idempotency_Key=key, If_Match='"1"')
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.content == again.content
    assert again["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize(
    ("path", "body"),
    [(REPORTS, PLAIN | {"title": "别的事"}), ("/api/v1/reports/{}/note/", {"words": "同一把钥匙"})],
    ids=["another body", "another address"],
)
def test_the_same_key_for_something_else_is_refused(
    town: Cast, api: Api, path: str, body: dict[str, str]
) -> None:
    client, key = api(Role.GRID_WORKER), str(uuid4())
    first = post(client, REPORTS, PLAIN, Idempotency_Key=key)
    with unchanged():
        path = path.format(first.json()["number"])
        told = problem(post(client, path, body, Idempotency_Key=key, If_Match='"1"'), 409)
    assert "Idempotency-Key" in told["detail"]


def test_a_key_belongs_to_one_account(town: Cast, api: Api) -> None:
    key = str(uuid4())
    for role in (Role.GRID_WORKER, Role.LIAISON):
        assert post(api(role), REPORTS, PLAIN, Idempotency_Key=key).status_code == 201
    assert Case.objects.count() == 2


def test_a_refusal_is_not_replayed_but_judged_anew(town: Cast, api: Api) -> None:
    desk, case, key = api(Role.DESK), file(town), str(uuid4())
    path = f"{REPORTS}{case.number}/assign/"
    body = {"unit": town.village.pk}
    with unchanged():
        told = problem(post(desk, path, body, Idempotency_Key=key, If_Match='"1"'), 409)
    assert told["why"] == "state"
    assert told["lawful_from"] == ["ACCEPTED", "RETURNED"]
    assert told["citation"]
    send(desk, f"{REPORTS}{case.number}/accept/", {}, 1)
    taken = post(desk, path, body, Idempotency_Key=key, If_Match='"2"')
    assert (taken.status_code, taken.json()["state"]) == (200, "ASSIGNED")
    assert "Idempotent-Replayed" not in taken


def test_without_a_key_nothing_is_done(town: Cast, api: Api) -> None:
    case, desk = file(town), api(Role.DESK)
    keys = [{}, *({"Idempotency_Key": key} for key in ("", "not-a-uuid", "7"))]
    asked = [(REPORTS, PLAIN), (f"{REPORTS}{case.number}/accept/", {})]
    with unchanged():
        for headers in keys:
            for path, body in asked:
                told = problem(post(desk, path, body, If_Match='"1"', **headers), 400)
                assert list(told["fields"]) == ["Idempotency-Key"]


def test_a_move_without_the_version_it_was_looked_at_is_428(town: Cast, api: Api) -> None:
    case = file(town)
    with unchanged():
        path = f"{REPORTS}{case.number}/accept/"
        told = problem(post(api(Role.DESK), path, {}, Idempotency_Key=str(uuid4())), 428)
    assert "If-Match" in told["detail"]


def test_a_version_that_is_no_number_is_400(town: Cast, api: Api) -> None:
    case, desk = file(town), api(Role.DESK)
    path = f"{REPORTS}{case.number}/accept/"
    with unchanged():
        for version in ("*", '"x"', "-1", '"1", "2"', '"٣"', '"1e3"', "9" * 40):
            answer = post(desk, path, {}, Idempotency_Key=str(uuid4()), If_Match=version)
            told = problem(answer, 400)
            assert list(told["fields"]) == ["If-Match"]


def test_a_version_is_read_as_it_is_commonly_written(town: Cast, api: Api) -> None:
    desk = api(Role.DESK)
    for version in ('"1"', "1", 'W/"1"'):
        path = f"{REPORTS}{file(town).number}/accept/"
        answer = post(desk, path, {}, Idempotency_Key=str(uuid4()), If_Match=version)
        assert answer.status_code == 200


def test_a_stale_version_is_409_and_says_where_the_case_stands(town: Cast, api: Api) -> None:
    case, desk = file(town), api(Role.DESK)
    send(desk, f"{REPORTS}{case.number}/accept/", {}, 1)
    with unchanged():
        answer = send(desk, f"{REPORTS}{case.number}/assign/", {"unit": town.village.pk}, 1)
        told = problem(answer, 409)
    assert told["why"] == "stale"
    assert "已受理" in told["detail"]


WRONG: list[tuple[dict[str, Any], str]] = [
    (PLAIN | {"colour": "red"}, "colour"),
    (PLAIN | {"state": "CLOSED"}, "state"),
    ({"title": "没有分类"}, "category"),
    (PLAIN | {"category": "9999"}, "category"),
    (PLAIN | {"category": ["0602"]}, "category"),
    (PLAIN | {"title": ""}, "title"),
    (PLAIN | {"title": None}, "title"),
    (PLAIN | {"title": " \u200b\u202e "}, "title"),
    (PLAIN | {"title": "长" * 101}, "title"),
    (PLAIN | {"title": {"a": 1}}, "title"),
    (PLAIN | {"source": "hearsay"}, "source"),
    (PLAIN | {"urgent": "perhaps"}, "urgent"),
    (PLAIN | {"lng": "east"}, "lng"),
    (PLAIN | {"lng": 119.17}, "lng"),
    (PLAIN | {"datum": "bd09"}, "datum"),
    (PLAIN | {"recorded_for": "rumour"}, "recorded_for"),
    (PLAIN | {"happened_at": "yesterday"}, "happened_at"),
    (PLAIN | {"division": "abc"}, "division"),
    (PLAIN | {"division": f"{XIASHU}999"}, "division"),
]


def test_a_wrong_field_is_named(town: Cast, api: Api) -> None:
    client = api(Role.GRID_WORKER)
    with unchanged():
        for body, field in WRONG:
            told = problem(send(client, REPORTS, body), 400)
            assert list(told["fields"]) == [field], body


def test_a_body_that_is_no_object_is_400(town: Cast, api: Api) -> None:
    client, headers = api(Role.GRID_WORKER), {"Idempotency-Key": str(uuid4())}
    with unchanged():
        for body in ("[]", "null", '"text"', "3", "{", "", '{"title": NaN}'):
            told = client.post(REPORTS, body, content_type="application/json", headers=headers)
            problem(told, 400)


def test_a_form_body_is_not_taken(town: Cast, api: Api) -> None:
    headers = {"Idempotency-Key": str(uuid4())}
    with unchanged():
        answer = api(Role.GRID_WORKER).post(REPORTS, PLAIN, format=None, headers=headers)
    problem(answer, 415)


def test_what_lies_in_the_future_has_not_happened(town: Cast, api: Api) -> None:
    case, ahead = file(town), timezone.now() + timedelta(minutes=6)
    said = {"happened_at": ahead.isoformat()}
    for role, path, body, version in (
        (Role.GRID_WORKER, REPORTS, PLAIN | said, None),
        (Role.DESK, f"{REPORTS}{case.number}/accept/", said, 1),
    ):
        with unchanged():
            told = problem(send(api(role), path, body, version), 400)
        assert list(told["fields"]) == ["happened_at"]


def test_a_phone_a_little_ahead_is_taken_at_its_arrival(town: Cast, api: Api) -> None:
    ahead = timezone.now() + timedelta(minutes=4)
    body = PLAIN | {"happened_at": ahead.isoformat(), "claimed_at": ahead.isoformat()}
    assert send(api(Role.GRID_WORKER), REPORTS, body).status_code == 201
    event = Event.objects.get()
    assert event.happened_at < ahead
    assert event.claimed_at == ahead


def test_a_time_before_time_is_refused(town: Cast, api: Api) -> None:
    for name in ("happened_at", "claimed_at"):
        body = PLAIN | {name: "0001-01-01T00:00:00+08:00"}
        with unchanged():
            told = problem(send(api(Role.GRID_WORKER), REPORTS, body), 400)
        assert list(told["fields"]) == [name]


def test_what_happened_before_every_rule_is_still_recorded(town: Cast, api: Api) -> None:
    long_ago = {"happened_at": "2009-06-01T09:00:00+08:00", "proof": "接待登记本"}
    number = send(api(Role.DESK), REPORTS, PLAIN | long_ago).json()["number"]
    answer = send(api(Role.DESK), f"{REPORTS}{number}/accept/", long_ago, 1)
    assert answer.status_code == 200, answer.content.decode()
    event = Event.objects.get(verb="accept")
    text = json.loads(event.text)
    assert "接待登记本" not in event.text
    shown = api(Role.DESK).get(f"/api/v1/cases/{number}/").json()["timeline"]
    assert {"label": "凭据", "value": "接待登记本"} in shown[1]["facts"]
    assert text["happened_at"] == "2009-06-01T01:00:00.000000+00:00"


def test_recording_for_somebody_says_so(town: Cast, api: Api) -> None:
    body = PLAIN | {"recorded_for": "phone", "source": "resident", "proof": "来电登记"}
    number = send(api(Role.DESK), REPORTS, body).json()["number"]
    text = json.loads(Event.objects.get().text)
    assert text["recorded_for"] == "phone"
    assert "来电登记" not in Event.objects.get().text
    (first,) = api(Role.DESK).get(f"/api/v1/cases/{number}/").json()["timeline"]
    assert first["recorded_for"] == "电话"
    assert {"label": "凭据", "value": "来电登记"} in first["facts"]


def test_a_closed_case_is_called_back_reopened_or_noted_only(town: Cast, api: Api) -> None:
    case = file(town)
    Case.objects.filter(pk=case.pk).update(state="CLOSED", closed_at=NOW)
    shown = api(Role.DESK).get(f"/api/v1/reports/{case.number}/")
    assert shown["ETag"] == '"1"'
    assert [m["verb"] for m in shown.json()["moves"]] == ["reopen", "call_back", "note"]


def test_an_event_without_a_key_is_never_replayed(town: Cast, api: Api) -> None:
    file(town)
    file(town)
    assert Event.objects.filter(key=None).count() == 2
