"""Blowing a whistle for a report (上报事件转吹哨): the report waits, the whistle is its child, and
both are written together.

What is written there all departments called read. A 举报 hands nothing over by itself: whoever
whistles writes it anew, so that nobody recognises who reported (信访工作条例 30).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from cases.docket.models import Case, Event, Link
from cases.docket.operations.attachments import sent_ahead
from cases.docket.record import Batch, Slip, begin, tie
from cases.docket.record.family import locked
from cases.docket.seal import open_key, unseal_facts
from cases.docket.slip import NO_SLIP
from cases.intake.models import Report
from cases.intake.operations.streams import HIDDEN
from cases.intake.states.aside.whistled import COME_BACK, FALL_BACK, REFER, TAKEN_AGAIN
from cases.law.moves import Refused, Why
from cases.people.queries import Actor
from cases.whistle.operations.opening import draw_up, enter, opening_of

WHISTLED = "whistled"  # why of the tie between a report and its whistle


def blow_for(
    case: Case,
    *,
    by: Actor,
    at: datetime,
    slip: Slip = NO_SLIP,
    photos: Sequence[int] = (),
    **facts: Any,
) -> tuple[Case, Event]:
    """Blow a whistle for a report (转吹哨): its title, words, class and place where the form says
    none; a second one is tied to the first. `photos` are files of the report that go along. The
    whistle, and the move that answers for it. Refused where a 举报 is not described anew.
    """
    with transaction.atomic():
        found, _parents = locked(case, by)
        _may_be_told(found)
        _none_is_under_way(found)
        batch = Batch(begin(1), slip.quietly())
        batch.take(REFER, found, by=by, at=at, slip=replace(batch.slip, version=slip.version))
        guarded = is_guarded(found)
        if guarded:
            _told_anew(facts)
        facts = as_reported(found) | facts | {"report": str(found)}
        point = {"lng": facts.pop("lng", found.lng), "lat": facts.pop("lat", found.lat)}
        opening = opening_of(batch.moment, by, found.division, facts, **point)
        along = (*slip.files, *sent_ahead(found, photos, by=by, at=at, named=not guarded))
        whistling = replace(slip, version=None, files=along)  # the version is the report's
        child, event = draw_up(batch, opening, by=by, at=at, slip=whistling, **facts)
        batch.write()
        enter(child, facts, by=by, at=at)
        tie(
            found,
            child,
            why=WHISTLED,
            at=at,
            returns=COME_BACK.verb,
            falls_back=FALL_BACK.verb,
            takes_again=TAKEN_AGAIN.verb,
        )
    vars(case).update(vars(found))
    return child, event


def _may_be_told(case: Case) -> None:
    if case.confidential:
        words = "检举控告件不吹哨，应移送纪检监察机关。"
        raise Refused(words, verb=REFER.verb, citation="纪检监察机关处理检举控告工作规则")


def is_guarded(case: Case) -> bool:
    """Whether departments may not recognise who reported (举报件)."""
    return Report.objects.filter(case=case, stream__in=HIDDEN).exists()


def _told_anew(facts: Mapping[str, Any]) -> None:
    missing = {
        name: f"举报件的{label}不随件带出，请另写，不要出现举报人的姓名、电话和能认出举报人的内容。"
        for name, label in (("title", "标题"), ("description", "情况描述"))
        if not str(facts.get(name) or "").strip()
    }
    if missing:
        words = " ".join(missing.values())
        basis = "信访工作条例第三十条"
        raise Refused(words, why=Why.FACTS, verb=REFER.verb, fields=missing, citation=basis)


def _none_is_under_way(case: Case) -> None:
    under_way = Link.objects.filter(parent=case, why=WHISTLED, child__closed_at=None)
    if link := under_way.select_related("child").first():
        words = f"这件事的吹哨 {link.child} 还在办，不用再吹；请在那件吹哨上加派部门或催办。"
        raise Refused(words, verb=REFER.verb, citation=REFER.basis)


def whistled(case: Case) -> bool:
    """Whether departments handled a report, called by a whistle."""
    return Link.objects.filter(parent=case, why=WHISTLED).exists()


def as_reported(case: Case) -> dict[str, Any]:
    """What the report says, for whatever the form of its whistle left empty; of a 举报 only what it
    is about and where.
    """
    words = unseal_facts(open_key(case.wrapped_key, case.key_id), case.words)
    open_ones = ("address",) if is_guarded(case) else ("title", "description", "address")
    told = {name: words.get(name) for name in open_ones}
    told |= {"category": case.category, "urgent": case.urgent}
    told |= {"village": case.village.code if case.village else None}
    earlier = Link.objects.filter(parent=case, why=WHISTLED).order_by("-id").first()
    told |= {"earlier": earlier.child.number if earlier else None}
    return {name: value for name, value in told.items() if value}
