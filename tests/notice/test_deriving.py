"""Notices derived from events (生成通知): each once to each whom it concerns, from the event."""

import time
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import OperationalError, transaction

from cases.docket.chain import mark_of
from cases.docket.models import Case, Deadline, Event, Outbox, WorkItem
from cases.docket.slip import Slip
from cases.intake import operations as report
from cases.law.moves import Audience, Role
from cases.notice.models import Notice
from cases.notice.operations import deriving, making
from cases.notice.operations.deriving import derive
from cases.notice.states import RULES, words_of
from cases.oversight.operations.chasing import chase
from cases.oversight.operations.urging import urge
from cases.people.models import Deputy, Post
from tests.notice.telling import told, waiting
from tests.oversight.supervised import LATE, REPLY, asked, issued, of_department, take
from tests.together import together
from tests.town import NOW, TODAY, Cast
from tests.walk import BY_EVENT, file, walk
from tests.whistle.way import blown, dispatched, dispatched_already
from tests.whistle.way import take as go


def test_what_is_asked_is_told_to_who_must_do_it_and_the_rest_as_progress(town: Cast) -> None:
    walk(town, file(town))
    done = derive(NOW)
    assert (done.events, done.failed) == (7, 0)
    assert told() == [
        ("desk", "do", "受理", "file"),
        ("grid_worker", "told", "受理", "accept"),
        ("grid_worker", "told", "交办", "assign"),
        ("village", "do", "签收", "assign"),
        ("desk", "told", "报办理结果", "handle"),
        ("grid_worker", "do", "核查", "handle"),
        ("desk", "do", "办结", "check"),
        ("grid_worker", "told", "办结", "close"),
    ]
    row = Notice.objects.get(role="village")
    owed = Deadline.objects.get(term="report.sign")
    assert (row.due_at, row.asked) == (owed.due_at, "sign")
    assert row.post_id == town.posts[Role.VILLAGE].pk
    assert (row.state, row.attempts, row.created_at) == ("sent", 0, NOW)


def test_nobody_is_told_of_their_own_act(town: Cast) -> None:
    case = walk(town, file(town, Role.DESK), "accept")
    derive(NOW)
    # The desk filed it and accepted it: what it must do next it just saw.
    assert told(case=case) == []


def test_told_once_however_often_and_whoever_sweeps(town: Cast) -> None:
    case = walk(town, file(town), "assign")
    assert derive(NOW).events == 3
    before = told()
    assert derive(NOW).events == 0
    Outbox.objects.filter(case=case).update(taken_at=None)  # as a restored backup would have it
    assert derive(NOW).events == 3
    assert told() == before
    keys = list(Notice.objects.values_list("key", flat=True))
    assert len(keys) == len(set(keys)) == len(before)


def test_from_the_event_and_never_from_how_things_stand_now(town: Cast) -> None:
    late = walk(town, file(town))
    derive(NOW)
    once = told(case=late)
    Notice.objects.all().delete()
    Outbox.objects.update(taken_at=None)
    Case.objects.filter(pk=late.pk).update(unit=town.department, officer=None, filer=None)
    Deadline.objects.filter(case=late).update(unit=town.department, officer=None)
    derive(NOW)
    assert told(case=late) == once


def test_a_crash_leaves_all_of_it_for_the_next(town: Cast) -> None:
    file(town)

    class Killed(BaseException):
        pass

    def killed() -> None:
        with transaction.atomic():
            assert derive(NOW).events == 1
            raise Killed

    with pytest.raises(Killed):
        killed()
    assert (Notice.objects.count(), waiting()) == (0, 1)
    assert derive(NOW).events == 1
    assert Notice.objects.filter(channel="app").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_tell_each_once(town: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deriving, "A_TIME", 7)
    for _ in range(30):
        file(town)
    found = together(*[lambda: derive(NOW) for _ in range(4)])
    assert [one for one in found if isinstance(one, Exception)] == []
    assert sum(one.events for one in found) + derive(NOW).events == 30
    assert Notice.objects.filter(channel="app").count() == 30
    assert waiting() == 0


@pytest.mark.django_db(transaction=True)
def test_a_sweep_and_a_move_of_the_same_cases_wait_for_each_other(town: Cast) -> None:
    first, second = file(town), file(town)
    derive(NOW)
    for case in (second, first):
        urge(case, by=town.actor(Role.SUPERVISOR), at=NOW, words="请抓紧")

    def move() -> int:
        with transaction.atomic():
            held = list(Case.objects.filter(pk=first.pk).select_for_update())
            time.sleep(1.5)  # the sweep waits for the first one and would have held the second
            return len(held + list(Case.objects.filter(pk=second.pk).select_for_update()))

    def sweep() -> int:
        time.sleep(0.3)
        return derive(NOW).events

    assert together(move, sweep) == [2, 2]


