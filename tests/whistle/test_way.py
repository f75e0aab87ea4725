"""A whistle from the first word to the last (吹哨报到), by its operations."""

from datetime import timedelta
from typing import Any

import pytest

from cases.docket.models import Case, Deadline, Event, Part, Stake
from cases.docket.queries.verify import verify_record
from cases.law.moves import Refused, Role, Why
from cases.people.models import Unit
from cases.whistle.models import Precedent
from cases.whistle.operations import DRAFT_VERBS, VERBS, evaluate_due
from cases.whistle.states import whole
from tests.ledger import unchanged
from tests.town import COUNTY, NOW, Cast
from tests.walk import BY_EVENT
from tests.whistle.way import FOUR, JUDGED, answer, blown, dispatched, running, take


def test_a_whistle_is_approved_dispatched_answered_evaluated_and_closed(town: Cast) -> None:
    case = blown(town)
    assert (case.state, str(case.number)) == ("AWAITING_APPROVAL", "321183102-W-2026-000001")
    assert case.unit_id == town.town.pk
    take(town, case, "approve", Role.LEADER)
    assert (case.state, running(case)) == ("BLOWN", {"whistle.dispatch"})
    take(town, case, "dispatch", Role.DESK, lead=town.department.pk)
    part = Part.objects.get(case=case)
    assert (case.state, part.state, part.kind) == ("DISPATCHED", "CALLED", "lead")
    called = {"whistle.sign", "whistle.contact", "whistle.report_in", "whistle.handle"}
    assert running(case, part) == called
    assert Stake.objects.filter(case=case, unit=town.department, part=part).exists()
    answer(town, part, "sign", Role.DEPT_OFFICER)
    case.refresh_from_db()
    assert case.state == "RESPONDING"
    answer(town, part, "contact", Role.DEPT_OFFICER, contacted="窗口")
    answer(town, part, "report_in", Role.DEPT_OFFICER, people=2, place="桥下")
    answer(town, part, "reply", Role.DEPT_OFFICER, **FOUR)
    case.refresh_from_db()
    assert (case.state, part.state) == ("AWAITING_EVALUATION", "REPLIED")
    answer(town, part, "evaluate", Role.DESK, **JUDGED)
    case.refresh_from_db()
    assert running(case) == {"whistle.close"}
    take(town, case, "close", Role.DESK)
    assert (case.state, running(case)) == ("CLOSED", {"whistle.follow_up"})
    assert not Stake.objects.filter(case=case, until=None, why="owner").exists()
    assert verify_record().broken == []


def test_an_emergency_is_blown_at_once_and_confirmed_afterwards(town: Cast) -> None:
    case = blown(town, Role.DUTY, type="W1")
    assert (case.state, case.urgent) == ("BLOWN", True)
    assert running(case) == {"whistle.dispatch", "whistle.confirm"}
    take(town, case, "dispatch", Role.DUTY, lead=town.department.pk)
    part = Part.objects.get(case=case)
    assert "whistle.contact" not in running(case, part)
    sign = Deadline.objects.get(part=part, term="whistle.sign")
    assert sign.due_at - sign.start_at == timedelta(minutes=15)
    take(town, case, "confirm", Role.LEADER)
    assert "whistle.confirm" not in running(case)


@pytest.mark.parametrize(
    ("facts", "role", "field"),
    [
        ({"type": "W7"}, Role.DESK, "type"),
        ({"type": ""}, Role.DESK, "type"),
        ({"title": ""}, Role.DESK, "title"),
        ({"village": "999"}, Role.DESK, "village"),
    ],
    ids=["type off", "no type", "no title", "no such village"],
)
def test_a_whistle_that_cannot_be_blown(
    town: Cast, facts: dict[str, Any], role: Role, field: str
) -> None:
    with unchanged(), pytest.raises(Refused) as refusal:
        blown(town, role, **facts)
    assert list(refusal.value.fields) == [field]


def test_a_type_is_blown_and_approved_by_its_own_seats(town: Cast) -> None:
    with unchanged(), pytest.raises(Refused) as refusal:
        blown(town, Role.DUTY)
    assert refusal.value.why is Why.ROLE
    hard = blown(town, type="W4")
    with unchanged(), pytest.raises(Refused):
        take(town, hard, "approve", Role.LEADER)
    take(town, hard, "approve", Role.HEAD_OF_ORGAN)
    assert hard.state == "BLOWN"


def test_a_draft_has_no_number_until_it_is_submitted(town: Cast) -> None:
    case = blown(town, keep=True)
    assert (case.state, case.number) == ("DRAFT", None)
    DRAFT_VERBS["submit"](case, by=town.actor(Role.DESK), at=NOW, slip=BY_EVENT)
    assert (case.state, case.number) == ("AWAITING_APPROVAL", "321183102-W-2026-000001")


def test_a_department_is_called_once_and_there_is_one_lead(town: Cast) -> None:
    case, part = dispatched(town)
    assert part.state == "CALLED"
    desk = town.units[f"{COUNTY}-environment"]
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"unit": town.department.pk, "capacity": "assist"}, "unit"),
        ({"unit": desk.pk, "capacity": "lead"}, "capacity"),
        ({"unit": town.village.pk, "capacity": "assist"}, "unit"),
    ]
    for facts, field in wrong:
        with unchanged(), pytest.raises(Refused) as refusal:
            take(town, case, "call_department", Role.DESK, **facts)
        assert list(refusal.value.fields) == [field]
    take(town, case, "call_department", Role.DESK, unit=desk.pk, capacity="copy")
    copied = Part.objects.get(case=case, kind="copy")
    assert (copied.state, running(case, copied)) == ("COPIED", set())


