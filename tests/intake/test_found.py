"""What fresh eyes found (复核发现): each defect once mended stays so."""

from datetime import timedelta
from typing import Any

import pytest

from cases.docket.access import visible
from cases.docket.models import Case, Deadline, DeadlineState, Event, Party, Stake
from cases.docket.operations.handing import hand_over_unit
from cases.docket.queries.verify import verify_record
from cases.intake.operations import VERBS, resume_due
from cases.law.moves import Refused, Role
from tests.ledger import unchanged
from tests.town import NOW, Cast
from tests.walk import BY_EVENT, file, walk

WHO: dict[str, Any] = {"reporter": "赵大山", "phone": "13812345678"}


def take(town: Cast, case: Case, verb: str, role: Role, **facts: Any) -> Event:
    told: dict[str, Any] = {"slip": BY_EVENT} | facts
    event: Event = VERBS[verb](Case(pk=case.pk), by=town.actor(role), at=NOW, **told)
    case.refresh_from_db()
    return event


def refused(town: Cast, case: Case, verb: str, role: Role, **facts: Any) -> Refused:
    with unchanged(), pytest.raises(Refused) as refusal:
        take(town, case, verb, role, **facts)
    return refusal.value


def running(case: Case) -> dict[str, Deadline]:
    rows = Deadline.objects.filter(case=case, state=DeadlineState.RUNNING)
    return {row.term: row for row in rows}


def test_accepting_as_a_complaint_against_a_cadre_protects_it_too(town: Cast) -> None:
    case = file(town, **WHO)
    take(town, case, "accept", Role.DESK, category="9904")
    assert (case.confidential, case.report.stream) == (True, "discipline")
    assert set(Party.objects.filter(case=case).values_list("hidden", flat=True)) == {True}
    assert "不得交办" in refused(town, case, "assign", Role.DESK, unit=town.village.pk).sentence


def test_what_somebody_handles_does_not_become_a_complaint_against_them(town: Cast) -> None:
    case = walk(town, file(town), "assign")
    wrong = refused(town, case, "correct", Role.DESK, stream="discipline")
    assert "先由承办单位退回" in wrong.sentence
    take(town, case, "hand_back", Role.VILLAGE, ground="S1", reason="不归村里")
    take(town, case, "correct", Role.DESK, stream="discipline", description="举报村书记")
    assert not visible(town.actor(Role.VILLAGE)).filter(pk=case.pk).exists()
    assert visible(town.actor(Role.DESK)).filter(pk=case.pk).exists()
    assert visible(town.actor(Role.GRID_WORKER)).filter(pk=case.pk).exists()


def test_who_informs_stays_an_informer_whatever_the_class(town: Cast) -> None:
    case = file(town, category="9905", stream="informer", **WHO)
    assert case.report.stream == "informer"
    assert set(Party.objects.filter(case=case).values_list("hidden", flat=True)) == {True}


def test_a_class_that_protects_people_protects_them_when_corrected(town: Cast) -> None:
    case = walk(town, file(town, **WHO), "assign")
    take(town, case, "correct", Role.DESK, category="0106")
    assert "保密" in refused(town, case, "disclose", Role.DESK, reason="要上门").sentence


def test_whom_the_handler_was_told_of_it_knows_no_more_after_handing_back(town: Cast) -> None:
    case = walk(town, file(town, **WHO), "assign")
    take(town, case, "disclose", Role.DESK, reason="要上门")
    take(town, case, "hand_back", Role.VILLAGE, ground="S1", reason="不归村里")
    assert not Party.objects.filter(case=case, disclosed_to__isnull=False).exists()


def test_accepting_takes_the_case_back_from_whom_more_was_asked(town: Cast) -> None:
    case = file(town)
    take(town, case, "ask_more", Role.DESK, asked="哪一盏")
    take(town, case, "accept", Role.DESK)
    assert (case.unit_id, case.officer_id) == (town.desk.pk, None)
    assert set(running(case)) == {"report.assign"}
    assert running(case)["report.assign"].unit_id == town.desk.pk


def test_the_desk_owes_the_outside_answer_whoever_holds_the_case(town: Cast) -> None:
    case = walk(town, file(town), "assign")
    due = NOW + timedelta(days=5)
    facts = {"system": "city", "external": "SZ-1", "external_due": due}
    take(town, case, "enter_external", Role.DESK, **facts)
    assert running(case)["external.answer"].unit_id == town.desk.pk


def test_a_reopened_report_keeps_its_term_though_it_was_returned(town: Cast) -> None:
    case = walk(town, file(town))
    take(town, case, "reopen", Role.DESK, again="R2", reason="又坏了")
    take(town, case, "assign_again", Role.DESK, unit=town.village.pk)
    take(town, case, "hand_back", Role.VILLAGE, ground="S1", reason="不归村里")
    take(town, case, "assign", Role.DESK, unit=town.village.pk)
    assert set(running(case)) == {"report.reopen", "report.sign"}


def test_what_comes_back_on_its_day_is_nobodys_lateness(town: Cast) -> None:
    case = walk(town, file(town), "assign")
    take(town, case, "propose_shelving", Role.VILLAGE, obstacle="H5", plan="查权属")
    take(town, case, "shelve", Role.LEADER)
    assert resume_due(running(case)["report.look_again"].due_at) == 1
    assert Deadline.objects.get(case=case, term="report.look_again").state == "cancelled"
    assert verify_record().broken == []


def test_whose_report_was_parted_sees_the_main_one_no_more(town: Cast) -> None:
    main, child = file(town, Role.DESK), file(town, Role.LIAISON)
    take(town, child, "merge", Role.DESK, into=str(main.number))
    take(town, child, "unmerge", Role.DESK, reason="不是一处")
    assert not Stake.objects.filter(case=main, why="merged").exists()
    assert not visible(town.actor(Role.LIAISON)).filter(pk=main.pk).exists()


def test_a_unit_does_not_hand_on_a_complaint_against_a_cadre(town: Cast) -> None:
    file(town, category="9904")
    with unchanged(), pytest.raises(Refused) as refusal:
        hand_over_unit(town.desk, town.village, NOW, "tests")
    assert "检举控告" in refusal.value.sentence


def test_signing_is_offered_while_it_is_owed_only(town: Cast) -> None:
    case = walk(town, file(town), "sign")
    assert "可能已经办过" in refused(town, case, "sign", Role.VILLAGE).sentence
