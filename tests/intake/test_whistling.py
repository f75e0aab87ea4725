"""A report for which a whistle is blown (上报事件转吹哨): it waits, and comes back."""

from typing import Any

import pytest

from cases.docket.models import Attachment, Case, Deadline, DeadlineState, Link
from cases.docket.operations.attachments import open_file
from cases.docket.operations.uploads import receive_upload
from cases.docket.queries import case_file, find
from cases.docket.queries.files import files_of
from cases.docket.queries.verify import verify_record
from cases.docket.slip import Slip
from cases.intake import operations as report
from cases.intake.operations.way import rework
from cases.intake.operations.whistling import blow_for
from cases.law.moves import Refused, Role, Why
from tests.conftest import send
from tests.docket.makers import jpeg
from tests.ledger import unchanged
from tests.town import NOW, Cast
from tests.walk import BY_EVENT, file, walk
from tests.whistle.way import FOUR, JUDGED, answer, closed, dispatched_already, take

ASKS: dict[str, Any] = {"type": "W3", "ask": "请派员处理"}


def whistled(town: Cast, case: Case, **facts: Any) -> Case:
    told = {"slip": BY_EVENT} | ASKS | facts
    whistle, _ = blow_for(Case(pk=case.pk), by=town.actor(Role.DESK), at=NOW, **told)
    case.refresh_from_db()
    return whistle


def running(case: Case) -> set[str]:
    rows = Deadline.objects.filter(case=case, state=DeadlineState.RUNNING)
    return set(rows.values_list("term", flat=True))


def test_a_report_waits_for_its_whistle_and_comes_back_to_whoever_filed_it(town: Cast) -> None:
    case = walk(town, file(town), "accept")
    whistle = whistled(town, case)
    assert (case.state, whistle.state) == ("REFERRED", "AWAITING_APPROVAL")
    assert running(case) == set()
    assert (whistle.category, whistle.village_id) == (case.category, case.village_id)
    take(town, whistle, "approve", Role.LEADER)
    closed(town, whistle)
    case.refresh_from_db()
    assert (case.state, running(case)) == ("HANDLED", {"report.check"})
    assert case.officer_id == town.officer(Role.GRID_WORKER).pk
    report.check(case, by=town.actor(Role.GRID_WORKER), at=NOW, slip=BY_EVENT, finding="通了")
    assert case.state == "CHECKED"
    assert verify_record().broken == []


@pytest.mark.parametrize("end", ["refuse", "withdraw"])
def test_a_whistle_that_came_to_nothing_gives_the_report_back_to_the_desk(
    town: Cast, end: str
) -> None:
    case = walk(town, file(town), "accept")
    whistle = whistled(town, case)
    take(town, whistle, end, Role.LEADER, reason="镇里自己能办")
    case.refresh_from_db()
    assert (case.state, running(case)) == ("ACCEPTED", {"report.assign"})


def test_what_does_not_hold_goes_to_the_desk_which_whistles_again(town: Cast) -> None:
    case = walk(town, file(town), "accept")
    first = whistled(town, case)
    take(town, first, "approve", Role.LEADER)
    closed(town, first)
    rework(
        Case(pk=case.pk),
        by=town.actor(Role.GRID_WORKER),
        at=NOW,
        slip=BY_EVENT,
        finding="还是堵",
    )
    case.refresh_from_db()
    assert (case.state, case.unit_id) == ("ACCEPTED", town.desk.pk)
    second = whistled(town, case)
    tie = Link.objects.get(child=second, why="again")
    assert (tie.parent_id, tie.ended_at) == (first.pk, NOW)


def test_photographs_of_the_report_go_along_and_stay_with_it(town: Cast) -> None:
    desk = town.actor(Role.DESK)
    sent = receive_upload("a.jpg", jpeg(), by=town.actor(Role.GRID_WORKER), at=NOW)
    case = walk(town, file(town, slip=Slip(by_event=True, files=(sent.pk,))), "accept")
    mine = Attachment.objects.get(case=case)
    with unchanged(), pytest.raises(Refused):
        whistled(town, case, photos=[mine.pk + 1])
    whistle = whistled(town, case, photos=[mine.pk])
    there = Attachment.objects.get(case=whistle)
    assert there.digest != mine.digest
    opened = [open_file(row.pk, by=desk, at=NOW).content for row in (mine, there)]
    assert opened[0] == opened[1]


def test_a_report_that_moved_meanwhile_or_another_seat_whistles_nothing(town: Cast) -> None:
    case = walk(town, file(town), "accept")
    with unchanged(), pytest.raises(Refused) as refusal:
        whistled(town, case, slip=Slip(version=case.version - 1))
    assert refusal.value.why is Why.STALE
    with unchanged(), pytest.raises(Refused) as refusal:
        blow_for(Case(pk=case.pk), by=town.actor(Role.GRID_WORKER), at=NOW, **ASKS)
    assert refusal.value.why is Why.ROLE
    with unchanged(), pytest.raises(Refused) as refusal:
        whistled(town, case, ask="")
    assert list(refusal.value.fields) == ["ask"]


