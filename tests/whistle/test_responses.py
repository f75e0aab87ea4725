"""What departments do beside the plain way (部门响应): place, time, extension, evaluation, ends."""

import json
from datetime import timedelta
from typing import Any

import pytest

from cases.docket.models import Case, Deadline, DeadlineState, Event, Part, Stake
from cases.docket.queries import case_file, find
from cases.docket.queries.verify import verify_record
from cases.law.moves import Refused, Role, Why
from cases.people.models import Post
from cases.whistle.operations import DRAFT_VERBS, evaluate_due
from cases.whistle.queries.site import site_code
from tests.ledger import unchanged
from tests.together import together
from tests.town import COUNTY, NOW, Cast
from tests.walk import BY_EVENT
from tests.whistle.way import (
    FOUR,
    JUDGED,
    PLAIN,
    answer,
    blown,
    closed,
    dispatched,
    dispatched_already,
    running,
    take,
)

HERE: dict[str, Any] = {"people": 2, "place": "桥下"}
POINT = {"lng": 119.175, "lat": 32.165}


def emergency(town: Cast, **facts: Any) -> Part:
    case = blown(town, Role.DUTY, **({"type": "W1"} | POINT | facts))
    (part,) = dispatched_already(town, case)
    return part


def open_facts(part: Part, verb: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(Event.objects.get(part=part, verb=verb).text)["open"]
    return told


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ({"lng": 119.1751, "lat": 32.1651}, {"metres": 15}),
        ({"lng": 119.175, "lat": 34.865}, {"metres": 300_227, "far": True}),
        ({}, {"unplaced": True}),
    ],
    ids=["there", "300 km away", "no place"],
)
def test_an_emergency_asks_where_one_is_and_takes_what_is_far_with_a_flag(
    town: Cast, where: dict[str, Any], told: dict[str, Any]
) -> None:
    part = emergency(town)
    answer(town, part, "report_in", Role.DEPT_OFFICER, **HERE, **where)
    found = open_facts(part, "report_in")
    assert {name: found[name] for name in found if name in {"metres", "far", "unplaced"}} == told


def test_the_site_code_proves_the_place_and_a_wrong_one_is_refused(town: Cast) -> None:
    part = emergency(town)
    code = site_code(part.case)
    wrong = "000000" if code != "000000" else "000001"
    with unchanged(), pytest.raises(Refused) as refusal:
        answer(town, part, "report_in", Role.DEPT_OFFICER, **HERE, site_code=wrong)
    assert list(refusal.value.fields) == ["site_code"]
    answer(town, part, "report_in", Role.DEPT_OFFICER, **HERE, site_code=code)
    assert set(open_facts(part, "report_in")) == {"people", "site_code"}


def test_no_other_type_keeps_a_place(town: Cast) -> None:
    _, part = dispatched(town)
    answer(town, part, "report_in", Role.DEPT_OFFICER, **HERE, lng=119.1, lat=32.1)
    assert open_facts(part, "report_in") == {"people": 2}


def test_a_check_of_an_enterprise_needs_its_approval(town: Cast) -> None:
    case = blown(town, Role.LEADER, type="W6")
    (part,) = dispatched_already(town, case)
    with unchanged(), pytest.raises(Refused) as refusal:
        answer(town, part, "report_in", Role.DEPT_OFFICER, **HERE)
    assert list(refusal.value.fields) == ["inspection"]
    answer(town, part, "report_in", Role.DEPT_OFFICER, **HERE, inspection="句检〔2026〕1号")
    assert part.state == "REPORTED_IN"


def test_another_time_is_proposed_once_and_agreed(town: Cast) -> None:
    case, part = dispatched(town)
    then = NOW + timedelta(days=4)
    answer(town, part, "propose_time", Role.DEPT_OFFICER, meet_at=then, reason="已有安排")
    assert Stake.objects.filter(case=case, why="asked", unit=town.desk, until=None).exists()
    answer(town, part, "agree_time", Role.DESK)
    due = Deadline.objects.get(part=part, term="whistle.report_in", state=DeadlineState.RUNNING)
    assert due.due_at == then
    with unchanged(), pytest.raises(Refused):
        answer(town, part, "propose_time", Role.DEPT_OFFICER, meet_at=then, reason="再改")


