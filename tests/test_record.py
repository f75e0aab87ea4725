"""The record (办理记录): never edited, chained, sealed; clocks that run by it."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from cases.docket import chain, kinds
from cases.docket.models import FAR, Case, Deadline, Event, Outbox, Stake, WorkItem
from cases.docket.queries import case_file, find
from cases.docket.seal import open_key, unseal_facts
from cases.docket.slip import Slip
from cases.intake import operations as report
from cases.law.moves import Refused, Role, Why
from cases.people.operations import end_post
from tests.ledger import unchanged
from tests.town import NOW, TODAY, XIASHU, Cast
from tests.walk import PLAIN, file, walk

SECRETS: dict[str, Any] = {
    "title": "邻里纠纷甲",
    "description": "张三与李四为宅基地争吵",
    "address": "示范东村 8 号",
    "reporter": "王小明",
    "phone": "13812345678",
}


@pytest.fixture
def reader() -> Iterator[str]:
    """A reader of the outbox, as `cases.apps` would register one."""
    kinds.register_reader("tests", quiet=False)
    yield "tests"
    kinds._READERS.pop("tests")


def database_now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]  # type: ignore[no-any-return]


def execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def floats_in(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [f for v in value.values() for f in floats_in(v)]
    if isinstance(value, list):
        return [f for v in value for f in floats_in(v)]
    return [value] if isinstance(value, float) else []


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE docket_event SET verb = 'x'",
        "UPDATE docket_event SET seq = seq",
        "DELETE FROM docket_event",
        "DELETE FROM docket_case",
    ],
)
def test_the_database_refuses_to_change_what_happened(town: Cast, sql: str) -> None:
    file(town)
    with unchanged(), pytest.raises(DatabaseError), transaction.atomic():
        execute(f"{sql}; SET CONSTRAINTS ALL IMMEDIATE")


def test_the_text_of_every_event_equals_its_columns_and_hangs_on_the_one_before(
    town: Cast,
) -> None:
    case = walk(town, file(town, **SECRETS))
    previous = b""
    events = list(Event.objects.filter(case=case).order_by("seq"))
    assert [e.verb for e in events] == [
        "file", "accept", "assign", "sign", "handle", "check", "close",
    ]  # fmt: skip
    for event in events:
        text = json.loads(event.text)
        assert {k: text[k] for k in chain.heads(event)} == chain.heads(event)
        assert event.text == chain.canonical(text)
        assert bytes(event.previous) == previous
        assert bytes(event.hash) == chain.link(previous, event.text)
        assert floats_in(text["open"]) == []
        previous = bytes(event.hash)
    assert bytes(case.head) == previous
    assert case.seq == len(events) == 7
    assert json.loads(events[-1].text)["row"] == json.loads(chain.canonical(chain.row_of(case)))
    assert case.state == "CLOSED"


def test_a_float_never_enters_the_record() -> None:
    with pytest.raises(TypeError):
        chain.canonical({"lng": 119.17})


def test_what_is_sealed_is_unreadable_in_every_table_and_readable_with_the_key(
    town: Cast,
) -> None:
    case = walk(town, file(town, **SECRETS))
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names():
            cursor.execute(f'SELECT t::text FROM "{name}" t')
            rows = "\n".join(row[0] for row in cursor.fetchall())
            for secret in SECRETS.values():
                assert secret not in rows, (name, secret)
                assert secret.encode().hex() not in rows, (name, secret)
    key = open_key(case.wrapped_key, case.key_id)
    first = Event.objects.get(case=case, seq=1)
    assert unseal_facts(key, first.sealed) == SECRETS
    assert unseal_facts(None, first.sealed) == {}


def test_recorded_at_is_the_databases_whatever_is_said(town: Cast) -> None:
    before = database_now()
    case = file(town, at=NOW - timedelta(days=30))
    after = database_now()
    event = Event.objects.get(case=case)
    assert event.happened_at == NOW - timedelta(days=30)
    assert before < event.recorded_at < after


def test_a_later_move_is_recorded_later(town: Cast) -> None:
    case = walk(town, file(town))
    times = list(Event.objects.filter(case=case).order_by("seq").values_list("recorded_at"))
    assert times == sorted(set(times))


def test_a_stale_form_loses_cleanly(town: Cast) -> None:
    case = file(town)
    report.accept(Case(pk=case.pk), by=town.actor(Role.DESK), at=NOW, slip=Slip(version=1))
    with unchanged(), pytest.raises(Refused) as refusal:
        report.assign(
            Case(pk=case.pk),
            by=town.actor(Role.DESK),
            at=NOW,
            slip=Slip(version=1),
            unit=town.village.pk,
        )
    assert refusal.value.why is Why.STALE
    assert "已受理" in refusal.value.sentence


def test_a_note_moves_no_version_no_clock_and_no_owner(town: Cast) -> None:
    case = walk(town, file(town), "assign")
    clocks = list(Deadline.objects.filter(case=case).order_by("id").values())
    report.note(case, by=town.actor(Role.GRID_WORKER), at=NOW, words="路过又看了一眼")
    after = Case.objects.get(pk=case.pk)
    assert (after.version, after.seq) == (3, 4)
    assert (after.state, after.unit_id, after.officer_id, after.next_due) == (
        "ASSIGNED", town.village.pk, None, case.next_due,
    )  # fmt: skip
    assert list(Deadline.objects.filter(case=case).order_by("id").values()) == clocks
    report.sign(
        Case(pk=case.pk), by=town.actor(Role.VILLAGE), at=NOW, slip=Slip(version=3)
    )  # the form opened before the note still holds


@pytest.mark.parametrize(
    ("early", "state"), [(1, "met"), (0, "met_late")], ids=["a microsecond before", "exactly then"]
)
def test_in_time_means_before_the_instant_it_is_due(town: Cast, early: int, state: str) -> None:
    case = file(town)
    deadline = Deadline.objects.get(case=case, term="report.accept")
    at = deadline.due_at - timedelta(microseconds=early)
    report.accept(case, by=town.actor(Role.DESK), at=at, slip=Slip(by_event=True))
    deadline.refresh_from_db()
    assert (deadline.state, deadline.met_at) == (state, at)
    assert deadline.next_rung_at is None


def test_a_performance_clock_runs_to_the_record_not_to_what_is_claimed(town: Cast) -> None:
    case = file(town, at=NOW - timedelta(days=30))
    report.accept(case, by=town.actor(Role.DESK), at=NOW - timedelta(days=30))
    event = Event.objects.get(case=case, verb="accept")
    deadline = Deadline.objects.get(case=case, term="report.accept")
    assert event.happened_at == NOW - timedelta(days=30)
    assert (deadline.state, deadline.met_at) == ("met_late", event.recorded_at)


def test_a_late_record_is_said_to_be_late(town: Cast) -> None:
    now = database_now()
    case = file(town, at=now - timedelta(days=3, minutes=1))
    report.accept(case, by=town.actor(Role.DESK), at=now - timedelta(hours=23))
    actor = town.actor(Role.DESK)
    shown = find(actor, str(case.number))
    assert shown is not None
    notes = [e.late_note for e in case_file(actor, shown, now).timeline]
    assert "3 天" in notes[0]
    assert notes[1:] == [""]


def test_every_clock_stops_when_the_case_ends(town: Cast) -> None:
    case = walk(town, file(town))
    assert not Deadline.objects.filter(case=case, state="running").exists()
    assert (case.next_due, case.unit_id, case.officer_id) == (FAR, None, None)
    assert not Stake.objects.filter(case=case, why="owner", until=None).exists()


def test_the_owners_stake_says_what_is_due_next(town: Cast) -> None:
    case = walk(town, file(town), "assign")
    due = dict(Deadline.objects.filter(case=case, state="running").values_list("term", "due_at"))
    assert set(due) == {"report.sign", "report.handle"}
    assert case.next_due == min(due.values())
    held = Stake.objects.get(case=case, why="owner", until=None)
    assert (held.unit_id, held.next_due) == (town.village.pk, min(due.values()))
    left = Stake.objects.get(case=case, why="owner", unit_id=town.desk.pk)
    assert left.until is not None
    assert left.next_due == FAR


def test_every_deadline_keeps_its_inputs_and_arms_its_first_rung(town: Cast) -> None:
    deadline = Deadline.objects.get(case=file(town))
    assert (deadline.term, deadline.occurrence, deadline.generation) == ("report.accept", 1, 1)
    assert deadline.snapshot["amount"] == 1
    assert deadline.snapshot["unit"] == "working_day"
    assert deadline.snapshot["quality"] == "town_default"
    assert deadline.rule_version.startswith("report.accept@2010-01-01#")
    assert (deadline.ladder, deadline.rung, deadline.next_rung) == ("L3", 0, 1)
    assert deadline.next_rung_at is not None
    assert deadline.start_at < deadline.next_rung_at < deadline.due_at


def test_where_nobody_holds_the_desk_somebody_must_look(town: Cast) -> None:
    end_post(town.posts[Role.DESK], TODAY, actor_code="tests", at=NOW)
    case = file(town)
    assert (case.unit_id, case.state) == (None, "RECEIVED")
    item = WorkItem.objects.get(kind="no_holder")
    assert (item.case_id, item.division, item.done_at) == (case.pk, XIASHU, None)
    assert item.words


def test_where_no_rule_holds_the_truth_is_recorded_and_somebody_must_look(town: Cast) -> None:
    case = file(town, at=NOW.replace(year=2009))
    assert case.state == "RECEIVED"
    assert not Deadline.objects.filter(case=case).exists()
    item = WorkItem.objects.get(case=case)
    assert item.kind == "no_rule"
    assert item.words.startswith("report.accept:")


def test_a_failed_write_leaves_nothing_behind(
    town: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("the disk is gone")

    case = file(town)
    monkeypatch.setattr("cases.docket.record.write._write_outbox", broken)
    with unchanged():
        with pytest.raises(RuntimeError):
            report.accept(Case(pk=case.pk), by=town.actor(Role.DESK), at=NOW)
        with pytest.raises(RuntimeError):
            file(town)


def test_a_failed_filing_leaves_no_gap(town: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    first = file(town)
    with monkeypatch.context() as patch:
        patch.setattr("cases.intake.operations.filing._remember_reporter", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            file(town)
    second = file(town)
    assert str(first.number)[:-1] == str(second.number)[:-1]
    assert int(str(second.number)[-6:]) == int(str(first.number)[-6:]) + 1


def test_a_number_is_of_its_town_kind_and_year(town: Cast) -> None:
    year = database_now().astimezone(NOW.tzinfo).year
    assert file(town).number == f"{XIASHU}-R-{year}-000001"
    other = report.file_report(by=town.other_actor(Role.GRID_WORKER), at=NOW, **PLAIN)[0]
    assert other.number == f"{other.division}-R-{year}-000001"
    assert file(town).number == f"{XIASHU}-R-{year}-000002"


def test_each_reader_gets_one_row_an_event(town: Cast, reader: str) -> None:
    case = walk(town, file(town), "accept")
    rows = Outbox.objects.filter(reader=reader).order_by("id").values_list("case_id", "seq")
    assert list(rows) == [(case.pk, 1), (case.pk, 2)]


def test_a_quiet_event_goes_only_to_readers_who_asked_for_it(town: Cast, reader: str) -> None:
    case = file(town)
    report.accept(case, by=town.actor(Role.DESK), at=NOW, slip=Slip(quiet=True))
    assert list(Outbox.objects.filter(reader=reader).values_list("seq", flat=True)) == [1]
