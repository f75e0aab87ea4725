"""The rates a jurist worked out by hand, and what has no rate."""

from collections import Counter
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cases.law.rates import DEFINITIONS, Answer, Matter, Sending, definition, rate
from cases.law.rule import NotInForce
from tests.law.test_cases import cases

ON = date(2026, 11, 30)
TOLD = {"yes": True, "no": False}
KINDS: dict[str, Any] = {"answers": Answer, "sendings": Sending, "matters": Matter}
RENAMED = {"signed": "signed_in_time", "contacted": "contacted_in_time"}
AT_FIRST: dict[Any, dict[str, Any]] = {
    Answer: {"capacity": "lead"},
    Sending: {"in_time": None},
    Matter: {},
}


def things(row: dict[str, Any]) -> Counter[Any]:
    kind = next(name for name in KINDS if name in row)
    found: Counter[Any] = Counter()
    for one in row[kind]:
        given = {RENAMED.get(k, k): TOLD.get(v, v) for k, v in one.items() if k != "many"}
        found[KINDS[kind](**(AT_FIRST[KINDS[kind]] | given))] += int(one.get("many", 1))
    return found


@pytest.mark.parametrize("row", cases("rates.yaml"))
def test_a_rate_is_what_the_jurist_says(row: dict[str, Any]) -> None:
    made = rate(row["rate"], things(row), ON)
    assert (made.numerator, made.denominator) == (int(row["hit"]), int(row["of"]))
    assert dict(made.excluded) == {why: int(n) for why, n in row.get("left", {}).items()}
    assert made.percent == (Decimal(row["percent"]) if "percent" in row else None)


@pytest.mark.parametrize("row", cases("rates.yaml"))
def test_nothing_is_dropped_in_silence(row: dict[str, Any]) -> None:
    given = things(row)
    made = rate(row["rate"], given, ON)
    assert made.denominator + sum(many for _, many in made.excluded) == given.total()
    assert 0 <= made.numerator <= made.denominator


@pytest.mark.parametrize("row", cases("rates.yaml"))
def test_one_by_one_or_together_is_the_same(row: dict[str, Any]) -> None:
    given = things(row)
    assert rate(row["rate"], given, ON) == rate(row["rate"], list(given.elements()), ON)


def test_a_rate_needs_a_definition_in_force() -> None:
    with pytest.raises(NotInForce) as refused:
        rate("响应率", [], date(2009, 12, 31))
    assert refused.value.sentence == "2009-12-31 没有“响应率”的口径，请核对日期。"
    with pytest.raises(NotInForce):
        definition("好评率", ON)


def test_every_definition_says_what_it_is_made_of_and_that_it_is_the_towns_own() -> None:
    assert len({d.name for d in DEFINITIONS}) == 6
    for each in DEFINITIONS:
        assert each.numerator_means
        assert each.denominator_means
        assert "镇默认" in each.citation


def test_no_officer_stands_in_an_answer() -> None:
    assert not {f.name for f in fields(Answer)} & {"officer", "name", "person"}
