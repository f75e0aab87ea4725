"""Query budgets (查询预算): what a move, a list and a page may ask of the database, whatever the
size. Transaction control is not counted; caches are warm, one reader of the outbox is registered.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from cases.docket import kinds
from cases.docket.models import Case
from cases.docket.record import Batch, Opening, begin, take
from cases.intake import operations as report
from cases.intake.states import REPORT
from cases.intake.states.way import ASSIGN
from cases.law.moves import Role
from cases.people.operations import give_post
from cases.people.queries import SYSTEM
from tests.conftest import send
from tests.town import NOW, SINCE, XIASHU, Cast
from tests.walk import PLAIN, WAY, file, steps, walk

CONTROL = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")
Api = Callable[..., APIClient]
FILING, MOVE, LIST, CASE_PAGE = 12, 10, 10, 25
REPORTER: dict[str, Any] = {"reporter": "赵大山", "phone": "13812345678"}
PLACE: dict[str, Any] = {"lng": 119.175, "lat": 32.165, "address": "示范东村 8 号"}


@pytest.fixture(autouse=True)
def reader() -> Iterator[None]:
    kinds.register_reader("tests", quiet=True)
    yield
    kinds._READERS.pop("tests")


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements asked meanwhile, transaction control apart."""
    asked: list[str] = []
    with CaptureQueriesContext(connection) as caught:
        yield asked
    said = [q["sql"] for q in caught.captured_queries]
    asked += [sql for sql in said if not sql.startswith(CONTROL)]


def within(budget: int, asked: list[str]) -> None:
    assert len(asked) <= budget, "\n".join(f"{i}. {q[:200]}" for i, q in enumerate(asked, 1))


@pytest.mark.parametrize(
    "more", [{}, PLACE, REPORTER | PLACE], ids=["plain", "with a place", "with a reporter"]
)
def test_filing_a_report(town: Cast, api: Api, more: dict[str, Any]) -> None:
    worker = api(Role.GRID_WORKER)
    send(worker, "/api/v1/reports/", PLAIN | more)
    for role, again in ((Role.GRID_WORKER, PLAIN | more), (Role.DESK, PLAIN | more)):
        client = api(role)
        with counted() as asked:
            answer = send(client, "/api/v1/reports/", again)
        assert answer.status_code == 201
        within(FILING, asked)


def test_a_reporter_never_seen_before_costs_no_more(town: Cast, api: Api) -> None:
    worker = api(Role.GRID_WORKER)
    send(worker, "/api/v1/reports/", PLAIN | PLACE)
    with counted() as asked:
        assert send(worker, "/api/v1/reports/", PLAIN | REPORTER | PLACE).status_code == 201
    within(FILING, asked)


@pytest.mark.parametrize("filer", [Role.GRID_WORKER, Role.DESK, Role.LEADER])
def test_every_move_of_a_report(town: Cast, api: Api, filer: Role) -> None:
    walk(town, file(town, filer), "handle")
    case = file(town, filer)
    for version, verb in enumerate(WAY, start=1):
        role, facts = steps(town)[verb]
        if verb == "check" and filer is not Role.GRID_WORKER:
            role = Role.DESK
        for who, path, body in ((role, verb, facts), (role, "note", {"words": "看过"})):
            client = api(who)
            seen = version if path == verb else version + 1
            with counted() as asked:
                answer = send(client, f"/api/v1/reports/{case.number}/{path}/", body, seen)
            assert answer.status_code == 200, answer.content.decode()
            within(MOVE, asked)


def test_a_move_of_a_lower_units_case(town: Cast, api: Api) -> None:
    lower = town.officer(Role.DEPT_LEAD)
    post = give_post(lower, Role.DEPT_LEAD, town.county, SINCE, actor_code="tests", at=NOW)
    case = walk(town, file(town), "accept")
    take(ASSIGN, case, by=town.actor(Role.DESK), at=NOW, unit=town.department.pk)
    town.posts[Role.DEPT_LEAD] = post
    client = api(Role.DEPT_LEAD)
    for version, (verb, body) in enumerate(
        [("sign", {}), ("handle", {"result": "已转办并办结"})], start=3
    ):
        with counted() as asked:
            answer = send(client, f"/api/v1/reports/{case.number}/{verb}/", body, version)
        assert answer.status_code == 200, answer.content.decode()
        within(MOVE, asked)


