"""The worklist (工作台): what is due next, from the same rule of access as everything else.

Pages go by key (the next due date and the id), never by count, so that the thousandth page costs
what the first one costs.
"""

import base64
import json
import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import Case as Choice
from django.db.models import F, Q, QuerySet, Value, When

from cases.docket import access, kinds
from cases.docket.bigrams import query_words
from cases.docket.models import Case, Deadline, DeadlineState, ExternalRef
from cases.docket.queries.countdown import Dated, DueView, due_view
from cases.docket.queries.views import SHOWN, due_first, newest_first, units_of
from cases.docket.seal import open_key, unseal_facts
from cases.law.moves import Refused, Why
from cases.people.models import Unit, UnitKind
from cases.people.queries import TOWN_TIME, Actor, town_day
from cases.rulebook.queries import Book, book
from cases.rulebook.queries.rules import RuleMissing

PAGE = 30
_DATED = ("case_id", "state", "due_at", "last_day", "provisional", "colour", "snapshot")
_TELLING = (DeadlineState.RUNNING, DeadlineState.MET_LATE, DeadlineState.MET)
_NUMBER = re.compile(r"\d{6,12}-[A-Za-z]+-\d{4}-\d+")  # one of our own
_SHORT = re.compile(r"(?P<series>[A-Za-z])-((?P<year>\d{4})-)?(?P<place>\d{1,9})")
VIEWS = {"mine": "待我办", "unit": "本单位", "all": "全部", "closed": "已办结"}


@dataclass(frozen=True)
class Filters:
    """What a person narrowed the list to; everything is kept in the address."""

    view: str = "mine"
    q: str = ""
    kind: str = ""
    state: str = ""
    due: str = ""  # today, week, late
    since: date | None = None
    until: date | None = None
    after: str = ""
    size: int = PAGE


@dataclass(frozen=True)
class Row:
    """One case on the list; `mine`: the next step is mine or my unit's."""

    number: str
    kind: str
    kind_label: str
    state: str
    state_label: str
    title: str
    unit_name: str
    officer_name: str
    category_name: str
    grid_name: str
    opened_at: datetime
    closed_at: datetime | None
    due: DueView | None
    urgent: bool
    mine: bool
    url: str


@dataclass(frozen=True)
class Page:
    """A page of the list; `next` is the cursor of the page after it, "" at the end."""

    rows: list[Row]
    next: str = ""
    filters: Filters = field(default_factory=Filters)

    @property
    def views(self) -> list[dict[str, Any]]:
        """The views as tabs: key, label, and which one is shown."""
        shown = self.filters.view
        return [{"key": k, "label": v, "active": k == shown} for k, v in VIEWS.items()]


class AsStored(SearchQuery):
    """Words taken as they are stored: `to_tsquery` would read "123e45ab" as a number and a word."""

    template = "(%(expressions)s)::tsquery"


def worklist(actor: Actor, filters: Filters, now: datetime) -> Page:
    """A page of the cases a seat may see, in the order of what is due next, or newest first."""
    if filters.view not in VIEWS:
        raise _wrong("view", "没有这个视图。")
    rules = book()
    newest = filters.view in {"all", "closed"}
    way = newest_first if newest else due_first
    rows, opened = way(actor, filters.view, searched=bool(filters.q.strip()))
    rows = _after(_narrowed(rows, filters, actor, now, opened), filters.after, newest, opened)
    size = min(max(filters.size, 1), 100)
    found = list(_with_names(rows)[: size + 1])
    cursor = _cursor(found[size - 1], newest) if len(found) > size else ""
    return Page(_rows(found[:size], actor, now, rules), cursor, filters)


def home(actor: Actor, now: datetime) -> dict[str, list[Row]]:
    """Three short lists: what I owe, what is late, what I filed that is still open."""
    rules = book()
    owing, _ = due_first(actor, "mine")
    seen = access.visible(actor, units=units_of(actor), asked=access.RowByRow)
    filed = seen.filter(filer_id=actor.holder_id).order_by("-opened_at", "-id")
    lists = {
        "owing": owing.filter(next_due__gt=now)[:10],
        "late": owing.filter(next_due__lte=now)[:10],
        "filed": filed[:10],
    }
    found = {name: list(_with_names(rows)) for name, rows in lists.items()}
    every = _rows([case for cases in found.values() for case in cases], actor, now, rules)
    by_number = {row.number: row for row in every}
    return {name: [by_number[shown(case)] for case in cases] for name, cases in found.items()}


def shown(case: Case) -> str:
    """A case's number as lists show it."""
    return case.number or f"草稿 {case.pk}"


def _rows(cases: list[Case], actor: Actor, now: datetime, rules: Book) -> list[Row]:
    # Of each case the one that is due first; of a closed one, what was late before what was met.
    ranks = [When(state=state, then=Value(rank)) for rank, state in enumerate(_TELLING)]
    told = Deadline.objects.filter(case__in=[c.pk for c in cases], state__in=_TELLING)
    first = told.order_by("case_id", Choice(*ranks), "due_at", "id").distinct("case_id")
    next_of = {row.case_id: row for row in first.values_list(*_DATED, named=True)}
    return [row_of(case, actor, now, rules, next_of.get(case.pk)) for case in cases]


