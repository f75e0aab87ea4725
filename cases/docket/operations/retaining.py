"""Keeping and erasing in time (保存期限): what was closed long enough ago is erased, with proof.

个人信息保护法 47: personal information is deleted when its time of keeping is over. The rulebook
says how long that is (`retention.<kind>`); where it says nothing, nothing is erased. Erasing is the
recorded move of `erasing`, one case at a time, on the version of the rule as its paper.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from cases.docket.models import Case, Deadline, DeadlineState, Link, WorkItem
from cases.docket.operations.erasing import erase
from cases.law.moves import Refused
from cases.law.rule import LawError
from cases.law.terms import Term, Unit, due
from cases.people.queries import town_day
from cases.rulebook.queries import Book, book
from cases.rulebook.queries.rules import RuleMissing, RuleTerm

A_TIME: Final = 200
# The least of days a unit of time can have: what closed later than this cannot be due.
_AT_LEAST: Final = {Unit.DAY: 1, Unit.WORKING_DAY: 1, Unit.MONTH: 28, Unit.YEAR: 365}


@dataclass(frozen=True)
class DueCase:
    """A case whose time of keeping is over; `tied`: why it must stay all the same, "" if not."""

    id: int
    number: str
    kind: str
    rule: str
    tied: str


@dataclass
class Retained:
    """The proof of a run: how many were due, erased, and left, by kind, under which rules.

    `missing` names kinds without a rule: those are kept for ever, until somebody says how long.
    """

    at: str
    dry_run: bool
    due: int = 0
    erased: int = 0
    skipped: list[dict[str, str]] = field(default_factory=list)
    by_kind: dict[str, int] = field(default_factory=dict)
    rule: dict[str, str] = field(default_factory=dict)
    missing: list[dict[str, str]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """The proof as plain JSON."""
        return asdict(self)


def due_for_erasure(at: datetime) -> Iterator[DueCase]:
    """The closed cases whose time of keeping is over at an instant, the longest closed first."""
    rules = book()
    for kind, division in _places():
        rule = _rule(rules, kind, division, at)
        if rule is not None:
            yield from _due(rules, rule, kind, division, at)


def retain(at: datetime, *, dry_run: bool = False, limit: int | None = None) -> Retained:
    """Erase what is due, up to `limit` cases a run; a dry run only says what it would do.

    What is tied to something still running is left and named, so is what was changed meanwhile.
    """
    done, rules = Retained(at=at.isoformat(), dry_run=dry_run), book()
    for kind, division in _places():
        rule = _rule(rules, kind, division, at)
        if rule is None:
            done.missing.append({"kind": kind, "division": division})
        else:
            done.rule[f"{kind}@{division}"] = rule.version
    if not dry_run:
        _ask_for_rules(done.missing, at)
    kinds: Counter[str] = Counter()
    for case in due_for_erasure(at):
        if limit is not None and done.erased >= limit:
            break
        done.due += 1
        why = case.tied or ("" if dry_run else _erase(case, at))
        if why:
            done.skipped.append({"number": case.number, "why": why})
            continue
        kinds[case.kind] += 1
        done.erased += not dry_run
    done.by_kind = dict(kinds)
    return done


def _places() -> list[tuple[str, str]]:
    rows = _closed().order_by("kind", "division").values_list("kind", "division")
    return list(rows.distinct())


def _closed() -> QuerySet[Case]:
    return Case.objects.filter(
        closed_at__isnull=False, number__isnull=False, wrapped_key__isnull=False
    )


def _rule(rules: Book, kind: str, division: str, at: datetime) -> RuleTerm | None:
    try:
        return rules.term(f"retention.{kind}", division, town_day(at))
    except RuleMissing:
        return None


def _due(
    rules: Book, rule: RuleTerm, kind: str, division: str, at: datetime
) -> Iterator[DueCase]:
    least = timedelta(days=rule.term.amount * _AT_LEAST.get(rule.term.unit, 0))
    closed = _closed().filter(kind=kind, division=division, closed_at__lte=at - least)
    last: tuple[datetime, int] | None = None
    while True:
        # By key and not by one long cursor: each case is erased in a transaction of its own.
        rows = closed if last is None else closed.filter(_after(*last))
        found = list(_ties(rows.order_by("closed_at", "id"))[:A_TIME])
        for case in found:
            if (why := _kept(rules, rule.term, case, at)) is not None:
                yield DueCase(case.pk, str(case.number), kind, rule.version, why)
        if len(found) < A_TIME:
            return
        last = (found[-1].closed_at or at, found[-1].pk)


def _after(closed_at: datetime, pk: int) -> Q:
    return Q(closed_at__gt=closed_at) | Q(closed_at=closed_at, pk__gt=pk)


def _ties(rows: QuerySet[Case]) -> QuerySet[Case]:
    running = Deadline.objects.filter(
        case=OuterRef("pk"), state__in=(DeadlineState.RUNNING, DeadlineState.SUSPENDED)
    )
    links = Link.objects.filter(ended_at=None)
    children = links.filter(parent=OuterRef("pk"), child__closed_at=None)
    parents = links.filter(child=OuterRef("pk"), parent__closed_at=None)
    # What was merged is kept as long as the main one, which it belongs to.
    mains = links.filter(child=OuterRef("pk"), why="merged").order_by("-parent__closed_at")
    return rows.only("id", "number", "closed_at").annotate(
        owes=Exists(running),
        has_children=Exists(children),
        has_parents=Exists(parents),
        main_closed=Subquery(mains.values("parent__closed_at")[:1]),
    )


def _kept(rules: Book, term: Term, case: Any, at: datetime) -> str | None:
    """Why a case stays though its time is over, "" where nothing holds it; None: not due yet."""
    try:
        ended = max(case.closed_at, case.main_closed or case.closed_at)
        if due(term, ended, rules.calendar).due_at > at:
            return None
    except LawError as wrong:
        return f"保存期限无法计算：{wrong.sentence}"
    if case.owes:
        return "还有正在计算的时限。"
    if case.has_children:
        return "还有未办结的子案。"
    return "还有未办结的来件或并单。" if case.has_parents else ""


def _erase(case: DueCase, at: datetime) -> str:
    try:
        erase(Case.objects.get(pk=case.id), at=at, paper=case.rule)
    except Refused as refused:
        return refused.sentence
    return ""


def _ask_for_rules(missing: list[dict[str, str]], at: datetime) -> None:
    items = [
        WorkItem(
            kind="no_rule",
            division=row["division"],
            words=f"规则库里没有“retention.{row['kind']}”的保存期限，这类办件不会到期销毁，"
            "请系统管理员录入保存年限。",
            key=f"retention:{row['kind']}:{row['division']}",
            since=at,
        )
        for row in missing
    ]
    WorkItem.objects.bulk_create(items, ignore_conflicts=True)
