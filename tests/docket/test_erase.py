"""Erased (销毁): the chain still verifies, and nothing of what it told can be read anywhere."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from rest_framework.test import APIClient

from cases.docket.chain import canonical
from cases.docket.models import Case, DestroyedKey, Event, Party
from cases.docket.operations import destroy_again, erase, take_anchor
from cases.docket.queries.verify import verify_record
from cases.intake import operations as report
from cases.law.moves import Refused, Role, Why
from cases.people.models import Identity
from tests.conftest import send
from tests.ledger import unchanged
from tests.town import NOW, Cast
from tests.walk import SECRETS, file, walk

PLACE: dict[str, Any] = {"lng": 119.175, "lat": 32.165}


@pytest.fixture
def erased(town: Cast) -> Case:
    case = walk(town, file(town, **SECRETS, **PLACE))
    erase(case, at=NOW, paper="销毁清册〔2026〕1 号")
    return case


def test_an_erased_case_verifies_and_is_listed(erased: Case) -> None:
    found = verify_record()
    assert (found.cases, found.events, found.broken) == (1, 8, [])
    assert (erased.wrapped_key, erased.erased_at, erased.state) == (None, NOW, "CLOSED")
    event = Event.objects.get(case=erased, verb="erase")
    assert json.loads(event.text)["open"] == {"paper": "销毁清册〔2026〕1 号"}
    listed = DestroyedKey.objects.get()
    assert (listed.case_id, listed.number, listed.seq) == (erased.pk, erased.number, event.seq)


def test_the_destroyed_key_is_listed_outside_the_database(
    town: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    case = walk(town, file(town))
    with django_capture_on_commit_callbacks(execute=True):
        erase(case, at=NOW, paper="清册")
    lines = Path(settings.STATE / "destroyed_keys.jsonl").read_text().splitlines()
    assert [json.loads(line)["number"] for line in lines] == [case.number]


def test_nothing_readable_is_left_in_the_database(erased: Case) -> None:
    row = Case.objects.get(pk=erased.pk)
    assert (bytes(row.title), bytes(row.words), row.search) == (b"", b"", None)
    assert (row.lng, row.lat) == (None, None)
    for party in Party.objects.filter(case=erased):
        assert (bytes(party.sealed), party.identity_id) == (b"", None)
    assert not Identity.objects.exists()
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names():
            cursor.execute(f'SELECT t::text FROM "{name}" t')
            rows = "\n".join(row[0] for row in cursor.fetchall())
            assert not [s for s in SECRETS.values() if s in rows], name


def test_a_phone_still_in_another_case_is_kept(town: Cast) -> None:
    first = walk(town, file(town, **SECRETS))
    second = file(town, **SECRETS)
    erase(first, at=NOW, paper="清册")
    assert Identity.objects.count() == 2  # the telephone number and the name
    assert not Party.objects.filter(case=second, identity=None).exists()


def test_page_list_api_and_search_show_nothing(
    erased: Case, api: Callable[..., APIClient], page: Callable[..., Client]
) -> None:
    browser, client = page(Role.DESK), api(Role.DESK)
    number = str(erased.number)
    shown: list[Any] = [
        browser.get(f"/reports/{number}/"),
        browser.get("/cases/?view=all"),
        browser.get("/cases/?view=closed"),
        browser.get("/"),
        client.get(f"/api/v1/cases/{number}/"),
        client.get(f"/api/v1/reports/{number}/"),
        client.get("/api/v1/cases/"),
    ]
    for answer in shown:
        assert answer.status_code == 200
        text = answer.content.decode()
        assert not [s for s in SECRETS.values() if s in text], answer.request["PATH_INFO"]
        assert "119.17" not in text
    for words in ("拆迁补偿", "评估价", "示范东村"):
        found = client.get("/api/v1/cases/", {"q": words}).json()["results"]
        assert found == []
    assert client.get("/api/v1/cases/", {"q": number}).json()["results"][0]["number"] == number
    assert client.get(f"/api/v1/cases/{number}/").json()["erased"] is True


def test_nothing_more_can_be_done_with_it(
    erased: Case, town: Cast, api: Callable[..., APIClient]
) -> None:
    client = api(Role.DESK)
    assert client.get(f"/api/v1/cases/{erased.number}/").json()["moves"] == []
    path = f"/api/v1/reports/{erased.number}/note/"
    with unchanged():
        answer = send(client, path, {"words": "补一句"}, erased.version)
        assert (answer.status_code, answer.json()["why"]) == (409, "state")
        with pytest.raises(Refused) as refusal:
            report.note(erased, by=town.actor(Role.GRID_WORKER), at=NOW, words="补一句")
    assert refusal.value.why is Why.STATE


def test_a_case_still_open_is_not_erased(town: Cast) -> None:
    for verb in ("accept", "check"):
        case = walk(town, file(town), verb)
        with unchanged(), pytest.raises(Refused):
            erase(case, at=NOW, paper="清册")
        assert Case.objects.get(pk=case.pk).wrapped_key is not None


def test_nothing_is_erased_twice_even_by_somebody_who_read_it_before(town: Cast) -> None:
    case = walk(town, file(town))
    stale = Case.objects.get(pk=case.pk)
    erase(case, at=NOW, paper="清册")
    for again in (case, stale):
        with unchanged(), pytest.raises(Refused):
            erase(again, at=NOW, paper="清册")


def test_nothing_is_erased_without_a_paper(town: Cast) -> None:
    case = walk(town, file(town))
    with unchanged(), pytest.raises(Refused) as refusal:
        erase(case, at=NOW, paper=" ")
    assert refusal.value.why is Why.FACTS


def test_an_erased_case_holds_against_an_anchor_from_before_and_after(town: Cast) -> None:
    case = walk(town, file(town))
    take_anchor(NOW)
    erase(case, at=NOW, paper="清册")
    take_anchor(NOW)
    found = verify_record()
    assert (found.anchors, found.broken) == (2, [])


def test_a_key_lost_without_a_record_is_found(town: Cast) -> None:
    case = file(town)
    Case.objects.filter(pk=case.pk).update(wrapped_key=None)
    assert [(b["case"], b["seq"]) for b in verify_record().broken] == [(case.number, None)]


def test_a_restored_key_is_found_and_destroyed_again(
    town: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    case = walk(town, file(town, **SECRETS))
    wrapped = bytes(case.wrapped_key or b"")
    with django_capture_on_commit_callbacks(execute=True):
        erase(case, at=NOW, paper="清册")
    assert destroy_again() == 0
    # A backup from before comes back: the key lives, and the database knows of no destruction.
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE docket_destroyedkey DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM docket_destroyedkey")
    Case.objects.filter(pk=case.pk).update(wrapped_key=wrapped)
    assert any("又出现" in broken["why"] for broken in verify_record().broken)
    assert destroy_again() == 1
    case.refresh_from_db()
    assert case.wrapped_key is None
    assert verify_record().broken == []


def test_another_database_in_the_same_place_loses_nothing(
    town: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    case = walk(town, file(town))
    with django_capture_on_commit_callbacks(execute=True):
        erase(case, at=NOW, paper="清册")
    stranger = file(town)
    Case.objects.filter(pk=case.pk).update(number="321183102-R-2001-000009")
    Case.objects.filter(pk=stranger.pk).update(number=case.number)
    assert destroy_again() == 0
    stranger.refresh_from_db()
    assert stranger.wrapped_key is not None


def test_nothing_that_was_asked_can_be_guessed_back(town: Cast, api: Any) -> None:
    send(api(Role.GRID_WORKER), "/api/v1/reports/", {"category": "0602", **SECRETS})
    event = Event.objects.get()
    body = {"category": "0602", **SECRETS}
    told = {"method": "POST", "path": "/api/v1/reports/", "body": json.dumps(body, sort_keys=True)}
    assert event.digest != sha256(canonical(told).encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT search::text FROM docket_case")
        (index,) = cursor.fetchone()
    assert "拆迁" not in index
    assert "补" not in index
