"""The cases a jurist wrote down, each with its date, its reason and its citation."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from cases.law.explanation import Explanation, explain
from cases.law.rule import LawError
from cases.law.suspensions import Suspension
from cases.law.terms import Close, End, Start, Term
from tests.law.china import HOURS, at, china

HERE = Path(__file__).parent


def cases(name: str) -> list[Any]:
    rows = yaml.load((HERE / name).read_text("utf-8"), yaml.BaseLoader)  # all text
    return [pytest.param(row, id=row["title"]) for row in rows]


def explained(row: dict[str, Any]) -> Explanation:
    plain = Term.parse(row["term"])
    term = Term(
        plain.amount,
        plain.unit,
        start=Start(row["start"]) if "start" in row else None,
        end=End(row["end"]) if "end" in row else None,
        close=Close(row.get("close", "midnight")),
    )
    held = [
        Suspension(at(span["since"]), at(span["until"]) if "until" in span else None)
        for span in row.get("suspensions", [])
    ]
    return explain(term, at(row["from"]), china(), HOURS, held)


@pytest.mark.parametrize("row", [*cases("days.yaml"), *cases("hours.yaml")])
def test_a_term_ends_when_the_jurist_says(row: dict[str, Any]) -> None:
    check(row)


@pytest.mark.parametrize("row", cases("suspensions.yaml"))
def test_a_suspended_term_ends_when_the_jurist_says(row: dict[str, Any]) -> None:
    check(row)


@pytest.mark.parametrize("row", cases("refusals.yaml"))
def test_what_cannot_be_counted_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(LawError) as refused:
        explained(row)
    assert refused.value.field == row["field"]
    assert row["says"] in refused.value.sentence
    assert str(refused.value) == refused.value.sentence


def check(row: dict[str, Any]) -> None:
    told = explained(row)
    assert told.due.last_day.isoformat() == row["last_day"]
    assert told.due.due_at == datetime.fromisoformat(row["due_at"])
    assert told.due.provisional is (row.get("provisional") == "true")
    assert told.due.calendar == "china-2010-2026"
    words = {day.date.isoformat(): day.why for day in told.trace[::-1]}
    for day, why in row.get("why", {}).items():
        assert why in words[day]
