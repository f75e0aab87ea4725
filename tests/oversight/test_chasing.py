"""Chasing (催办): a rung fires once, whatever runs at the same time, and moves no date."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from cases.docket.models import Case, Deadline, DeadlineState, Event, WorkItem
from cases.docket.queries.verify import verify_record
from cases.docket.slip import Slip
from cases.intake import operations as report
from cases.law.moves import Role
from cases.oversight.models import Chase
from cases.oversight.operations.chasing import chase, due_now
from cases.people.models import Post
from cases.rulebook.models import Ladder
from tests.together import together
from tests.town import NOW, Cast
from tests.walk import BY_EVENT, file, walk
from tests.whistle.way import blown, dispatched_already


def accepting(case: Case) -> Deadline:
    return Deadline.objects.get(case=case, term="report.accept")


def told(case: Case) -> list[dict[str, Any]]:
    texts = Event.objects.filter(case=case, verb="chase").order_by("seq")
    return [json.loads(text)["open"] for text in texts.values_list("text", flat=True)]


def test_a_rung_fires_when_its_time_has_come_and_once(town: Cast) -> None:
    case = file(town)
    deadline = accepting(case)
    first = deadline.next_rung_at
    assert first is not None
    before = first - timedelta(microseconds=1)
    assert (due_now(before), chase(before).fired) == (0, 0)
    assert due_now(first) == 1
    done = chase(first)
    assert (done.due, done.fired, done.skipped) == (1, 1, 0)
    assert chase(first).due == 0
    row = Chase.objects.get()
    assert (row.rung, row.colour, row.late_by, row.rung_at) == (1, "blue", 0, first)
    deadline.refresh_from_db()
    assert (deadline.rung, deadline.colour, deadline.next_rung) == (1, "blue", 2)
    assert deadline.next_rung_at == deadline.due_at
    (said,) = told(case)
    assert (said["rung"], said["colour"], said["notice"]) == (1, "blue", "提醒")
    assert verify_record().broken == []


def test_what_is_chased_moves_neither_date_nor_version(town: Cast) -> None:
    case = file(town)
    deadline = accepting(case)
    assert deadline.next_rung_at is not None
    chase(deadline.next_rung_at)
    after = accepting(case)
    assert (after.due_at, after.generation) == (deadline.due_at, deadline.generation)
    now = Case.objects.get(pk=case.pk)
    assert (now.version, now.state, now.next_due) == (case.version, case.state, case.next_due)


def test_a_comment_starts_no_clock_anew(town: Cast) -> None:
    case = file(town)
    before = accepting(case)
    report.note(case, by=town.actor(Role.DESK), at=NOW, words="在看了")
    after = accepting(case)
    assert (after.due_at, after.next_rung_at) == (before.due_at, before.next_rung_at)


def test_after_downtime_only_the_highest_rung_fires_and_says_how_late(town: Cast) -> None:
    case = file(town)
    long_after = accepting(case).due_at + timedelta(days=30)
    done = chase(long_after)
    assert (done.fired, done.by_rung) == (1, {"L3.4": 1})
    row = Chase.objects.get()
    assert (row.rung, row.colour) == (4, "red")
    assert row.late_by == int((long_after - row.rung_at).total_seconds()) > 86_400
    (said,) = told(case)
    assert said["late_by"] == row.late_by // 60
    assert accepting(case).next_rung_at is None


def test_what_was_done_is_chased_no_more(town: Cast) -> None:
    case = walk(town, file(town), "accept")
    late = accepting(case).due_at + timedelta(days=9)
    rows = Deadline.objects.filter(case=case, state=DeadlineState.RUNNING)
    assert chase(late).due == rows.count() == 1
    assert set(Chase.objects.values_list("deadline__term", flat=True)) == {"report.assign"}


def test_the_oldest_come_first_however_many_there_are(town: Cast) -> None:
    cases = [file(town, at=NOW - timedelta(hours=n % 7)) for n in range(230)]
    order = Deadline.objects.filter(case__in=cases).order_by("next_rung_at", "pk")
    wanted = list(order.values_list("pk", flat=True))
    far = NOW + timedelta(days=30)
    assert chase(far, limit=1).fired == 200
    assert set(Chase.objects.values_list("deadline", flat=True)) == set(wanted[:200])
    assert chase(far).fired == 30
    assert Chase.objects.count() == 230
    assert verify_record().broken == []


@pytest.mark.django_db(transaction=True)
def test_four_sweeps_at_once_fire_each_rung_once(town: Cast) -> None:
    for _ in range(40):
        file(town)
    far = NOW + timedelta(days=30)
    found = together(*[lambda: chase(far).fired for _ in range(4)])
    assert [f for f in found if isinstance(f, Exception)] == []
    chase(far)
    assert Chase.objects.count() == 40
    assert Event.objects.filter(verb="chase").count() == 40
    assert verify_record().broken == []


@pytest.mark.django_db(transaction=True)
def test_what_somebody_is_working_on_is_left_to_the_next_round(town: Cast) -> None:
    case, other = file(town), file(town)
    far = NOW + timedelta(days=30)
    def hold_and_sweep() -> Any:
        with transaction.atomic():
            Case.objects.select_for_update().get(pk=case.pk)
            (done,) = together(lambda: chase(far))
            return done

    done = hold_and_sweep()
    assert (done.due, done.fired, done.skipped) == (2, 1, 1)
    assert set(Chase.objects.values_list("case", flat=True)) == {other.pk}
    assert chase(far).fired == 1


def test_nobody_to_tell_is_the_supervisors_to_see_to(town: Cast) -> None:
    case = file(town)
    Post.objects.filter(unit=town.desk).update(valid_to=NOW.date())
    first = accepting(case).next_rung_at
    assert first is not None
    Deadline.objects.filter(case=case).update(unit=town.units["321183-environment"])
    chase(first)
    item = WorkItem.objects.get(kind="nobody_told")
    assert (item.case_id, "没有可告知的人" in item.words) == (case.pk, True)
    chase(first)
    assert WorkItem.objects.filter(kind="nobody_told").count() == 1


def test_who_may_not_hear_of_a_confidential_case_was_not_told(town: Cast) -> None:
    secret, other = file(town, category="9904", slip=BY_EVENT), file(town)
    Deadline.objects.update(unit=None)
    chase(NOW + timedelta(days=30))  # the leader is told of the one, and nobody of the other
    found = WorkItem.objects.filter(kind="nobody_told").values_list("case", flat=True)
    assert (set(found), secret.confidential) == ({secret.pk}, True)
    assert Chase.objects.filter(case=other).exists()


def test_whoever_reported_needs_no_post_to_be_told(town: Cast) -> None:
    case = file(town)
    Deadline.objects.filter(case=case).update(ladder="L6")
    chase(accepting(case).due_at)
    assert told(case)[-1]["heard"] == "reporter"
    assert not WorkItem.objects.filter(kind="nobody_told").exists()


def test_a_ladder_that_is_gone_is_said_and_stops_nothing_else(town: Cast) -> None:
    case, other = file(town), file(town)
    Deadline.objects.filter(case=case).update(ladder="L9")
    done = chase(NOW + timedelta(days=30))
    assert (done.due, done.fired, done.skipped) == (2, 1, 1)
    item = WorkItem.objects.get(kind="no_rule")
    assert (item.case_id, "L9" in item.words) == (case.pk, True)
    assert Chase.objects.get().case_id == other.pk
    assert not Ladder.objects.filter(code="L9").exists()
    assert chase(NOW + timedelta(days=30)).due == 0
    # Once the ladder is there it is climbed, without anybody's doing.
    Deadline.objects.filter(case=case).update(ladder="L3")
    assert chase(NOW + timedelta(days=30, hours=1)).fired == 1


def test_more_time_arms_the_ladder_again_and_fires_in_its_new_generation(town: Cast) -> None:
    case = walk(town, file(town), "sign")
    work = Deadline.objects.get(case=case, term="report.handle")
    assert work.next_rung_at is not None
    chase(work.next_rung_at)
    told = {"need": "X1", "days": 3, "reason": "等检测"}
    report.VERBS["ask_extension"](
        case, by=town.actor(Role.VILLAGE), at=NOW, slip=BY_EVENT, **told
    )
    report.VERBS["grant_extension"](case, by=town.actor(Role.DESK), at=NOW, slip=BY_EVENT)
    again = Deadline.objects.get(case=case, term="report.handle")
    assert (again.rung, again.colour, again.next_rung) == (0, "", 1)
    assert again.next_rung_at is not None
    chase(again.next_rung_at)
    fired = Chase.objects.filter(deadline__term="report.handle").order_by("generation")
    assert list(fired.values_list("rung", "generation")) == [(1, 1), (1, 2)]


@pytest.mark.parametrize("after", [10, 45])  # in time, and after downtime passed the call over
def test_an_emergency_asks_the_duty_desk_to_ring(town: Cast, after: int) -> None:
    case = blown(town, Role.DUTY, type="W1")
    dispatched_already(town, case)
    chase(NOW + timedelta(minutes=after))
    items = WorkItem.objects.filter(kind="phone_now")
    assert any("请打电话给 示范住建局，催“签收”" in item.words for item in items)


def test_an_import_is_not_chased_for_the_past(town: Cast) -> None:
    case = file(town, at=NOW - timedelta(days=60), slip=Slip(by_event=True, quiet=True))
    assert accepting(case).next_rung_at is None
    assert chase(NOW).due == 0
