"""What follows from a ruling, a shelving, a dispatch (责任不断线): somebody always owes the next
step, and there is one lead.
"""

from datetime import date, timedelta
from typing import Any

import pytest

from cases.docket.models import Case, Deadline, DeadlineState, Part
from cases.docket.queries.verify import verify_record
from cases.law.moves import Refused, Role
from cases.people.models import Unit
from cases.whistle.operations import evaluate_due, resume_due
from tests.ledger import unchanged
from tests.town import COUNTY, NOW, Cast
from tests.whistle.test_disputes import OBJECTS, RULES, establishment, objected, parts, ruled
from tests.whistle.way import FOUR, JUDGED, answer, blown, dispatched, dispatched_already, running
from tests.whistle.way import take as move

LATER = NOW + timedelta(hours=4)


def part_of(case: Case, unit: Unit) -> Part:
    return Part.objects.get(case=case, unit=unit, closed_at=None)


def passed_on(town: Cast) -> tuple[Case, Part, Part]:
    """The lead objected and the matter was given to another, which has not signed yet."""
    case, part = objected(town)
    ruled(town, part, "reassign", establishment(town), interim=town.department.pk)
    return case, part, part_of(case, establishment(town))


@pytest.mark.parametrize("how", ["keep", "take_back_objection", "complete"])
def test_a_successor_that_objected_in_vain_takes_over_all_the_same(town: Cast, how: str) -> None:
    case, first, second = passed_on(town)
    ground = "S9" if how == "complete" else "S3"
    told = OBJECTS | {"ground": ground}
    answer(town, second, "raise_objection", Role.DESK, at=LATER, **told)
    if how == "keep":
        ruled(town, second, "keep")
    elif how == "complete":
        answer(town, second, how, Role.DESK, at=LATER, reason="已补")
    else:
        answer(town, second, how, Role.DESK, at=LATER)
    first.refresh_from_db()
    assert (first.state, second.state, running(case, first)) == ("RELEASED", "SIGNED", set())


def test_the_last_of_a_chain_lets_go_everybody_before_it(town: Cast) -> None:
    case, first, second = passed_on(town)
    answer(town, second, "raise_objection", Role.DESK, at=LATER, **OBJECTS)
    ruled(town, second, "reassign", town.desk, interim=town.department.pk)
    third = part_of(case, town.desk)
    answer(town, third, "sign", Role.DESK, at=LATER)
    assert parts(case) == {
        "housing": ("lead", "RELEASED"),
        "establishment": ("lead", "RELEASED"),
        "desk": ("lead", "SIGNED"),
    }
    assert first.pk < second.pk < third.pk


def test_there_is_one_lead_after_an_assistants_objection(town: Cast) -> None:
    case, lead = dispatched(town, assisting=[establishment(town).pk])
    answer(town, lead, "sign", Role.DEPT_OFFICER)
    second = part_of(case, establishment(town))
    answer(town, second, "raise_objection", Role.DESK, **OBJECTS)
    ruled(town, second, "reassign", town.department, interim=town.department.pk)
    assert parts(case) == {"housing": ("lead", "SIGNED"), "establishment": ("assist", "RELEASED")}
    case, lead = dispatched(town, assisting=[establishment(town).pk])
    second = part_of(case, establishment(town))
    answer(town, second, "raise_objection", Role.DESK, **OBJECTS)
    ruled(town, second, "joint", town.desk, interim=town.department.pk)
    answer(town, part_of(case, town.desk), "sign", Role.DESK, at=LATER)
    leads = [code for code, (kind, _) in parts(case).items() if kind == "lead"]
    assert leads == ["desk"]


def test_a_finished_lead_is_a_lead_and_what_is_left_ends(town: Cast) -> None:
    case, lead = dispatched(town, assisting=[establishment(town).pk])
    answer(town, lead, "sign", Role.DEPT_OFFICER)
    answer(town, lead, "reply", Role.DEPT_OFFICER, **FOUR)
    answer(town, lead, "evaluate", Role.DESK, **JUDGED)
    second = part_of(case, establishment(town))
    with unchanged(), pytest.raises(Refused):
        move(town, case, "call_department", Role.DESK, unit=town.desk.pk, capacity="lead")
    answer(town, second, "raise_objection", Role.DESK, **OBJECTS)
    answer(town, second, "admit_objection", Role.DESK, reason="确属他部门")
    case.refresh_from_db()
    assert (case.state, running(case)) == ("AWAITING_EVALUATION", {"whistle.close"})


