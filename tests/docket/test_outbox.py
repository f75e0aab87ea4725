"""The outbox and the feed (对外事件): taken once, oldest first; open facts only.

A token's seat reads what it may see, and a reader without a seat gets nothing protected.
"""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from cases.docket import kinds
from cases.docket.models import Case, Event, Outbox
from cases.docket.operations.outbox import KEPT, forget_taken, take_waiting
from cases.docket.queries import outbox
from cases.docket.queries.outbox import payloads
from cases.intake.states import REPORT
from cases.law.moves import Role
from tests.seats import NO_CASES
from tests.town import NOW, Cast
from tests.walk import SECRETS, file, walk

FEED = "/api/v1/events/"


@pytest.fixture(autouse=True)
def reader() -> Iterator[None]:
    kinds.register_reader("webhook", quiet=False)
    yield
    kinds._READERS.pop("webhook")


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written a moment ago is told at once."""
    monkeypatch.setattr(outbox, "SETTLES", timedelta(seconds=-60))


def test_rows_are_taken_oldest_first_and_once(town: Cast) -> None:
    case = walk(town, file(town))
    first = take_waiting("webhook", 3, NOW)
    assert [row.seq for row in first] == [1, 2, 3]
    assert {row.taken_at for row in first} == {NOW}
    rest = take_waiting("webhook", 100, NOW)
    assert [row.seq for row in rest] == [4, 5, 6, 7]
    assert take_waiting("webhook", 100, NOW) == []
    assert take_waiting("nobody", 100, NOW) == []
    assert Outbox.objects.filter(reader="webhook", case=case, taken_at=None).count() == 0


@pytest.mark.parametrize("limit", [0, -1])
def test_nothing_is_taken_by_a_limit_of_nothing(limit: int, town: Cast) -> None:
    file(town)
    assert take_waiting("webhook", limit, NOW) == []
    assert Outbox.objects.filter(reader="webhook", taken_at=None).count() == 1


def test_rows_taken_long_ago_are_forgotten_and_what_waits_stays(town: Cast) -> None:
    file(town), file(town)
    rows = Outbox.objects.filter(reader="webhook").order_by("id")
    taken = take_waiting("webhook", 1, NOW)
    assert forget_taken(NOW + KEPT) == 0
    assert forget_taken(NOW + KEPT + timedelta(seconds=1)) == len(taken) == 1
    assert [row.taken_at for row in rows] == [None]


def test_what_could_not_be_delivered_waits_again(town: Cast) -> None:
    file(town)

    def deliver() -> None:
        with transaction.atomic():
            assert len(take_waiting("webhook", 9, NOW)) == 1
            raise ConnectionError

    with pytest.raises(ConnectionError):
        deliver()
    assert len(take_waiting("webhook", 9, NOW)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_takers_at_once_share_the_rows(town: Cast) -> None:
    for _ in range(6):
        file(town)
    together = Barrier(2, timeout=20)

    def take(_: int) -> list[int]:
        try:
            with transaction.atomic():
                rows = take_waiting("webhook", 3, NOW)
                together.wait()
                return [row.pk for row in rows]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(take, range(2))
    assert (len(one), len(two)) == (3, 3)
    assert not set(one) & set(two)


def test_an_event_says_its_open_facts_and_nothing_sealed(town: Cast) -> None:
    case = walk(town, file(town, **SECRETS), "assign")
    rows = take_waiting("webhook", 100, NOW)
    told = payloads(rows)
    assert list(told) == [row.pk for row in rows]
    last = told[rows[-1].pk]
    assert last["number"] == case.number
    assert (last["kind"], last["division"], last["verb"]) == ("report", case.division, "assign")
    assert last["facts"]["unit"] == town.village.pk
    text = json.dumps(told, ensure_ascii=False)
    assert not [secret for secret in SECRETS.values() if secret in text]


def test_what_is_confidential_or_protected_never_leaves_by_itself(town: Cast) -> None:
    secret, plain, guarded = file(town), file(town), file(town)
    Case.objects.filter(pk=secret.pk).update(confidential=True)
    kinds.register(replace(REPORT, code="guarded", label="受保护", protected=True))
    Case.objects.filter(pk=guarded.pk).update(kind="guarded")
    try:
        told = payloads(take_waiting("webhook", 100, NOW))
    finally:
        kinds._KINDS.pop("guarded")
    assert [event["number"] for event in told.values()] == [plain.number]
    assert payloads([]) == {}


def test_the_feed_is_what_a_seat_may_see_oldest_first(
    town: Cast, api: Callable[..., APIClient]
) -> None:
    walk(town, file(town), "assign")
    secret = file(town)
    Case.objects.filter(pk=secret.pk).update(confidential=True)
    every = list(Event.objects.order_by("id").values_list("id", flat=True))
    for role, wanted in (
        (Role.DESK, every),
        (Role.LEADER, every[:3]),
        (Role.VILLAGE, every[:3]),
        (Role.GRID_WORKER, every),
        (Role.DEPT_OFFICER, []),
    ):
        told = api(role).get(FEED).json()
        assert [event["id"] for event in told["results"]] == wanted, role
        assert (told["next"], told["more"]) == (every[-1], False)
    for role in NO_CASES:
        assert api(role).get(FEED).json()["results"] == []
    assert api(Role.DESK, other=True).get(FEED).json()["results"] == []
    assert APIClient().get(FEED).status_code == 401


@pytest.mark.parametrize("size", [1, 2, 3])
def test_by_its_cursor_every_event_comes_once(
    size: int, town: Cast, api: Callable[..., APIClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "WINDOW", 2)
    for _ in range(3):
        file(town)
    walk(town, file(town, Role.DESK), "assign")
    client, after, found = api(Role.VILLAGE), 0, []
    for _ in range(200):
        told = client.get(FEED, {"after": after, "size": size}).json()
        found += [event["id"] for event in told["results"]]
        assert len(told["results"]) <= size
        after = told["next"]
        if not told["more"]:
            break
    wanted = Event.objects.filter(pk__lte=after).order_by("id")
    assert found == list(wanted.values_list("id", flat=True))
    assert client.get(FEED, {"after": after}).json() == {
        "results": [],
        "next": after,
        "more": False,
    }


def test_the_newest_events_wait_until_they_have_settled(
    town: Cast, api: Callable[..., APIClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "SETTLES", timedelta(seconds=60))
    file(town)
    assert api(Role.DESK).get(FEED).json() == {"results": [], "next": 0, "more": False}


def test_the_feed_holds_nothing_sealed(town: Cast, api: Callable[..., APIClient]) -> None:
    walk(town, file(town, **SECRETS))
    text = json.dumps(api(Role.DESK).get(FEED).json(), ensure_ascii=False)
    assert "assign" in text
    assert not [secret for secret in SECRETS.values() if secret in text]


@pytest.mark.parametrize("asked", ["after=-1", "after=x", "after=99999999999999999999", "size=0"])
def test_a_wrong_question_is_said_to_be_wrong(
    asked: str, town: Cast, api: Callable[..., APIClient]
) -> None:
    answer = api(Role.DESK).get(f"{FEED}?{asked}")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


def test_the_feed_costs_the_same_however_much_there_is(
    town: Cast, api: Callable[..., APIClient]
) -> None:
    for role in (Role.DESK, Role.VILLAGE, Role.GRID_WORKER):
        file(town)
        client = api(role)

        def cost(client: APIClient = client) -> int:
            with CaptureQueriesContext(connection) as asked:
                assert client.get(FEED).status_code == 200
            return len(asked)

        cost()
        few = cost()
        for _ in range(20):
            file(town)
        assert cost() == few <= 4, role
