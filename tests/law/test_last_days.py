"""Chains of last days: the cases a jurist wrote down, and what cannot be counted."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from cases.law.calendar import SHANGHAI
from cases.law.mediation import CHAINS, EVENTS, LastDay, chain_of, check_events, in_time, last_day
from cases.law.rule import LawError
from cases.law.terms import Term
from tests.law.china import china

HERE = Path(__file__).parent
SEED = HERE.parents[1] / "seeds" / "law" / "dispute_terms.yaml"
TERMS = {
    row["key"]: Term.parse(row["term"], row["citation"])
    for row in yaml.safe_load(SEED.read_text("utf-8"))["rows"]
}
CASES = yaml.safe_load((HERE / "last_days.yaml").read_text("utf-8"))


def at(told: Any) -> datetime:
    if isinstance(told, date) and not isinstance(told, datetime):
        return datetime(told.year, told.month, told.day, tzinfo=SHANGHAI)
    return datetime.fromisoformat(str(told))


def counted(row: dict[str, Any]) -> LastDay:
    step = next(step for step in chain_of(row["chain"]) if step.code == row["step"])
    events = {name: at(when) for name, when in row["events"].items()}
    return last_day(step, TERMS[step.term], events, china())


@pytest.mark.parametrize("row", [pytest.param(row, id=row["title"]) for row in CASES])
def test_the_last_day_is_what_the_jurist_says(row: dict[str, Any]) -> None:
    said = counted(row)
    if "needs" in row:
        assert (said.needs, said.found) == (row["needs"], None)
        assert in_time(said, at("2026-01-01T00:00+08:00")) is None
        return
    assert said.found is not None
    assert said.found.due.last_day == row["last"]
    assert said.found.due.provisional is row.get("provisional", False)
    assert said.found.trace[-1].date == row["last"]
    assert said.found.citation == TERMS[said.step.term].citation
    if "done" in row:
        assert in_time(said, at(row["done"])) is row["in_time"]


def test_every_step_has_a_case_and_a_cited_term() -> None:
    told = {(row["chain"], row["step"]) for row in CASES if "last" in row}
    steps = {(name, step.code) for name, chain in CHAINS.items() for step in chain}
    assert steps - told == {("people", "confirm")}  # the same step as the chain of confirmation
    assert {step.term for chain in CHAINS.values() for step in chain} == set(TERMS)
    used = {e for chain in CHAINS.values() for step in chain for e in (step.event, *step.anew)}
    assert used == set(EVENTS)


def test_an_unknown_chain_or_event_is_refused_by_name() -> None:
    with pytest.raises(LawError) as refused:
        chain_of("divorce")
    assert refused.value.field == "chain"
    with pytest.raises(LawError) as refused:
        check_events(chain_of("people"), {"knew": at("2026-01-01T00:00+08:00")})
    assert refused.value.field == "event"
