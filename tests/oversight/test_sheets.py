"""Supervision sheets (督办单): who issues what to whom, who answers, who judges."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from cases.docket.models import Case, Deadline, Event, Link, WorkItem
from cases.docket.queries.casefile import case_file, find
from cases.docket.queries.verify import verify_record
from cases.docket.queries.workitems import open_items
from cases.docket.slip import Slip
from cases.law.moves import Refused, Role, Why
from cases.oversight.models import Sheet
from cases.oversight.operations.chasing import chase
from cases.oversight.operations.sheets import each, issue, request, supervise
from cases.whistle.operations import PART_VERBS
from tests.ledger import unchanged
from tests.oversight.supervised import (
    LATE,
    REPLY,
    asked,
    issued,
    issued_in_town,
    of_department,
    of_village,
    running,
    take,
)
from tests.together import together
from tests.town import NOW, Cast
from tests.walk import BY_EVENT

TOWN_NEVER = "镇不能向县级部门发督办单，请改用‘提请督办’。"


def told(case: Case, verb: str) -> list[dict[str, Any]]:
    texts = Event.objects.filter(case=case, verb=verb).order_by("seq")
    return [json.loads(text)["open"] for text in texts.values_list("text", flat=True)]


def test_the_town_asks_the_county_issues_the_department_answers_the_county_settles(
    town: Cast,
) -> None:
    parent, late = of_department(town)
    sheet = asked(town, late)
    assert (sheet.state, str(sheet)[:12], sheet.variant) == ("REQUESTED", "321183102-S-", "county")
    assert sheet.unit == town.units["321183-desk"]
    # Asked on Friday afternoon: the county decides within a working day, on Monday.
    assert running(sheet, "sheet.decide").last_day.isoformat() == "2026-11-23"
    take(town, sheet, "issue", Role.COUNTY_DESK, demand="请签收并回复")
    assert (sheet.state, sheet.unit) == ("ISSUED", town.department)
    # Two working days over the weekend: Tuesday.
    assert running(sheet, "sheet.reply").last_day.isoformat() == "2026-11-24"
    take(town, sheet, "answer", Role.DEPT_OFFICER, **REPLY)
    assert (sheet.state, sheet.unit) == ("ANSWERED", town.units["321183-desk"])
    take(town, sheet, "settle", Role.COUNTY_DESK, reply_quality="full")
    assert (sheet.state, sheet.closed_at) == ("SETTLED", LATE)
    row = Sheet.objects.get(case=sheet)
    assert (row.deadline, row.unit, row.ended_at) == (late, town.department, LATE)
    said = [(row["now_is"], row["sheet"], row["term"]) for row in told(parent, "supervise")]
    number = str(sheet)
    assert said == [(s, number, "签收") for s in ("待县决定", "待回复", "已销单")]
    assert verify_record().broken == []


def test_the_case_a_sheet_is_for_never_waits_for_it_and_keeps_its_dates(town: Cast) -> None:
    parent, late = of_department(town)
    before = Case.objects.get(pk=parent.pk)
    sheet = issued(town, late)
    after = Case.objects.get(pk=parent.pk)
    assert (after.version, after.state, after.next_due) == (
        before.version,
        before.state,
        before.next_due,
    )
    link = Link.objects.get(child=sheet)
    assert (link.parent, link.why, link.returns, link.ended_at) == (parent, "supervised", "", LATE)
    assert Deadline.objects.get(pk=late.pk).due_at == late.due_at


def test_a_town_never_issues_to_a_county_department(town: Cast) -> None:
    _, late = of_department(town)
    for role in (Role.DESK, Role.SUPERVISOR, Role.LEADER, Role.HEAD_OF_ORGAN):
        with unchanged(), pytest.raises(Refused) as refusal:
            issue(late.pk, by=town.actor(role), at=LATE, demand="请签收")
        assert (refusal.value.sentence, refusal.value.why) == (TOWN_NEVER, Why.CONFLICT)
    sheet = asked(town, late)
    with unchanged(), pytest.raises(Refused) as refusal:
        take(town, sheet, "issue", Role.SUPERVISOR, demand="请签收")
    assert refusal.value.sentence == TOWN_NEVER


def test_a_village_gets_the_towns_own_sheet_and_the_county_stays_out(town: Cast) -> None:
    _, late = of_village(town)
    with unchanged(), pytest.raises(Refused) as refusal:
        request(late.pk, by=town.actor(Role.DESK), at=LATE, demand="请签收")
    assert refusal.value.sentence == "镇内机构、村（社区）由镇直接签发督办单，不用提请县督办。"
    with unchanged(), pytest.raises(Refused) as refusal:
        issue(late.pk, by=town.actor(Role.COUNTY_DESK), at=LATE, demand="请签收")
    assert refusal.value.sentence == "镇内机构、村（社区）由镇党政办督办，县专班不直接发督办单。"
    sheet = issued_in_town(town, late)
    assert (sheet.variant, sheet.state, sheet.unit) == ("town", "ISSUED", town.village)
    assert running(sheet, "sheet.reply").ladder == "L3S"
    take(town, sheet, "answer", Role.VILLAGE, **REPLY)
    assert sheet.unit == town.units["321183102-office"]
    with unchanged(), pytest.raises(Refused) as refusal:
        take(town, sheet, "settle", Role.COUNTY_DESK)
    assert refusal.value.why is Why.ROLE
    take(town, sheet, "settle", Role.LEADER)
    assert sheet.state == "SETTLED"


def test_the_county_issues_by_itself(town: Cast) -> None:
    _, late = of_department(town)
    sheet, _ = supervise(late.pk, by=town.actor(Role.COUNTY_DESK), at=LATE, demand="请签收")
    assert (sheet.state, Sheet.objects.get(case=sheet).asker) == ("ISSUED", None)
    with unchanged(), pytest.raises(Refused):
        request(late.pk, by=town.actor(Role.COUNTY_DESK), at=LATE, demand="请签收")


@pytest.mark.parametrize("role", [Role.DESK, Role.DUTY, Role.SUPERVISOR, Role.COUNTY_DESK])
def test_nobody_answers_for_another_unit(role: Role, town: Cast) -> None:
    sheet = issued(town, of_department(town)[1])
    with unchanged(), pytest.raises(Refused) as refusal:
        take(town, sheet, "answer", role, **REPLY)
    assert refusal.value.why is Why.ROLE


def test_another_unit_does_not_even_see_it(town: Cast) -> None:
    sheet = issued(town, of_department(town)[1])
    for role in (Role.VILLAGE, Role.ARBITER, Role.SYSADMIN):
        with unchanged(), pytest.raises(Refused) as refusal:
            take(town, sheet, "answer", role, **REPLY)
        assert refusal.value.why is Why.HIDDEN


def test_answered_twice_and_after_the_end_is_refused_with_the_sentence(town: Cast) -> None:
    sheet = issued(town, of_department(town)[1])
    take(town, sheet, "answer", Role.DEPT_LEAD, **REPLY)
    with unchanged(), pytest.raises(Refused) as refusal:
        take(town, sheet, "answer", Role.DEPT_OFFICER, **REPLY)
    assert (refusal.value.why, refusal.value.sentence) == (
        Why.STATE,
        "现为“待核”，不能“回复”；只有待回复时可以。",
    )
    take(town, sheet, "settle", Role.COUNTY_DESK)
    with unchanged(), pytest.raises(Refused) as refusal:
        take(town, sheet, "answer", Role.DEPT_OFFICER, **REPLY)
    assert refusal.value.sentence == "现为“已销单”，不能“回复”；只有待回复时可以。"


def test_what_is_not_late_is_not_supervised(town: Cast) -> None:
    _, late = of_department(town)
    early = late.due_at - timedelta(microseconds=1)
    with unchanged(), pytest.raises(Refused) as refusal:
        request(late.pk, by=town.actor(Role.DESK), at=early, demand="请签收")
    words = "只有已超期、还没有办结的时限才能督办；没有超期的请用“催办”。"
    assert refusal.value.sentence == words
    assert asked(town, late, at=late.due_at).state == "REQUESTED"


def test_a_second_sheet_for_the_same_obligation_is_refused_naming_the_first(town: Cast) -> None:
    _, late = of_department(town)
    first = asked(town, late)
    with unchanged(), pytest.raises(Refused) as refusal:
        issue(late.pk, by=town.actor(Role.COUNTY_DESK), at=LATE, demand="请签收")
    assert refusal.value.sentence == (
        f"这一项已有督办单 {first}（待县决定），销单、撤回之前不再发第二张。"
    )
    take(town, first, "decline", Role.COUNTY_DESK, reason="本周已协调")
    assert asked(town, late).state == "REQUESTED"
    open_one = Sheet.objects.get(deadline=late, ended_at=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Sheet.objects.filter(case=first).update(ended_at=None)
    assert open_one.case_id != first.pk


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_sheet(town: Cast) -> None:
    _, late = of_department(town)
    found = together(*[lambda: asked(town, late) for _ in range(3)])
    assert sum(isinstance(f, Refused) for f in found) == 2
    assert Sheet.objects.count() == 1
    assert verify_record().broken == []


def test_declined_withdrawn_and_revoked_say_why_and_end(town: Cast) -> None:
    _, late = of_department(town)
    one = asked(town, late)
    with unchanged(), pytest.raises(Refused) as refusal:
        take(town, one, "decline", Role.SUPERVISOR, reason="不用")
    assert refusal.value.why is Why.ROLE
    take(town, one, "withdraw", Role.DESK, reason="已签收")
    assert one.state == "WITHDRAWN"
    two = issued(town, late)
    take(town, two, "revoke", Role.COUNTY_DESK, reason="发错单位")
    assert (two.state, str(two)) == ("REVOKED", two.number)
    assert not Sheet.objects.filter(ended_at=None).exists()
    with unchanged(), pytest.raises(Refused):
        take(town, two, "answer", Role.DEPT_OFFICER, **REPLY)


def test_a_late_answer_is_taken_and_recorded_as_late(town: Cast) -> None:
    sheet = issued(town, of_department(town)[1])
    reply = running(sheet, "sheet.reply")
    take(town, sheet, "answer", Role.DEPT_OFFICER, at=reply.due_at, **REPLY)
    reply.refresh_from_db()
    assert (reply.state, reply.rung) == ("met_late", 0)


def test_a_poor_answer_goes_back_with_a_new_time_and_is_counted(town: Cast) -> None:
    sheet = issued(town, of_department(town)[1])
    take(town, sheet, "answer", Role.DEPT_OFFICER, **REPLY)
    monday = LATE + timedelta(days=3)
    take(town, sheet, "send_back", Role.COUNTY_DESK, at=monday, reason="没有写何时完成")
    assert (sheet.state, sheet.unit) == ("ISSUED", town.department)
    again = running(sheet, "sheet.reply")
    assert (again.occurrence, again.last_day.isoformat()) == (2, "2026-11-25")
    assert [row["times"] for row in told(sheet, "send_back")] == [1]


def test_silence_raises_it_by_the_ladder(town: Cast) -> None:
    sheet = issued(town, of_department(town)[1])
    reply = running(sheet, "sheet.reply")
    assert (reply.ladder, reply.next_rung_at) == ("L1S", reply.due_at)
    Deadline.objects.exclude(pk=reply.pk).update(next_rung_at=None)
    assert chase(reply.due_at).by_rung == {"L1S.1": 1}
    reply.refresh_from_db()
    assert (reply.colour, told(sheet, "chase")[0]["notice"]) == ("red", "督办单逾期未复")


def test_a_talk_is_suggested_once_and_only_when_the_reply_is_late(town: Cast) -> None:
    sheet = issued(town, of_department(town)[1])
    due = running(sheet, "sheet.reply").due_at
    with unchanged(), pytest.raises(Refused) as refusal:
        take(town, sheet, "suggest_talk", Role.COUNTY_DESK, words="请约谈")
    assert refusal.value.sentence.startswith("回复期限还没有到")
    take(town, sheet, "suggest_talk", Role.COUNTY_DESK, at=due, words="建议周五约谈")
    assert sheet.state == "ISSUED"
    with unchanged(), pytest.raises(Refused) as refusal:
        take(town, sheet, "suggest_talk", Role.COUNTY_DESK, at=due, words="再约")
    assert refusal.value.sentence.startswith("这一次逾期已经建议过约谈")


def test_what_is_done_meanwhile_lets_the_issuer_settle_without_an_answer(town: Cast) -> None:
    _, late = of_department(town)
    sheet = issued(town, late)
    with unchanged(), pytest.raises(Refused) as refusal:
        take(town, sheet, "settle", Role.COUNTY_DESK)
    assert refusal.value.sentence.startswith("承办单位还没有回复")
    part = late.part
    assert part is not None
    PART_VERBS["sign"](part, by=town.actor(Role.DEPT_OFFICER), at=LATE, slip=BY_EVENT)
    sheet.refresh_from_db()
    assert sheet.state == "ISSUED"  # it still waits for its answer
    take(town, sheet, "settle", Role.COUNTY_DESK)
    assert sheet.state == "SETTLED"


def test_a_sheet_is_not_supervised_itself_nor_the_seats_own_unit(town: Cast) -> None:
    sheet = issued(town, of_department(town)[1])
    reply = running(sheet, "sheet.reply")
    with unchanged(), pytest.raises(Refused) as refusal:
        request(reply.pk, by=town.actor(Role.DESK), at=reply.due_at, demand="请回复")
    assert refusal.value.sentence.startswith("督办单本身不再督办")
    desks = Deadline.objects.filter(unit=town.desk, state="running").first()
    if desks is None:
        parent, _ = of_department(town)
        desks = Deadline.objects.create(
            case=parent,
            term="report.accept",
            unit=town.desk,
            start_at=NOW,
            last_day=NOW.date(),
            due_at=NOW,
            rule_version="x",
            calendar_version="x",
            snapshot={"name": "受理"},
        )
    with unchanged(), pytest.raises(Refused) as refusal:
        issue(desks.pk, by=town.actor(Role.DESK), at=desks.due_at, demand="请受理")
    assert refusal.value.sentence.startswith("这一项由本单位承办")


def test_the_rung_for_it_asks_the_supervisor_and_the_sheet_answers_it(town: Cast) -> None:
    parent, late = of_department(town)
    Deadline.objects.exclude(pk=late.pk).update(next_rung_at=None)
    far = late.due_at + timedelta(days=10)
    chase(far)
    (item,) = open_items(town.actor(Role.SUPERVISOR)).rows
    assert (item.kind_label, item.words) == (
        "可以督办",
        f"{parent}：“签收”超期到第 4 级，可提请督办。",
    )
    assert item.url == f"/supervisions/new/?obligation={late.pk}"
    asked(town, late, at=far)
    assert not WorkItem.objects.filter(kind="sheet_due", done_at=None).exists()


def test_one_each_for_several_and_what_is_refused_is_named(town: Cast) -> None:
    _, department = of_department(town)
    _, village = of_village(town)
    slip = Slip(key=uuid4(), digest="a", by_event=True)
    chosen = [department.pk, village.pk, 10**9]
    by = town.actor(Role.SUPERVISOR)
    for _ in range(2):
        outcome = each(chosen, by=by, at=LATE, slip=slip, demand="请立即办理")
        assert [(pk, case.state) for pk, case, _ in outcome.done] == [
            (department.pk, "REQUESTED"),
            (village.pk, "ISSUED"),
        ]
        assert [pk for pk, _ in outcome.refused] == [10**9]
    assert Sheet.objects.count() == 2
    for wrong in ([], list(range(1, 102))):
        with unchanged(), pytest.raises(Refused):
            each(wrong, by=by, at=LATE, demand="请办理")


def test_another_town_cannot_see_nor_ask(town: Cast) -> None:
    _, late = of_department(town)
    with unchanged(), pytest.raises(Refused) as refusal:
        request(late.pk, by=town.other_actor(Role.DESK), at=LATE, demand="请签收")
    assert refusal.value.why is Why.HIDDEN
    sheet = issued(town, late)
    assert find(town.other_actor(Role.DESK), str(sheet)) is None
    assert find(town.actor(Role.DEPT_OFFICER), str(sheet)) is not None


def test_a_sheet_for_a_confidential_case_says_nothing_of_it(town: Cast) -> None:
    parent, late = of_village(town)
    Case.objects.filter(pk=parent.pk).update(confidential=True)
    sheet, _ = issue(late.pk, by=town.actor(Role.DESK), at=LATE, slip=BY_EVENT, demand="请签收")
    assert "matter" not in told(sheet, "issue")[0]
    assert sheet.confidential
    assert find(town.actor(Role.LEADER), str(sheet)) is None
    assert find(town.actor(Role.SUPERVISOR), str(sheet)) is None
    for role in (Role.DESK, Role.VILLAGE):
        found = find(town.actor(role), str(sheet))
        assert found is not None
        assert "路灯" not in str(case_file(town.actor(role), found, LATE).timeline)


