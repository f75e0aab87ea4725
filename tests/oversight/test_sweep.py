"""The sweep in bad weather (催办巡查): many at once, a rung that fails, what others got wrong."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from cases.docket import kinds
from cases.docket.chain import mark_of
from cases.docket.models import Case, Deadline, Event, Outbox, Part, Stake, WorkItem
from cases.docket.queries.verify import verify_record
from cases.intake import operations as report
from cases.law.moves import Role
from cases.oversight.models import Chase
from cases.oversight.operations import chasing, firing
from cases.oversight.operations.chasing import chase
from cases.rulebook.operations.notices import enter_notice
from tests.oversight.test_chasing import accepting, told
from tests.town import NOW, Cast
from tests.walk import BY_EVENT, file, walk
from tests.whistle.way import blown, dispatched_already

STANDS = ("state", "unit", "officer", "next_due", "version", "closed_at")


def test_a_sweep_costs_the_same_for_two_hundred(town: Cast) -> None:
    far, told = NOW + timedelta(days=30), []
    for many in (10, 200):
        for _ in range(many):
            file(town)
        with CaptureQueriesContext(connection) as asked:
            assert chase(far).fired == many
        told.append(len(asked))
    # Claim, lock, clock, deadlines, parts, heads, rungs, the end, and two savepoints of the test;
    # events and chases go by COPY. The first sweep may read the rulebook, too.
    assert told[1] <= told[0] <= 30
    assert told[1] <= 16


def test_what_is_owed_and_by_whom_stays_when_a_rung_fires(town: Cast) -> None:
    case = blown(town, Role.LEADER)
    dispatched_already(town, case)
    before = [
        list(Stake.objects.filter(case=case).order_by("pk").values()),
        list(Part.objects.filter(case=case).order_by("pk").values()),
        Case.objects.filter(pk=case.pk).values(*STANDS).get(),
    ]
    assert chase(NOW + timedelta(days=9)).fired > 0
    assert before == [
        list(Stake.objects.filter(case=case).order_by("pk").values()),
        list(Part.objects.filter(case=case).order_by("pk").values()),
        Case.objects.filter(pk=case.pk).values(*STANDS).get(),
    ]
    assert verify_record().broken == []


def test_every_reader_of_the_record_gets_each_chase_once(
    town: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kinds, "_READERS", {"one": False, "two": True})
    for _ in range(3):
        file(town)
    Outbox.objects.all().delete()
    chase(NOW + timedelta(days=30))
    rows = set(Outbox.objects.values_list("reader", "case", "seq", "taken_at"))
    events = Event.objects.filter(verb="chase").values_list("case", "seq")
    assert rows == {(reader, *event, None) for reader in ("one", "two") for event in events}


def test_a_rung_that_cannot_be_written_stops_no_other_and_waits_an_hour(
    town: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [file(town) for _ in range(5)]
    bad, far = cases[2], NOW + timedelta(days=30)
    real = mark_of

    def broken(deadline: Deadline) -> str:
        if deadline.case_id == bad.pk:
            raise KeyError("a snapshot nobody can read")
        return real(deadline)

    monkeypatch.setattr(firing, "mark_of", broken)
    done = chase(far)
    assert (done.due, done.fired, done.skipped, done.by_rung) == (5, 4, 1, {"L3.4": 4})
    assert set(Chase.objects.values_list("case", flat=True)) == {
        c.pk for c in cases if c.pk != bad.pk
    }
    item = WorkItem.objects.get(kind="bad_row")
    assert (item.case_id, str(bad) in item.words, "人工处理" in item.words) == (bad.pk, True, True)
    assert chase(far).due == 0
    again = accepting(bad)
    assert (again.rung, again.next_rung_at) == (0, far + timedelta(hours=1))
    assert verify_record().broken == []
    chase(far + timedelta(hours=1))
    assert WorkItem.objects.filter(kind="bad_row").count() == 1
    monkeypatch.undo()
    later = far + timedelta(hours=2)
    assert chase(later).fired == 1
    late = Chase.objects.get(case=bad)
    assert late.late_by == int((later - late.rung_at).total_seconds())  # not counted from the wait


def test_a_database_that_is_gone_is_nobodys_bad_row(
    town: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    file(town)

    def gone(*_: Any) -> Any:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(chasing, "fire", gone)
    with pytest.raises(OperationalError):
        chase(NOW + timedelta(days=30))
    assert not WorkItem.objects.exists()
    monkeypatch.undo()
    assert chase(NOW + timedelta(days=30)).fired == 1


def test_of_150_overdue_in_one_state_the_oldest_goes_up_first(town: Cast) -> None:
    """DIGIT looks at the newest hundred only: the longest late never go up."""
    late = [file(town, at=NOW - timedelta(days=1, minutes=n)) for n in range(150)]
    assert set(Case.objects.values_list("state", flat=True)) == {"RECEIVED"}
    oldest = min(late, key=lambda case: case.opened_at)
    far = NOW + timedelta(days=30)
    assert chase(far, limit=1).fired == 150
    came = list(Chase.objects.order_by("pk").values_list("rung_at", flat=True))
    assert came == sorted(came)
    assert Chase.objects.order_by("pk")[0].rung_at == Chase.objects.get(case=oldest).rung_at


def test_what_nobody_took_is_chased_and_goes_up(town: Cast) -> None:
    """DIGIT passes over what is assigned to no person: the worst kind of late never goes up."""
    case = file(town)
    deadline = accepting(case)
    assert (deadline.officer_id, deadline.unit_id) == (None, town.desk.pk)
    fired = []
    while (at := accepting(case).next_rung_at) is not None:
        chase(at)
        fired.append(accepting(case).rung)
    assert fired == [1, 2, 3, 4]
    assert "leader" in told(case)[-1]["heard"]
    nobodys = file(town)
    Deadline.objects.filter(case=nobodys).update(unit=None)
    first = accepting(nobodys).next_rung_at
    assert first is not None
    assert chase(first).fired == 1
    assert WorkItem.objects.filter(kind="nobody_told", case=nobodys).exists()


def test_friday_at_seven_and_a_working_day_is_monday(town: Cast) -> None:
    """Signalen counts the weekday in UTC: Friday 07:00 in China became Saturday."""
    friday = NOW.replace(day=13, hour=7)
    case = file(town, at=friday)
    deadline = accepting(case)
    assert (friday.weekday(), deadline.last_day.isoformat()) == (4, "2026-11-16")
    assert chase(deadline.due_at - timedelta(microseconds=1)).by_rung == {"L3.1": 1}
    assert chase(deadline.due_at).by_rung == {"L3.2": 1}


def test_a_date_moved_later_the_same_day_fires_its_reminder_again(town: Cast) -> None:
    """Zammad notes the day a reminder left, and is silent when the date moves that same day."""
    case = walk(town, file(town), "sign")
    work = Deadline.objects.get(case=case, term="report.handle")
    assert work.next_rung_at is not None
    chase(work.next_rung_at)
    at = work.next_rung_at + timedelta(minutes=5)
    told = {"need": "X1", "days": 3, "reason": "等检测"}
    report.VERBS["ask_extension"](case, by=town.actor(Role.VILLAGE), at=at, slip=BY_EVENT, **told)
    report.VERBS["grant_extension"](case, by=town.actor(Role.DESK), at=at, slip=BY_EVENT)
    again = Deadline.objects.get(case=case, term="report.handle")
    assert again.due_at > work.due_at
    assert again.next_rung_at is not None
    assert chase(again.next_rung_at).by_rung["L3.1"] == 1
    fired = Chase.objects.filter(deadline=again, rung=1).order_by("generation")
    assert list(fired.values_list("generation", flat=True)) == [1, 2]


def test_a_year_without_a_working_day_is_said_and_ends(town: Cast) -> None:
    """Frappe loops for ever where every day is a holiday."""
    case, other = file(town), walk(town, file(town), "sign")
    days = {date(2026, 11, 21) + timedelta(days=n): True for n in range(400)}
    said: dict[str, Any] = {"citation": "全是假日", "quality": "town_default"}
    enter_notice(2026, days, {date(2026, 11, 21): "假"}, actor_code="test", at=NOW, **said)
    done = chase(NOW + timedelta(days=30))
    assert (done.due, done.fired) == (2, 0)
    assert set(WorkItem.objects.filter(kind="no_rule").values_list("case", flat=True)) == {
        case.pk,
        other.pk,
    }
    assert chase(NOW + timedelta(days=30)).due == 0


def test_the_sweep_reads_the_armed_deadlines_off_their_index(town: Cast) -> None:
    file(town)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        found = chasing._armed(NOW).values_list("pk")[:200].explain()
    assert "deadline_armed" in found
