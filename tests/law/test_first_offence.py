"""First offence: the cases a jurist wrote down, and the files that cannot be read."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from cases.law.first_offence import consider
from cases.law.first_offence.facts import FIELDS, Facts
from cases.law.first_offence.items import Basis, Item, Power, basis_of
from cases.law.first_offence.outcomes import Considered
from cases.law.rule import LawError

HERE = Path(__file__).parent
SEEDS = HERE.parents[1] / "seeds" / "law"
TOLD = yaml.safe_load((HERE / "first_offence.yaml").read_text("utf-8"))
PRIOR = {"item": "CG-01", "decided_on": "2026-01-01", "outcome": "punished"}


def rows(name: str) -> list[dict[str, Any]]:
    told = yaml.safe_load((SEEDS / f"{name}.yaml").read_text("utf-8"))
    return [{**told["defaults"], **row} for row in told["rows"]]


@cache
def items() -> dict[str, Item]:
    bases: dict[str, list[Basis]] = {}
    for row in rows("offence_bases"):
        fine = {name: row[name] for name in ("least", "most", "unit") if name in row}
        told = {**row, "law": row["citation"], "fine": fine if "most" in fine else None}
        bases.setdefault(row["item"], []).append(basis_of(told))
    return {
        row["code"]: Item.parse(
            row, version=row["code"], citation=row["citation"]
        ).with_bases(bases.get(row["code"], []))
        for row in rows("offence_items")
    }


@cache
def powers() -> tuple[Power, ...]:
    return tuple(
        Power(
            row["code"], row["original"], row["paper"], row["valid_from"],
            row.get("valid_to"), row["keeps_filed"], row["code"],
        )
        for row in rows("powers")
    )  # fmt: skip


def every() -> list[tuple[dict[str, Any], Considered]]:
    """Every case written down, with what is found."""
    day = TOLD["decided"]
    return [
        (row, asked(row.get("facts", {}), row.get("without", []), row.get("decided", day)))
        for row in TOLD["cases"]
    ]


def asked(changes: dict[str, Any], without: list[str], on: date) -> Considered:
    told = {**TOLD["base"], **changes}
    facts = Facts.parse({name: value for name, value in told.items() if name not in without})
    return consider(facts, items()[facts.item], powers(), on)


@pytest.mark.parametrize("row", [pytest.param(row, id=row["title"]) for row in TOLD["cases"]])
def test_the_jurist_finds_what_is_found(row: dict[str, Any]) -> None:
    found = asked(row.get("facts", {}), row.get("without", []), row.get("decided", TOLD["decided"]))
    told = found.as_dict()
    shown = [(one["condition"], one["value"], one["holds"]) for one in told["reasons"]]
    assert (told["outcome"], told["ground"]) == (row["outcome"], row["ground"]), shown
    assert told["missing"] == row.get("missing", [])
    if "says" in row:
        words = "\n".join(one["value"] for one in told["reasons"])
        assert row["says"] in words
    if "educate" in row:
        assert told["educate"] is row["educate"]
    if "held" in row:
        assert told["power"]["held"] is row["held"]
    named = {"range": "法定幅度", "lighter": "从轻", "mitigated": "减轻"}
    for name in named.keys() & row.keys():
        assert told["ranges"][named[name]].startswith(row[name])


def test_every_condition_stands_both_ways_and_open() -> None:
    """Each condition of the walk is seen to hold, to fail, and not to be known, in some case."""
    seen: dict[str, set[bool | None]] = {}
    for _, found in every():
        for reason in found.reasons:
            seen.setdefault(reason.condition, set()).add(reason.holds)
    both = {
        *("镇有该项处罚权（立案日、决定日）", "涉嫌犯罪", "超过追责期限未被发现"),
        *("违法事实清楚、证据确实", "处罚依据"),
        *("不满十四周岁", "行为时不能辨认或者不能控制自己行为", "当事人证明没有主观过错"),
        *("违法行为轻微", "及时改正", "没有造成危害后果", "初次违法", "危害后果轻微"),
        *("没有清单排除的情形", "当事人签署承诺书（清单要求）"),
    }
    lacks = {name: {True, False, None} - seen[name] for name in both}
    assert {name for name, left in lacks.items() if left and name != "处罚依据"} == set()
    assert lacks["处罚依据"] == {False}


def test_every_reason_cites_its_source() -> None:
    for _, found in every():
        assert all(str(reason.citation) for reason in found.reasons)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"item": ""}, "item"),
        ({"act_on": "上周"}, "act_on"),
        ({"harm": "many"}, "harm"),
        ({"facts_proved": "yes"}, "facts_proved"),
        ({"subject": {"kind": "firm"}}, "subject.kind"),
        ({"subject": {"kind": "unit", "code": "91321183MA1XXXXXX0"}}, "subject.code"),
        ({"subject": {"kind": "person", "age": 15.5}}, "subject.age"),
        ({"subject": {"kind": "person", "height": 180}}, "subject.height"),
        ({"subject": "张三"}, "subject"),
        ({"severity": "大"}, "severity"),
        ({"severity": {"area": "四平米"}}, "severity.area"),
        ({"severity": {"area": -1}}, "severity.area"),
        ({"priors": [PRIOR | {"decided_on": "2026-13-01"}]}, "priors.decided_on"),
        ({"priors": [PRIOR | {"outcome": "jailed"}]}, "priors.outcome"),
        ({"priors": "无"}, "priors"),
        ({"circumstances": [{"code": "33"}]}, "circumstances.code"),
        ({"exclusions": "refused"}, "exclusions"),
        ({"found_on": "2026-08-31"}, "found_on"),
        ({"filed_on": "2026-09-01"}, "filed_on"),
        ({"corrected_on": "2026-08-30"}, "corrected_on"),
        ({"corrected_on": "2026-09-05 下午五点"}, "corrected_on"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_names_its_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(LawError) as refused:
        asked(changes, [], TOLD["decided"])
    assert refused.value.field == field
    assert refused.value.sentence.endswith("。")


def test_a_decision_before_the_case_is_refused() -> None:
    with pytest.raises(LawError) as refused:
        asked({}, [], date(2026, 9, 2))
    assert refused.value.field == "on"


def test_facts_that_are_no_mapping_are_refused() -> None:
    wrong: list[Any] = [None, [], "item: CG-01", 3]
    for told in wrong:
        with pytest.raises(LawError) as refused:
            Facts.parse(told)
        assert refused.value.field == "facts"


def test_the_base_tells_every_field_but_the_end_of_a_lasting_act() -> None:
    assert set(TOLD["base"]) == FIELDS - {"act_ended_on"}


def test_the_answer_does_not_depend_on_the_order_of_priors_or_powers() -> None:
    priors = [
        {"item": "CG-02", "decided_on": "2026-01-01", "outcome": "punished"},
        {"item": "CG-01", "decided_on": "2026-03-01", "outcome": "spared"},
    ]
    facts = [Facts.parse({**TOLD["base"], "priors": told}) for told in (priors, priors[::-1])]
    ways = (powers(), powers()[::-1])
    found = [
        consider(one, items()["CG-01"], held, TOLD["decided"]) for one in facts for held in ways
    ]
    assert len({(one.outcome, one.ground, one.missing) for one in found}) == 1
