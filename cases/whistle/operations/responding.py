"""What a department called does (部门响应): sign, forward, contact, report in, reply, ask for time.

Each is `verb(part, *, by, at, slip, **facts)`. The desk may record for a department that has no
account (代录), with the channel and the proof.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from cases.docket.models import Case, Deadline, DeadlineState, Event, Part
from cases.docket.operations.extending import Extending, ask, grant
from cases.docket.queries.told import last_facts
from cases.docket.record import Moment, Slip, begin, several, take
from cases.docket.record.draft import Derive
from cases.docket.slip import NO_SLIP
from cases.grid.datum import metres_apart
from cases.law.moves import Move, Owner, Refused, Role, Why
from cases.people.queries import Actor, town_day
from cases.rulebook.queries.rules import RuleMissing
from cases.rulebook.queries.whistling import RuleWhistle
from cases.whistle.operations.opening import rule_of
from cases.whistle.operations.succeeding import succeed
from cases.whistle.queries.site import site_code
from cases.whistle.states.response.answering import (
    AGREE_TIME,
    FORWARD,
    PROPOSE_TIME,
    REPORT_IN,
    SIGN,
)
from cases.whistle.states.response.disputing import (
    ASK_EXTENSION,
    GRANT_EXTENSION,
    REFUSE_EXTENSION,
)

_MOST_PEOPLE: Final = 999
_ASKS = {Role.LEADER: Owner.LEADER, Role.COUNTY_DESK: Owner.COUNTY}
_EXTENDING = Extending(
    ask=ASK_EXTENSION,
    grant=GRANT_EXTENSION,
    work=("whistle.handle", "whistle.rework"),
    rule="whistle.extension",
    limit="whistle.extensions",
)


def sign(part: Part, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Sign for a whistle (签收); whoever was responsible until now is released by it."""
    with several(part, by=by, slip=slip) as held:
        event = held.take(SIGN, by=by, at=at, slip=slip, **facts)
        succeed(held.batch, held.case, held.part, at)
    return event


