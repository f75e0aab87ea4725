"""The town's own side (吹哨率、按时派哨率): of the matters it took up, for which departments were
called, and whether it dispatched its whistles in time. A matter counts once, however many whistles.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Case as Choice
from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet, Subquery, Value, When

from cases.docket import access
from cases.docket.models import Case, Deadline, DeadlineState, Event, Link
from cases.law.rates import Matter, Sending
from cases.people.queries import Actor
from cases.whistle.queries.calls import NO, WAIT, YES, Scope
from cases.whistle.states import WHISTLE
from cases.whistle.states.words import AWAITING_APPROVAL, REFUSED, WITHDRAWN

# A town's matters come in as reports; the slice above this one calls them so.
REPORT, ACCEPT, MERGED = "report", "accept", "MERGED"
_AGAIN = "again"
_UNBLOWN = (AWAITING_APPROVAL, REFUSED, WITHDRAWN)
_IN_TIME = {YES: True, NO: False}


def whistles(actor: Actor, scope: Scope, now: datetime) -> QuerySet[Any]:
    """The whistles of a scope, drafts apart, each with whether it was dispatched in time."""
    rows = access.countable(actor, Case.objects.filter(kind=WHISTLE.code))
    rows = _narrowed(rows, scope).exclude(number=None)
    dates = Deadline.objects.filter(case=OuterRef("pk"), part=None, term="whistle.dispatch")
    said = Choice(
        When(state=DeadlineState.MET, then=Value(YES)),
        When(state=DeadlineState.MET_LATE, then=Value(NO)),
        When(state=DeadlineState.RUNNING, due_at__lte=now, then=Value(NO)),
        When(state=DeadlineState.RUNNING, then=Value(WAIT)),
        default=Value(""),
        output_field=CharField(),
    )
    first = dates.order_by("occurrence", "-generation").annotate(said=said)
    undone = When(state__in=_UNBLOWN, then="state")
    return rows.annotate(
        stands=Choice(undone, default=Value("")), sent=Subquery(first.values("said")[:1])
    )


def sending_of(row: Mapping[str, Any]) -> Sending:
    """What a whistle says of its dispatch, as the rates count it."""
    excused = {WITHDRAWN: "已撤哨", REFUSED: "不同意吹哨", AWAITING_APPROVAL: "待批"}
    reason = excused.get(row["stands"], "" if row["sent"] else "没有派哨时限")
    return Sending(_IN_TIME.get(row["sent"]), reason)


def sendings(actor: Actor, scope: Scope, now: datetime) -> dict[str, Counter[Sending]]:
    """By town, how its whistles were dispatched."""
    rows = whistles(actor, scope, now).order_by().values("division", "stands", "sent")
    found: dict[str, Counter[Sending]] = {}
    for row in rows.annotate(many=Count("pk")):
        found.setdefault(row["division"], Counter())[sending_of(row)] += row["many"]
    return found


def taken_up(actor: Actor, scope: Scope) -> QuerySet[Any]:
    """The matters of a scope that were taken up, each with whether a whistle was blown for it."""
    rows = access.countable(actor, Case.objects.filter(kind=REPORT))
    rows = _narrowed(rows, scope, types=False)
    accepted = Event.objects.filter(case=OuterRef("pk"), verb=ACCEPT)
    blown = Link.objects.filter(parent=OuterRef("pk"), child__kind=WHISTLE.code)
    blown = blown.exclude(child__state__in=_UNBLOWN).exclude(child__number=None)
    if scope.type:
        blown = blown.filter(child__variant=scope.type)
    # Another report on a matter that was whistled before: its whistle goes on from that one.
    theirs = Link.objects.filter(child=OuterRef("parent"), parent__kind=REPORT)
    theirs = theirs.exclude(parent=OuterRef(OuterRef("parent")))
    other = Link.objects.filter(Exists(theirs), child=OuterRef("child"), why=_AGAIN)
    told = Choice(
        When(state=MERGED, then=Value("并入其他事件（并单）")),
        When(Exists(blown.filter(Exists(other))), then=Value("同一事项再次吹哨，已计一件")),
        default=Value(""),
    )
    return rows.filter(Exists(accepted)).annotate(
        excused=told, whistled=Choice(When(Exists(blown), then=True), default=False)
    )


def unreported(actor: Actor, scope: Scope) -> QuerySet[Case]:
    """The whistles that grew out of no report: an enterprise's, one a leader blew at once."""
    rows = access.countable(actor, Case.objects.filter(kind=WHISTLE.code))
    rows = _narrowed(rows, scope).exclude(number=None).exclude(state__in=_UNBLOWN)
    return rows.filter(~Q(Exists(Link.objects.filter(child=OuterRef("pk"), parent__kind=REPORT))))


def matters(actor: Actor, scope: Scope) -> dict[str, Counter[Matter]]:
    """By town, the matters taken up, and for which of them a whistle was blown."""
    found: dict[str, Counter[Matter]] = {}
    rows = taken_up(actor, scope).order_by().values("division", "whistled", "excused")
    for row in rows.annotate(many=Count("pk")):
        matter = Matter(row["whistled"], row["excused"])
        found.setdefault(row["division"], Counter())[matter] += row["many"]
    direct = unreported(actor, scope).order_by().values("division").annotate(many=Count("pk"))
    for row in direct:
        found.setdefault(row["division"], Counter())[UNREPORTED] += row["many"]
    return found


UNREPORTED = Matter(whistled=True, excused="不由上报事件而来的哨（企业、领导直接吹哨等）")


def _narrowed(rows: QuerySet[Case], scope: Scope, *, types: bool = True) -> QuerySet[Case]:
    period = scope.period
    rows = rows.filter(opened_at__gte=period.starts, opened_at__lt=period.ends)
    if scope.town:
        rows = rows.filter(division=scope.town)
    return rows.filter(variant=scope.type) if types and scope.type else rows
