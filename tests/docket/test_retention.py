"""Kept long enough (保存期限): ten years after closing a report is erased, with a proof.

Whatever is tied to something running stays and is named; without a rule nothing goes.
"""

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from cases import tasks
from cases.docket.models import Case, Deadline, DestroyedKey, Event, Link, WorkItem
from cases.docket.operations.retaining import due_for_erasure, retain
from cases.docket.queries.verify import verify_record
from cases.rulebook.models import TermRow
from cases.rulebook.operations import end, succeed
from cases.rulebook.queries import book
from tests.ledger import unchanged
from tests.town import NOW, XIASHU, Cast
from tests.walk import file, walk

THEN = datetime.fromisoformat("2016-05-04T10:00:00+08:00")  # a Wednesday
# Ten years on lies in the Labour Day holiday: the first working day after it ends at midnight.
OVER = datetime.fromisoformat("2026-05-07T00:00:00+08:00")
WHO: dict[str, Any] = {"actor_code": "tests", "at": NOW}


def closed(town: Cast, at: datetime = THEN) -> Case:
    return walk(town, file(town, at=at), at=at)


def numbers(at: datetime) -> list[str]:
    return [case.number for case in due_for_erasure(at)]


def version() -> str:
    return book().term("retention.report", XIASHU, date(2026, 11, 20)).version


def test_ten_years_after_closing_it_is_due_and_not_an_instant_before(town: Cast) -> None:
    case = closed(town)
    assert numbers(OVER - timedelta(microseconds=1)) == []
    assert numbers(OVER) == [case.number]
    file(town, at=THEN)  # still open: it is kept however old it is
    assert numbers(NOW) == [case.number]


def test_what_is_due_is_erased_with_a_proof_and_the_record_still_verifies(town: Cast) -> None:
    old, other, young = closed(town), closed(town, THEN + timedelta(days=1)), closed(town, NOW)
    told = retain(NOW).as_dict()
    assert told == {
        "at": NOW.isoformat(),
        "dry_run": False,
        "due": 2,
        "erased": 2,
        "skipped": [],
        "by_kind": {"report": 2},
        "rule": {f"report@{XIASHU}": version()},
        "missing": [],
    }
    for case in (old, other):
        case.refresh_from_db()
        assert (case.wrapped_key, case.erased_at) == (None, NOW)
        event = Event.objects.get(case=case, verb="erase")
        assert json.loads(event.text)["open"] == {"paper": version()}
    young.refresh_from_db()
    assert young.wrapped_key is not None
    assert DestroyedKey.objects.count() == 2
    assert verify_record().broken == []
    with unchanged():
        assert (retain(NOW).due, retain(NOW).erased) == (0, 0)


def test_a_dry_run_says_the_same_and_does_nothing(town: Cast) -> None:
    closed(town)
    with unchanged():
        told = retain(NOW, dry_run=True)
    assert (told.due, told.erased, told.by_kind) == (1, 0, {"report": 1})


def test_what_is_tied_to_something_running_stays_and_is_named(town: Cast) -> None:
    parent, child, owing = closed(town), closed(town), closed(town)
    open_parent, open_child = file(town), file(town)
    Link.objects.create(parent=open_parent, child=child, why="merged", since=THEN)
    Link.objects.create(parent=parent, child=open_child, why="split", since=THEN)
    Deadline.objects.filter(case=owing, term="report.accept").update(state="suspended")
    with unchanged():
        told = retain(NOW)
    assert (told.due, told.erased) == (3, 0)
    assert told.skipped == [
        {"number": str(parent.number), "why": "还有未办结的子案。"},
        {"number": str(child.number), "why": "还有未办结的来件或并单。"},
        {"number": str(owing.number), "why": "还有正在计算的时限。"},
    ]


def test_a_tie_between_two_ended_cases_holds_neither(town: Cast) -> None:
    one, two = closed(town), closed(town)
    Link.objects.create(parent=one, child=two, why="merged", since=THEN)
    assert retain(NOW).erased == 2
    assert verify_record().broken == []