def test_a_hiccup_of_the_database_is_no_events_fault(
    town: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    file(town)

    def gone(*_: Any) -> Any:
        raise OperationalError("the connection is lost")

    with monkeypatch.context() as broken:
        broken.setattr(deriving, "make", gone)
        with pytest.raises(OperationalError):
            derive(NOW)
    assert (WorkItem.objects.count(), waiting()) == (0, 1)
    assert derive(NOW).events == 1


@pytest.mark.parametrize("wrong", [KeyError("owes"), AttributeError("pk"), ZeroDivisionError()])
def test_an_event_that_cannot_be_told_stops_nobody_and_is_said(
    town: Cast, monkeypatch: pytest.MonkeyPatch, wrong: Exception
) -> None:
    bad, good = file(town), file(town)

    def broken(events: list[Event], at: Any) -> Any:
        if any(event.case_id == bad.pk for event in events):
            raise wrong
        return making.make(events, at)

    monkeypatch.setattr(deriving, "make", broken)
    done = derive(NOW)
    assert (done.events, done.failed) == (2, 1)
    assert set(Notice.objects.values_list("case", flat=True)) == {good.pk}
    item = WorkItem.objects.get(kind="bad_row")
    assert item.case_id == bad.pk
    assert item.words == f"{bad}：第 1 步未能生成通知，请人工告知相关人员。"
    assert waiting() == 0


def test_what_comes_quietly_is_told_to_nobody(town: Cast) -> None:
    file(town, slip=Slip(by_event=True, quiet=True))
    assert (waiting(), derive(NOW).events) == (0, 0)
    assert Notice.objects.count() == 0


def test_a_deputy_is_told_under_the_post_they_stand_in_for(town: Cast) -> None:
    post = town.posts[Role.VILLAGE]
    Deputy.objects.create(post=post, officer=town.officer(Role.AGENT), valid_from=TODAY)
    walk(town, file(town), "assign")
    derive(NOW)
    rows = Notice.objects.filter(rule="do", post=post).order_by("id")
    assert [row.recipient_id for row in rows] == [post.officer_id, town.officer(Role.AGENT).pk]


def test_a_deputy_whose_time_is_over_and_a_post_that_ended_hear_nothing(town: Cast) -> None:
    post = town.posts[Role.VILLAGE]
    ended = {"valid_from": date(2020, 1, 1), "valid_to": TODAY}
    Deputy.objects.create(post=post, officer=town.officer(Role.AGENT), **ended)
    Post.objects.filter(pk=town.posts[Role.GRID_WORKER].pk).update(valid_to=TODAY)
    case = file(town, Role.LIAISON)
    case = walk(town, case, "assign")
    Event.objects.get(case=case, verb="assign")
    derive(NOW)
    assert set(told(case=case, verb="assign")) == {
        ("village", "do", "签收", "assign"),
        ("liaison", "told", "交办", "assign"),
    }


def test_of_two_posts_of_one_person_the_one_that_is_asked_hears(town: Cast) -> None:
    leader = town.officer(Role.LEADER)
    Post.objects.filter(pk=town.posts[Role.DESK].pk).update(officer=leader)
    case = file(town)
    derive(NOW)
    (row,) = Notice.objects.filter(case=case)
    assert (row.recipient_id, row.post_id) == (leader.pk, town.posts[Role.DESK].pk)


def test_a_rung_is_told_by_the_ladder_and_to_who_owes_it_as_a_task(town: Cast) -> None:
    case = walk(town, file(town), "assign")
    derive(NOW)
    sign = Deadline.objects.get(case=case, term="report.sign")
    chase(sign.due_at + timedelta(days=9))
    derive(NOW)
    assert set(told(verb="chase", what="签收")) == {
        ("village", "rung", "签收", "chase"),
        ("leader", "heard", "签收", "chase"),
        ("head_of_organ", "heard", "签收", "chase"),
    }
    row = Notice.objects.get(verb="chase", role="village", what="签收")
    assert row.due_at == sign.due_at
    assert words_of(row.rule, row.what, row.paper) == "镇内督办单：请尽快办理“签收”"


def test_of_what_no_unit_owes_the_leader_hears_all_the_same(town: Cast) -> None:
    case = file(town)
    Deadline.objects.filter(case=case).update(unit=None)
    derive(NOW)
    chase(NOW + timedelta(days=30))
    derive(NOW)
    assert set(told(verb="chase")) == {
        ("leader", "heard", "受理", "chase"),
        ("head_of_organ", "heard", "受理", "chase"),
    }


@pytest.mark.parametrize("verb", ["withdraw", "settle", "revoke"])
def test_that_a_sheet_ended_is_told_to_who_owed_it(town: Cast, verb: str) -> None:
    late = of_department(town)[1]
    if verb == "withdraw":
        sheet = asked(town, late)
        take(town, sheet, verb, Role.SUPERVISOR, reason="已签收")
    else:
        sheet = issued(town, late)
        take(town, sheet, "answer", Role.DEPT_OFFICER, **REPLY)
        facts: dict[str, Any] = {"reply_quality": "full"}
        if verb == "revoke":
            facts = {"reason": "发错"}
        take(town, sheet, verb, Role.COUNTY_DESK, **facts)
    derive(LATE)
    heard = {role for role, *_ in told(case=sheet, verb=verb)}
    assert heard >= ({"county_desk"} if verb == "withdraw" else {"dept_officer", "dept_lead"})


def test_that_a_whistle_was_withdrawn_is_told_to_who_held_it(town: Cast) -> None:
    case = dispatched(town)[0]
    go(town, case, "withdraw", Role.DESK, reason="已自行处理")
    derive(NOW)
    heard = {role for role, *_ in told(case=case, verb="withdraw")}
    assert heard == {"duty", "leader", "head_of_organ"}  # the departments by their own release
    assert {role for role, *_ in told(case=case, verb="release")} == {"dept_officer", "dept_lead"}


def test_chased_by_hand_is_told_to_who_holds_it(town: Cast) -> None:
    case = walk(town, file(town), "assign")
    urge(case, by=town.actor(Role.SUPERVISOR), at=NOW, words="请今天办")
    derive(NOW)
    assert told(verb="urge") == [("village", "urged", "人工催办", "urge")]


def test_each_department_called_is_asked_and_the_copied_only_told(town: Cast) -> None:
    called = dispatched_already(town, blown(town, Role.LEADER, type="W3"))
    derive(NOW)
    asked = Notice.objects.filter(verb="call", rule="do", role="dept_officer")
    assert asked.count() == 1
    row = asked.get()
    assert (row.what, row.asked, row.part) == ("签收", "sign", called[0].pk)


def test_of_a_confidential_case_nobody_hears_who_could_not_open_it(town: Cast) -> None:
    case = file(town, category="9904", slip=BY_EVENT)
    assert case.confidential
    deadline = Deadline.objects.filter(case=case).order_by("due_at").first()
    assert deadline is not None
    chase(deadline.due_at + timedelta(days=30))
    derive(NOW)
    roles = set(Notice.objects.filter(case=case).values_list("role", flat=True))
    assert roles <= {"desk", "duty", "grid_worker"}


def test_at_night_an_emergency_rings_the_duty_room(town: Cast) -> None:
    night = NOW.replace(hour=23)
    case = blown(town, Role.DUTY, type="W1")
    dispatched_already(town, case)
    derive(night)
    items = WorkItem.objects.filter(kind="phone_now", case=case)
    assert {item.unit_id for item in items} >= {town.department.pk}
    assert all("请打电话给" in item.words for item in items)
    before = items.count()
    Outbox.objects.update(taken_at=None)
    derive(night)
    assert items.count() == before
    # Each obligation rings for itself, and a second time once it runs a second time.
    signing = Deadline.objects.filter(case=case, term="whistle.sign").first()
    assert signing is not None
    mark = f"phone_now:{case.pk}:{mark_of(signing)}:{signing.unit_id}"
    assert items.filter(key=mark).exists()


def test_by_day_nobody_need_ring(town: Cast) -> None:
    case = blown(town, Role.DUTY, type="W1")
    dispatched_already(town, case)
    derive(NOW)
    assert not WorkItem.objects.filter(kind="phone_now").exists()
    assert Notice.objects.filter(case=case, urgent=True).exists()


def test_the_words_of_every_rule_stand_alone() -> None:
    for rule in RULES.values():
        said = words_of(rule.code, "签收", "提醒")
        assert "{" not in said
        assert said
    assert words_of("gone", "签收") == "签收"
    assert {a.value for a in Audience} >= {"party", "owner"}


def test_whoever_reported_is_told_in_plain_words_from_the_event(town: Cast) -> None:
    case = file(town, reporter="赵大山", phone="13812345678")
    case = walk(town, case)
    silent = walk(town, file(town))
    derive(NOW)
    rows = Notice.objects.filter(channel="page").order_by("seq")
    assert [row.verb for row in rows] == ["accept", "assign", "close"]
    assert {row.case_id for row in rows} == {case.pk}
    assert not rows.filter(case=silent).exists()
    promised = Deadline.objects.get(case=case, term="report.handle")
    assert rows[1].due_at == promised.due_at


def test_an_erased_case_leaves_nothing_readable_in_its_notices(town: Cast) -> None:
    secret: dict[str, Any] = {"title": "拆迁补偿争议", "reporter": "赵大山", "phone": "13812345678"}
    case = walk(town, file(town, **secret))
    report.note(case, by=town.actor(Role.DESK), at=NOW, words="赵大山来电")
    derive(NOW)
    kept = [str(value) for row in Notice.objects.values_list() for value in row]
    assert not [word for word in secret.values() if any(word in text for text in kept)]
