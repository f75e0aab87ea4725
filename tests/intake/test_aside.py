"""Beside the way (办理旁路): every turn a report can take that is not the straight one."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from cases.docket.models import (
    FAR,
    Case,
    Deadline,
    DeadlineState,
    Event,
    ExternalRef,
    Party,
    Stake,
    WorkItem,
)
from cases.docket.queries import case_file, why_this_date
from cases.docket.queries.verify import verify_record
from cases.docket.slip import Slip
from cases.intake.operations import VERBS, file_report, resume_due, self_handle
from cases.law.moves import Refused, Role, Why
from cases.people.models import Officer
from cases.people.operations import enter_officer, give_post
from cases.people.queries import actor_for
from cases.rulebook.models import Figure
from cases.rulebook.operations import end
from tests.ledger import unchanged
from tests.town import NOW, SINCE, TODAY, Cast
from tests.walk import BY_EVENT, PLAIN, file, walk

WHO: dict[str, Any] = {"actor_code": "tests", "at": NOW}


def take(town: Cast, case: Case, verb: str, role: Role, at: datetime = NOW, **facts: Any) -> Event:
    """One move by a seat of the town; its clocks run from `at`."""
    told = {"slip": BY_EVENT} | facts
    event: Event = VERBS[verb](Case(pk=case.pk), by=town.actor(role), at=at, **told)
    case.refresh_from_db()
    return event


def refused(town: Cast, case: Case, verb: str, role: Role, **facts: Any) -> Refused:
    """This move is refused, and nothing is written."""
    with unchanged(), pytest.raises(Refused) as refusal:
        take(town, case, verb, role, **facts)
    assert refusal.value.sentence
    return refusal.value


def running(case: Case) -> dict[str, Deadline]:
    rows = Deadline.objects.filter(case=case, state=DeadlineState.RUNNING)
    return {row.term: row for row in rows}


def states(case: Case) -> dict[str, str]:
    return {d.term: d.state for d in Deadline.objects.filter(case=case).order_by("id")}


# 不予受理


def test_a_report_is_not_accepted_with_its_ground_and_the_channel_told(town: Cast) -> None:
    case = file(town)
    wrong = refused(town, case, "not_accept", Role.DESK, refusal="N6")
    assert list(wrong.fields) == ["told"]
    take(town, case, "not_accept", Role.DESK, refusal="N6", told="请找物业，电话 0511-80000000")
    assert (case.state, case.unit_id, case.closed_at) == ("NOT_ACCEPTED", None, NOW)
    assert states(case) == {"report.accept": "met"}


def test_who_could_not_be_reached_was_tried_at_three_times_of_the_day(town: Cast) -> None:
    case = file(town, at=NOW - timedelta(days=1))
    told = {"refusal": "N9", "told": "请补充地点后再来电"}
    hours = (9, 10, 15, 19)  # two of them are one morning
    for tried, hour in enumerate(hours):
        wrong = refused(town, case, "not_accept", Role.DESK, **told)
        assert "3 个不同时段" in wrong.fields["refusal"]
        at = NOW.replace(hour=hour)
        take(town, case, "contact", Role.DESK, at, reached="no", reason=f"第 {tried + 1} 次")
    take(town, case, "contact", Role.DESK, NOW.replace(hour=20), reached="yes")
    take(town, case, "not_accept", Role.DESK, NOW.replace(hour=21), **told)
    assert case.state == "NOT_ACCEPTED"


# 要求补充


def test_more_is_asked_of_the_filer_while_the_desks_clock_runs(town: Cast) -> None:
    case = file(town)
    due = running(case)["report.accept"].due_at
    take(town, case, "ask_more", Role.DESK, asked="具体在哪一盏")
    assert (case.state, case.officer_id) == ("RECEIVED", town.officer(Role.GRID_WORKER).pk)
    assert running(case)["report.accept"].due_at == due
    take(town, case, "supply", Role.GRID_WORKER, supplied="东头第三盏")
    assert (case.unit_id, case.officer_id) == (town.desk.pk, None)
    assert set(running(case)) == {"report.accept"}


def test_nothing_is_supplied_where_nothing_was_asked(town: Cast) -> None:
    case = file(town, Role.DESK)
    wrong = refused(town, case, "supply", Role.DESK, supplied="多此一举")
    assert wrong.why is Why.STATE


# 更正


def test_a_report_is_corrected_and_what_stood_stays_in_the_record(town: Cast) -> None:
    case = file(town)
    take(
        town,
        case,
        "correct",
        Role.DESK,
        category="0601",
        village="321183102202",
        urgency="urgent",
        title="路面坑洼",
        reason="实为路面",
    )
    assert (case.category, case.urgent) == ("0601", True)
    assert case.village_id == town.villages["321183102202"].pk
    file_now = case_file(town.actor(Role.DESK), case, NOW)
    assert file_now.title == "路面坑洼"
    assert ("标题", "路灯不亮") in file_now.timeline[0].facts
    assert verify_record().broken == []


@pytest.mark.parametrize(
    ("given", "field"),
    [({"reason": "没有内容"}, "category"), ({"village": "999"}, "village")],
    ids=["nothing", "no such village"],
)
def test_a_correction_corrects_something(town: Cast, given: dict[str, Any], field: str) -> None:
    case = file(town)
    assert list(refused(town, case, "correct", Role.DESK, **given).fields) == [field]


def test_what_turns_out_to_be_a_complaint_against_a_cadre_becomes_confidential(
    town: Cast,
) -> None:
    case = file(town, reporter="赵大山", phone="13812345678")
    take(town, case, "correct", Role.DESK, category="9904")
    assert case.confidential
    assert case.report.stream == "discipline"
    assert set(Party.objects.values_list("hidden", flat=True)) == {True}
    assert verify_record().broken == []


# 渠道


def test_a_complaint_against_a_cadre_is_passed_to_discipline_only(town: Cast) -> None:
    case = file(town, category="9904")
    assert case.confidential
    take(town, case, "accept", Role.DESK)
    wrong = refused(town, case, "assign", Role.DESK, unit=town.village.pk)
    assert "检举控告不得交办" in wrong.sentence
    told: dict[str, Any] = {"reason": "已送镇纪委", "receipt": "收 2026-8"}
    wrong = refused(town, case, "transfer", Role.DESK, body="police", **told)
    assert list(wrong.fields) == ["body"]
    take(town, case, "transfer", Role.DESK, body="discipline", **told)
    assert (case.state, states(case)["report.assign"]) == ("CLOSED", "met")


def test_an_informers_name_never_reaches_the_handler(town: Cast) -> None:
    case = file(town, stream="informer", reporter="赵大山", phone="13812345678")
    walk(town, case, "assign")
    assert case_file(town.actor(Role.VILLAGE), case, NOW).parties == []
    assert case_file(town.actor(Role.DESK), case, NOW).parties != []
    wrong = refused(town, case, "disclose", Role.DESK, reason="要上门")
    assert "保密" in wrong.sentence


def test_a_reporter_is_made_known_to_the_handler_only_when_needed(town: Cast) -> None:
    case = file(town, reporter="赵大山", phone="13812345678")
    walk(town, case, "assign")
    assert case_file(town.actor(Role.VILLAGE), case, NOW).parties == []
    take(town, case, "disclose", Role.DESK, reason="需上门查看")
    shown = case_file(town.actor(Role.VILLAGE), case, NOW).parties
    assert shown == [("反映人", "赵大山", "138****5678")]


def test_without_a_reporter_there_is_nobody_to_make_known(town: Cast) -> None:
    case = walk(town, file(town), "assign")
    refused(town, case, "disclose", Role.DESK, reason="需上门查看")


# 退回改派


def test_a_report_is_handed_back_and_the_third_time_goes_to_a_leader(town: Cast) -> None:
    case = walk(town, file(town), "assign")
    told: dict[str, Any] = {"ground": "S1", "reason": "属农路，不归村里"}
    for hop in (1, 2):
        event = take(town, case, "hand_back", Role.VILLAGE, **told)
        assert f'"hop":{hop}' in event.text
        assert (case.state, case.unit_id) == ("RETURNED", town.desk.pk)
        assert set(running(case)) == {"report.assign"}
        take(town, case, "assign", Role.DESK, unit=town.village.pk)
    take(town, case, "hand_back", Role.VILLAGE, **told)
    assert case.unit_id == town.town.pk
    wrong = refused(town, case, "assign", Role.DESK, unit=town.village.pk)
    assert (wrong.why, wrong.whose) == (Why.ROLE, ("镇领导",))
    take(town, case, "assign", Role.LEADER, unit=town.village.pk)
    assert (case.state, case.unit_id) == ("ASSIGNED", town.village.pk)
    handled = Deadline.objects.filter(case=case, term="report.handle").order_by("occurrence")
    assert [d.state for d in handled] == ["cancelled"] * 3 + ["running"]


@pytest.mark.parametrize(("days", "late"), [(0, False), (4, True)])
def test_a_late_return_is_taken_and_said_to_be_late(town: Cast, days: int, late: bool) -> None:
    case = walk(town, file(town), "assign")
    at = NOW + timedelta(days=days)
    event = take(town, case, "hand_back", Role.VILLAGE, at, ground="S4", reason="在西村界内")
    assert ('"late":true' in event.text) is late


# 指定经办人


def second_officer(town: Cast) -> Officer:
    officer = enter_officer("second", "示范二", **WHO)
    give_post(officer, Role.VILLAGE, town.village, SINCE, **WHO)
    return officer


def test_work_moves_between_people_of_a_unit_and_its_dates_stay(town: Cast) -> None:
    case = walk(town, file(town), "assign")
    due = running(case)["report.handle"].due_at
    other = second_officer(town)
    take(town, case, "entrust", Role.VILLAGE, officer=other.pk)
    assert (case.unit_id, case.officer_id) == (town.village.pk, other.pk)
    assert {(d.officer_id, d.unit_id) for d in running(case).values()} == {
        (other.pk, town.village.pk)
    }
    assert running(case)["report.handle"].due_at == due
    wrong = refused(town, case, "entrust", Role.VILLAGE, officer=town.officer(Role.DESK).pk)
    assert list(wrong.fields) == ["officer"]


# 延期


def test_more_time_is_asked_granted_and_explained(town: Cast) -> None:
    case = walk(town, file(town), "assign")
    before = running(case)["report.handle"]
    told: dict[str, Any] = {"need": "X4", "days": 3, "reason": "需等水泥养护"}
    take(town, case, "ask_extension", Role.VILLAGE, **told)
    asked = Stake.objects.get(case=case, why="asked")
    assert (asked.unit_id, asked.until) == (town.desk.pk, None)
    assert asked.next_due == running(case)["report.extension_answer"].due_at
    assert running(case)["report.handle"].due_at == before.due_at
    take(town, case, "grant_extension", Role.DESK)
    after = running(case)["report.handle"]
    assert (after.generation, after.last_day) == (2, date(2026, 11, 27))
    assert before.last_day == date(2026, 11, 24)
    asked.refresh_from_db()
    assert (asked.until, asked.next_due) == (NOW, FAR)
    why = why_this_date(town.actor(Role.DESK), after.pk, NOW)
    assert why is not None
    assert why.agrees
    assert "延期" in why.term_words
    shown = case_file(town.actor(Role.VILLAGE), case, NOW)
    (handle,) = [d for d in shown.deadlines if d.term == "report.handle"]
    assert [day for day, *_ in handle.earlier] == [date(2026, 11, 24)]
    assert verify_record().broken == []


def test_more_time_is_asked_once_within_bounds_and_before_it_is_up(town: Cast) -> None:
    case = walk(town, file(town), "assign")
    told: dict[str, Any] = {"need": "X4", "reason": "需等水泥养护"}
    for days in (0, 6):
        wrong = refused(town, case, "ask_extension", Role.VILLAGE, days=days, **told)
        assert list(wrong.fields) == ["days"]
    late = NOW + timedelta(days=30)
    wrong = refused(town, case, "ask_extension", Role.VILLAGE, at=late, days=2, **told)
    assert "已经超过期限" in wrong.sentence
    take(town, case, "ask_extension", Role.VILLAGE, days=2, **told)
    refused(town, case, "ask_extension", Role.VILLAGE, days=2, **told)
    take(town, case, "grant_extension", Role.DESK, days=1)
    wrong = refused(town, case, "ask_extension", Role.VILLAGE, days=2, **told)
    assert "达到上限" in wrong.sentence


def test_a_refused_extension_changes_no_date(town: Cast) -> None:
    case = walk(town, file(town), "assign")
    due = running(case)["report.handle"].due_at
    take(town, case, "ask_extension", Role.VILLAGE, need="X5", days=2, reason="连日下雨")
    take(town, case, "refuse_extension", Role.DESK, reason="室内作业，不受影响")
    assert running(case)["report.handle"].due_at == due
    assert refused(town, case, "grant_extension", Role.DESK).why is Why.STATE


# 挂账


def shelved(town: Cast, look: date = date(2026, 12, 20)) -> Case:
    case = walk(town, file(town), "assign")
    take(
        town,
        case,
        "propose_shelving",
        Role.VILLAGE,
        obstacle="H2",
        plan="列入明年道路计划",
        next_look=look,
    )
    take(town, case, "shelve", Role.LEADER)
    return case


def test_shelving_is_proposed_approved_one_level_up_and_looked_at_again(town: Cast) -> None:
    case = walk(town, file(town), "assign")
    told = {"obstacle": "H2", "plan": "列入明年道路计划"}
    wrong = refused(
        town, case, "propose_shelving", Role.VILLAGE, next_look=date(2027, 12, 1), **told
    )
    assert list(wrong.fields) == ["next_look"]
    refused(town, case, "shelve", Role.LEADER)
    case = shelved(town)
    look = running(case)["report.look_again"]
    assert (case.state, case.unit_id, look.last_day) == (
        "SHELVED",
        town.desk.pk,
        date(2026, 12, 20),
    )
    assert set(running(case)) == {"report.look_again"}
    assert why_this_date(town.actor(Role.DESK), look.pk, NOW) is not None


def test_what_was_shelved_comes_back_by_itself_once(town: Cast) -> None:
    case = shelved(town)
    assert resume_due(look_at(case) - timedelta(seconds=1)) == 0
    assert resume_due(look_at(case)) == 1
    case.refresh_from_db()
    assert (case.state, case.unit_id) == ("ACCEPTED", town.desk.pk)
    assert "report.assign" in running(case)
    assert resume_due(NOW + timedelta(days=400)) == 0
    assert verify_record().broken == []


def look_at(case: Case) -> datetime:
    return Deadline.objects.get(case=case, term="report.look_again").due_at


def test_a_refused_shelving_is_handled_on(town: Cast) -> None:
    case = walk(town, file(town), "assign")
    take(town, case, "propose_shelving", Role.VILLAGE, obstacle="H5", plan="查权属")
    take(town, case, "refuse_shelving", Role.LEADER, reason="权属已明")
    assert (case.state, set(running(case))) == ("ASSIGNED", {"report.handle", "report.sign"})


# 自办


def drawn(share: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cases.intake.operations.filing._drawn", lambda *_: bool(share))


DONE: dict[str, Any] = {"category": "0301", "title": "清了一堆垃圾", "result": "已当场清运"}


def test_what_was_put_right_on_the_spot_is_entered_and_ended(
    town: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn(0, monkeypatch)
    case, event = self_handle(by=town.actor(Role.GRID_WORKER), at=NOW, **DONE)
    assert (case.state, case.closed_at, event.verb) == ("SELF_HANDLED", NOW, "self_handle")
    assert not Deadline.objects.filter(case=case).exists()


def test_a_share_of_it_is_checked_by_the_desk_and_not_by_who_did_it(
    town: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn(100, monkeypatch)
    case, _ = self_handle(by=town.actor(Role.GRID_WORKER), at=NOW, slip=BY_EVENT, **DONE)
    assert (case.state, case.unit_id) == ("HANDLED", town.desk.pk)
    assert set(running(case)) == {"report.check"}
    Case.objects.filter(pk=case.pk).update(
        unit_id=case.filer_unit_id, officer_id=case.filer_id
    )  # even if it lay with the filer
    wrong = refused(town, case, "check", Role.GRID_WORKER)
    assert wrong.why is Why.ROLE
    take(town, case, "check", Role.DESK)
    assert case.state == "CHECKED"


def test_a_share_that_did_not_hold_is_done_again_by_the_village(
    town: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn(100, monkeypatch)
    case, _ = self_handle(by=town.actor(Role.GRID_WORKER), at=NOW, slip=BY_EVENT, **DONE)
    take(town, case, "rework", Role.DESK, finding="垃圾还在")
    assert (case.state, case.unit_id) == ("ASSIGNED", town.village.pk)
    assert set(running(case)) == {"report.rework"}


def test_the_draw_follows_the_rulebook(town: Cast) -> None:
    share = Figure.objects.get(key="report.sample_share")
    end(share, TODAY, **WHO)
    case, event = self_handle(by=town.actor(Role.GRID_WORKER), at=NOW, **DONE)
    assert event.verb == "self_handle_sampled"  # no share is known: none goes unchecked
    assert case.unit_id == town.desk.pk


def test_what_may_not_be_self_handled_is_refused(town: Cast) -> None:
    with unchanged(), pytest.raises(Refused) as refusal:
        self_handle(by=town.actor(Role.GRID_WORKER), at=NOW, **(DONE | {"category": "0201"}))
    assert list(refusal.value.fields) == ["category"]


# 退回重办


def test_what_does_not_hold_goes_back_to_who_handled_it_and_is_counted(town: Cast) -> None:
    case = walk(town, file(town), "handle")
    event = take(town, case, "rework", Role.GRID_WORKER, finding="还是不亮")
    assert '"times":1' in event.text
    assert (case.state, case.unit_id) == ("ASSIGNED", town.village.pk)
    assert set(running(case)) == {"report.rework"}
    take(town, case, "handle", Role.VILLAGE, result="换了线路")
    assert (case.state, states(case)["report.rework"]) == ("HANDLED", "met")


# 重新办理


def test_a_closed_report_is_reopened_as_often_as_the_limit_says(town: Cast) -> None:
    case = walk(town, file(town))
    told: dict[str, Any] = {"again": "R2", "reason": "又不亮了"}
    for nth in (1, 2):
        event = take(town, case, "reopen", Role.DESK, **told)
        assert f'"times":{nth}' in event.text
        assert (case.state, case.closed_at) == ("REOPENED", None)
        take(town, case, "assign_again", Role.DESK, unit=town.village.pk)
        assert set(running(case)) == {"report.reopen", "report.sign"}
        take(town, case, "handle", Role.VILLAGE, result="换线路")
        take(town, case, "check", Role.GRID_WORKER)
        take(town, case, "close", Role.DESK, closing="C1")
    wrong = refused(town, case, "reopen", Role.DESK, **told)
    assert "达到上限" in wrong.sentence
    take(town, case, "reopen", Role.LEADER, **told)
    assert case.state == "REOPENED"
    assert verify_record().broken == []


def test_a_call_back_is_recorded_after_the_end_and_changes_nothing(town: Cast) -> None:
    case = walk(town, file(town))
    version = case.version
    take(town, case, "call_back", Role.GRID_WORKER, outcome="solved", satisfaction="satisfied")
    assert (case.state, case.version) == ("CLOSED", version)


# 外部系统


def sheet(town: Cast, **facts: Any) -> Case:
    told = {"source": "hotline", "external": "ZJ2026112001"} | facts
    return file(town, Role.DESK, **told)


def test_a_sheets_own_date_is_a_deadline_met_by_the_answer(town: Cast) -> None:
    due = datetime.fromisoformat("2026-11-27T17:30+08:00")
    case = sheet(town, external_due=due)
    own = running(case)["external.answer"]
    assert (own.due_at, own.last_day) == (due, date(2026, 11, 27))
    walk(town, case, "handle")
    take(town, case, "check", Role.DESK)
    wrong = refused(town, case, "close", Role.DESK, closing="C1")
    assert list(wrong.fields) == ["reply"]
    take(town, case, "close", Role.DESK, closing="C1", reply="已修好")
    assert states(case)["external.answer"] == "met"
    assert ExternalRef.objects.get(case=case).answered_at == NOW


def test_a_sheet_that_is_a_departments_goes_back_by_objection(town: Cast) -> None:
    told: dict[str, Any] = {"ground": "S1", "belongs": "市住建局", "clauses": "三定方案第五条"}
    plain = file(town, Role.DESK)
    assert "没有 12345 工单号" in refused(town, plain, "object_sheet", Role.DESK, **told).sentence
    due = datetime.fromisoformat("2026-11-27T17:30+08:00")
    case = sheet(town, external_due=due)
    take(town, case, "object_sheet", Role.DESK, **told)
    assert case.state == "REFERRED"
    assert set(running(case)) == {"external.answer", "report.sheet_answer"}
    take(town, case, "sheet_kept", Role.DESK, reason="对方认为属地先办")
    assert (case.state, set(running(case))) == ("ACCEPTED", {"external.answer", "report.assign"})
    take(town, case, "object_sheet", Role.DESK, **told)
    take(town, case, "sheet_taken_back", Role.DESK, receipt="改派 88")
    assert (case.state, set(running(case))) == ("CLOSED", set())


def test_an_outside_number_is_entered_once(town: Cast) -> None:
    case, other = file(town), file(town)
    told: dict[str, Any] = {"system": "city", "external": "SZCG-1"}
    take(town, case, "enter_external", Role.DESK, **told)
    wrong = refused(town, other, "enter_external", Role.DESK, **told)
    assert list(wrong.fields) == ["external"]


def test_a_question_is_answered_at_the_desk(town: Cast) -> None:
    case = walk(town, file(town, category="9901"), "accept")
    take(town, case, "answer_directly", Role.DESK, closing="C3", reply="政策如下")
    assert (case.state, states(case)["report.assign"]) == ("CLOSED", "met")


# 代录异议


def test_what_was_recorded_for_another_is_contested_before_the_supervisor(town: Cast) -> None:
    case = walk(town, file(town), "assign")
    slip = Slip(channel="phone", by_event=True)
    take(town, case, "note", Role.DESK, words="村里来电称已修好", slip=slip)
    wrong = refused(town, case, "contest", Role.VILLAGE, event=1, reason="没打过电话")
    assert list(wrong.fields) == ["event"]
    take(town, case, "contest", Role.VILLAGE, event=case.seq, reason="没打过电话")
    take(town, case, "contest", Role.VILLAGE, event=case.seq - 1, reason="再说一遍")
    (item,) = WorkItem.objects.filter(kind="conflict")
    assert "代录有异议" in item.words


# AB岗


def test_a_deputy_works_for_who_is_on_leave_and_the_check_still_is_anothers(town: Cast) -> None:
    case = walk(town, file(town), "handle")
    worker = town.officer(Role.GRID_WORKER)
    assert case.officer_id == worker.pk
    other = second_officer(town)
    assert actor_for(other, None, TODAY).role is Role.VILLAGE
    assert file_report(by=actor_for(other, None, TODAY), at=NOW, **PLAIN)[0].filer_id == other.pk