def test_a_reply_needs_its_four_elements(town: Cast) -> None:
    _, part = dispatched(town)
    answer(town, part, "sign", Role.DEPT_OFFICER)
    for missing in FOUR:
        told: dict[str, Any] = {name: value for name, value in FOUR.items() if name != missing}
        with unchanged(), pytest.raises(Refused) as refusal:
            answer(town, part, "reply", Role.DEPT_OFFICER, **told)
        assert list(refusal.value.fields) == [missing]


def test_an_objection_is_ruled_on_and_the_first_receiver_stays_until_the_new_one_signs(
    town: Cast,
) -> None:
    case, part = dispatched(town)
    answer(
        town,
        part,
        "raise_objection",
        Role.DEPT_OFFICER,
        ground="S3",
        told="yes",
        paper="三定方案",
        clauses="第五条",
        belongs="编办所在单位",
    )
    assert (part.state, "whistle.handle" in running(case, part)) == ("OBJECTED", True)
    other = town.units[f"{COUNTY}-establishment"]
    told: dict[str, Any] = {"paper": "职责界定 1 号", "reason": "属其职责"}
    for ruling, to, field in (
        ("reassign", None, "to"),
        ("reassign", town.department.pk, "to"),
        ("reassign", town.units[f"{COUNTY}-environment"].pk, "ruling"),
    ):
        facts = told | {"ruling": ruling, "interim": town.department.pk}
        facts |= {"to": to} if to else {}
        with unchanged(), pytest.raises(Refused) as refusal:
            answer(town, part, "rule_on_duties", Role.ARBITER, **facts)
        assert list(refusal.value.fields) == [field]
    answer(
        town,
        part,
        "rule_on_duties",
        Role.ARBITER,
        at=NOW + timedelta(hours=2),
        ruling="reassign",
        to=other.pk,
        interim=town.department.pk,
        **told,
    )
    assert part.state == "SIGNED"
    new = Part.objects.exclude(pk=part.pk).get(case=case)
    assert (new.unit_id, new.kind, new.state) == (other.pk, "lead", "CALLED")
    (precedent,) = Precedent.objects.all()
    assert (precedent.ruling, precedent.unit_id, precedent.objector_id) == (
        "reassign",
        other.pk,
        town.department.pk,
    )
    answer(town, new, "sign", Role.DESK)  # recorded for it (代录)
    part.refresh_from_db()
    assert (part.state, new.state) == ("RELEASED", "SIGNED")
    assert verify_record().broken == []


def test_two_arbiters_rule_once(town: Cast) -> None:
    _, part = dispatched(town)
    objection: dict[str, Any] = {"ground": "S1", "told": "yes", "paper": "三定方案"}
    objection |= {"clauses": "第五条", "belongs": "其他部门"}
    answer(town, part, "raise_objection", Role.DEPT_OFFICER, **objection)
    told: dict[str, Any] = {"ruling": "keep", "interim": town.department.pk}
    told |= {"paper": "1 号", "reason": "属其职责"}
    answer(town, part, "rule_on_duties", Role.ARBITER, **told)
    with unchanged(), pytest.raises(Refused) as refusal:
        answer(town, part, "rule_on_duties", Role.COUNTY_DESK, **told)
    assert refusal.value.why is Why.STATE


def test_what_nobody_evaluates_ends_as_not_evaluated(town: Cast) -> None:
    case, part = dispatched(town)
    answer(town, part, "sign", Role.DEPT_OFFICER)
    answer(town, part, "reply", Role.DEPT_OFFICER, **FOUR)
    due = Deadline.objects.get(part=part, term="whistle.evaluate").due_at
    assert evaluate_due(due - timedelta(seconds=1)) == 0
    assert evaluate_due(due) == 1
    part.refresh_from_db()
    assert part.state == "EVALUATED"
    assert '"defaulted":true' in Event.objects.get(part=part, verb="evaluate_by_default").text
    case.refresh_from_db()
    assert "whistle.close" in running(case)


def test_what_is_not_solved_goes_back_and_is_counted(town: Cast) -> None:
    _, part = dispatched(town)
    answer(town, part, "sign", Role.DEPT_OFFICER)
    answer(town, part, "reply", Role.DEPT_OFFICER, **FOUR)
    with unchanged(), pytest.raises(Refused):
        answer(town, part, "evaluate", Role.DESK, **(JUDGED | {"result": "unsolved"}))
    event = answer(town, part, "return_for_rework", Role.DESK, reason="仍然积水")
    assert '"times":1' in event.text
    assert part.state == "SIGNED"


def test_a_stranger_neither_signs_nor_evaluates(town: Cast) -> None:
    _, part = dispatched(town)
    for verb, role in (("sign", Role.VILLAGE), ("sign", Role.ARBITER)):
        with unchanged(), pytest.raises(Refused):
            answer(town, part, verb, role)
    with unchanged(), pytest.raises(Refused) as refusal:
        VERBS["withdraw"](
            Case(pk=part.case_id), by=town.other_actor(Role.DESK), at=NOW, reason="不关他的事"
        )
    assert refusal.value.why is Why.HIDDEN


def test_departments_are_counted_whole(town: Cast) -> None:
    assert whole("DISPATCHED", [("lead", "CALLED"), ("copy", "COPIED")]) == "DISPATCHED"
    assert whole("DISPATCHED", [("lead", "SIGNED"), ("assist", "CALLED")]) == "RESPONDING"
    assert whole("RESPONDING", [("lead", "REPLIED"), ("assist", "RELEASED")]) == (
        "AWAITING_EVALUATION"
    )
    assert whole("WITHDRAWN", [("lead", "CALLED")]) == "WITHDRAWN"
    assert Unit.objects.filter(vertical=True).exists()
