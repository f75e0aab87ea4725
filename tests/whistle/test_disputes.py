"""Objections and rulings (派单异议、职责界定): who does it meanwhile, who does it then."""

from datetime import date, timedelta
from typing import Any

import pytest

from cases.docket.models import Case, Deadline, DeadlineState, Part, Stake
from cases.docket.queries.verify import verify_record
from cases.law.moves import Refused, Role, Why
from cases.people.models import Unit
from cases.rulebook.operations import note_change
from cases.whistle.models import Precedent, Response
from tests.ledger import unchanged
from tests.together import together
from tests.town import COUNTY, NOW, Cast
from tests.whistle.way import FOUR, answer, dispatched, running, take

OBJECTS: dict[str, Any] = {"ground": "S3", "told": "yes", "paper": "三定方案"}
OBJECTS |= {"clauses": "第五条", "belongs": "其他部门"}
RULES: dict[str, Any] = {"paper": "职责界定 1 号", "reason": "属其职责"}
LATER = NOW + timedelta(hours=3)


def objected(town: Cast, **facts: Any) -> tuple[Case, Part]:
    case, part = dispatched(town)
    answer(town, part, "raise_objection", Role.DEPT_OFFICER, **(OBJECTS | facts))
    return case, part


def ruled(town: Cast, part: Part, ruling: str, to: Unit | None = None, **facts: Any) -> None:
    told = RULES | {"ruling": ruling} | ({"to": to.pk} if to else {}) | facts
    answer(town, part, "rule_on_duties", Role.ARBITER, at=LATER, **told)


def establishment(town: Cast) -> Unit:
    return town.units[f"{COUNTY}-establishment"]


def parts(case: Case) -> dict[str, tuple[str, str]]:
    rows = Part.objects.filter(case=case).select_related("unit").order_by("pk")
    return {p.unit.code.rpartition("-")[2]: (p.kind, p.state) for p in rows if p.unit}


def test_an_objection_that_is_not_upheld_stops_no_clock(town: Cast) -> None:
    case, part = dispatched(town)
    before = Deadline.objects.get(part=part, term="whistle.handle").due_at
    answer(town, part, "raise_objection", Role.DEPT_OFFICER, **OBJECTS)
    ruled(town, part, "keep")
    assert Deadline.objects.get(part=part, term="whistle.handle").due_at == before
    assert (part.state, "whistle.sign" in running(case, part)) == ("SIGNED", False)


def test_an_upheld_objection_gives_back_the_time_it_took(town: Cast) -> None:
    _, part = objected(town)
    before = Deadline.objects.get(part=part, term="whistle.contact").due_at
    ruled(town, part, "reassign", establishment(town), interim=town.department.pk)
    latest = Deadline.objects.filter(part=part, term="whistle.contact").latest("generation")
    assert latest.due_at - before == timedelta(hours=3)


def test_whoever_objects_leads_until_the_new_lead_has_signed_and_then_assists(town: Cast) -> None:
    case, part = objected(town, ground="S0")
    ruled(town, part, "swap", establishment(town), interim=town.department.pk)
    assert parts(case) == {"housing": ("lead", "SIGNED"), "establishment": ("assist", "CALLED")}
    new = Part.objects.get(case=case, unit=establishment(town))
    answer(town, new, "report_in", Role.DESK, at=LATER, people=1, place="桥下")
    there = {"housing": ("assist", "SIGNED"), "establishment": ("lead", "REPORTED_IN")}
    assert parts(case) == there
    assert verify_record().broken == []


def test_an_assistant_that_has_signed_leads_from_the_ruling_on(town: Cast) -> None:
    case, part = dispatched(town, assisting=[establishment(town).pk])
    other = Part.objects.get(case=case, kind="assist")
    answer(town, other, "sign", Role.DESK)
    answer(town, part, "raise_objection", Role.DEPT_OFFICER, **OBJECTS)
    ruled(town, part, "joint", establishment(town), interim=town.department.pk)
    assert parts(case) == {"housing": ("assist", "SIGNED"), "establishment": ("lead", "SIGNED")}


def test_an_assistant_that_objects_itself_is_not_made_lead(town: Cast) -> None:
    case, part = dispatched(town, assisting=[establishment(town).pk])
    other = Part.objects.get(case=case, kind="assist")
    answer(town, other, "raise_objection", Role.DESK, **OBJECTS)
    answer(town, part, "raise_objection", Role.DEPT_OFFICER, **OBJECTS)
    with unchanged(), pytest.raises(Refused) as refusal:
        ruled(town, part, "swap", establishment(town), interim=town.department.pk)
    assert list(refusal.value.fields) == ["to"]


@pytest.mark.parametrize("ruling", ["return", "channel"])
def test_a_whistle_without_a_lead_goes_back_to_the_desk_and_is_dispatched_anew(
    town: Cast, ruling: str
) -> None:
    case, part = objected(town)
    ruled(town, part, ruling, interim=town.desk.pk)
    case.refresh_from_db()
    assert (case.state, part.state) == ("BLOWN", "RELEASED")
    assert "whistle.dispatch" in running(case)
    assert parts(case)["desk"] == ("assist", "CALLED")
    interim = Part.objects.get(case=case, unit=town.desk)
    assert Response.objects.get(part=interim).interim
    take(town, case, "dispatch", Role.DESK, at=LATER, lead=establishment(town).pk,
         assisting=[town.desk.pk])
    assert parts(case) == {
        "housing": ("lead", "RELEASED"),
        "desk": ("assist", "CALLED"),
        "establishment": ("lead", "CALLED"),
    }


