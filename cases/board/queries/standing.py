"""What stands apart (单独统计): shelved cases by how long, sheets that wait for a reply,
obligations with nobody to tell, calls to be made. Counted live.
"""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Case as Choice
from django.db.models import CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from cases.board.queries.wanted import Ground, Wanted, cases_of, in_unit
from cases.board.states import ISSUED, SHEET, SHELVED
from cases.docket import kinds
from cases.docket.models import Event, WorkItem

# How long a case has been shelved (挂账时长), the longest first.
WAITS: Final = {"d90": "挂账 90 天以上", "d30": "挂账 30 至 90 天", "d0": "挂账 30 天以内"}
ITEMS: Final = {"nobody_told": "无人可告知", "phone_now": "请打电话"}


def standing(ground: Ground, wanted: Wanted) -> Counter[str]:
    """How many cases are shelved, by how long; and how many sheets wait, as "sheets"."""
    shelved = shelved_cases(ground, wanted).order_by().values_list("waits")
    counts = shelved.annotate(many=Count("pk"))
    if has_sheets():
        waiting = sheets(ground, wanted).order_by().annotate(waits=Value("sheets"))
        counts = counts.union(waiting.values_list("waits").annotate(many=Count("pk")), all=True)
    return Counter(dict(counts))


def has_sheets() -> bool:
    """Whether supervision sheets are a kind of case here."""
    return SHEET in {known.code for known in kinds.kinds()}


def shelved_cases(ground: Ground, wanted: Wanted) -> QuerySet[Any]:
    """The shelved cases, each with since when and how long that is, as a code."""
    rows: QuerySet[Any] = cases_of(ground.actor, wanted).filter(state=SHELVED, closed_at=None)
    rows = rows.filter(in_unit(wanted), kind__in=[known.code for known in kinds.kinds()])
    put_by = Event.objects.filter(
        ~Q(from_state=SHELVED), case=OuterRef("pk"), part=None, to_state=SHELVED
    )
    since = Subquery(put_by.order_by("-seq").values("happened_at")[:1])
    dated: QuerySet[Any] = rows.annotate(since=Coalesce(since, F("opened_at")))
    told: QuerySet[Any] = dated.annotate(waits=_waits(ground.now))
    return told


def sheets(ground: Ground, wanted: Wanted) -> QuerySet[Any]:
    """The supervision sheets (督办单) that wait for their reply; none without such a kind."""
    rows: QuerySet[Any] = cases_of(ground.actor, wanted)
    if not has_sheets():
        return rows.none()
    return rows.filter(in_unit(wanted), kind=SHEET, state__iexact=ISSUED, closed_at=None)


def items(ground: Ground, wanted: Wanted) -> QuerySet[WorkItem]:
    """The open work items about obligations nobody could be told of, and about calls to make."""
    cases = cases_of(ground.actor, wanted).filter(pk=OuterRef("case"))
    rows = WorkItem.objects.filter(done_at=None, kind__in=ITEMS).filter(in_unit(wanted))
    division = wanted.town or ground.actor.division
    return rows.filter(Q(division__startswith=division), _of_cases(cases))


def counted_items(ground: Ground, wanted: Wanted) -> Counter[str]:
    """How many of each there are."""
    rows = items(ground, wanted).order_by().values_list("kind").annotate(many=Count("pk"))
    return Counter(dict(rows))


def _of_cases(cases: QuerySet[Any]) -> Any:
    return Q(case__isnull=False) & Q(case__in=Subquery(cases.values("pk")))


def _waits(now: datetime) -> Choice:
    return Choice(
        When(since__lte=now - timedelta(days=90), then=Value("d90")),
        When(since__lte=now - timedelta(days=30), then=Value("d30")),
        default=Value("d0"),
        output_field=CharField(),
    )


def longest_first(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Shelved cases, the longest shelved first."""
    return rows.order_by("since", "pk")