def test_a_relapse_takes_the_whistle_up_again(town: Cast) -> None:
    case = walk(town, file(town), "accept")
    whistle = whistled(town, case)
    take(town, whistle, "approve", Role.LEADER)
    closed(town, whistle)
    take(town, whistle, "follow_up", Role.DESK, held="relapsed", reason="又堵了")
    assert (whistle.state, running(whistle)) == ("BLOWN", {"whistle.dispatch"})
    case.refresh_from_db()
    assert (case.state, running(case)) == ("REFERRED", set())
    (part,) = dispatched_already(town, whistle)
    answer(town, part, "sign", Role.DEPT_OFFICER)
    whistle.refresh_from_db()
    assert whistle.state == "RESPONDING"
    answer(town, part, "reply", Role.DEPT_OFFICER, **FOUR)
    answer(town, part, "evaluate", Role.DESK, **JUDGED)
    take(town, whistle, "close", Role.DESK)
    case.refresh_from_db()
    assert (case.state, running(case)) == ("HANDLED", {"report.check"})
    assert verify_record().broken == []


def test_a_report_has_one_whistle_under_way(town: Cast) -> None:
    case = walk(town, file(town), "accept")
    whistle = whistled(town, case)
    take(town, whistle, "approve", Role.LEADER)
    closed(town, whistle)
    case.refresh_from_db()
    report.check(case, by=town.actor(Role.GRID_WORKER), at=NOW, slip=BY_EVENT, finding="通了")
    report.close(case, by=town.actor(Role.DESK), at=NOW, slip=BY_EVENT, closing="C1", reply="好了")
    take(town, whistle, "follow_up", Role.DESK, held="relapsed")
    told = {"again": "R2", "reason": "又堵了"}
    report.VERBS["reopen"](case, by=town.actor(Role.DESK), at=NOW, slip=BY_EVENT, **told)
    with unchanged(), pytest.raises(Refused) as refusal:
        whistled(town, case)
    assert str(whistle.number) in refusal.value.sentence


def informers(town: Cast, **facts: Any) -> Case:
    sent = receive_upload("张三来信.jpg", jpeg(), by=town.actor(Role.GRID_WORKER), at=NOW)
    told = {"stream": "informer", "title": "张三举报排污", "description": "我是张三，住桥头"}
    slip = Slip(by_event=True, files=(sent.pk,))
    return walk(town, file(town, slip=slip, **(told | facts)), "accept")


ANEW: dict[str, Any] = {"title": "桥下夜间排污", "description": "夜间有污水直排"}


def test_an_informers_report_hands_over_nothing_of_its_own(town: Cast) -> None:
    case = informers(town)
    for left_out in ("title", "description"):
        told = {name: said for name, said in ANEW.items() if name != left_out}
        with unchanged(), pytest.raises(Refused) as refusal:
            whistled(town, case, **(told | {left_out: " "}))
        assert list(refusal.value.fields) == [left_out]
    (mine,) = Attachment.objects.filter(case=case)
    whistle = whistled(town, case, photos=[mine.pk], **ANEW)
    take(town, whistle, "approve", Role.LEADER)
    take(town, whistle, "dispatch", Role.DESK, lead=town.department.pk)
    department = town.actor(Role.DEPT_OFFICER)
    found = find(department, str(whistle.number))
    assert found is not None
    told_there = case_file(department, found, NOW)
    assert told_there.title == ANEW["title"]
    assert "张三" not in str(told_there)
    assert [row.name for row in files_of(department, found)] == ["附件 1.jpg"]


def test_the_form_for_an_informers_report_is_empty_and_warns(town: Cast, page: Any) -> None:
    case = informers(town)
    shown = page(Role.DESK).get(f"/reports/{case.number}/whistle/")
    form = shown.context["form"]
    assert not form["title"].value()
    assert not form["description"].value()
    assert form["category"].value() == case.category
    assert shown.context["picked"] == []
    text = shown.content.decode()
    assert "不要出现举报人的姓名、电话和能认出举报人的内容" in text
    assert "我是张三" not in text
    plain = walk(town, file(town, title="路灯不亮"), "accept")
    text = page(Role.DESK).get(f"/reports/{plain.number}/whistle/").content.decode()
    assert "举报件" not in text


def test_an_informers_report_is_described_anew_by_api_too(town: Cast, api: Any) -> None:
    case = informers(town)
    path = f"/api/v1/reports/{case.number}/whistle/"
    with unchanged():
        answered = send(api(Role.DESK), path, dict(ASKS), version=case.version)
    assert answered.status_code == 400
    assert set(answered.json()["fields"]) == {"title", "description"}
    answered = send(api(Role.DESK), path, ASKS | ANEW, version=case.version)
    assert answered.status_code == 201


def test_a_report_becomes_no_whistle_about_officials(town: Cast) -> None:
    case = walk(town, file(town), "accept")
    with unchanged(), pytest.raises(Refused) as refusal:
        whistled(town, case, category="9904")
    assert list(refusal.value.fields) == ["category"]