def test_who_grants_more_time_is_the_types_rule(town: Cast) -> None:
    asks: dict[str, Any] = {"need": "X1", "days": 3, "reason": "等检测结果"}
    case = blown(town, Role.HEAD_OF_ORGAN, type="W4")
    (part,) = dispatched_already(town, case)
    answer(town, part, "sign", Role.DEPT_OFFICER)
    answer(town, part, "ask_extension", Role.DEPT_OFFICER, **asks)
    asked = Stake.objects.get(case=case, why="asked", until=None)
    assert asked.unit == town.units[f"{COUNTY}-desk"]
    with unchanged(), pytest.raises(Refused) as refusal:
        answer(town, part, "grant_extension", Role.DESK)
    assert refusal.value.whose == (Role.COUNTY_DESK.label,)
    answer(town, part, "grant_extension", Role.COUNTY_DESK)
    part = emergency(town)
    answer(town, part, "sign", Role.DEPT_OFFICER)
    with unchanged(), pytest.raises(Refused) as refusal:
        answer(town, part, "ask_extension", Role.DEPT_OFFICER, **asks)
    assert "不延期" in refusal.value.sentence


@pytest.mark.parametrize(
    ("days", "later", "said"),
    [(6, timedelta(), "days"), (3, timedelta(days=30), "")],
    ids=["past the maximum", "after the due time"],
)
def test_more_time_than_there_is_is_not_asked(
    town: Cast, days: int, later: timedelta, said: str
) -> None:
    _, part = dispatched(town)
    answer(town, part, "sign", Role.DEPT_OFFICER)
    asks: dict[str, Any] = {"need": "X1", "days": days, "reason": "等检测结果"}
    with unchanged(), pytest.raises(Refused) as refusal:
        answer(town, part, "ask_extension", Role.DEPT_OFFICER, at=NOW + later, **asks)
    assert list(refusal.value.fields) == ([said] if said else [])


def test_an_enterprise_evaluates_its_own_and_no_other_does(town: Cast) -> None:
    case = blown(town, Role.ENTERPRISE, type="W5")
    (part,) = dispatched_already(town, case)
    answer(town, part, "sign", Role.DEPT_OFFICER)
    answer(town, part, "reply", Role.DEPT_OFFICER, **FOUR)
    asked = Stake.objects.get(case=case, why="asked", until=None)
    assert (asked.unit_id, asked.officer_id) == (
        town.units["321183102-enterprise"].pk,
        town.officer(Role.ENTERPRISE).pk,
    )
    for role in (Role.GRID_WORKER, Role.DEPT_LEAD, Role.VILLAGE):
        with unchanged(), pytest.raises(Refused):
            answer(town, part, "evaluate", role, **JUDGED)
    answer(town, part, "evaluate", Role.ENTERPRISE, **JUDGED)
    assert part.state == "EVALUATED"


def test_an_enterprise_that_asks_for_it_is_not_named_to_the_department(town: Cast) -> None:
    case = blown(town, Role.ENTERPRISE, type="W5", hides=True)
    (part,) = dispatched_already(town, case)
    answer(town, part, "sign", Role.DEPT_OFFICER)
    answer(town, part, "reply", Role.DEPT_OFFICER, **FOUR)
    assert Stake.objects.get(case=case, why="asked", until=None).unit == town.desk
    named = town.units["321183102-enterprise"].name
    for role, told in ((Role.DEPT_OFFICER, False), (Role.DESK, True), (Role.ENTERPRISE, True)):
        actor = town.actor(role)
        found = find(actor, str(case.number))
        assert found is not None
        shown = repr(case_file(actor, found, NOW))
        timeline = shown[shown.index("timeline=") :]
        assert (named in timeline) is told, role
    answer(town, part, "evaluate", Role.ENTERPRISE, **JUDGED)
    assert part.state == "EVALUATED"


def test_a_draft_is_written_anew_sent_or_thrown_away(town: Cast) -> None:
    desk = town.actor(Role.DESK)
    case = blown(town, keep=True)
    told = PLAIN | {"type": "W2", "title": "停水", "category": "0606"}
    DRAFT_VERBS["revise"](case, by=desk, at=NOW, slip=BY_EVENT, **told)
    with unchanged(), pytest.raises(Refused):
        DRAFT_VERBS["revise"](case, by=desk, at=NOW, slip=BY_EVENT, **(told | {"type": "W9"}))
    DRAFT_VERBS["submit"](case, by=desk, at=NOW, slip=BY_EVENT)
    case.refresh_from_db()
    assert (case.state, case.variant, case.category) == ("BLOWN", "W2", "0606")
    other = blown(town, keep=True)
    DRAFT_VERBS["discard"](other, by=desk, at=NOW, slip=BY_EVENT)
    other.refresh_from_db()
    assert (other.state, other.number) == ("DISCARDED", None)
    assert verify_record().broken == []


