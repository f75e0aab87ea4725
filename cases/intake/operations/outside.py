"""What other systems and bodies have to do with a report (外部系统): numbers, objections, transfer.

A 12345 sheet that is a department's goes back by objection and is not whistled
(国办函〔2025〕66号); while the objection runs, the sheet's own date does too.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from cases.docket.models import Case, Deadline, Event, ExternalRef, Link
from cases.docket.record import Moment, Slip, take
from cases.docket.record.draft import Derive
from cases.docket.record.drafted import MERGED
from cases.docket.slip import NO_SLIP
from cases.intake.operations.counts import limit
from cases.intake.operations.filing import refer
from cases.intake.states.aside.desk import CONTACT, NOT_ACCEPT, TRANSFER
from cases.intake.states.aside.elsewhere import (
    ENTER_EXTERNAL,
    OBJECT_SHEET,
    SHEET_KEPT,
    SHEET_TAKEN_BACK,
)
from cases.law.moves import Move, Refused, Why
from cases.people.queries import TOWN_TIME, Actor

HOTLINE = "hotline"
_NOON, _EVENING = 12, 18  # hours that part a day into three times of contact


def answered(
    move: Move,
    case: Case,
    by: Actor,
    at: datetime,
    slip: Slip,
    facts: Mapping[str, Any],
    *,
    derive: Derive | None = None,
) -> Event:
    """End a report by a move that answers whoever sent it: its outside numbers are answered too,
    and those of what was merged into it.
    """
    with transaction.atomic():
        event = take(move, case, by=by, at=at, slip=slip, derive=derive, **facts)
        merged = Link.objects.filter(parent=case, why=MERGED, ended_at=None).values("child")
        refs = ExternalRef.objects.filter(answered_at=None)
        (refs.filter(case=case) | refs.filter(case__in=merged)).update(answered_at=at)
    return event


def not_accept(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Refuse a report (不予受理) with its ground and the channel that was told.

    要素不全且联系不上 needs as many failed contacts as the rulebook says, each at another time.
    """

    def after_contacts(
        moment: Moment, held: Case, _: list[Deadline], given: Mapping[str, Any]
    ) -> dict[str, Any]:
        needed = limit(moment, held, "report.contacts") if given["refusal"] == "N9" else None
        tried = _times_of_day(held) if needed else 0
        if needed and tried < needed:
            words = (
                f"以联系不上为由的，须在 {needed} 个不同时段联系过；现有 {tried} 个，"
                "请先用“联系记录”登记。"
            )
            raise Refused(words, why=Why.FACTS, verb=NOT_ACCEPT.verb, fields={"refusal": words})
        return {}

    return answered(NOT_ACCEPT, case, by, at, slip, facts, derive=after_contacts)


def _times_of_day(case: Case) -> int:
    rows = Event.objects.filter(case=case, verb=CONTACT.verb, text__contains='"reached":"no"')
    local = [at.astimezone(TOWN_TIME) for at in rows.values_list("happened_at", flat=True)]
    return len({(at.date(), (at.hour >= _NOON) + (at.hour >= _EVENING)) for at in local})


def transfer(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Pass a report to the body it belongs to (移送); 检举控告 to 纪检监察 only."""

    def where_it_belongs(
        _moment: Moment, held: Case, _: list[Deadline], given: Mapping[str, Any]
    ) -> dict[str, Any]:
        if held.confidential and given["body"] != "discipline":
            words = "检举控告只能移送纪检监察机关，请重新选择。"
            raise Refused(words, why=Why.FACTS, verb=TRANSFER.verb, fields={"body": words})
        return {"closing": "C5"}

    return answered(TRANSFER, case, by, at, slip, facts, derive=where_it_belongs)


def object_sheet(
    case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any
) -> Event:
    """Object to a 12345 sheet that is a department's (派单异议); the sheet's own date runs on."""

    def a_sheet(
        _moment: Moment, held: Case, _: list[Deadline], _given: Mapping[str, Any]
    ) -> dict[str, Any]:
        if ExternalRef.objects.filter(case=held, system=HOTLINE).exists():
            return {}
        words = "这件事没有 12345 工单号，不能提派单异议；如确是工单，请先“登记外部编号”。"
        raise Refused(words, verb=OBJECT_SHEET.verb, citation=OBJECT_SHEET.basis)

    return take(OBJECT_SHEET, case, by=by, at=at, slip=slip, derive=a_sheet, **facts)


def sheet_taken_back(
    case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any
) -> Event:
    """The hotline took its sheet back (对方已收回): it is the department's now."""

    def passed_on(*_: Any) -> dict[str, Any]:
        return {"closing": "C5"}

    return answered(SHEET_TAKEN_BACK, case, by, at, slip, facts, derive=passed_on)


def sheet_kept(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """The hotline did not agree (异议未获同意): the town handles the sheet."""
    return take(SHEET_KEPT, case, by=by, at=at, slip=slip, **facts)


def enter_external(
    case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any
) -> Event:
    """Enter another system's number for this matter (登记外部编号), and its date if it set one."""
    with transaction.atomic():
        event = take(ENTER_EXTERNAL, case, by=by, at=at, slip=slip, **facts)
        refer(case, facts["system"], " ".join(facts["external"].split()), facts.get("external_due"))
    return event
