"""Counted again (期限重算): a new notice moves what still runs and keeps what was."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.db import transaction

from cases.docket.models import Case, Deadline, Event
from cases.docket.operations import recount, recounting
from cases.docket.queries import case_file, find, why_this_date
from cases.docket.queries.verify import verify_record
from cases.docket.record import begin
from cases.intake import operations as report
from cases.law.moves import Role
from cases.people.queries import TOWN_TIME
from tests.ledger import snapshot, unchanged
from tests.tables import holidays_of_2027, one_day_off
from tests.town import NOW, Cast
from tests.walk import file, walk

EVE = datetime(2026, 12, 31, 10, 0, tzinfo=TOWN_TIME)


def running(case: Case, term: str) -> Deadline:
    return Deadline.objects.get(case=case, term=term)


def test_beyond_the_last_notice_a_date_is_provisional(town: Cast) -> None:
    case = walk(town, file(town, at=EVE), "assign", EVE)
    handle = running(case, "report.handle")
    assert handle.provisional
    assert handle.last_day == date(2027, 1, 4)  # two days of the plain week: 1 January is a Friday
    assert not running(walk(town, file(town), "assign"), "report.handle").provisional


def test_a_notice_makes_it_firm_moves_it_and_keeps_the_earlier_date(town: Cast) -> None:
    case = walk(town, file(town, at=EVE), "assign", EVE)
    before = running(case, "report.handle")
    holidays_of_2027()
    done = recount(NOW)
    assert (done.looked_at, done.moved, done.skipped) == (2, 1, 0)
    after = running(case, "report.handle")
    assert (after.pk, after.generation, after.provisional) == (before.pk, 2, False)
    assert after.last_day == date(2027, 1, 12)  # off until Friday the 8th: Monday, Tuesday
    assert after.due_at == datetime(2027, 1, 13, tzinfo=TOWN_TIME)
    assert after.calendar_version != before.calendar_version
    event = Event.objects.get(case=case, verb="recount", text__contains="report.handle")
    assert json.loads(event.text)["open"] == {
        "deadline": "report.handle#1",
        "was": "2027-01-04",
        "now": "2027-01-12",
        "calendar": after.calendar_version,
    }
    case.refresh_from_db()
    moved = running(case, "report.sign")
    assert (case.version, case.next_due) == (3, min(moved.due_at, after.due_at))
    assert case.stakes.get(why="owner", until=None).next_due == case.next_due
    assert verify_record().broken == []


def test_the_page_shows_the_earlier_date_and_explains_the_new_one(town: Cast) -> None:
    case = walk(town, file(town, at=EVE), "assign", EVE)
    holidays_of_2027()
    recount(NOW)
    actor = town.actor(Role.DESK)
    found = find(actor, str(case.number))
    assert found is not None
    shown = next(d for d in case_file(actor, found, NOW).deadlines if d.term == "report.handle")
    assert [day for day, _, _ in shown.earlier] == [date(2027, 1, 4)]
    why = why_this_date(actor, shown.id, NOW)
    assert why is not None
    assert why.agrees
    counted = [day.date for day in why.trace if day.counted]
    assert counted == [date(2027, 1, n) for n in (11, 12)]
    assert [day.why for day in why.trace if day.date == date(2027, 1, 4)] == ["元旦放假，不计入"]


def test_the_rungs_to_come_are_armed_anew(town: Cast) -> None:
    case = walk(town, file(town, at=EVE), "assign", EVE)
    before = running(case, "report.handle")
    assert before.next_rung_at is not None
    holidays_of_2027()
    recount(NOW)
    after = running(case, "report.handle")
    assert after.next_rung == 1
    assert after.next_rung_at is not None
    assert after.next_rung_at > before.next_rung_at


def test_a_rung_that_fired_fires_again_only_if_its_new_time_is_still_to_come(
    town: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recounting, "begin", lambda: replace(begin(), now=NOW))
    case = walk(town, file(town, at=EVE), "assign", EVE)
    fired = running(case, "report.handle")
    # The first rung fired; by the new date it would come next January, so it is armed again.
    Deadline.objects.filter(pk=fired.pk).update(rung=1, colour="blue", next_rung=2)
    holidays_of_2027()
    recount(NOW)
    again = running(case, "report.handle")
    assert (again.rung, again.colour, again.next_rung) == (0, "", 1)


def test_a_rung_whose_new_time_is_past_does_not_fire_twice(town: Cast) -> None:
    long_ago = datetime(2026, 3, 2, 10, 0, tzinfo=TOWN_TIME)
    case = walk(town, file(town, at=long_ago), "assign", long_ago)
    fired = running(case, "report.handle")
    # Overdue long ago and chased through every rung but the last; a revised notice of this year
    # moves its date by a day, which is past as well.
    Deadline.objects.filter(pk=fired.pk).update(rung=2, colour="yellow", next_rung=3)
    one_day_off(fired.last_day)
    recount(NOW)
    after = running(case, "report.handle")
    assert after.generation == 2
    assert (after.rung, after.next_rung) == (2, 3)
    assert after.colour == "yellow"


def test_a_notice_that_changes_no_date_changes_no_date(town: Cast) -> None:
    case = file(town)
    before = running(case, "report.accept")
    events = Event.objects.count()
    holidays_of_2027()
    done = recount(NOW)
    after = running(case, "report.accept")
    assert (done.looked_at, done.moved) == (1, 0)
    assert (after.due_at, after.generation, after.rung) == (before.due_at, 1, 0)
    assert after.next_rung_at == before.next_rung_at
    assert after.calendar_version != before.calendar_version
    assert Event.objects.count() == events


def test_what_has_ended_is_never_counted_again(town: Cast) -> None:
    case = walk(town, file(town, at=EVE), at=EVE)
    before = list(Deadline.objects.filter(case=case).order_by("id").values())
    holidays_of_2027()
    recount(NOW)
    assert list(Deadline.objects.filter(case=case).order_by("id").values()) == before


def test_a_second_run_does_nothing(town: Cast) -> None:
    walk(town, file(town, at=EVE), "assign", EVE)
    holidays_of_2027()
    recount(NOW)
    before = snapshot()
    done = recount(NOW + timedelta(days=1))
    assert (done.looked_at, done.moved, done.skipped) == (0, 0, 0)
    assert snapshot() == before


def test_a_note_in_between_moves_no_date(town: Cast) -> None:
    case = walk(town, file(town, at=EVE), "assign", EVE)
    with transaction.atomic():
        report.note(case, by=town.actor(Role.VILLAGE), at=EVE, words="已到现场")
    dates = list(Deadline.objects.filter(case=case).values_list("due_at", "generation"))
    with unchanged():
        recount(NOW)
    assert list(Deadline.objects.filter(case=case).values_list("due_at", "generation")) == dates
