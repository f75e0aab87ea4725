"""The course of a supervision sheet (督办单办理): decided, answered, sent back, settled, revoked.

Only the unit that owes answers, and it never judges its own answer. What was handed over since is
owed, and judged, by whoever took over. What the supervised case hears is in `telling`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from cases.docket.models import Case, Deadline, DeadlineState, Event
from cases.docket.record import Batch, Moment, Slip, begin
from cases.docket.record.draft import Derive
from cases.docket.slip import NO_SLIP
from cases.law.moves import Move, Refused, Why
from cases.oversight.models import Sheet
from cases.oversight.operations.sheets.telling import held, issuer_stake, tell
from cases.oversight.queries.supervising import TOWN_NEVER, done_since
from cases.oversight.states.sheets import (
    ANSWER,
    ANSWERED,
    COUNTY,
    COUNTY_SEATS,
    DECLINE,
    ISSUE,
    ISSUED,
    REQUESTED,
    REVOKE,
    SEND_BACK,
    SETTLE,
    SUGGEST_TALK,
    WITHDRAW,
)
from cases.people.queries import Actor

# What the rules add to a move, once its sheet and the case it is for are locked.
Adds = Callable[[Sheet, Case], Derive]
_JUDGING = (SETTLE, REVOKE, SEND_BACK)
_OWED = (DeadlineState.RUNNING, DeadlineState.SUSPENDED)


def _moved(
    move: Move,
    subject: Case,
    *,
    by: Actor,
    at: datetime,
    slip: Slip,
    facts: dict[str, Any],
    adds: Adds | None = None,
) -> Event:
    with transaction.atomic():
        case, parent, sheet = held(subject, by)
        _as_handed_over(sheet, case)
        if move is ISSUE:
            _by_the_county(case, by)
        if move in _JUDGING:
            _not_their_own(move, sheet, by)
        batch = Batch(begin(), Slip(by_event=slip.by_event, quiet=slip.quiet))
        derive = adds(sheet, parent) if adds else None
        event = batch.take(move, case, by=by, at=at, slip=slip, derive=derive, **facts)
        if move is ISSUE and by.unit_id is not None:
            issuer_stake(batch, case, by.unit_id, at)
            Sheet.objects.filter(pk=sheet.pk).update(issuer=by.unit_id)
        if move.ends:
            Sheet.objects.filter(pk=sheet.pk).update(ended_at=at)
        batch.write()
        if move is ISSUE or move.ends:
            term = str(sheet.deadline.snapshot.get("name", sheet.deadline.term))
            tell(parent, case, term, at=at, slip=slip)
    vars(subject).update(vars(case))
    return event


def _by_the_county(case: Case, by: Actor) -> None:
    if case.state == REQUESTED and case.variant == COUNTY and by.role not in COUNTY_SEATS:
        raise Refused(TOWN_NEVER, verb=ISSUE.verb, citation=ISSUE.basis)


def _as_handed_over(sheet: Sheet, case: Case) -> None:
    """Who holds the sheet now owes it, or judges it; its obligation may have passed on too."""
    was = (sheet.unit_id, sheet.issuer_id)
    if case.state == ISSUED:
        sheet.unit_id = case.unit_id or sheet.unit_id
    elif sheet.deadline.state in _OWED:
        sheet.unit_id = sheet.deadline.unit_id or sheet.unit_id
    if case.state == ANSWERED:
        sheet.issuer_id = case.unit_id or sheet.issuer_id
    if (sheet.unit_id, sheet.issuer_id) != was:
        sheet.save(update_fields=["unit", "issuer"])


def _not_their_own(move: Move, sheet: Sheet, by: Actor) -> None:
    if by.unit_id == sheet.unit_id:
        words = "这张督办单督办的就是本单位，不能由本单位核办，请由签发单位或镇领导办理。"
        raise Refused(words, why=Why.ROLE, verb=move.verb, citation=move.basis)


def _to_who_owes(sheet: Sheet, _parent: Case) -> Derive:
    return lambda *_: {"unit": sheet.unit_id, "owes": sheet.unit_id}


def issue_asked(
    case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any
) -> Event:
    """The county issues the sheet a town asked for (签发督办单)."""
    return _moved(ISSUE, case, by=by, at=at, slip=slip, facts=facts, adds=_to_who_owes)


def decline(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """The county does not supervise (不予督办), with a reason."""
    return _moved(DECLINE, case, by=by, at=at, slip=slip, facts=facts)


def withdraw(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """The town takes back what it asked for (撤回提请)."""
    return _moved(WITHDRAW, case, by=by, at=at, slip=slip, facts=facts)


def answer(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """The unit that owes answers (回复): what was done, why late, done by when; late is late."""

    def to_who_issued(sheet: Sheet, _parent: Case) -> Derive:
        return lambda *_: {"unit": sheet.issuer_id}

    return _moved(ANSWER, case, by=by, at=at, slip=slip, facts=facts, adds=to_who_issued)


def send_back(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """The issuer wants a better answer (退回重报): a new time to reply, counted."""

    def counted(sheet: Sheet, _parent: Case) -> Derive:
        before = Event.objects.filter(case=sheet.case_id, verb=SEND_BACK.verb)
        return lambda *_: {"unit": sheet.unit_id, "times": 1 + before.count()}

    return _moved(SEND_BACK, case, by=by, at=at, slip=slip, facts=facts, adds=counted)


def settle(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """The issuer is done with it (销单): answered, or what it was for is done meanwhile."""

    def answered_or_done(sheet: Sheet, parent: Case) -> Derive:
        def judged(
            _moment: Moment, found: Case, _: list[Deadline], _given: Mapping[str, Any]
        ) -> dict[str, Any]:
            if found.state == ISSUED and done_since(sheet.deadline, parent) is None:
                words = (
                    "承办单位还没有回复，所督办事项也没有办结，不能销单；请等回复，或撤销督办单。"
                )
                raise Refused(words, verb=SETTLE.verb, citation=SETTLE.basis)
            return {}

        return judged

    return _moved(SETTLE, case, by=by, at=at, slip=slip, facts=facts, adds=answered_or_done)


def revoke(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """The issuer takes a wrong sheet back (撤销督办单), with a reason; its number stays."""
    return _moved(REVOKE, case, by=by, at=at, slip=slip, facts=facts)


def suggest_talk(
    case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any
) -> Event:
    """The county suggests a talk (建议约谈) on a sheet nobody answered in time; once each time."""

    def unanswered(_sheet: Sheet, _parent: Case) -> Derive:
        def late(
            _moment: Moment, found: Case, deadlines: list[Deadline], _given: Mapping[str, Any]
        ) -> dict[str, Any]:
            running = [d for d in deadlines if d.state == DeadlineState.RUNNING]
            if not any(d.term == "sheet.reply" and d.due_at <= at for d in running):
                words = "回复期限还没有到，逾期未复的才建议约谈；到期前可以催办。"
                raise Refused(words, verb=SUGGEST_TALK.verb, citation=SUGGEST_TALK.basis)
            if _suggested(found):
                words = "这一次逾期已经建议过约谈，不用重复；约谈情况请用“备注”记下。"
                raise Refused(words, verb=SUGGEST_TALK.verb, citation=SUGGEST_TALK.basis)
            return {}

        return late

    return _moved(SUGGEST_TALK, case, by=by, at=at, slip=slip, facts=facts, adds=unanswered)


def _suggested(case: Case) -> bool:
    verbs = [ISSUE.verb, SEND_BACK.verb, SUGGEST_TALK.verb]
    rows = Event.objects.filter(case=case, verb__in=verbs).order_by("-seq")
    return rows.values_list("verb", flat=True).first() == SUGGEST_TALK.verb
