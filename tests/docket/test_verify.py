"""Verified (核验): whoever changes, cuts or deletes what was recorded is found out."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from cases.docket import chain
from cases.docket.models import Case, Event
from cases.docket.operations import take_anchor
from cases.docket.queries.verify import verify_record
from tests.docket.tampering import cut, tampered, where
from tests.town import NOW, Cast
from tests.walk import file, walk


@pytest.fixture
def three(town: Cast) -> list[Case]:
    """Three cases: one closed, one accepted, one just filed."""
    return [walk(town, file(town)), walk(town, file(town), "accept"), file(town)]


CHANGES = {
    "verb": "verb = 'refuse'",
    "from_state": "from_state = 'CLOSED'",
    "to_state": "to_state = 'CLOSED'",
    "officer_id": "officer_id = (SELECT max(id) FROM people_officer)",
    "unit_id": "unit_id = (SELECT max(id) FROM people_unit)",
    "role": "role = 'leader'",
    "happened_at": "happened_at = happened_at - interval '1 microsecond'",
    "recorded_at": "recorded_at = recorded_at - interval '1 day'",
    "claimed_at": "claimed_at = happened_at",
    "text": "text = replace(text, '\"open\":{', '\"open\":{\"closing\":\"C7\",')",
    "text blank": "text = text || ' '",
    "sealed": "sealed = sealed || '\\x00'::bytea",
    "sealed gone": "sealed = NULL",
    "previous": "previous = '\\x00'::bytea",
    "hash": "hash = sha256('x'::bytea)",
    "key": "key = '00000000-0000-0000-0000-000000000001'",
    "digest": "digest = 'x'",
    "seq": "seq = 99",
    "case_id": "case_id = (SELECT max(id) FROM docket_case), seq = 50",
}


def test_whatever_column_of_an_event_is_changed_the_case_and_step_are_named(
    three: list[Case],
) -> None:
    assert verify_record().broken == []
    closed = three[0]
    for name, change in CHANGES.items():
        with tampered(f"UPDATE docket_event SET {change} WHERE case_id={closed.pk} AND seq=5"):
            found = where(verify_record())
        assert (closed.number, 5) in found, name
    assert verify_record().broken == []


def rewritten(case: Case, seq: int, **changes: Any) -> list[tuple[str, list[Any]]]:
    """Statements that change a step's text and compute every hash after it anew."""
    statements: list[tuple[str, list[Any]]] = []
    previous = b""
    for event in Event.objects.filter(case=case).order_by("seq"):
        text = event.text
        if event.seq == seq:
            text = chain.canonical(json.loads(text) | changes)
        link = chain.link(previous, text)
        if event.seq >= seq:
            statements.append(
                (
                    "UPDATE docket_event SET text=%s, previous=%s, hash=%s WHERE id=%s",
                    [text, previous, link, event.pk],
                )
            )
        previous = link
    statements.append(("UPDATE docket_case SET head=%s WHERE id=%s", [previous, case.pk]))
    return statements


def test_a_chain_computed_anew_holds_in_itself_and_breaks_against_the_anchor(
    three: list[Case],
) -> None:
    case = three[0]
    for anchored in (False, True):
        if anchored:
            take_anchor(NOW)
        with tampered("SELECT 1"), connection.cursor() as cursor:
            for sql, params in rewritten(case, 2, open={"category": "0101"}):
                cursor.execute(sql, params)
            found = verify_record()
        assert where(found) == ([(case.number, 7)] if anchored else [])


def test_a_cut_tail_is_found_and_with_the_case_set_back_the_anchor_finds_it(
    three: list[Case],
) -> None:
    case = three[0]
    with tampered(*cut(case, fix=False)):
        assert where(verify_record()) == [(case.number, 7)]
    with tampered(*cut(case, fix=True)):
        assert verify_record().broken == []
    take_anchor(NOW)
    with tampered(*cut(case, fix=True)):
        assert where(verify_record()) == [(case.number, 7)]


def test_a_step_taken_out_of_the_middle_is_found(three: list[Case]) -> None:
    case = three[0]
    with tampered(f"DELETE FROM docket_event WHERE case_id={case.pk} AND seq=3"):
        assert where(verify_record()) == [(case.number, 3)]


def deleted(case: Case, *more: str) -> list[str]:
    tables = ("docket_outbox", "docket_event", "docket_deadline", "docket_stake", "intake_report")
    children = [f"DELETE FROM {name} WHERE case_id={case.pk}" for name in tables]
    return [*children, f"DELETE FROM docket_case WHERE id={case.pk}", *more]


COUNTER = "UPDATE docket_series SET last = last - 1"


