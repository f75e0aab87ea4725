"""Blowing a whistle (吹哨): drawn up in one form, approved where its type asks for it, blown.

An emergency needs no approval beforehand; it is confirmed afterwards, under a date of its own.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from cases.docket import access
from cases.docket.models import Case, Deadline, Event
from cases.docket.record import Batch, Moment, Opening, Slip, begin, several, take
from cases.docket.record.draft import Derive
from cases.docket.record.family import tie
from cases.docket.slip import NO_SLIP
from cases.grid.queries import village_coded
from cases.law.moves import Move, Refused, Role, Why
from cases.people.queries import SYSTEM, Actor, town_day
from cases.rulebook.queries.rules import DISCIPLINE, RuleMissing
from cases.rulebook.queries.whistling import RuleWhistle
from cases.whistle.models import Whistle
from cases.whistle.states import WHISTLE
from cases.whistle.states.way import (
    APPROVE,
    ASK_CONFIRMATION,
    BLOW,
    DRAW_UP,
    REFUSE,
    REVISE,
    SUBMIT,
)

AGAIN = "again"  # why of the tie to an earlier whistle on the same matter
EMERGENCY = "W1"


def blow_whistle(
    *,
    by: Actor,
    at: datetime,
    slip: Slip = NO_SLIP,
    division: str = "",
    keep: bool = False,
    lng: float | None = None,
    lat: float | None = None,
    **facts: Any,
) -> tuple[Case, Event]:
    """Draw up a whistle and send it on its way (吹哨): to whoever approves it, or out at once.

    `keep` leaves it a draft, without a number. `lng`, `lat` (degrees, WGS-84) are where it is.
    Refused for a type that is off, or not this seat's to blow.
    """
    with transaction.atomic():
        batch = Batch(begin(1), slip.quietly())
        town = division or by.division
        opening = opening_of(batch.moment, by, town, facts, lng=lng, lat=lat)
        case, event = draw_up(batch, opening, by=by, at=at, slip=slip, keep=keep, **facts)
        batch.write()
        enter(case, facts, by=by, at=at)
    return case, event


def draw_up(
    batch: Batch,
    opening: Opening,
    *,
    by: Actor,
    at: datetime,
    slip: Slip,
    keep: bool = False,
    **facts: Any,
) -> tuple[Case, Event]:
    """A whistle drafted in the caller's batch, and sent on its way unless it is kept; the caller
    writes, then enters what stands beside it.
    """
    rule = rule_of(batch.moment, opening.variant, opening.division)
    _may_blow(rule, by)
    first = slip if keep else None  # the last move answers for what the form asked
    case, event = batch.open(DRAW_UP, opening, by=by, at=at, slip=first, **facts)
    return case, event if keep else _send(batch, case, rule, by, at, slip)


def enter(case: Case, facts: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    """Write what stands beside a new whistle: whom it proposes, which one came before it."""
    Whistle.objects.create(case=case, **_proposed(facts))
    _tie_earlier(case, facts, by, at)


def _proposed(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": str(facts["type"]),
        "meet_at": facts.get("meet_at"),
        "lead_id": facts.get("lead"),
        "assisting": facts.get("assisting") or [],
        "copied": facts.get("copied") or [],
    }


def _tie_earlier(case: Case, facts: Mapping[str, Any], by: Actor, at: datetime) -> None:
    number = str(facts.get("earlier") or "").strip()
    if not number:
        return
    seen = access.visible(by).filter(kind=WHISTLE.code, division=case.division)
    earlier = None if "\0" in number else seen.filter(number=number).exclude(pk=case.pk).first()
    if earlier is None:
        words = f"没有编号为 {number} 的吹哨，或您的岗位看不到它，请核对编号。"
        raise Refused(words, why=Why.FACTS, verb=DRAW_UP.verb, fields={"earlier": words})
    tie(earlier, case, why=AGAIN, at=at, waits=False)


def rule_of(moment: Moment, code: str, division: str) -> RuleWhistle:
    """The rules of a type of whistle today; Refused where there is none, or the type is off."""
    try:
        rule = moment.book.whistle(code, division, town_day(moment.now))
    except RuleMissing as missing:
        words = "请选择“哨种”。" if not code else missing.sentence
        raise Refused(words, why=Why.FACTS, fields={"type": words}) from missing
    if rule.open:
        return rule
    words = f"“{rule.name}”尚未启用，请选择其他哨种。"
    raise Refused(words, why=Why.FACTS, fields={"type": words}, citation=rule.validity.citation)


def revise(
    case: Case,
    *,
    by: Actor,
    at: datetime,
    slip: Slip = NO_SLIP,
    lng: float | None = None,
    lat: float | None = None,
    **facts: Any,
) -> Event:
    """Write a draft anew (改稿): all of it, as the form says."""

    def onto_the_row(
        moment: Moment, held: Case, _: list[Deadline], given: Mapping[str, Any]
    ) -> dict[str, Any]:
        _may_blow(rule_of(moment, str(given["type"]), held.division), by)
        now = opening_of(moment, by, held.division, given, lng=lng, lat=lat)
        held.variant, held.urgent, held.veiled = now.variant, now.urgent, now.veiled
        held.village_id, held.category = now.village_id, now.category
        held.lng, held.lat, held.datum = now.lng, now.lat, now.datum
        return {}

    with transaction.atomic():
        event = take(REVISE, case, by=by, at=at, slip=slip, derive=onto_the_row, **facts)
        Whistle.objects.filter(case=case).update(**_proposed(facts))
        case.parents.filter(why=AGAIN).delete()
        _tie_earlier(case, facts, by, at)
    return event


def submit(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **_: Any) -> Event:
    """Send a draft on its way (报批、吹哨), by the rules of its type."""
    with several(case, by=by, slip=slip) as held:
        rule = rule_of(held.batch.moment, held.case.variant, held.case.division)
        _may_blow(rule, by)
        return _send(held.batch, held.case, rule, by, at, slip)


def _send(
    batch: Batch, case: Case, rule: RuleWhistle, by: Actor, at: datetime, slip: Slip
) -> Event:
    approves = {rule.approver, Role.HEAD_OF_ORGAN}
    move = SUBMIT if rule.approver is not None and by.role not in approves else BLOW
    event = batch.take(move, case, by=by, at=at, slip=slip)
    if move is BLOW and rule.confirmed:
        batch.take(ASK_CONFIRMATION, case, by=SYSTEM, at=at)
    return event


def approve(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Approve a whistle (同意吹哨); what is reserved to the head of the organ is his alone."""
    derive = _decides(APPROVE, by)
    return take(APPROVE, case, by=by, at=at, slip=slip, derive=derive, **facts)


