"""Who sees what (可见范围): what `visible` says is what every list, page and interface shows.

Neither town sees the other's rows, the county desk sees both, administrators see no case, a draft
is its author's, a protected file is counted but not seen.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from cases.docket import access, kinds
from cases.docket.models import Case, Deadline, Stake
from cases.docket.record import Opening, begin, open_case, take
from cases.intake import operations as report
from cases.intake.states import REPORT
from cases.intake.states.way import ASSIGN, FILE
from cases.law.moves import Audience, Owner, Role
from cases.people.operations import appoint_deputy, end_post
from cases.people.queries import SYSTEM, Actor, actor_for
from tests.seats import NO_CASES, Seat, everybody, seat
from tests.town import NOW, TODAY, XIASHU, Cast
from tests.walk import PLAIN, file, walk


@pytest.fixture
def seats(town: Cast) -> list[Seat]:
    return everybody(town)


@pytest.fixture
def ours(town: Cast) -> Case:
    return file(town)


@pytest.fixture
def theirs(town: Cast) -> Case:
    return report.file_report(by=town.other_actor(Role.GRID_WORKER), at=NOW, **PLAIN)[0]


def test_what_is_visible_is_what_every_list_page_and_interface_shows(
    seats: list[Seat], town: Cast, ours: Case, theirs: Case
) -> None:
    west = f"{XIASHU}202"
    to_the_west = walk(town, file(town, Role.DESK), "accept")
    report.assign(to_the_west, by=town.actor(Role.DESK), at=NOW, unit=town.units[west].pk)
    to_the_department = walk(town, file(town, Role.DESK), "accept")
    take(ASSIGN, to_the_department, by=town.actor(Role.DESK), at=NOW, unit=town.department.pk)
    handled = walk(town, file(town, Role.LIAISON), "handle")
    every = [ours, theirs, to_the_west, to_the_department, handled]
    why = {c.number: Deadline.objects.filter(case=c).values_list("pk")[0][0] for c in every}
    for at in seats:
        if at.post is None:
            continue
        actor = actor_for(at.post.officer, at.post.pk, TODAY)
        seen = {c.number for c in access.visible(actor)}
        listed = at.api.get("/api/v1/cases/?size=100").json()["results"]
        assert {row["number"] for row in listed} == seen, str(at)
        reports = at.api.get("/api/v1/reports/?size=100").json()["results"]
        assert {row["number"] for row in reports} == seen, str(at)
        shown = at.page.get("/cases/?view=all").content.decode()
        assert {c.number for c in every if str(c.number) in shown} == seen, str(at)
        mine = {row["number"] for row in at.api.get("/api/v1/worklist/").json()["results"]}
        assert mine <= seen
        for case in every:
            wanted = 200 if case.number in seen else 404
            for path in (
                f"/api/v1/cases/{case.number}/",
                f"/api/v1/deadlines/{why[case.number]}/why/",
            ):
                assert at.api.get(path).status_code == wanted, (str(at), path)
            found = at.api.get("/api/v1/cases/", {"q": str(case.number)}).json()["results"]
            assert [row["number"] for row in found] == ([case.number] if wanted == 200 else [])
    by_role = {str(at): at for at in seats}
    assert town.actor(Role.COUNTY_DESK).division == "321183"
    county = access.visible(town.actor(Role.COUNTY_DESK))
    assert set(county) == set(every)
    for role in (Role.DEPT_OFFICER, Role.DEPT_LEAD):
        assert list(access.visible(town.actor(role))) == [to_the_department]
    for role in NO_CASES:
        assert not access.visible(town.actor(role)).exists()
        assert not access.countable(town.actor(role)).exists()
    assert set(access.visible(town.other_actor(Role.DESK))) == {theirs}
    assert set(access.visible(SYSTEM)) == set(every)
    assert len(by_role) == len(seats)


def test_a_draft_is_seen_by_its_author_alone(town: Cast, ours: Case) -> None:
    Case.objects.filter(pk=ours.pk).update(number=None)
    for role in town.posts:
        actor = town.actor(role)
        seen = access.visible(actor).exists()
        assert seen == (role is Role.GRID_WORKER), role
        assert access.countable(actor).exists() == seen


@pytest.fixture
def guarded(town: Cast) -> Iterator[Case]:
    """A case of a protected kind, filed by the mediator who handles it."""
    kinds.register(replace(REPORT, code="guarded", label="受保护", protected=True))
    by = town.actor(Role.MEDIATOR)
    move = replace(FILE, by=frozenset({Role.MEDIATOR}), owner=Owner.KEEPS)
    opening = Opening(
        kind="guarded", division=XIASHU, filer_unit_id=by.unit_id, filer_id=by.officer_id
    )
    with transaction.atomic():
        facts = PLAIN | {"source": "visit"}
        yield open_case(move, opening, by=by, at=NOW, moment=begin(1), **facts)[0]
    kinds._KINDS.pop("guarded")


def test_a_protected_file_is_counted_but_not_seen_by_the_towns_wide_seats(
    town: Cast, guarded: Case, ours: Case
) -> None:
    for role in access.TOWN_WIDE:
        actor = town.actor(role)
        assert list(access.visible(actor)) == [ours], role
        assert set(access.countable(actor)) == {ours, guarded}, role
        at = seat(town.posts[role])
        assert at.api.get(f"/api/v1/cases/{guarded.number}/").status_code == 404
        # The supervisor may open it by saying why; to the others there is no such case.
        asked = 302 if role is Role.SUPERVISOR else 404
        assert at.page.get(f"/cases/{guarded.number}/").status_code == asked
        assert at.page.get(f"/reports/{guarded.number}/").status_code == 404
        assert str(guarded.number) not in at.page.get("/cases/?view=all").content.decode()
    # The unit it is given to may open it, the seats above that unit still may not.
    given = Stake.objects.get(case=guarded, why="filer")
    Stake.objects.filter(pk=given.pk).update(unit=town.desk)
    assert set(access.visible(town.actor(Role.DESK))) == {ours, guarded}
    assert list(access.visible(town.actor(Role.LEADER))) == [ours]
    Stake.objects.filter(pk=given.pk).update(unit=given.unit)
    mediator = town.actor(Role.MEDIATOR)
    assert list(access.visible(mediator)) == list(access.countable(mediator)) == [guarded]
    assert not access.countable(town.other_actor(Role.SUPERVISOR)).exists()


def test_a_grid_workers_colleague_does_not_see_what_was_filed(town: Cast, ours: Case) -> None:
    assert list(access.visible(town.actor(Role.GRID_WORKER))) == [ours]
    assert not access.visible(town.actor(Role.LIAISON)).exists()


def test_who_held_a_case_before_still_sees_it_but_owes_nothing(town: Cast) -> None:
    case = walk(town, file(town, Role.DESK), "handle")
    village = seat(town.posts[Role.VILLAGE])
    assert village.api.get(f"/api/v1/cases/{case.number}/").status_code == 200
    assert village.api.get("/api/v1/worklist/").json()["results"] == []


def deputising(town: Cast, role: Role, by: Role) -> Actor:
    post, officer = town.posts[role], town.officer(by)
    appoint_deputy(post, officer, TODAY, TODAY + timedelta(days=9), actor_code="tests", at=NOW)
    return actor_for(officer, post.pk, TODAY)


def test_a_deputy_sees_and_does_what_the_holder_of_the_post_would(town: Cast, ours: Case) -> None:
    deputy = deputising(town, Role.GRID_WORKER, Role.LIAISON)
    assert list(access.visible(deputy)) == [ours]
    walk(town, ours, "handle")
    event = report.check(ours, by=deputy, at=NOW)
    assert event.officer_id == town.officer(Role.LIAISON).pk
    assert f".d{town.officer(Role.GRID_WORKER).pk}" in event.text
    filed, _ = report.file_report(by=deputy, at=NOW, **PLAIN)
    assert filed in access.visible(town.actor(Role.GRID_WORKER))
    assert filed not in access.visible(town.actor(Role.LIAISON))


def test_whom_an_event_is_told_to(town: Cast) -> None:
    case = walk(town, file(town), "assign")
    told = {a: sorted(p.role for p in access.who(a, case, TODAY)) for a in Audience}
    assert told == {
        Audience.FILER: ["grid_worker"],
        Audience.OWNER: ["village"],
        Audience.DESK: ["desk"],
        Audience.LEADER: ["leader"],
        Audience.SUPERVISOR: ["supervisor"],
        Audience.PARTY: [],
    }


def test_who_has_left_a_post_is_not_told_who_is_about_to_is(town: Cast, ours: Case) -> None:
    end_post(town.posts[Role.DESK], TODAY + timedelta(days=1), actor_code="tests", at=NOW)
    assert access.who(Audience.DESK, ours, TODAY).count() == 1
    assert access.who(Audience.DESK, ours, TODAY + timedelta(days=1)).count() == 0


def test_the_reporter_is_shown_to_the_desk_and_the_filer_but_not_to_the_handlers(
    town: Cast,
) -> None:
    told: dict[str, Any] = {"reporter": "赵大山", "phone": "13812345678"}
    case = walk(town, file(town, **told), "assign")
    for role in (Role.GRID_WORKER, Role.VILLAGE, Role.DESK, Role.LEADER, Role.SUPERVISOR):
        at = seat(town.posts[role])
        text = at.page.get(f"/reports/{case.number}/").content.decode()
        text += at.api.get(f"/api/v1/cases/{case.number}/").content.decode()
        shown = role in {Role.GRID_WORKER, Role.DESK, Role.LEADER}
        assert ("赵大山" in text) == shown, role
        assert ("13812345678" in text or "138****5678" in text) == shown, role


def test_another_towns_words_are_not_found_by_search(town: Cast, ours: Case, theirs: Case) -> None:
    for post, number in (
        (town.posts[Role.DESK], ours.number),
        (town.other_posts[Role.DESK], theirs.number),
    ):
        found = seat(post).api.get("/api/v1/cases/", {"q": "路灯不亮"}).json()["results"]
        assert [row["number"] for row in found] == [number]
