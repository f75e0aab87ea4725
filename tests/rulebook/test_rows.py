"""A rule is entered, succeeded or ended; nothing else can be done to it, not even by SQL."""

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from cases.law.moves import Refused, Why
from cases.rulebook.models import BusinessHours, Change, DutyItem, Ladder, TermRow
from cases.rulebook.operations import end, enter, enter_many, succeed
from cases.rulebook.queries import stamp
from tests.rulebook.conftest import WHO

pytestmark = pytest.mark.django_db

TERM: dict[str, Any] = {
    "key": "report.check",
    "name": "核查",
    "amount": 2,
    "unit": "working_day",
    "valid_from": date(2020, 1, 1),
    "quality": "town_default",
    "citation": "镇默认",
}


def counts() -> tuple[int, int]:
    return TermRow.objects.count(), Change.objects.count()


def test_entering_writes_the_row_and_its_change() -> None:
    row = enter(TermRow, TERM, **WHO)
    change = Change.objects.get()
    assert (change.slice, change.table, change.key, change.what) == (
        "rulebook",
        "rulebook_termrow",
        "report.check",
        "enter",
    )
    assert change.before is None
    assert change.after is not None
    assert change.after["amount"] == 2
    assert change.after["valid_from"] == "2020-01-01"
    assert (change.actor_code, change.at, change.paper) == tuple(WHO.values())
    assert row.paper == WHO["paper"]
    assert stamp() == change.pk


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"amount": 0}, "期限"),
        ({"amount": 4000, "unit": "day"}, "3660"),
        ({"unit": "fortnight"}, "fortnight"),
        ({"quality": "hearsay"}, "录入内容有误"),
        ({"citation": ""}, "录入内容有误"),
        ({"start": "someday"}, "someday"),
    ],
)
def test_what_cannot_be_counted_is_refused(changed: dict[str, Any], told: str) -> None:
    before = counts()
    with pytest.raises(Refused, match=told) as refused:
        enter(TermRow, TERM | changed, **WHO)
    assert refused.value.why is Why.FACTS
    assert counts() == before


@pytest.mark.parametrize(
    "rungs",
    [
        [{"no": 1, "when": "some day", "colour": "blue"}],
        [{"no": 2, "when": "due", "colour": "blue"}],
        [{"no": 1, "when": "due", "colour": "green"}],
        [{"when": "due"}],
    ],
)
def test_a_ladder_that_cannot_be_climbed_is_refused(rungs: list[dict[str, Any]]) -> None:
    fields = {"code": "L9", "name": "测试", "rungs": rungs, "valid_from": date(2020, 1, 1)}
    with pytest.raises(Refused):
        enter(Ladder, fields | {"quality": "town_default", "citation": "镇默认"}, **WHO)
    assert not Ladder.objects.exists()


def test_hours_that_overlap_are_refused() -> None:
    fields = {"spans": [["08:30", "12:00"], ["11:00", "17:00"]], "valid_from": date(2020, 1, 1)}
    with pytest.raises(Refused, match="工作时间"):
        enter(BusinessHours, fields | {"quality": "town_default", "citation": "镇默认"}, **WHO)
    assert not BusinessHours.objects.exists()


def test_two_values_never_hold_at_once() -> None:
    enter(TermRow, TERM, **WHO)
    before = counts()
    with pytest.raises(Refused, match="以新替旧") as refused:
        enter(TermRow, TERM | {"valid_from": date(2024, 1, 1)}, **WHO)
    assert refused.value.why is Why.CONFLICT
    assert counts() == before
    enter(TermRow, TERM | {"scope": "321183"}, **WHO)
    enter(TermRow, TERM | {"key": "report.close"}, **WHO)


def test_many_are_entered_together_or_not_at_all() -> None:
    with pytest.raises(Refused):
        enter_many(TermRow, [TERM, TERM | {"valid_from": date(2021, 1, 1)}], **WHO)
    assert counts() == (0, 0)


