"""Whose a supervision sheet is (督办单归谁): who may not judge it, who holds it after a handing
over, and what no longer waits once its obligation has ended.
"""

from datetime import timedelta
from typing import Any

import pytest

from cases.docket.models import Case, Deadline, WorkItem
from cases.docket.operations.handing import hand_over_unit
from cases.law.moves import Refused, Role, Why
from cases.notice.operations.deriving import derive
from cases.oversight.models import Sheet
from cases.oversight.operations.chasing import chase
from cases.oversight.operations.clearing import clear
from cases.people.models import Unit
from cases.whistle.operations import PART_VERBS
from tests.ledger import unchanged
from tests.oversight.supervised import (
    LATE,
    REPLY,
    issued_in_town,
    of_department,
    of_village,
    take,
)
from tests.oversight.test_chasing import accepting
from tests.town import NOW, Cast
from tests.walk import BY_EVENT, file
from tests.whistle.way import blown, dispatched_already

JUDGING: dict[str, dict[str, Any]] = {
    "settle": {"reply_quality": "full"},
    "revoke": {"reason": "不必"},
    "send_back": {"reason": "不完整"},
}


def of_the_desk(town: Cast) -> Case:
    """A sheet to the town's own desk, which did not accept a report in time."""
    late = accepting(file(town))
    return issued_in_town(town, late, late.due_at + timedelta(hours=1))


def towards(sheet: Case) -> Unit:
    return Sheet.objects.get(case=sheet).unit


@pytest.mark.parametrize("verb", JUDGING)
def test_nobody_judges_a_sheet_to_their_own_unit(town: Cast, verb: str) -> None:
    sheet = of_the_desk(town)
    at = sheet.opened_at + timedelta(minutes=5)
    take(town, sheet, "answer", Role.DESK, at, **REPLY)
    with unchanged(), pytest.raises(Refused) as refusal:
        take(town, sheet, verb, Role.DESK, at, **JUDGING[verb])
    assert (refusal.value.why, "不能由本单位核办" in refusal.value.sentence) == (Why.ROLE, True)


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.LEADER, Role.HEAD_OF_ORGAN])
@pytest.mark.parametrize("verb", JUDGING)
def test_the_seats_above_judge_what_the_desk_answered(
    town: Cast, verb: str, role: Role
) -> None:
    sheet = of_the_desk(town)
    at = sheet.opened_at + timedelta(minutes=5)
    take(town, sheet, "answer", Role.DESK, at, **REPLY)
    assert take(town, sheet, verb, role, at, **JUDGING[verb]).verb == verb


def test_a_desk_that_has_not_answered_does_not_revoke_what_it_owes(town: Cast) -> None:
    sheet = of_the_desk(town)
    with unchanged(), pytest.raises(Refused) as refusal:
        take(town, sheet, "revoke", Role.DESK, sheet.opened_at, reason="不必")
    assert refusal.value.why is Why.ROLE


def test_a_sheet_goes_back_to_whoever_took_over(town: Cast) -> None:
    _, late = of_village(town)
    sheet = issued_in_town(town, late)
    hand_over_unit(town.village, town.desk, LATE, "x")
    take(town, sheet, "answer", Role.DESK, LATE, **REPLY)
    assert towards(sheet) == town.desk
    take(town, sheet, "send_back", Role.SUPERVISOR, LATE, reason="不完整")
    assert (sheet.unit, towards(sheet)) == (town.desk, town.desk)


def items(case: Case, kind: str) -> Any:
    return WorkItem.objects.filter(kind=kind, case=case, done_at=None)


def test_what_was_asked_for_an_obligation_goes_with_it(town: Cast) -> None:
    case = blown(town, Role.DUTY, type="W1")
    dispatched_already(town, case)
    derive(NOW.replace(hour=23))
    chase(NOW + timedelta(minutes=10))
    owed = Deadline.objects.filter(case=case, term="whistle.sign")
    waiting = items(case, "phone_now")
    of_rung = waiting.filter(key__startswith=f"phone_now:{owed[0].pk}:")
    clear(NOW)  # what was to be dispatched is dispatched
    assert (clear(NOW), of_rung.count()) == (0, 1)
    part = owed[0].part
    assert part is not None
    PART_VERBS["sign"](part, by=town.actor(Role.DEPT_OFFICER), at=NOW, slip=BY_EVENT)
    assert clear(NOW) >= 2  # the rung's, and the one of the night
    assert not of_rung.exists()
    assert not waiting.filter(key__contains=f":{part.pk}:whistle.sign#").exists()
    assert clear(NOW) == 0


def test_a_sheet_that_may_be_asked_for_is_no_more_once_it_is_signed(town: Cast) -> None:
    case, late = of_department(town)
    while (at := Deadline.objects.get(pk=late.pk).next_rung_at) is not None:
        chase(at)
    assert items(case, "sheet_due").filter(key__startswith=f"sheet_due:{late.pk}:").exists()
    PART_VERBS["sign"](late.part, by=town.actor(Role.DEPT_OFFICER), at=at or LATE, slip=BY_EVENT)
    clear(LATE)
    assert not items(case, "sheet_due").filter(key__startswith=f"sheet_due:{late.pk}:").exists()