def test_dispatched_anew_an_assistant_may_lead(town: Cast) -> None:
    case, lead = dispatched(town, assisting=[establishment(town).pk])
    answer(town, lead, "raise_objection", Role.DEPT_OFFICER, **OBJECTS)
    answer(town, lead, "admit_objection", Role.DESK, reason="确属他部门")
    move(town, case, "dispatch", Role.DESK, lead=establishment(town).pk)
    assert parts(case)["establishment"] == ("lead", "CALLED")


def test_the_interim_ends_when_the_new_lead_has_signed(town: Cast) -> None:
    case, part = objected(town)
    with unchanged(), pytest.raises(Refused) as refusal:
        ruled(town, part, "return", interim=town.department.pk)
    assert list(refusal.value.fields) == ["interim"]
    vertical = town.units[f"{COUNTY}-environment"].pk
    with unchanged(), pytest.raises(Refused) as refusal:
        ruled(town, part, "reassign", establishment(town), interim=vertical)
    assert list(refusal.value.fields) == ["ruling"]
    ruled(town, part, "reassign", establishment(town), interim=town.desk.pk)
    answer(town, part_of(case, establishment(town)), "sign", Role.DESK, at=LATER)
    assert parts(case) == {
        "housing": ("lead", "RELEASED"),
        "establishment": ("lead", "SIGNED"),
        "desk": ("assist", "RELEASED"),
    }


def test_whoever_was_let_go_is_not_called_again_in_the_interim(town: Cast) -> None:
    case, part = dispatched(town, assisting=[establishment(town).pk])
    second = part_of(case, establishment(town))
    answer(town, second, "sign", Role.DESK)
    answer(town, part, "raise_objection", Role.DEPT_OFFICER, **OBJECTS)
    ruled(town, part, "reassign", establishment(town), interim=town.department.pk)
    assert parts(case) == {"housing": ("lead", "RELEASED"), "establishment": ("lead", "SIGNED")}
    assert Part.objects.filter(case=case).count() == 2


def test_shelved_whatever_stood_still_goes_on_where_it_was(town: Cast) -> None:
    case, lead = dispatched(town, assisting=[establishment(town).pk, town.desk.pk])
    answer(town, lead, "sign", Role.DEPT_OFFICER)
    answer(town, lead, "reply", Role.DEPT_OFFICER, **FOUR)
    second = part_of(case, establishment(town))
    answer(town, second, "raise_objection", Role.DESK, **OBJECTS)
    third = part_of(case, town.desk)
    before = {p.pk: running(case, p) for p in (lead, second, third)}
    move(town, case, "shelve", Role.LEADER, obstacle="H5", plan="权属查清后办")
    assert running(case) == {"whistle.look_again"}
    for part, verb, role, told in (
        (third, "sign", Role.DESK, {}),
        (lead, "evaluate", Role.DESK, JUDGED),
        (second, "rule_on_duties", Role.ARBITER, RULES | {"ruling": "keep"}),
        (second, "admit_objection", Role.DESK, {"reason": "确属他部门"}),
    ):
        with unchanged(), pytest.raises(Refused) as refusal:
            answer(town, part, verb, role, **told)
        assert "恢复办理以后" in refusal.value.sentence
    assert evaluate_due(NOW + timedelta(days=60)) == 0
    look = Deadline.objects.get(case=case, term="whistle.look_again")
    assert resume_due(look.due_at) == 1
    look.refresh_from_db()
    assert look.state == DeadlineState.CANCELLED
    after = {p.pk: running(case, p) for p in (lead, second, third)}
    assert after == before
    rule = Deadline.objects.get(part=second, term="whistle.rule", state=DeadlineState.RUNNING)
    assert rule.unit == establishment(town)
    assert verify_record().broken == []