def many(town: Cast, number: int) -> None:
    """Open reports as the import does, in batches."""
    move = next(m for m in REPORT.table.moves.values() if m.verb == "receive")
    opening = Opening(
        kind=REPORT.code,
        division=XIASHU,
        filer_unit_id=town.village.pk,
        filer_id=town.officer(Role.GRID_WORKER).pk,
        grid_id=town.grids[f"{XIASHU}201N01"].pk,
        category="0602",
    )
    for start in range(0, number, 200):
        size = min(200, number - start)
        with transaction.atomic():
            batch = Batch(begin(size))
            for n in range(size):
                batch.open(
                    move,
                    opening,
                    by=SYSTEM,
                    at=NOW,
                    source="letter",
                    external=str(start + n),
                    title=f"来信 {start + n}",
                )
            batch.write()
    with connection.cursor() as cursor:  # as a database does by itself, minutes after an import
        cursor.execute("ANALYZE docket_case, docket_deadline, docket_stake, docket_event")


def lists(client: APIClient, browser: Client) -> dict[str, int]:
    found = {}
    for name, ask, path in (
        ("page mine", browser, "/cases/"),
        ("page all", browser, "/cases/?view=all"),
        ("page searched", browser, "/cases/?view=all&q=来信"),
        ("page by number", browser, "/cases/?view=all&q=1"),
        ("home", browser, "/"),
        ("api mine", client, "/api/v1/worklist/"),
        ("api all", client, "/api/v1/cases/?size=100"),
        ("api unit", client, "/api/v1/cases/?view=unit"),
        ("api closed", client, "/api/v1/cases/?view=closed"),
        ("api reports", client, "/api/v1/reports/"),
    ):
        ask.get(path)
        with counted() as asked:
            assert ask.get(path).status_code == 200, name
        within(LIST if name != "home" else LIST + 2, asked)
        found[name] = len(asked)
    return found


@pytest.mark.parametrize("role", [Role.DESK, Role.VILLAGE, Role.GRID_WORKER])
def test_a_list_costs_the_same_at_a_hundred_and_at_a_thousand_cases(
    town: Cast, api: Api, page: Callable[..., Client], role: Role
) -> None:
    client, browser = api(role), page(role)
    many(town, 100)
    few = lists(client, browser)
    many(town, 900)
    assert Case.objects.count() == 1000
    assert lists(client, browser) == few


def test_a_cases_page_costs_the_same_however_long_its_story(
    town: Cast, api: Api, page: Callable[..., Client]
) -> None:
    case = walk(town, file(town, **REPORTER, **PLACE), "assign")
    client, browser = api(Role.DESK), page(Role.DESK)

    def cost() -> tuple[int, int]:
        found = []
        for ask, path in (
            (browser, f"/reports/{case.number}/"),
            (client, f"/api/v1/reports/{case.number}/"),
        ):
            ask.get(path)
            with counted() as asked:
                assert ask.get(path).status_code == 200
            within(CASE_PAGE, asked)
            found.append(len(asked))
        return found[0], found[1]

    short = cost()
    for n in range(40):
        role = (Role.DESK, Role.VILLAGE, Role.GRID_WORKER)[n % 3]
        report.note(case, by=town.actor(role), at=NOW, words=f"第 {n} 条")
    walk_on(town, case)
    assert cost() == short


def walk_on(town: Cast, case: Case) -> None:
    for verb in ("sign", "handle"):
        role, facts = steps(town)[verb]
        report.VERBS[verb](case, by=town.actor(role), at=NOW, **facts)


def test_why_a_date_stands_costs_little(town: Cast, api: Api) -> None:
    case, client = file(town), api(Role.DESK)
    path = f"/api/v1/deadlines/{case.deadlines.get().pk}/why/"
    client.get(path)
    with counted() as asked:
        assert client.get(path).status_code == 200
    within(5, asked)
