"""Merging (并单): three reports of one fire lane are one; what was merged wrongly is parted."""

from datetime import datetime
from typing import Any

import pytest

from cases.docket.access import visible
from cases.docket.models import Case, Deadline, DeadlineState, Event, ExternalRef, Link
from cases.docket.queries import case_file
from cases.docket.queries.verify import verify_record
from cases.intake.operations import VERBS, file_report
from cases.law.moves import Refused, Role, Why
from tests.ledger import unchanged
from tests.town import NOW, Cast
from tests.walk import BY_EVENT, PLAIN, file, walk

DUE = datetime.fromisoformat("2026-11-27T17:30+08:00")


def merge(town: Cast, child: Case, main: Case, verb: str = "merge", **facts: Any) -> Event:
    told = {"slip": BY_EVENT} | facts
    if verb == "merge":
        told["into"] = str(main.number)
    event: Event = VERBS[verb](Case(pk=child.pk), by=town.actor(Role.DESK), at=NOW, **told)
    child.refresh_from_db()
    main.refresh_from_db()
    return event


def refused(town: Cast, child: Case, into: str) -> Refused:
    told = {"by": town.actor(Role.DESK), "at": NOW, "into": into, "slip": BY_EVENT}
    with unchanged(), pytest.raises(Refused) as refusal:
        VERBS["merge"](Case(pk=child.pk), **told)
    return refusal.value


def running(case: Case) -> set[str]:
    rows = Deadline.objects.filter(case=case, state=DeadlineState.RUNNING)
    return set(rows.values_list("term", flat=True))


def test_three_reports_of_one_fire_lane_become_one_and_are_seen_both_ways(town: Cast) -> None:
    main, second, third = (file(town) for _ in range(3))
    for child in (second, third):
        merge(town, child, main)
        assert (child.state, child.unit_id, running(child)) == ("MERGED", None, set())
    desk = town.actor(Role.DESK)
    shown = case_file(desk, main, NOW)
    assert [(label, number) for label, number, _ in shown.links] == [
        ("并入本件", str(second.number)),
        ("并入本件", str(third.number)),
    ]
    assert case_file(desk, third, NOW).links[0][:2] == ("已并入", str(main.number))
    assert [e.verb for e in shown.timeline] == ["file", "absorb", "absorb"]
    assert main.state == "RECEIVED"
    assert verify_record().broken == []


def test_who_filed_the_merged_one_sees_what_becomes_of_the_main_one(town: Cast) -> None:
    main, child = file(town, Role.DESK), file(town, Role.LIAISON)
    liaison = town.actor(Role.LIAISON)
    assert not visible(liaison).filter(pk=main.pk).exists()
    merge(town, child, main)
    assert visible(liaison).filter(pk=main.pk).exists()


def test_it_is_never_merged_into_itself_into_a_merged_or_an_ended_one_or_in_a_circle(
    town: Cast,
) -> None:
    a, b, c = (file(town) for _ in range(3))
    ended = walk(town, file(town))
    assert "不能并入自己" in refused(town, a, f" {str(a.number).lower()} ").sentence
    assert "已经办结" in refused(town, a, str(ended.number)).sentence
    merge(town, b, a)
    wrong = refused(town, c, str(b.number))
    assert (wrong.why, str(a.number) in wrong.sentence) == (Why.FACTS, True)
    assert "已并入" in refused(town, a, str(b.number)).sentence  # the circle
    assert "反过来并" in refused(town, a, str(c.number)).sentence
    assert list(refused(town, c, "").fields) == ["into"]
    assert refused(town, c, "321183102-R-2026-999999").why is Why.HIDDEN
    assert refused(town, c, "没有\0这样的").why is Why.HIDDEN


def test_another_towns_report_is_not_merged(town: Cast) -> None:
    ours = file(town)
    case, _ = file_report(by=town.other_actor(Role.GRID_WORKER), at=NOW, **PLAIN)
    assert refused(town, ours, str(case.number)).why is Why.HIDDEN


def test_a_sheets_date_goes_along_and_is_answered_with_the_main_one(town: Cast) -> None:
    main = file(town)
    facts: dict[str, Any] = {"source": "hotline", "external": "ZJ1", "external_due": DUE}
    child = file(town, Role.DESK, **facts)
    merge(town, child, main)
    assert "external.answer" in running(main)
    walk(town, main)
    assert running(main) == set()
    assert ExternalRef.objects.get(number="ZJ1").answered_at == NOW


def test_what_was_merged_wrongly_is_parted_with_its_date_and_can_be_merged_again(
    town: Cast,
) -> None:
    main = file(town)
    facts: dict[str, Any] = {"source": "hotline", "external": "ZJ1", "external_due": DUE}
    child = file(town, Role.DESK, **facts)
    merge(town, child, main)
    merge(town, child, main, "unmerge", reason="不是同一处")
    assert (child.state, child.unit_id) == ("ACCEPTED", town.desk.pk)
    assert running(child) == {"report.assign", "external.answer"}
    assert "external.answer" not in running(main)
    assert Link.objects.get(child=child).ended_at == NOW
    merge(town, child, main)
    assert Link.objects.get(child=child).ended_at is None
    assert verify_record().broken == []


def test_what_was_not_merged_cannot_be_parted(town: Cast) -> None:
    case = file(town)
    with unchanged(), pytest.raises(Refused):
        VERBS["unmerge"](case, by=town.actor(Role.DESK), at=NOW, reason="错了")