def test_what_is_raised_waits_for_the_common_superior_whose_ruling_the_county_enters(
    town: Cast,
) -> None:
    case, part = objected(town)
    ruled(town, part, "raise", interim=town.department.pk)
    assert (part.state, "whistle.rule_above" in running(case, part)) == ("OBJECTED", True)
    asked = Stake.objects.get(case=case, why="asked", until=None)
    assert asked.unit == town.units[f"{COUNTY}-desk"]
    told = RULES | {"superior": "市委编办", "interim": town.department.pk}
    with unchanged(), pytest.raises(Refused):
        answer(town, part, "rule_above", Role.COUNTY_DESK, at=LATER, ruling="raise", **told)
    # A vertical body, which the county could not name itself.
    vertical = town.units[f"{COUNTY}-environment"]
    answer(
        town, part, "rule_above", Role.COUNTY_DESK, at=LATER, ruling="reassign",
        to=vertical.pk, **told,
    )
    assert parts(case) == {"housing": ("lead", "SIGNED"), "environment": ("lead", "CALLED")}
    assert Precedent.objects.get().ruling == "reassign"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"ruling": "reassign"}, "to"),
        ({"ruling": "reassign", "to": "housing", "interim": "housing"}, "to"),
        ({"ruling": "reassign", "to": "establishment"}, "interim"),
        ({"ruling": "return"}, "interim"),
        ({"ruling": "keep", "to": "establishment"}, "to"),
        ({"ruling": "reassign", "to": "environment", "interim": "housing"}, "ruling"),
        ({"ruling": "keep", "until": None, "paper": ""}, "paper"),
    ],
)
def test_a_ruling_that_cannot_be(town: Cast, facts: dict[str, Any], field: str) -> None:
    _, part = objected(town)
    named = {name: facts[name] for name in ("to", "interim") if name in facts}
    units = {name: town.units[f"{COUNTY}-{code}"].pk for name, code in named.items()}
    with unchanged(), pytest.raises(Refused) as refusal:
        answer(town, part, "rule_on_duties", Role.ARBITER, at=LATER, **(RULES | facts | units))
    assert list(refusal.value.fields) == [field]


def test_a_ruling_stands_as_a_precedent_until_its_last_day(town: Cast) -> None:
    _, part = objected(town)
    ruled(town, part, "keep", until=date(2027, 6, 30))
    precedent = Precedent.objects.get()
    assert (precedent.valid_from, precedent.valid_to) == (LATER.date(), date(2027, 7, 1))


def test_only_what_is_missing_is_completed_by_the_desk(town: Cast) -> None:
    _, part = objected(town, ground="S9")
    before = Deadline.objects.get(part=part, term="whistle.contact").due_at
    answer(town, part, "complete", Role.DESK, at=LATER, reason="已补现场照片")
    latest = Deadline.objects.filter(part=part, term="whistle.contact").latest("generation")
    assert (part.state, latest.due_at - before) == ("SIGNED", timedelta(hours=3))
    _, part = objected(town)
    with unchanged(), pytest.raises(Refused) as refusal:
        answer(town, part, "complete", Role.DESK, at=LATER, reason="已补")
    assert "要素不全" in refusal.value.sentence


def test_the_two_sides_may_agree(town: Cast) -> None:
    case, part = objected(town)
    answer(town, part, "take_back_objection", Role.DEPT_OFFICER)
    assert (part.state, running(case, part) & {"whistle.rule", "whistle.sign"}) == ("SIGNED", set())
    case, part = objected(town)
    answer(town, part, "admit_objection", Role.DESK, reason="确属他部门")
    case.refresh_from_db()
    assert (case.state, part.state, running(case, part)) == ("BLOWN", "RELEASED", set())


def test_a_lead_that_is_no_more_is_replaced_by_the_desk(town: Cast) -> None:
    case, _ = dispatched(town)
    told: dict[str, Any] = {"unit": establishment(town).pk, "capacity": "lead"}
    with unchanged(), pytest.raises(Refused):
        take(town, case, "call_department", Role.DESK, **told)
    Unit.objects.filter(pk=town.department.pk).update(closed_on=NOW.date())
    from_now_on()
    take(town, case, "call_department", Role.DESK, **told)
    assert parts(case) == {"housing": ("lead", "RELEASED"), "establishment": ("lead", "CALLED")}
    with unchanged(), pytest.raises(Refused):
        take(town, case, "call_department", Role.DESK, unit=town.department.pk, capacity="assist")


def from_now_on() -> None:
    """The directory learns that a unit was closed."""
    note_change(
        "people_unit", "cast", "close", None, {"for": "tests"}, actor_code="tests", at=NOW
    )


@pytest.mark.django_db(transaction=True)
def test_of_two_rulings_at_once_one_stands(town: Cast) -> None:
    _, part = objected(town)
    told = RULES | {"interim": town.department.pk, "ruling": "keep"}

    def rule(role: Role) -> Any:
        return lambda: answer(town, Part.objects.get(pk=part.pk), "rule_on_duties", role, **told)

    found = together(rule(Role.ARBITER), rule(Role.COUNTY_DESK))
    refused = [r for r in found if isinstance(r, Refused)]
    assert len(refused) == 1
    assert refused[0].why is Why.STATE
    assert Precedent.objects.count() == 1


def test_the_deadlines_of_who_left_are_over(town: Cast) -> None:
    case, part = objected(town)
    answer(town, part, "admit_objection", Role.DESK, reason="确属他部门")
    states = set(Deadline.objects.filter(part=part).values_list("state", flat=True))
    assert DeadlineState.RUNNING not in states
    with unchanged(), pytest.raises(Refused) as refusal:
        answer(town, part, "reply", Role.DEPT_OFFICER, **FOUR)
    assert refusal.value.why is Why.STATE
    assert not Stake.objects.filter(case=case, part=part, until=None, why="owner").exists()
