"""Handing over (移交): what a post or unit leaves open goes on with its deadlines, once, whole."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from cases.docket.models import Case, Deadline, Event, Part, Stake, WorkItem
from cases.docket.operations.handing import (
    close_empty_unit,
    hand_over,
    hand_over_ended,
    hand_over_unit,
    open_work,
)
from cases.docket.queries.verify import verify_record
from cases.law.moves import Refused, Role
from cases.people.models import Officer, Post
from cases.people.operations import end_post, enter_officer, give_post, stop_officer
from cases.rulebook.models import Change
from cases.rulebook.operations.seeds import load_seeds
from tests.ledger import unchanged
from tests.together import together
from tests.town import NOW, SINCE, TODAY, Cast, settle
from tests.walk import file, walk

TRAIL: dict[str, Any] = {"actor_code": "o1.p1", "at": NOW}


@pytest.fixture
def committed(transactional_db: None) -> Cast:
    """The cast in a database other connections can see; every table is emptied afterwards."""
    load_seeds(settings.SEEDS, NOW)
    return settle()


def colleague(town: Cast, role: Role = Role.VILLAGE) -> Officer:
    """Another clerk in the village."""
    officer = enter_officer(f"second_{role}", "示范接手", **TRAIL)
    give_post(officer, role, town.village, SINCE, **TRAIL)
    return officer


def held(town: Cast, count: int = 1) -> list[Case]:
    """Cases the village's clerk holds in person, assigned and running."""
    cases = [walk(town, file(town), "assign") for _ in range(count)]
    clerk = town.posts[Role.VILLAGE]
    Case.objects.filter(pk__in=[c.pk for c in cases]).update(officer=clerk.officer)
    theirs = Deadline.objects.filter(case__in=cases, unit=town.village, state="running")
    theirs.update(officer=clerk.officer)
    for case in cases:
        case.refresh_from_db()
    return cases


def owed(case: Case) -> list[tuple[str, int | None, int | None, Any]]:
    rows = Deadline.objects.filter(case=case, state="running").order_by("pk")
    return list(rows.values_list("term", "unit_id", "officer_id", "due_at"))


def test_open_work_goes_to_the_colleague_with_its_deadlines(town: Cast) -> None:
    (case,), post, heir = held(town), town.posts[Role.VILLAGE], colleague(town)
    before = owed(case)
    assert {officer for _, _, officer, _ in before} == {post.officer_id}

    done = hand_over(post, heir, NOW, "o1.p1", "下委〔2026〕1号")

    assert (done.cases, done.parts, done.left) == (1, 0, 0)
    case.refresh_from_db()
    assert (case.unit_id, case.officer_id) == (town.village.pk, heir.pk)
    assert owed(case) == [(t, u, heir.pk, due) for t, u, _, due in before]
    event = Event.objects.get(case=case, verb="hand_over")
    assert (event.role, event.officer_id, event.from_state) == ("system", None, case.state)
    stakes = Stake.objects.filter(case=case, why="owner", until=None)
    assert list(stakes.values_list("officer_id", flat=True)) == [heir.pk]
    change = Change.objects.get(table="people_post", what="hand_over")
    assert change.actor_code == "o1.p1"
    assert change.paper == "下委〔2026〕1号"
    assert (change.after or {})["cases"] == 1
    assert verify_record().broken == []


def test_nobody_named_means_the_unit(town: Cast) -> None:
    (case,) = held(town)
    colleague(town)

    hand_over(town.posts[Role.VILLAGE], None, NOW, "o1.p1")

    case.refresh_from_db()
    assert (case.unit_id, case.officer_id) == (town.village.pk, None)
    assert not WorkItem.objects.filter(kind="no_holder").exists()


def test_handing_over_twice_changes_nothing_the_second_time(town: Cast) -> None:
    held(town, 2)
    heir, post = colleague(town), town.posts[Role.VILLAGE]
    assert hand_over(post, heir, NOW, "o1.p1").cases == 2

    with unchanged():
        assert hand_over(post, heir, NOW, "o1.p1").moved == 0
    assert Change.objects.filter(what="hand_over").count() == 1


def test_closed_cases_and_other_peoples_stay_where_they_are(town: Cast) -> None:
    (case,) = held(town)
    closed = walk(town, file(town))
    Case.objects.filter(pk=closed.pk).update(
        officer=town.officer(Role.VILLAGE), unit=town.village
    )
    theirs = file(town)

    assert hand_over(town.posts[Role.VILLAGE], colleague(town), NOW, "o1.p1").cases == 1
    events = Event.objects.filter(verb="hand_over")
    assert list(events.values_list("case_id", flat=True)) == [case.pk]
    assert theirs.pk not in events.values_list("case_id", flat=True)


@pytest.mark.parametrize("who", ["elsewhere", "administrator", "oneself", "stopped"])
def test_who_does_not_sit_there_takes_nothing_over(town: Cast, who: str) -> None:
    held(town)
    post = town.posts[Role.VILLAGE]
    if who == "administrator":
        heir = colleague(town, Role.AUDITOR)
    elif who == "stopped":
        heir = stop_officer(colleague(town), TODAY, **TRAIL)
    else:
        heir = post.officer if who == "oneself" else town.officer(Role.DESK)

    with unchanged(), pytest.raises(Refused, match="届时不是本单位在岗办理人员"):
        hand_over(post, heir, NOW, "o1.p1")


def test_a_unit_left_without_anybody_is_told_to_the_supervisor_once(town: Cast) -> None:
    held(town, 3)
    post = end_post(town.posts[Role.VILLAGE], TODAY, **TRAIL)

    hand_over(post, None, NOW, "o1.p1")
    hand_over_ended(NOW)

    item = WorkItem.objects.get(kind="no_holder")
    assert (item.unit_id, item.division, item.done_at) == (town.village.pk, "321183102", None)
    assert "3 件在办无人承接" in item.words