def row_of(case: Any, actor: Actor, now: datetime, rules: Book, due: Dated | None) -> Row:
    """One case as a row of a list, with its next deadline; an erased case shows no words."""
    kind = kinds.kind(case.kind)
    mine = case.closed_at is None and case.unit_id is not None and case.unit_id == actor.unit_id
    if case.officer_id is not None:
        mine = mine and case.officer_id == actor.holder_id
    return Row(
        number=shown(case),
        kind=case.kind,
        kind_label=kind.label,
        state=case.state,
        state_label=kind.table.states.get(case.state, case.state),
        title=title_of(case),
        unit_name=case.unit_name or "",
        officer_name=case.by_name or "",
        category_name=category_name(case, rules),
        grid_name=case.on_grid or "",
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        due=due_view(due, now, rules.calendar) if due is not None else None,
        urgent=case.urgent,
        mine=mine,
        url=f"/{kind.path}/{case.number}/",
    )


def title_of(case: Case) -> str:
    """A case's title, or what stands in its place once its key was destroyed."""
    if case.wrapped_key is None:
        return "（已依法销毁）"
    key = open_key(case.wrapped_key, case.key_id)
    return str(unseal_facts(key, case.title).get("title", ""))


def category_name(case: Case, rules: Book) -> str:
    """The name of a case's category on the day it was opened; its code where no rule names it."""
    if not case.category:
        return ""
    try:
        day = town_day(case.opened_at)
        return rules.category("grid", case.category, day, case.division).name
    except RuleMissing:
        return case.category


def _narrowed(
    rows: QuerySet[Case], filters: Filters, actor: Actor, now: datetime, opened: str
) -> QuerySet[Case]:
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.due:
        opens = rows if filters.view in {"mine", "unit"} else rows.filter(closed_at=None)
        rows = _due(opens, filters.due, now)
    if filters.since:
        rows = rows.filter(Q((f"{opened}__gte", _midnight(filters.since))))
    if filters.until and filters.until < date.max:
        rows = rows.filter(Q((f"{opened}__lt", _midnight(filters.until + timedelta(days=1)))))
    return _found(rows, filters.q.strip(), actor, now) if filters.q.strip() else rows


def _due(rows: QuerySet[Case], due: str, now: datetime) -> QuerySet[Case]:
    tomorrow = _midnight(town_day(now) + timedelta(days=1))
    match due:
        case "late":
            return rows.filter(next_due__lte=now)
        case "today":
            return rows.filter(next_due__gt=now, next_due__lte=tomorrow)
        case "week":
            return rows.filter(next_due__gt=now, next_due__lte=tomorrow + timedelta(days=6))
    raise _wrong("due", "期限筛选只能是 late、today、week。")


def _completed(short: re.Match[str], actor: Actor, now: datetime) -> list[str]:
    """The numbers that `R-2026-000123` or `R-123` may stand for, in the towns of a seat."""
    towns = Unit.objects.filter(kind=UnitKind.TOWN, division__startswith=actor.division)
    year = now.astimezone(TOWN_TIME).year
    years = [short["year"]] if short["year"] else [str(year), str(year - 1)]
    return [
        f"{division}-{short['series'].upper()}-{y}-{int(short['place']):06d}"
        for division in towns.values_list("division", flat=True)
        for y in years
    ]


def _found(rows: QuerySet[Case], q: str, actor: Actor, now: datetime) -> QuerySet[Case]:
    if _NUMBER.fullmatch(q):
        return rows.filter(number=q.upper())
    if short := _SHORT.fullmatch(q):
        return rows.filter(number__in=_completed(short, actor, now))
    outside = ExternalRef.objects.filter(number=q).values("case")
    words = query_words(q)
    if not words:
        return rows.filter(pk__in=outside)
    found = AsStored(_all_of(words))
    if q.isascii() and rows.filter(pk__in=outside).exists():
        return rows.filter(pk__in=outside)  # another system's number, asked for whole
    return rows.filter(search=found)


def _all_of(words: list[str]) -> str:
    # Words are runs of letters and digits only, so nothing in them can be an operator.
    return " & ".join(f"'{word}'" for word in words)


def _with_names(rows: QuerySet[Case]) -> QuerySet[Case]:
    # The names alone: a row of each table beside every case would cost more than the cases.
    names = {"unit_name": "unit__short_name", "by_name": "officer__name", "on_grid": "grid__name"}
    return rows.only(*SHOWN).annotate(**{name: F(path) for name, path in names.items()})


def _after(rows: QuerySet[Case], cursor: str, newest: bool, opened: str) -> QuerySet[Case]:
    if not cursor:
        return rows
    try:
        stamp, pk = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        at, pk = datetime.fromisoformat(stamp), int(pk)
        if at.tzinfo is None:
            raise ValueError(stamp)
    except (ValueError, TypeError, OverflowError, RecursionError) as wrong:
        raise _wrong("after", "翻页位置无效，请回到第一页。") from wrong
    if newest:
        earlier = Q((f"{opened}__lt", at)) | Q((opened, at), pk__lt=pk)
        return rows.filter(earlier, Q((f"{opened}__lte", at)))
    return rows.filter(Q(next_due__gt=at) | Q(next_due=at, pk__gt=pk), next_due__gte=at)


def _cursor(case: Case, newest: bool) -> str:
    at = case.opened_at if newest else case.next_due
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), case.pk]).encode()).decode()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), TOWN_TIME)


def _wrong(name: str, words: str) -> Refused:
    return Refused(words, why=Why.FACTS, fields={name: words})
