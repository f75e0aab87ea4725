"""What holds where on which day, and what happens where nothing does."""

from datetime import date
from typing import Any

import pytest
from django.db import transaction

from cases.law.terms import Start
from cases.rulebook.models import TermRow
from cases.rulebook.operations import end, enter, succeed
from cases.rulebook.queries import book, stamp
from cases.rulebook.queries.rules import RuleMissing
from tests.rulebook.conftest import WHO

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded")]

TOWN, OTHER_TOWN, OTHER_CITY = "321183102", "321183109", "320102001"
DAY = date(2026, 11, 20)


def local(key: str, scope: str, amount: int, **more: Any) -> TermRow:
    fields = {
        "key": key,
        "scope": scope,
        "name": "本地",
        "amount": amount,
        "unit": "working_day",
        "valid_from": date(2020, 1, 1),
        "quality": "published",
        "citation": "本地文件",
    }
    return enter(TermRow, fields | more, **WHO)


def days(key: str, division: str, on: date = DAY) -> str:
    return str(book().term(key, division, on).term)


def test_the_narrowest_territory_wins() -> None:
    local("report.check", "32", 10)
    local("report.check", "321183102", 3)
    assert days("report.check", TOWN) == "3 working days"
    assert days("report.check", OTHER_TOWN) == "10 working days"
    assert days("report.check", OTHER_CITY) == "10 working days"
    assert days("report.check", "110000") == "2 working days"
    assert days("report.check", TOWN, date(2019, 12, 31)) == "2 working days"


def test_a_local_rule_that_ended_gives_way_to_the_wider_one() -> None:
    row = local("report.check", TOWN, 3)
    end(row, date(2026, 1, 1), **WHO)
    assert days("report.check", TOWN, date(2025, 12, 31)) == "3 working days"
    assert days("report.check", TOWN, date(2026, 1, 1)) == "2 working days"


def test_the_day_decides_between_the_old_value_and_the_new() -> None:
    row = TermRow.objects.get(key="petition.reply")
    new = succeed(row, date(2026, 1, 1), amount=7, **WHO)
    assert days("petition.reply", TOWN, date(2025, 12, 31)) == "15 working days"
    assert days("petition.reply", TOWN, date(2026, 1, 1)) == "7 working days"
    rule = book().term("petition.reply", TOWN, DAY)
    assert rule.version == f"petition.reply@2026-01-01#{new.pk}"
    assert (rule.ladder, rule.quality) == ("L3", "town_default")


def test_a_missing_rule_is_said_so() -> None:
    with pytest.raises(RuleMissing, match=r"规则库里没有 2026-11-20 .*no\.such"):
        book().term("no.such", TOWN, DAY)
    with pytest.raises(RuleMissing):
        book().term("petition.reply", TOWN, date(2009, 12, 31))
    with pytest.raises(RuleMissing):
        book().hours(TOWN, date(2009, 12, 31))
    with pytest.raises(RuleMissing):
        book().ladder("L99", DAY, TOWN)
    with pytest.raises(RuleMissing):
        book().category("grid", "0000", DAY, TOWN)


def test_the_category_sets_the_handling_time() -> None:
    rules = book()
    fire = rules.category("grid", "0201", DAY, TOWN)
    other = rules.category("grid", "9909", DAY, TOWN)
    assert str(rules.term("report.handle", TOWN, DAY, fire).term) == "15 minutes"
    assert rules.term("report.handle", TOWN, DAY, fire).version == fire.version
    assert rules.term("report.handle", TOWN, DAY, fire).ladder == "L3"
    assert str(rules.term("report.handle", TOWN, DAY, other).term) == "5 working days"
    assert str(rules.term("report.handle", TOWN, DAY).term) == "5 working days"
    assert str(rules.term("report.check", TOWN, DAY, fire).term) == "2 working days"


def test_letters_are_accepted_by_the_opening_rule_and_petitions_count_from_the_message() -> None:
    rules = book()
    assert rules.term("letter.accept", TOWN, DAY).term.start is Start.NEXT_WORKING_OPENING
    assert rules.term("petition.reply", TOWN, DAY).term.start is None


def test_the_book_is_read_once_for_one_question(django_assert_num_queries: Any) -> None:
    first = book()
    with django_assert_num_queries(1):
        assert book() is first
    with django_assert_num_queries(0):
        assert book(first.stamp) is first


def test_a_change_opens_a_new_book_and_an_undone_one_the_old_rules() -> None:
    first = book()
    row = TermRow.objects.get(key="petition.reply")
    with transaction.atomic():
        inner = transaction.savepoint()
        succeed(row, date(2026, 1, 1), amount=7, **WHO)
        assert days("petition.reply", TOWN) == "7 working days"
        transaction.savepoint_rollback(inner)
    assert stamp() == first.stamp
    assert days("petition.reply", TOWN) == "15 working days"


def test_duty_items_are_demonstration_only() -> None:
    items = book().duty_items(DAY, TOWN)
    assert len(items) == 3
    assert {item.validity.quality for item in items} == {"demonstration"}
    assert book().duty_items(date(2024, 12, 31), TOWN) == ()
