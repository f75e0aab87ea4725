"""What a person must look at (要人处理的事): a rule that could not be carried out, a row that could
not be read.

The seats that answer for a town or county see all of its items. The system administrator sees those
about rules and sheets only, so that they can be put right, and no case behind them (三员分立).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from cases.docket import access, kinds
from cases.docket.models import Case, WorkItem
from cases.law.moves import Role
from cases.people.queries import Actor

LABELS: Final = {
    "no_rule": "没有适用的规则",
    "no_calendar": "没有放假安排",
    "no_holder": "没有承办人",
    "bad_row": "未能导入",
    "conflict": "记录冲突",
    "provisional": "日期暂定",
    "nobody_told": "无人可告知",
    "phone_now": "请打电话",
    "sheet_due": "可以督办",
}
# kind → where what it asks for is done; the key of such an item names its obligation.
_DONE_AT: Final = {"sheet_due": "/supervisions/new/?obligation={}"}
SHOWN: Final = 10
LONGEST: Final = 100
_TOWN: Final = frozenset({Role.SUPERVISOR, Role.LEADER, Role.DESK, Role.COUNTY_DESK})
# What came of it is written down: who was reached, and when (打电话并记结果).
WITH_RESULT: Final = frozenset({"phone_now"})
# What the town does for itself: the county neither rings for it nor decides on its sheets.
_OF_TOWN: Final = ("phone_now", "sheet_due", "nobody_told")
_OF_RULES: Final = ("no_rule", "no_calendar", "bad_row")


@dataclass(frozen=True)
class Item:
    """One work item as a seat sees it; `number` and `url` are empty where the case is not shown."""

    id: int
    kind: str
    kind_label: str
    words: str
    since: datetime
    number: str
    url: str
    asks_result: bool = False


@dataclass(frozen=True)
class Items:
    """A page of work items, oldest first; `next` is the id to go on after, None at the end."""

    rows: list[Item]
    next: int | None


def theirs(actor: Actor) -> QuerySet[WorkItem]:
    """The work items that are a seat's to settle, done or not."""
    rows = WorkItem.objects.filter(division__startswith=actor.division)
    if actor.role is Role.COUNTY_DESK:
        return rows.exclude(kind__in=_OF_TOWN)
    if actor.role in _TOWN:
        return rows
    if actor.role is Role.DUTY:
        return rows.filter(kind__in=WITH_RESULT)
    if actor.role is Role.SYSADMIN:
        return rows.filter(kind__in=_OF_RULES)
    return rows.none()


def open_items(actor: Actor, after: int = 0, size: int = SHOWN) -> Items:
    """The open work items of a seat, oldest first, from an id on."""
    size = min(max(size, 1), LONGEST)
    found = list(_waiting(actor).filter(pk__gt=after).order_by("id")[: size + 1])
    more = found[size - 1].pk if len(found) > size else None
    return Items([_item(row) for row in found[:size]], more)


def first_items(actor: Actor, size: int = SHOWN) -> Items:
    """The open work items of a seat, who must be rung first; `next` says that there are more."""
    calls = Q(kind__in=WITH_RESULT)
    waiting = _waiting(actor).annotate(rung=ExpressionWrapper(calls, BooleanField()))
    found = list(waiting.order_by("-rung", "id")[: size + 1])
    more = found[size - 1].pk if len(found) > size else None
    return Items([_item(row) for row in found[:size]], more)


def _waiting(actor: Actor) -> QuerySet[WorkItem]:
    seen = Exists(access.visible(actor).filter(pk=OuterRef("case")))
    return theirs(actor).filter(done_at=None).annotate(seen=seen).select_related("case")


def count_open() -> int:
    """How many work items wait, of every town, that no rule could be carried out for."""
    return WorkItem.objects.filter(done_at=None).exclude(kind="sheet_due").count()


_UNSEEN = "有一件事需要处理，您的岗位不能查看，已提示能办理的岗位。"


def _without(words: str, case: Case) -> str:
    """What a seat that may not see a case reads: not its number, and nothing of a secret one."""
    return _UNSEEN if case.confidential else words.replace(str(case), "某件事")


def _address(row: WorkItem, case: Case) -> str:
    if row.kind in _DONE_AT:
        return _DONE_AT[row.kind].format(row.key.split(":")[1])
    return f"/{kinds.kind(case.kind).path}/{case.number}/"


def _item(row: WorkItem) -> Item:
    case: Case | None = row.case if getattr(row, "seen", False) else None
    number = (case.number or "") if case else ""
    return Item(
        id=row.pk,
        kind=row.kind,
        kind_label=LABELS.get(row.kind, row.kind),
        words=row.words if case is not None or row.case is None else _without(row.words, row.case),
        since=row.since,
        number=number,
        url=_address(row, case) if case and number else "",
        asks_result=row.kind in WITH_RESULT,
    )