def test_seats_that_answer_only_for_their_own_do_not_take_up_a_units_work(town: Cast) -> None:
    """The village's grid worker still sits there, but cannot see what the unit holds."""
    held(town)
    end_post(town.posts[Role.VILLAGE], TODAY, **TRAIL)
    assert Post.objects.filter(unit=town.village, role=Role.GRID_WORKER, valid_to=None).exists()

    hand_over_ended(NOW)

    assert WorkItem.objects.filter(kind="no_holder", unit=town.village).count() == 1


def test_the_chore_moves_what_ended_posts_left_to_the_named_successor(town: Cast) -> None:
    (case,), heir = held(town), colleague(town)
    tomorrow = TODAY + timedelta(days=1)
    end_post(town.posts[Role.VILLAGE], tomorrow, heir, **TRAIL)

    assert hand_over_ended(NOW).moved == 0
    done = hand_over_ended(NOW + timedelta(days=1))

    assert (done.cases, done.left) == (1, 0)
    case.refresh_from_db()
    assert case.officer_id == heir.pk
    with unchanged():
        assert hand_over_ended(NOW + timedelta(days=1)).moved == 0


def test_a_successor_who_left_meanwhile_takes_nothing(town: Cast) -> None:
    (case,), heir = held(town), colleague(town)
    end_post(town.posts[Role.VILLAGE], TODAY, heir, **TRAIL)
    end_post(Post.objects.get(officer=heir), TODAY, **TRAIL)

    hand_over_ended(NOW)

    case.refresh_from_db()
    assert (case.unit_id, case.officer_id) == (town.village.pk, None)


def test_whoever_sits_there_by_another_post_keeps_the_work(town: Cast) -> None:
    (case,), post = held(town), town.posts[Role.VILLAGE]
    give_post(post.officer, Role.AGENT, town.village, SINCE, **TRAIL)
    end_post(post, TODAY, **TRAIL)

    with unchanged():
        assert hand_over_ended(NOW).moved == 0
    assert open_work(post) == 1
    case.refresh_from_db()
    assert case.officer_id == post.officer_id


def test_parts_go_over_too(town: Cast) -> None:
    (case,), post, heir = held(town), town.posts[Role.VILLAGE], colleague(town)
    told = {"case": case, "kind": "step", "state": case.state, "opened_at": NOW}
    part = Part.objects.create(unit=town.village, officer=post.officer, **told)

    done = hand_over(post, heir, NOW, "o1.p1")

    assert (done.cases, done.parts) == (1, 1)
    part.refresh_from_db()
    assert (part.officer_id, part.version) == (heir.pk, 1)
    assert Event.objects.filter(part=part, verb="hand_over").count() == 1


def test_a_units_work_goes_to_another_unit_and_only_then_it_closes(town: Cast) -> None:
    (case,) = held(town)
    end_post(town.posts[Role.VILLAGE], TODAY, **TRAIL)
    for role in (Role.GRID_WORKER, Role.LIAISON):
        end_post(town.posts[role], TODAY, **TRAIL)
    with unchanged(), pytest.raises(Refused, match=r"还有 1 件在办，请先移交"):
        close_empty_unit(town.village, TODAY, NOW, "o1.p1")

    done = hand_over_unit(town.village, town.desk, NOW, "o1.p1")

    assert (done.cases, done.left) == (1, 0)
    case.refresh_from_db()
    assert (case.unit_id, case.officer_id) == (town.desk.pk, None)
    assert {unit for _, unit, _, _ in owed(case)} == {town.desk.pk}
    assert close_empty_unit(town.village, TODAY, NOW, "o1.p1").closed_on == TODAY
    assert verify_record().broken == []


def test_a_unit_with_nobody_in_it_and_another_towns_take_nothing(town: Cast) -> None:
    held(town)
    for to_unit in (town.village, town.units["321183102202"], town.units["321183109201"]):
        with unchanged(), pytest.raises(Refused, match="另选"):
            hand_over_unit(town.village, to_unit, NOW, "o1.p1")


def test_more_than_a_batch_goes_over_at_once(town: Cast, monkeypatch: Any) -> None:
    monkeypatch.setattr("cases.docket.operations.handing.A_TIME", 2)
    held(town, 5)

    assert hand_over(town.posts[Role.VILLAGE], colleague(town), NOW, "o1.p1").cases == 5
    assert open_work(town.posts[Role.VILLAGE]) == 0


def test_a_case_somebody_holds_is_passed_over_and_taken_the_next_time(
    committed: Cast,
) -> None:
    town = committed
    busy, free = held(town, 2)
    post, heir = town.posts[Role.VILLAGE], colleague(town)
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=busy.pk)
        (first,) = together(lambda: hand_over(post, heir, NOW, "o1.p1"))
    assert (first.cases, first.left) == (1, 1)
    free.refresh_from_db()
    assert free.officer_id == heir.pk

    end_post(post, TODAY, heir, **TRAIL)
    assert hand_over_ended(NOW).cases == 1
    busy.refresh_from_db()
    assert busy.officer_id == heir.pk


def test_two_at_once_move_each_case_once(committed: Cast) -> None:
    town = committed
    cases = held(town, 6)
    post, heir = town.posts[Role.VILLAGE], colleague(town)

    given = together(*[lambda: hand_over(post, heir, NOW, "o1.p1")] * 3)

    assert not [g for g in given if isinstance(g, Exception)], given
    assert sum(g.cases for g in given) == 6
    assert Event.objects.filter(verb="hand_over").count() == 6
    assert Case.objects.filter(pk__in=[c.pk for c in cases], officer=heir).count() == 6
    assert verify_record().broken == []