@pytest.mark.parametrize("day", [NOW.date(), date(2099, 1, 1), date(9999, 12, 31)])
def test_a_next_look_out_of_reach_is_refused(town: Cast, day: date) -> None:
    case, part = dispatched(town)
    answer(town, part, "sign", Role.DEPT_OFFICER)
    with unchanged(), pytest.raises(Refused) as refusal:
        move(town, case, "shelve", Role.LEADER, obstacle="H5", plan="再看", next_look=day)
    assert list(refusal.value.fields) == ["next_look"]


def test_an_emergency_is_not_closed_before_it_is_confirmed(town: Cast) -> None:
    case = blown(town, Role.DUTY, type="W1")
    (part,) = dispatched_already(town, case)
    answer(town, part, "report_in", Role.DEPT_OFFICER, people=2, place="桥下")
    answer(town, part, "reply", Role.DEPT_OFFICER, **FOUR)
    answer(town, part, "evaluate", Role.DESK, **JUDGED)
    with unchanged(), pytest.raises(Refused) as refusal:
        move(town, case, "close", Role.DESK)
    assert "事后确认" in refusal.value.sentence
    assert evaluate_due(NOW + timedelta(days=60)) == 0
    move(town, case, "confirm", Role.LEADER)
    move(town, case, "close", Role.DESK)
    assert case.state == "CLOSED"


def test_nothing_waits_for_an_answer_nobody_can_give(town: Cast) -> None:
    case, part = dispatched(town)
    told: dict[str, Any] = {"meet_at": NOW + timedelta(days=1), "reason": "已有安排"}
    answer(town, part, "propose_time", Role.DEPT_OFFICER, **told)
    answer(town, part, "report_in", Role.DEPT_OFFICER, people=2, place="桥下")
    assert "whistle.time_answer" not in running(case, part)
    case, part = dispatched(town)
    answer(town, part, "sign", Role.DEPT_OFFICER)
    asks: dict[str, Any] = {"need": "X1", "days": 3, "reason": "等检测"}
    answer(town, part, "ask_extension", Role.DEPT_OFFICER, **asks)
    answer(town, part, "raise_objection", Role.DEPT_OFFICER, **OBJECTS)
    assert "whistle.extension_answer" not in running(case, part)
    case, part = dispatched(town)
    answer(town, part, "sign", Role.DEPT_OFFICER)
    move(town, case, "escalate", Role.DESK, reason="协调不下来")
    with unchanged(), pytest.raises(Refused):
        move(town, case, "escalate", Role.LEADER, reason="协调不下来")
    move(town, case, "shelve", Role.LEADER, obstacle="H5", plan="再看")
    move(town, case, "take_up", Role.COUNTY_DESK, reason="已协调")
    assert "whistle.raised" not in running(case)


def test_a_meeting_that_is_past_is_not_arranged(town: Cast) -> None:
    case, past = blown(town, Role.LEADER), NOW - timedelta(days=1)
    with unchanged(), pytest.raises(Refused) as refusal:
        move(town, case, "dispatch", Role.DESK, lead=town.department.pk, meet_at=past)
    assert list(refusal.value.fields) == ["meet_at"]
    _, part = dispatched(town)
    due = Deadline.objects.get(part=part, term="whistle.report_in").due_at
    told: dict[str, Any] = {"meet_at": due + timedelta(days=3), "reason": "改期"}
    with unchanged(), pytest.raises(Refused):
        answer(town, part, "propose_time", Role.DEPT_OFFICER, at=due, **told)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"began_at": NOW + timedelta(days=365)}, "began_at"),
        ({"solved_by": NOW.date() - timedelta(days=1)}, "solved_by"),
    ],
)
def test_the_elements_of_a_reply_fit_each_other(
    town: Cast, facts: dict[str, Any], field: str
) -> None:
    _, part = dispatched(town)
    answer(town, part, "sign", Role.DEPT_OFFICER)
    with unchanged(), pytest.raises(Refused) as refusal:
        answer(town, part, "reply", Role.DEPT_OFFICER, **(FOUR | facts))
    assert list(refusal.value.fields) == [field]
