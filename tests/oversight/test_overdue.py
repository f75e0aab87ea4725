"""What is late (超期看板), and chasing by hand."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError
from django.utils import timezone

from cases.docket.models import Case, Deadline, Event
from cases.docket.queries.countdown import due_view
from cases.law.moves import Refused, Role
from cases.oversight import pages
from cases.oversight.operations.chasing import chase
from cases.oversight.operations.urging import urge
from cases.oversight.queries.overdue import Wanted, overdue, wanted_of
from cases.rulebook.queries import book
from tests.ledger import unchanged
from tests.town import NOW, Cast
from tests.walk import file, walk
from tests.whistle.way import blown, dispatched_already

LATER = NOW + timedelta(days=30)


def seen(town: Cast, role: Role, at: datetime = LATER, **told: str) -> Any:
    return overdue(town.actor(role), Wanted(**told), at)


def test_what_is_late_stands_with_who_owes_it_the_longest_late_first(town: Cast) -> None:
    young = file(town, title="路灯不亮")
    old = file(town, at=NOW - timedelta(days=3), title="井盖缺失")
    assert seen(town, Role.SUPERVISOR, NOW).counts["late"] == 1
    found = seen(town, Role.SUPERVISOR)
    assert [row.title for row in found.rows] == ["井盖缺失", "路灯不亮"]
    row = found.rows[0]
    assert (row.number, row.owes, row.term) == (str(old), "示范综合受理窗口", "受理")
    assert row.url == f"/reports/{old.number}/"
    assert [(u.name, u.late, u.red, u.yellow) for u in found.units] == [
        ("示范综合受理窗口", 2, 0, 0)
    ]
    assert young.number


def test_colours_are_those_of_the_rungs_that_fired(town: Cast) -> None:
    first, second = file(town), file(town)
    deadline = Deadline.objects.get(case=first)
    assert deadline.next_rung_at is not None
    Deadline.objects.filter(case=second).update(next_rung_at=None)
    chase(deadline.next_rung_at)
    found = seen(town, Role.LEADER, deadline.next_rung_at, what="blue")
    assert [row.number for row in found.rows] == [str(first)]
    assert (found.rows[0].colour_label, found.rows[0].rung) == ("蓝", 1)
    assert (found.counts["blue"], found.counts["late"], found.counts["soon"]) == (1, 0, 2)


def test_the_badge_of_what_was_chased_says_its_colour(town: Cast, page: Any) -> None:
    deadline = Deadline.objects.get(case=file(town))
    assert deadline.next_rung_at is not None
    quiet = seen(town, Role.LEADER, deadline.next_rung_at, what="soon").rows[0]
    assert (quiet.colour, quiet.due.colour_label) == ("", "")
    chase(deadline.next_rung_at)
    found = seen(town, Role.LEADER, deadline.next_rung_at, what="blue").rows[0]
    assert (found.colour, found.due.colour_label) == ("blue", "蓝")
    lamp = '<span class="lamp lamp-blue">蓝色</span>'
    for address in ("/overdue/?what=blue", f"/reports/{found.number}/", "/cases/?view=all"):
        assert lamp in page(Role.SUPERVISOR).get(address).content.decode()


@pytest.mark.parametrize(
    ("colour", "label"), [("", ""), ("blue", "蓝"), ("yellow", "黄"), ("red", "红")]
)
def test_a_countdown_names_the_colour_of_its_rung(town: Cast, colour: str, label: str) -> None:
    deadline = Deadline.objects.get(case=file(town))
    deadline.colour = colour
    assert due_view(deadline, NOW, book().calendar).colour_label == label


def test_every_number_opens_its_rows(town: Cast) -> None:
    walk(town, file(town), "assign")
    file(town)
    dispatched_already(town, blown(town, Role.LEADER))
    whole = seen(town, Role.SUPERVISOR)
    for what in ("late", "red", "yellow", "blue", "soon"):
        assert whole.counts[what] == len(seen(town, Role.SUPERVISOR, what=what).rows)
    for unit in whole.units:
        rows = seen(town, Role.SUPERVISOR, unit=unit.code).rows
        assert len(rows) == unit.late
        assert {row.owes.split(" · ")[0] for row in rows} == {unit.name}
    reports = seen(town, Role.SUPERVISOR, kind="report").rows
    assert {row.kind_label for row in reports} == {"上报事件"}
    parts = [row for row in whole.rows if row.whose]
    assert parts[0].whose == "示范住建局（主办）"
    assert "/responses/" in parts[0].url


def test_pages_go_on_from_the_last(town: Cast) -> None:
    for _ in range(35):
        file(town)
    first = seen(town, Role.DESK)
    second = seen(town, Role.DESK, after=first.next)
    assert (len(first.rows), len(second.rows), second.next) == (30, 5, "")
    assert len({row.number for row in (*first.rows, *second.rows)}) == 35


def test_another_town_and_other_seats_see_nothing(town: Cast) -> None:
    file(town)
    assert overdue(town.other_actor(Role.LEADER), Wanted(), LATER).rows == []
    assert len(seen(town, Role.COUNTY_DESK).rows) == 1
    for role in (Role.VILLAGE, Role.DEPT_OFFICER, Role.GRID_WORKER, Role.SYSADMIN, Role.ARBITER):
        with pytest.raises(Refused):
            seen(town, role)


@pytest.mark.parametrize(
    "told",
    [{"what": "all"}, {"kind": "nothing"}, {"what": "\0"}],
)
def test_a_narrowing_that_does_not_exist_is_refused(told: dict[str, str]) -> None:
    with pytest.raises(Refused):
        wanted_of(told)


def test_a_bad_cursor_and_a_unit_of_another_world_find_nothing_to_break(
    town: Cast, page: Any
) -> None:
    file(town)
    browser = page(Role.SUPERVISOR)
    assert browser.get("/overdue/?after=x").status_code == 400
    assert browser.get("/overdue/?unit=%00").status_code == 200
    assert browser.get("/overdue/?unit=nirgends").status_code == 200


def test_the_page_costs_the_same_for_many(
    town: Cast, page: Any, api: Any, django_assert_max_num_queries: Any
) -> None:
    browser, client = page(Role.SUPERVISOR), api(Role.SUPERVISOR)
    browser.get("/overdue/")
    for _ in range(31):
        file(town, at=NOW - timedelta(days=9))
    with django_assert_max_num_queries(10):
        assert browser.get("/overdue/").status_code == 200
    with django_assert_max_num_queries(10):
        assert len(client.get("/api/v1/overdue/").json()["results"]) == 30


def test_a_case_is_chased_by_hand_from_its_page_and_by_interface(
    town: Cast, page: Any, api: Any
) -> None:
    case = file(town)
    before = Deadline.objects.get(case=case).due_at
    told = {"words": "请抓紧受理", "post": town.posts[Role.SUPERVISOR].pk, "key": str(uuid4())}
    sent = page(Role.SUPERVISOR).post(f"/reports/{case.number}/urge/", told)
    assert (sent.status_code, sent["Location"]) == (303, f"/reports/{case.number}/")
    headers = {"Idempotency-Key": str(uuid4()), "If-Match": f'"{case.version}"'}
    path = f"/api/v1/reports/{case.number}/urge/"
    for _ in range(2):
        answer = api(Role.DESK).post(path, {"words": "再催"}, format="json", headers=headers)
        assert answer.status_code == 200
    assert Event.objects.filter(case=case, verb="urge").count() == 2
    assert Deadline.objects.get(case=case).due_at == before
    assert Case.objects.get(pk=case.pk).version == case.version
    with unchanged():
        fresh = headers | {"Idempotency-Key": str(uuid4())}
        answer = api(Role.VILLAGE).post(path, {"words": "x"}, format="json", headers=fresh)
        assert answer.status_code in {403, 404}


def test_many_are_chased_with_one_word_once(town: Cast, page: Any) -> None:
    cases = [file(town, at=timezone.now() - timedelta(days=9)) for _ in range(3)]
    browser = page(Role.SUPERVISOR)
    told: dict[str, Any] = {"words": "请尽快办理", "key": str(uuid4()), "what": "late"}
    told["case"] = [*(str(case) for case in cases), "321183102-R-2026-999999"]
    for _ in range(2):
        sent = browser.post("/overdue/urge/", told)
        assert (sent.status_code, sent["Location"]) == (303, "/overdue/?what=late")
    assert Event.objects.filter(verb="urge").count() == 3
    with unchanged():
        refused: list[dict[str, Any]] = [{"words": ""}, {"case": []}, {"case": ["x"] * 101}]
        for wrong in refused:
            browser.post("/overdue/urge/", told | {"key": str(uuid4())} | wrong)


def test_many_chased_twice_at_once_are_chased_once(
    town: Cast, page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = file(town, at=timezone.now() - timedelta(days=9))

    def taken_first_by_the_other(*given: Any, **told: Any) -> None:
        urge(*given, **told)
        raise IntegrityError

    monkeypatch.setattr(pages, "urge", taken_first_by_the_other)
    told = {"words": "请尽快办理", "key": str(uuid4()), "what": "late", "case": [str(case)]}
    sent = page(Role.SUPERVISOR).post("/overdue/urge/", told, follow=True)
    assert "已催办 1 件" in sent.content.decode()
    assert Event.objects.filter(case=case, verb="urge").count() == 1