def test_a_deleted_case_leaves_a_gap_in_its_series(three: list[Case]) -> None:
    for case in three:
        with tampered(*deleted(case)):
            assert where(verify_record()) == [(case.number, None)]


def test_a_counter_set_back_hides_only_the_last_case_and_never_from_an_anchor(
    three: list[Case],
) -> None:
    first, _, last = three
    with tampered(*deleted(first, COUNTER)):
        assert (first.number, None) in where(verify_record())
    with tampered(*deleted(last, COUNTER)):
        assert verify_record().broken == []
    take_anchor(NOW)
    for case in (first, last):
        with tampered(*deleted(case, COUNTER)):
            assert (case.number, None) in where(verify_record())


def test_a_case_under_another_number_is_found(three: list[Case]) -> None:
    first, second, _ = three
    swap = [
        f"UPDATE docket_case SET number='x' WHERE id={first.pk}",
        f"UPDATE docket_case SET number='{first.number}' WHERE id={second.pk}",
        f"UPDATE docket_case SET number='{second.number}' WHERE id={first.pk}",
    ]
    take_anchor(NOW)
    with tampered(*swap):
        assert where(verify_record()) == [(second.number, None), (first.number, None)]


def test_a_case_whose_state_or_head_was_changed_is_found(three: list[Case]) -> None:
    case = three[1]
    for change in ("state='CLOSED'", "head='\\x00'::bytea", "seq=seq+1", "seq=1"):
        with tampered(f"UPDATE docket_case SET {change} WHERE id={case.pk}"):
            assert [number for number, _ in where(verify_record())] == [case.number], change


def run(*arguments: str) -> tuple[int, dict[str, Any]]:
    """A command as the shell sees it: exit code, and the one JSON on stdout."""
    out, code = StringIO(), 0
    try:
        call_command(*arguments, stdout=out)
    except SystemExit as stop:
        code = int(str(stop.code))
    return code, json.loads(out.getvalue())


def test_the_commands_answer_in_json_and_say_by_their_exit_what_was_found(town: Cast) -> None:
    case = walk(town, file(town))
    code, told = run("anchor")
    assert (code, told["cases"]) == (0, 1)
    assert Path(told["file"]).is_file()
    assert run("verify_record") == (0, {"cases": 1, "events": 7, "anchors": 1, "broken": []})
    assert run("verify_record", "--since-anchor", told["file"])[0] == 0
    code, refused = run("verify_record", "--since-anchor", "/nowhere")
    assert (code, refused["field"]) == (2, "since-anchor")
    with tampered(f"UPDATE docket_event SET verb='x' WHERE case_id={case.pk} AND seq=2"):
        code, told = run("verify_record")
    assert code == 1
    assert [set(b) for b in told["broken"]] == [{"case", "seq", "why"}]
    assert (told["broken"][0]["case"], told["broken"][0]["seq"]) == (case.number, 2)


def test_erasing_by_command_is_refused_for_what_is_open_or_unknown(town: Cast) -> None:
    case = file(town)
    for number in (str(case.number), "321183102-R-2026-999999"):
        code, told = run("erase_case", number, "--paper", "清册")
        assert (code, told["field"]) == (2, "number")
    closed = walk(town, case)
    code, told = run("erase_case", str(closed.number), "--paper", "清册")
    assert (code, told["number"], told["seq"]) == (0, closed.number, 8)


ROWS = {
    "category": "UPDATE docket_case SET category = '0101' WHERE id = {0}",
    "closed_at": "UPDATE docket_case SET closed_at = NULL WHERE id = {0}",
    "opened_at": "UPDATE docket_case SET opened_at = opened_at - interval '1 day' WHERE id = {0}",
    "urgent": "UPDATE docket_case SET urgent = true WHERE id = {0}",
    "filer": "UPDATE docket_case SET filer_id = NULL WHERE id = {0}",
    "due_at": "UPDATE docket_deadline SET due_at = due_at + interval '1 day' WHERE case_id = {0}",
    "met late": "UPDATE docket_deadline SET state = 'met_late' WHERE case_id = {0}",
    "deadline gone": "DELETE FROM docket_deadline WHERE case_id = {0}",
}


@pytest.mark.parametrize("sql", ROWS.values(), ids=ROWS)
def test_a_changed_row_no_longer_agrees_with_its_events(three: list[Case], sql: str) -> None:
    with tampered(sql.format(three[0].pk)):
        assert where(verify_record()) == [(three[0].number, None)]


def test_a_counter_that_was_deleted_is_missed(three: list[Case]) -> None:
    with tampered("DELETE FROM docket_series"):
        (broken,) = verify_record().broken
    assert "计数器" in broken["why"]