def refuse(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Refuse a whistle (不同意), with a reason; by whoever might approve it, nobody else."""
    derive = _decides(REFUSE, by)
    return take(REFUSE, case, by=by, at=at, slip=slip, derive=derive, **facts)


def _decides(move: Move, by: Actor) -> Derive:
    def by_the_right_one(
        moment: Moment, held: Case, _: list[Deadline], _given: Mapping[str, Any]
    ) -> dict[str, Any]:
        rule = rule_of(moment, held.variant, held.division)
        if rule.approver is Role.HEAD_OF_ORGAN and by.role is not Role.HEAD_OF_ORGAN:
            words = f"“{rule.name}”由行政机关负责人批准，同意与否请转请其办理。"
            raise Refused(
                words,
                why=Why.ROLE,
                verb=move.verb,
                whose=[Role.HEAD_OF_ORGAN.label],
                citation=rule.validity.citation,
            )
        return {}

    return by_the_right_one


def _may_blow(rule: RuleWhistle, by: Actor) -> None:
    if by.role in rule.blowers:
        return
    whose = [role.label for role in sorted(rule.blowers)]
    words = f"“{rule.name}”由{'、'.join(whose)}吹哨，您现在的岗位（{by.role.label}）不能吹。"
    raise Refused(words, why=Why.ROLE, verb=BLOW.verb, whose=whose, citation=rule.validity.citation)


def opening_of(
    moment: Moment,
    by: Actor,
    division: str,
    facts: Mapping[str, Any],
    *,
    lng: float | None = None,
    lat: float | None = None,
) -> Opening:
    """Where a new whistle belongs; Refused for a village that is none, and for 检举控告, which no
    department may get to see.
    """
    rule = rule_of(moment, str(facts.get("type") or ""), division)
    category = str(facts.get("category") or "")
    if category == DISCIPLINE:
        words = "检举控告不吹哨，应移送纪检监察机关：请按事件上报，由窗口“移送”，内容不要写在这里。"
        basis = "信访工作条例第二十二条、第三十条"
        raise Refused(words, why=Why.FACTS, fields={"category": words}, citation=basis)
    code = str(facts.get("village") or "")
    village = village_coded(code, division) if code else None
    if code and village is None:
        words = "没有这个村（社区），请重新选择。"
        raise Refused(words, why=Why.FACTS, fields={"village": words})
    placed = lng is not None and lat is not None
    return Opening(
        kind=WHISTLE.code,
        division=division,
        category=category,
        variant=rule.code,
        village_id=village,
        lng=lng if placed else None,
        lat=lat if placed else None,
        datum="wgs84" if placed else "",
        urgent=bool(facts.get("urgent")) or rule.code == EMERGENCY,
        veiled=bool(facts.get("hides")),
        filer_unit_id=by.unit_id,
        filer_id=by.holder_id,
    )
