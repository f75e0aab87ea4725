"""Rulings on duties (职责界定): whose it is, who handles it in the interim, and what becomes of the
departments called.

The ruling names an interim handler at once, and who was called first stays responsible until the
new one has signed. A vertical body is ruled on by the common superior only (行政处罚法 25, 信访工作
条例 24: the same pattern).
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from cases.docket.models import Case, Deadline, Event, Part
from cases.docket.record import Batch, Moment, Slip, several
from cases.docket.slip import NO_SLIP
from cases.law.moves import Move, Refused, Why
from cases.people.directory import CALLED as CALLABLE
from cases.people.models import Unit
from cases.people.queries import SYSTEM, Actor, town_day
from cases.whistle.models import Precedent, Response
from cases.whistle.operations.dispatching import back_where_none_leads, call
from cases.whistle.operations.evaluating import all_evaluated
from cases.whistle.operations.ruling.objecting import give_time_back
from cases.whistle.operations.succeeding import leads, recast, succeed
from cases.whistle.states.response.disputing import ASK_ABOVE, RELEASE, RULE_ABOVE, RULE_ON_DUTIES
from cases.whistle.states.words import CALLED, OBJECTED, Calls

LAST_DAY = date(9999, 1, 1)
# Rulings that call somebody else; those that let the objector go at once; those that agree with it.
PASSES_ON = frozenset({"reassign", "joint", "swap"})
LETS_GO = frozenset({"return", "channel"})
UPHOLDS = PASSES_ON | LETS_GO


def rule_on_duties(
    part: Part, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any
) -> Event:
    """Rule on whose duty it is (职责界定), and name an interim handler at once; it becomes a
    precedent for the same class of matter. What is raised (提级) waits for the common superior.
    """
    return _rule(RULE_ON_DUTIES, part, by, at, slip, facts)


def rule_above(
    part: Part, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any
) -> Event:
    """Enter what the common superior ruled (录入上级界定), with who it was and its paper."""
    if facts.get("ruling") == "raise":
        raise _wrong("ruling", "这里录入上级已经作出的界定，不能再选“提级”。")
    return _rule(RULE_ABOVE, part, by, at, slip, facts)


def _rule(
    move: Move, part: Part, by: Actor, at: datetime, slip: Slip, facts: dict[str, Any]
) -> Event:
    with several(part, by=by, slip=slip) as held:

        def lawful(
            moment: Moment, case: Case, deadlines: list[Deadline], given: Mapping[str, Any]
        ) -> dict[str, Any]:
            _may_rule(move, given, held.part, held.batch.parts(case), moment)
            if given["ruling"] not in UPHOLDS:
                return {}
            return give_time_back(moment, case, deadlines, part.pk, at)

        event = held.take(move, by=by, at=at, slip=slip, derive=lawful, **facts)
        _carry_out(held.batch, held.case, held.part, facts, at)
        _remember(held.case, held.part, event, facts, town_day(at))
    return event


def _may_rule(
    move: Move, given: Mapping[str, Any], part: Part, parts: list[Part], moment: Moment
) -> None:
    ruling, to, interim = given["ruling"], given.get("to"), given.get("interim")
    if ruling in PASSES_ON and to is None:
        raise _wrong("to", "请选择改由哪个单位办（牵头）。")
    if ruling not in PASSES_ON and to is not None:
        raise _wrong("to", "这一结果不改由其他单位办，请不要选单位，或改选“改派”等结果。")
    if to is not None and to == part.unit_id:
        raise _wrong("to", "选的就是提出异议的单位，请另选。")
    if ruling in LETS_GO and interim == part.unit_id:
        raise _wrong("interim", "提出异议的单位随即解除，不能临时承办，请另选临时承办单位。")
    if interim is None and ruling != "keep":
        raise _wrong("interim", "请当场明确临时承办单位，界定落实前由谁先办。")
    until = given.get("until")
    if until is not None and not town_day(moment.now) <= until < LAST_DAY:
        raise _wrong("until", "先例的有效期应从今天起算，请填今天以后的日期，不填为长期有效。")
    for fact, unit in (("to", to), ("interim", interim)):
        if unit is not None and moment.directory.units[unit].kind not in CALLABLE:
            raise _wrong(fact, f"{moment.directory.name(unit)}不是可以承办的部门，请另选。")
    if any(p.unit_id == to and p.state == OBJECTED for p in parts):
        name = moment.directory.name(to)
        raise _wrong("to", f"{name}自己的派单异议还没有界定，不能改由它主办；请先界定它的异议。")
    _vertical(move, ruling, [unit for unit in (part.unit_id, to, interim) if unit])


def _vertical(move: Move, ruling: str, named: list[int]) -> None:
    if move is RULE_ABOVE or ruling in {"raise", "return"}:
        return
    vertical = Unit.objects.filter(pk__in=named, vertical=True).order_by("code").first()
    if vertical is not None:
        raise Refused(
            f"{vertical.short_name}是垂直管理单位，应由共同上级界定，请选“提级”。",
            why=Why.FACTS,
            verb=move.verb,
            fields={"ruling": "垂直管理单位由共同上级界定，请选“提级”。"},
            citation=RULE_ABOVE.basis,
        )


def _carry_out(
    batch: Batch, case: Case, part: Part, facts: Mapping[str, Any], at: datetime
) -> None:
    ruling = facts["ruling"]
    interim = int(facts["interim"]) if facts.get("interim") else None
    if ruling == "keep":
        succeed(batch, case, part, at)
    if ruling == "raise":
        batch.take(ASK_ABOVE, case, part=part, by=SYSTEM, at=at)
    if ruling in PASSES_ON:
        _pass_on(batch, case, part, int(facts["to"]), at, swap=ruling != "reassign")
    if interim != part.unit_id:
        _call_interim(batch, case, interim, at)
    if ruling in LETS_GO:
        batch.take(RELEASE, case, part=part, by=SYSTEM, at=at)
        back_where_none_leads(batch, case, at)
    all_evaluated(batch, case, at)


def _pass_on(
    batch: Batch, case: Case, part: Part, to: int, at: datetime, *, swap: bool
) -> None:
    """Whoever is to do it is called; until it signs, the objector stays responsible. Then it stands
    in the objector's place, or leads where they swap.
    """
    standing = _owing(batch, case, to)
    if standing is None:
        (standing,) = call(batch, case, [(Calls.ASSIST.value if swap else part.kind, to)], at=at)
    if standing.state == CALLED:
        Response.objects.filter(part=standing).update(replaces=part, swap=swap)
        return
    if swap:  # it has signed: it leads from now on
        leads(batch, case, standing, at)
        return
    if part.kind == Calls.LEAD:  # who leads already is never set back
        recast(batch, case, standing, Calls.LEAD, at)
    batch.take(RELEASE, case, part=part, by=SYSTEM, at=at, unit=to)


def _call_interim(batch: Batch, case: Case, interim: int | None, at: datetime) -> None:
    if interim is None or _owing(batch, case, interim) is not None:
        return
    (new,) = call(batch, case, [(Calls.ASSIST.value, interim)], at=at)
    Response.objects.filter(part=new).update(interim=True)


def _owing(batch: Batch, case: Case, unit: int) -> Part | None:
    """The part of a unit that is called already and owes something."""
    able = (p for p in batch.parts(case) if p.unit_id == unit and p.kind != Calls.COPY)
    return next((p for p in able if p.closed_at is None), None)


def _remember(
    case: Case, part: Part, event: Event, facts: Mapping[str, Any], today: date
) -> None:
    if facts["ruling"] == "raise":
        return  # nothing was ruled yet
    until = facts.get("until")
    Precedent.objects.create(
        case=case,
        seq=event.seq,
        division=case.division,
        category=case.category,
        ruling=facts["ruling"],
        objector_id=part.unit_id,
        unit_id=facts.get("to") or part.unit_id,
        paper=facts["paper"],
        valid_from=today,
        valid_to=until + timedelta(days=1) if until else None,
    )


def _wrong(field: str, words: str) -> Refused:
    return Refused(words, why=Why.FACTS, verb=RULE_ON_DUTIES.verb, fields={field: words})