def test_a_leader_who_blows_needs_nobodys_approval(town: Cast) -> None:
    assert blown(town, Role.LEADER).state == "BLOWN"
    assert blown(town, Role.LEADER, type="W4").state == "AWAITING_APPROVAL"
    assert blown(town, Role.HEAD_OF_ORGAN, type="W4").state == "BLOWN"


def test_an_earlier_whistle_must_be_one_this_seat_sees(town: Cast) -> None:
    first = closed(town, blown(town, Role.LEADER))
    second = blown(town, earlier=first.number)
    assert second.parents.get(why="again").parent_id == first.pk
    for wrong in ("321183102-W-2026-999999", "\0", "321183102-R-2026-000001"):
        with unchanged(), pytest.raises(Refused) as refusal:
            blown(town, earlier=wrong)
        assert list(refusal.value.fields) == ["earlier"]


def test_approving_what_was_withdrawn_comes_too_late(town: Cast) -> None:
    case = blown(town)
    take(town, case, "withdraw", Role.DESK, reason="已解决")
    with unchanged(), pytest.raises(Refused) as refusal:
        take(town, case, "approve", Role.LEADER)
    assert refusal.value.why is Why.STATE


@pytest.mark.django_db(transaction=True)
def test_of_an_approval_and_a_withdrawal_at_once_one_ends_it(town: Cast) -> None:
    case = blown(town)
    found = together(
        lambda: take(town, Case.objects.get(pk=case.pk), "approve", Role.LEADER),
        lambda: take(town, Case.objects.get(pk=case.pk), "withdraw", Role.DESK, reason="已解决"),
    )
    assert any(not isinstance(r, Exception) for r in found)
    case.refresh_from_db()
    assert case.state == "WITHDRAWN" or isinstance(found[1], Refused)
    assert verify_record().broken == []


def test_a_post_that_ended_between_signing_and_reporting_in_does_no_more(
    town: Cast, page: Any
) -> None:
    case, part = dispatched(town)
    answer(town, part, "sign", Role.DEPT_OFFICER)
    browser = page(Role.DEPT_OFFICER)
    Post.objects.filter(pk=town.posts[Role.DEPT_OFFICER].pk).update(valid_to=NOW.date())
    path = f"/whistles/{case.number}/responses/{part.pk}/report_in/"
    with unchanged():
        assert browser.post(path, {"people": 1, "place": "桥下"}).status_code in {302, 403}


def test_forty_departments_are_too_many(town: Cast) -> None:
    case = blown(town, Role.LEADER)
    many = [unit.pk for unit in town.units.values()][:19]
    with unchanged(), pytest.raises(Refused) as refusal:
        take(town, case, "dispatch", Role.DESK, lead=town.department.pk, assisting=many * 2)
    assert list(refusal.value.fields) == ["assisting"]


def test_what_nobody_closes_is_closed_and_its_report_hears_of_it(town: Cast) -> None:
    case, part = dispatched(town)
    answer(town, part, "sign", Role.DEPT_OFFICER)
    answer(town, part, "reply", Role.DEPT_OFFICER, **FOUR)
    answer(town, part, "evaluate", Role.DESK, **JUDGED)
    due = Deadline.objects.get(case=case, term="whistle.close").due_at
    assert evaluate_due(due - timedelta(seconds=1)) == 0
    assert evaluate_due(due) == 1
    assert evaluate_due(due) == 0
    case.refresh_from_db()
    assert case.state == "CLOSED"
    assert Stake.objects.filter(case=case, why="asked", unit=town.desk, until=None).exists()
    take(town, case, "follow_up", Role.DESK, held="held")
    assert (case.state, running(case)) == ("CLOSED", set())
    with unchanged(), pytest.raises(Refused):
        take(town, case, "follow_up", Role.DESK, held="held")


def test_a_shelved_whistle_stops_its_departments_and_resuming_starts_them_anew(
    town: Cast,
) -> None:
    case, part = dispatched(town)
    answer(town, part, "sign", Role.DEPT_OFFICER)
    take(town, case, "shelve", Role.LEADER, obstacle="H5", plan="权属查清后办")
    assert (running(case, part), running(case)) == (set(), {"whistle.look_again"})
    take(town, case, "resume", Role.DESK)
    went_on = {"whistle.contact", "whistle.report_in", "whistle.handle"}
    assert (case.state, running(case, part)) == ("RESPONDING", went_on)
    assert Deadline.objects.filter(part=part, term="whistle.handle", occurrence=2).exists()


def test_what_was_withdrawn_was_not_met(town: Cast) -> None:
    case, part = dispatched(town)
    take(town, case, "withdraw", Role.DESK, reason="已解决")
    states = set(Deadline.objects.filter(part=part).values_list("state", flat=True))
    assert states == {DeadlineState.CANCELLED}