def test_without_a_rule_nothing_is_ever_erased_and_somebody_is_asked(town: Cast) -> None:
    closed(town)
    end(TermRow.objects.get(key="retention.report"), date(2026, 1, 1), **WHO)
    for _ in range(2):
        told = retain(NOW)
        assert (told.due, told.erased, told.rule) == (0, 0, {})
        assert told.missing == [{"kind": "report", "division": XIASHU}]
    item = WorkItem.objects.get()
    assert (item.kind, item.division) == ("no_rule", XIASHU)
    assert "保存期限" in item.words
    assert Case.objects.exclude(erased_at=None).count() == 0


def test_a_longer_rule_of_the_town_keeps_longer(town: Cast) -> None:
    case = closed(town)
    row = TermRow.objects.get(key="retention.report")
    succeed(row, date(2026, 11, 1), amount=5, **WHO)
    assert numbers(NOW) == [case.number]
    assert retain(NOW - timedelta(days=365 * 5), dry_run=True).due == 0
    row = TermRow.objects.get(key="retention.report", valid_to=None)
    succeed(row, date(2026, 11, 10), amount=3660, unit="day", **WHO)
    assert numbers(NOW) == [case.number]
    Case.objects.filter(pk=case.pk).update(closed_at=NOW - timedelta(days=3659))
    assert numbers(NOW) == []


def test_what_closed_before_the_calendar_begins_is_named_not_guessed(town: Cast) -> None:
    case = closed(town)
    Case.objects.filter(pk=case.pk).update(closed_at=datetime.fromisoformat("1999-01-01T08:00Z"))
    (found,) = due_for_erasure(NOW)
    assert found.tied.startswith("保存期限无法计算：")
    assert retain(NOW).erased == 0


def test_more_than_a_batch_is_walked_through_and_a_limit_holds(
    town: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cases.docket.operations.retaining.A_TIME", 2)
    # One instant for all five: the walk goes on by id where the instants are the same.
    cases = [closed(town) for _ in range(5)]
    assert numbers(NOW) == [case.number for case in cases]
    assert retain(NOW, limit=3).erased == 3
    assert numbers(NOW) == [case.number for case in cases[3:]]
    assert retain(NOW).erased == 2
    assert verify_record().broken == []


def test_a_draft_and_a_reopened_case_stay(town: Cast) -> None:
    draft, again = closed(town), closed(town)
    Case.objects.filter(pk=draft.pk).update(number=None)
    Case.objects.filter(pk=again.pk).update(closed_at=None)
    assert numbers(NOW) == []


def test_nothing_of_a_reporter_is_left(town: Cast) -> None:
    told: dict[str, Any] = {"reporter": "赵大山", "phone": "13812345678"}
    case = walk(town, file(town, at=THEN, **told), at=THEN)
    retain(NOW)
    kept = [(bytes(party.sealed), party.identity_id) for party in case.parties.all()]
    assert set(kept) == {(b"", None)}


def test_the_command_prints_the_proof(town: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    case = closed(town)
    with unchanged():
        call_command("retain", "--dry-run", "--at=2026-05-07T00:00+08:00")
    told = json.loads(capsys.readouterr().out)
    assert (told["due"], told["erased"], told["at"]) == (1, 0, "2026-05-07T00:00:00+08:00")
    call_command("retain")
    assert json.loads(capsys.readouterr().out)["erased"] == 1
    case.refresh_from_db()
    assert case.erased_at is not None


def test_a_day_to_come_erases_nothing(town: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    closed(town, NOW - timedelta(days=3))
    ahead = (timezone.now() + timedelta(days=4000)).isoformat()
    with unchanged(), pytest.raises(SystemExit) as stopped:
        call_command("retain", f"--at={ahead}")
    assert stopped.value.code == 2
    assert json.loads(capsys.readouterr().out)["field"] == "at"
    with unchanged():
        call_command("retain", "--dry-run", f"--at={ahead}")
    assert json.loads(capsys.readouterr().out)["due"] == 1


def test_every_night_the_chore_erases_what_is_due(town: Cast) -> None:
    closed(town)
    tasks.erase_in_time()
    tasks.erase_in_time()
    assert DestroyedKey.objects.count() == 1