def forward(part: Part, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Forward inside the department (内部转办), to a section or to one of its people by name; no
    clock is touched.
    """

    def inside(
        moment: Moment, _case: Case, _: list[Deadline], given: Mapping[str, Any]
    ) -> dict[str, Any]:
        unit, officer = given["unit"], given.get("officer")
        if not moment.directory.units[unit].path.startswith(by.unit_path):
            words = "内部转办只能转给本部门的科室，转给其他部门请提派单异议。"
            raise Refused(words, why=Why.FACTS, verb=FORWARD.verb, fields={"unit": words})
        if officer is not None and not moment.directory.sits(officer, unit, FORWARD.by):
            words = "经办人应是所转科室的现任人员，请重新选择，或只选科室。"
            raise Refused(words, why=Why.FACTS, verb=FORWARD.verb, fields={"officer": words})
        return {}

    return take(FORWARD, part, by=by, at=at, slip=slip, derive=inside, **facts)


def propose_time(
    part: Part, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any
) -> Event:
    """Propose another time to report in (改约), once."""

    def once(
        _moment: Moment, _case: Case, deadlines: list[Deadline], given: Mapping[str, Any]
    ) -> dict[str, Any]:
        if Event.objects.filter(part_id=part.pk, verb=PROPOSE_TIME.verb).exists():
            words = "报到时间只能改约一次。"
            raise Refused(words, verb=PROPOSE_TIME.verb, citation=PROPOSE_TIME.basis)
        if given["meet_at"] <= at:
            words = "改约的时间已经过了，请填今后的时间。"
            raise Refused(words, why=Why.FACTS, fields={"meet_at": words})
        mine = [d for d in deadlines if d.part_id == part.pk and d.term == "whistle.report_in"]
        if any(d.state == DeadlineState.RUNNING and d.due_at <= at for d in mine):
            words = "报到时限已过，不能再改约；请尽快到场，并在反馈里说明。"
            raise Refused(words, verb=PROPOSE_TIME.verb, citation=PROPOSE_TIME.basis)
        return {}

    return take(PROPOSE_TIME, part, by=by, at=at, slip=slip, derive=once, **facts)


def agree_time(
    part: Part, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any
) -> Event:
    """Agree to the time proposed (同意改约): it is the date to report in by."""

    def as_proposed(*_: Any) -> dict[str, Any]:
        return {"meet_at": datetime.fromisoformat(last_facts(part, PROPOSE_TIME.verb)["meet_at"])}

    return take(AGREE_TIME, part, by=by, at=at, slip=slip, derive=as_proposed, **facts)


def report_in(
    part: Part,
    *,
    by: Actor,
    at: datetime,
    slip: Slip = NO_SLIP,
    lng: float | None = None,
    lat: float | None = None,
    **facts: Any,
) -> Event:
    """Report in on site (报到): where, when, how many; the whistling unit confirms it.

    `lng`, `lat` in degrees (WGS-84) are asked for emergencies only and are not kept: the distance
    to the place is; a far one is taken and flagged, and so is one with neither point nor site code.
    A check of an enterprise needs its approval. Who has not signed yet signs by it.
    """
    with several(part, by=by, slip=slip) as held:
        rules = on_site_rules(lng, lat)
        event = held.take(REPORT_IN, by=by, at=at, slip=slip, derive=rules, **facts)
        succeed(held.batch, held.case, held.part, at)
    return event


def on_site_rules(lng: float | None, lat: float | None) -> Derive:
    """What a type of whistle asks of who reports in: the approval of a check, the place of an
    emergency.
    """

    def as_the_type_asks(
        moment: Moment, held: Case, _: list[Deadline], given: Mapping[str, Any]
    ) -> dict[str, Any]:
        if not 1 <= given["people"] <= _MOST_PEOPLE:
            words = f"到场人数应在 1 至 {_MOST_PEOPLE} 之间，请核对。"
            raise Refused(words, why=Why.FACTS, verb=REPORT_IN.verb, fields={"people": words})
        rule = rule_of(moment, held.variant, held.division)
        if rule.inspects and not given.get("inspection"):
            words = "检查企业须先经行政机关负责人批准，请填写行政检查审批号。"
            raise Refused(
                words,
                why=Why.FACTS,
                verb=REPORT_IN.verb,
                fields={"inspection": words},
                citation="国办发〔2024〕54号",
            )
        return _placed(moment, held, given, lng, lat) if rule.on_point else {}

    return as_the_type_asks


def _placed(
    moment: Moment,
    case: Case,
    given: Mapping[str, Any],
    lng: float | None,
    lat: float | None,
) -> dict[str, Any]:
    """How far from the place of an emergency somebody reported in, or that nobody knows."""
    code = str(given.get("site_code") or "")
    if code and code != site_code(case):
        words = "现场码不对，请核对吹哨单位出示的六位数字；没有的可以不填，改用定位。"
        raise Refused(words, why=Why.FACTS, verb=REPORT_IN.verb, fields={"site_code": words})
    if code:
        return {}
    if lng is None or lat is None or case.lng is None or case.lat is None:
        return {"unplaced": True}
    metres = round(metres_apart((lng, lat), (case.lng, case.lat)))
    return {"metres": metres} | ({"far": True} if _far(moment, case, metres) else {})


def _far(moment: Moment, case: Case, metres: int) -> bool:
    try:
        rule = moment.book.figure("whistle.far", case.division, town_day(moment.now))
    except RuleMissing:
        return False
    return metres > rule.value


def ask_extension(
    part: Part, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any
) -> Event:
    """Ask for more time (申请延期) before the time is up, of whoever the type's rule names."""
    rule = _rule_of(part)
    if "whistle.extension" in rule.skips:
        words = f"“{rule.name}”不延期：请先做阶段反馈，没有办完的在反馈里写明后续安排。"
        raise Refused(words, verb=ASK_EXTENSION.verb, citation=rule.validity.citation)
    asks = _ASKS.get(rule.extender) if rule.extender else None
    return ask(_EXTENDING, part, by, at, replace(slip, asks=asks), facts)


def grant_extension(
    part: Part, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any
) -> Event:
    """Grant a department more time (同意延期): whoever the type's rule names."""
    _extends(GRANT_EXTENSION, part, by)
    return grant(_EXTENDING, part, by, at, slip, facts)


def refuse_extension(
    part: Part, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any
) -> Event:
    """Refuse a department more time (不同意延期), with a reason: whoever the type's rule names."""
    _extends(REFUSE_EXTENSION, part, by)
    return take(REFUSE_EXTENSION, part, by=by, at=at, slip=slip, **facts)


def _extends(move: Move, part: Part, by: Actor) -> None:
    rule = _rule_of(part)
    if rule.extender is None or by.role in {rule.extender, Role.HEAD_OF_ORGAN}:
        return
    words = f"“{rule.name}”的延期由{rule.extender.label}批准，同意与否请转请其办理。"
    raise Refused(
        words,
        why=Why.ROLE,
        verb=move.verb,
        whose=[rule.extender.label],
        citation=rule.validity.citation,
    )


def _rule_of(part: Part) -> RuleWhistle:
    case = Case.objects.only("variant", "division").get(pk=part.case_id)
    return rule_of(begin(), case.variant, case.division)