def test_the_database_itself_refuses_two_at_once() -> None:
    TermRow.objects.create(**TERM)
    with pytest.raises(IntegrityError), transaction.atomic():
        TermRow.objects.create(**TERM | {"valid_to": date(2020, 1, 2)})


def test_a_row_is_succeeded_and_both_are_kept() -> None:
    old = enter(TermRow, TERM, **WHO)
    new = succeed(old, date(2026, 1, 1), amount=3, citation="新文件", **WHO)
    old.refresh_from_db()
    assert (old.amount, old.valid_to) == (2, date(2026, 1, 1))
    assert (new.amount, new.valid_from, new.valid_to) == (3, date(2026, 1, 1), None)
    assert (new.key, new.unit, new.quality) == (old.key, old.unit, old.quality)
    change = Change.objects.latest("id")
    assert change.before is not None
    assert change.after is not None
    assert (change.what, change.before["amount"], change.after["amount"]) == ("succeed", 2, 3)


def test_a_slip_of_the_same_day_is_voided() -> None:
    old = enter(TermRow, TERM, **WHO)
    succeed(old, date(2020, 1, 1), amount=5, **WHO)
    old.refresh_from_db()
    assert old.valid_to == old.valid_from


def test_a_closed_row_has_no_second_successor() -> None:
    old = enter(TermRow, TERM, **WHO)
    end(old, date(2026, 1, 1), **WHO)
    assert Change.objects.latest("id").what == "end"
    before = counts()
    with pytest.raises(Refused, match="失效") as refused:
        succeed(old, date(2026, 6, 1), amount=3, **WHO)
    assert refused.value.why is Why.STALE
    assert counts() == before


def test_a_successor_is_not_older_than_the_row() -> None:
    old = enter(TermRow, TERM, **WHO)
    with pytest.raises(Refused, match="不能早于"):
        succeed(old, date(2019, 1, 1), amount=3, **WHO)
    old.refresh_from_db()
    assert old.valid_to is None


def test_a_refused_successor_leaves_the_old_value_standing() -> None:
    old = enter(TermRow, TERM, **WHO)
    with pytest.raises(Refused):
        succeed(old, date(2026, 1, 1), amount=0, **WHO)
    old.refresh_from_db()
    assert old.valid_to is None
    assert Change.objects.count() == 1


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE rulebook_termrow SET amount = 3",
        "UPDATE rulebook_termrow SET amount = 3, valid_to = '2026-01-01'",
        "UPDATE rulebook_termrow SET citation = citation || '!'",
        "UPDATE rulebook_termrow SET valid_to = NULL",
        "DELETE FROM rulebook_termrow",
        "UPDATE rulebook_change SET paper = ''",
        "DELETE FROM rulebook_change",
    ],
)
@pytest.mark.usefixtures("guarded")
def test_the_database_refuses_any_other_edit(sql: str) -> None:
    enter(TermRow, TERM, **WHO)
    with pytest.raises(DatabaseError, match="pgtrigger"), transaction.atomic():
        connection.cursor().execute(sql)
    assert TermRow.objects.get().amount == 2


@pytest.mark.usefixtures("guarded")
def test_a_closed_date_is_closed_for_good() -> None:
    row = enter(TermRow, TERM, **WHO)
    end(row, date(2026, 1, 1), **WHO)
    for later in (date(2027, 1, 1), None):
        with pytest.raises(DatabaseError, match="pgtrigger"), transaction.atomic():
            TermRow.objects.update(valid_to=later)
    assert TermRow.objects.get().valid_to == date(2026, 1, 1)


@pytest.mark.usefixtures("guarded")
def test_json_values_stand_too() -> None:
    fields = {"list_kind": "basic", "number": "1", "name": "演示", "valid_from": date(2025, 1, 1)}
    enter(DutyItem, fields | {"quality": "demonstration", "citation": "演示"}, **WHO)
    with pytest.raises(DatabaseError, match="pgtrigger"), transaction.atomic():
        DutyItem.objects.update(name="改")
