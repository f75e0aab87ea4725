"""What became of each call (派哨回应): one row a department called, read from its dates and events
into an answer that the rates count.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case as Choice
from django.db.models import (
    CharField,
    Exists,
    F,
    IntegerField,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Cast, Coalesce

from cases.docket import access
from cases.docket.models import Case, Deadline, DeadlineState, Event, Part
from cases.law.moves import Role
from cases.law.rates import Answer
from cases.people.queries import Actor
from cases.whistle.queries.period import Period
from cases.whistle.states import WHISTLE
from cases.whistle.states.response.answering import REPLY
from cases.whistle.states.response.disputing import ADMIT, RELEASE
from cases.whistle.states.response.judging import EVALUATE, EVALUATE_BY_DEFAULT
from cases.whistle.states.words import EVALUATED, RELEASED, SHELVED, WITHDRAWN

# Seats that look over a whole town or county; seats that see what their own unit was called for.
OVERSEERS = frozenset(
    {Role.DESK, Role.LEADER, Role.HEAD_OF_ORGAN, Role.SUPERVISOR, Role.COUNTY_DESK}
)
CALLED_ONES = frozenset({Role.DEPT_LEAD, Role.DEPT_OFFICER})
YES, NO, WAIT = "yes", "no", "wait"
# What an answer is made of, in the columns of a row.
TOLD = ("kind", "stands", "signed", "contacted", "judged", "freed")
_IN_TIME = {YES: True, NO: False}
_FREED = {ADMIT.verb: "协商同意退哨", RELEASE.verb: "经职责界定等解除"}


@dataclass(frozen=True)
class Scope:
    """Which calls are counted: the period of the call, and what the address narrows them to."""

    period: Period
    town: str = ""
    type: str = ""
    village: str = ""  # a village's code, "none" for those without one


def calls(actor: Actor, scope: Scope, now: datetime) -> QuerySet[Any]:
    """The calls a seat may count, each with what became of it by `now`."""
    cases = access.countable(actor, Case.objects.filter(kind=WHISTLE.code))
    rows = Part.objects.filter(case__in=cases.values("pk"))
    rows = rows.filter(opened_at__gte=scope.period.starts, opened_at__lt=scope.period.ends)
    if actor.role in CALLED_ONES:
        rows = rows.filter(unit__in=access.under(actor))
    if scope.town:
        rows = rows.filter(case__division=scope.town)
    if scope.type:
        rows = rows.filter(case__variant=scope.type)
    if scope.village:
        nowhere, there = Q(case__village=None), Q(case__village__code=scope.village)
        rows = rows.filter(nowhere if scope.village == "none" else there)
    return rows.annotate(
        stands=Choice(
            When(case__state__in=(WITHDRAWN, SHELVED), then=F("case__state")), default=Value("")
        ),
        signed=_clock("whistle.sign", now),
        # An emergency has no date to make contact by: being on site is its answer.
        contacted=Coalesce(_clock("whistle.contact", now), _clock("whistle.report_in", now)),
        judged=Choice(When(state=EVALUATED, then=_judged()), output_field=JSONField()),
        freed=Choice(When(state=RELEASED, then=_freed()), default=Value("")),
        reworks=Coalesce(_reworks(), Value(0)),
    )


def answer_of(row: Mapping[str, Any]) -> Answer:
    """What a row says, as the rates count it."""
    signed, contacted = row["signed"], row["contacted"]
    told = row["judged"] or {}
    freed = row["freed"]
    return Answer(
        capacity=row["kind"],
        signed_in_time=_IN_TIME.get(signed),
        contacted_in_time=_IN_TIME.get(contacted),
        untimed=signed is None or contacted is None,
        result=told.get("result", ""),
        satisfaction=told.get("satisfaction", ""),
        defaulted=bool(told.get("defaulted")),
        shelved=row["stands"] == SHELVED,
        excused="已撤哨" if row["stands"] == WITHDRAWN else _FREED.get(freed, ""),
    )


def _clock(term: str, now: datetime) -> Subquery:
    """Whether the last date of a part under a term was kept: yes, no, wait; None without one."""
    rows = Deadline.objects.filter(case=OuterRef("case"), part=OuterRef("pk"), term=term)
    said = Choice(
        When(state=DeadlineState.MET, then=Value(YES)),
        When(state=DeadlineState.MET_LATE, then=Value(NO)),
        When(state=DeadlineState.RUNNING, due_at__lte=now, then=Value(NO)),
        When(state=DeadlineState.CANCELLED, case__state=SHELVED, then=Value(WAIT)),
        When(state=DeadlineState.CANCELLED, then=_answered_before()),
        default=Value(WAIT),
        output_field=CharField(),
    )
    last = rows.order_by("-occurrence", "-generation").annotate(said=said)
    return Subquery(last.values("said")[:1])


def _answered_before() -> Choice:
    """A date that a reply made idle was kept if the reply came before it."""
    replies = Event.objects.filter(
        case=OuterRef("case"), part=OuterRef("part"), verb=REPLY.verb
    )
    heard = Q(Exists(replies.filter(recorded_at__lt=OuterRef("due_at"))))
    happened = Q(Exists(replies.filter(happened_at__lt=OuterRef("due_at"))))
    kept = (Q(by_record=True) & heard) | (Q(by_record=False) & happened)
    return Choice(When(kept, then=Value(YES)), default=Value(NO))


def _judged() -> Subquery:
    verbs = (EVALUATE.verb, EVALUATE_BY_DEFAULT.verb)
    opened = KeyTransform("open", Cast("text", JSONField()))
    last = _events(*verbs).annotate(opened=opened)
    return Subquery(last.values("opened")[:1], output_field=JSONField())


def _freed() -> Subquery:
    return Subquery(_events(ADMIT.verb, RELEASE.verb).values("verb")[:1])


def _events(*verbs: str) -> QuerySet[Event]:
    """The events of a part by some verbs, the last one first."""
    rows = Event.objects.filter(case=OuterRef("case"), part=OuterRef("pk"), verb__in=verbs)
    return rows.order_by("-seq")


def _reworks() -> Subquery:
    rows = Deadline.objects.filter(
        case=OuterRef("case"), part=OuterRef("pk"), term="whistle.rework"
    )
    last = rows.order_by("-occurrence").values("occurrence")[:1]
    return Subquery(last, output_field=IntegerField())
