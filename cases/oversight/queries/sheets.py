"""Lists of supervision sheets (督办单清单): what waits for me first, by what is due next; each with
what it is for, as far as this seat may see that.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet

from cases.docket import access
from cases.docket.models import Case, Deadline, DeadlineState
from cases.docket.queries.countdown import DueView, due_view
from cases.docket.queries.rows import address_of, title_of
from cases.law.moves import Refused, Why
from cases.oversight.models import Sheet
from cases.oversight.states.sheets import ANSWERED, COUNTY, ISSUED, REQUESTED, SHEET
from cases.people.queries import Actor
from cases.rulebook.queries import Book, book

PAGE: Final = 30
VIEWS: Final = {
    "decide": "待我决定",
    "answer": "待我回复",
    "check": "待我核",
    "open": "未销单",
    "all": "全部",
}
_WAITING: Final = {"decide": REQUESTED, "answer": ISSUED, "check": ANSWERED}


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to, all of it in the address; `view` "" is the first with rows."""

    view: str = ""
    after: str = ""

    @property
    def query(self) -> str:
        """The filters as they stand in the address."""
        return urlencode({"view": self.view}) if self.view else ""


@dataclass(frozen=True)
class SheetRow:
    """One sheet: whose, to whom, for what (nothing where the seat may not see it), by when."""

    number: str
    url: str
    title: str
    state: str
    state_label: str
    of_county: bool
    owes: str
    issuer: str
    matter: str
    matter_title: str
    matter_url: str
    term: str
    done: bool
    due: DueView | None
    opened_at: datetime

    @property
    def to_me(self) -> str:
        """What it waits for, said to whoever it waits for."""
        return {
            REQUESTED: "提请督办待决定",
            ISSUED: "督办单待回复",
            ANSWERED: "回复待核",
        }.get(self.state, self.state_label)


@dataclass(frozen=True)
class SheetList:
    """A page of sheets; `counts` by view, `next` the cursor."""

    wanted: Wanted
    rows: list[SheetRow]
    counts: dict[str, int]
    next: str = ""
    views: list[tuple[str, str, int, bool]] = field(default_factory=list)


def wanted_of(told: Mapping[str, str]) -> Wanted:
    """The filters of an address; Refused for a view that does not exist."""
    view = told.get("view") or ""
    if view and view not in VIEWS:
        words = "没有这个范围，请从页面上选择。"
        raise Refused(words, why=Why.FACTS, fields={"view": words})
    return Wanted(view, told.get("after", ""))


def sheets_of(actor: Actor, wanted: Wanted, now: datetime) -> SheetList:
    """The sheets a seat sees, a page of them."""
    seen = Sheet.objects.filter(case__in=access.visible(actor).filter(kind=SHEET.code))
    counts: dict[str, int] = seen.aggregate(
        **{name: Count("pk", filter=_of(name, actor)) for name in VIEWS}
    )
    view = wanted.view or next((name for name in VIEWS if counts[name]), "all")
    rows = _after(seen.filter(_of(view, actor)), wanted.after, view)
    order = ("-case_id",) if view == "all" else ("case__next_due", "case_id")
    rows = rows.select_related("case", "unit", "issuer", "deadline").defer("case__search")
    found = list(rows.order_by(*order)[: PAGE + 1])
    more = _cursor(found[PAGE - 1], view) if len(found) > PAGE else ""
    told = Wanted(view, wanted.after)
    tabs = [(name, label, counts[name], name == view) for name, label in VIEWS.items()]
    return SheetList(told, _rows(found[:PAGE], actor, now, book()), counts, more, tabs)


def waiting(actor: Actor, now: datetime, size: int = 5) -> list[SheetRow]:
    """The sheets whose next step is this seat's, for its home page; one query if there are none."""
    if actor.unit_id is None:
        return []
    mine = Sheet.objects.filter(case__state__in=_WAITING.values(), case__unit_id=actor.unit_id)
    seen = mine.filter(case__in=access.visible(actor)).order_by("case__next_due", "case_id")
    rows = seen.select_related("case", "unit", "issuer", "deadline").defer("case__search")
    found = list(rows[:size])
    return _rows(found, actor, now, book()) if found else []


def _of(view: str, actor: Actor) -> Q:
    if view in _WAITING:
        mine = Q(case__unit_id=actor.unit_id) if actor.unit_id else Q(pk=None)
        return Q(case__state=_WAITING[view]) & mine
    return Q(ended_at=None) if view == "open" else Q()


def _rows(sheets: list[Sheet], actor: Actor, now: datetime, rules: Book) -> list[SheetRow]:
    wanted = {sheet.deadline.case_id for sheet in sheets}
    seen = access.visible(actor).filter(pk__in=wanted).defer("search", "words")
    parents = {case.pk: case for case in seen}
    running = Deadline.objects.filter(
        case__in=[sheet.case_id for sheet in sheets], state=DeadlineState.RUNNING
    )
    clocks = {clock.case_id: clock for clock in running.order_by("-due_at")}
    return [
        _row(sheet, parents.get(sheet.deadline.case_id), clocks.get(sheet.case_id), now, rules)
        for sheet in sheets
    ]


def _row(
    sheet: Sheet, parent: Case | None, clock: Deadline | None, now: datetime, rules: Book
) -> SheetRow:
    case: Case = sheet.case
    return SheetRow(
        number=str(case),
        url=address_of(case),
        title=title_of(case),
        state=case.state,
        state_label=SHEET.table.states[case.state],
        of_county=case.variant == COUNTY,
        owes=sheet.unit.short_name or sheet.unit.name,
        issuer=(sheet.issuer.short_name or sheet.issuer.name) if sheet.issuer else "",
        matter=str(parent) if parent else "",
        matter_title=title_of(parent) if parent else "",
        matter_url=address_of(parent) if parent else "",
        term=str(sheet.deadline.snapshot.get("name", sheet.deadline.term)),
        done=sheet.deadline.state not in {DeadlineState.RUNNING, DeadlineState.SUSPENDED},
        due=due_view(clock, now, rules.calendar) if clock else None,
        opened_at=case.opened_at,
    )


def _cursor(sheet: Sheet, view: str) -> str:
    last = str(sheet.case_id)
    return last if view == "all" else f"{last}_{sheet.case.next_due.isoformat()}"


def _after(rows: QuerySet[Sheet], cursor: str, view: str) -> QuerySet[Sheet]:
    if not cursor:
        return rows
    first, _, stamp = cursor.partition("_")
    wrong = "翻页位置无效，请回到第一页。"
    try:
        pk = int(first)
        at = datetime.fromisoformat(stamp) if view != "all" else None
        if not 0 <= pk < 2**63 or (at is not None and at.tzinfo is None):
            raise ValueError(cursor)
    except ValueError as broken:
        raise Refused(wrong, why=Why.FACTS, fields={"after": wrong}) from broken
    if at is None:
        return rows.filter(case_id__lt=pk)
    later: Any = Q(case__next_due__gt=at) | Q(case__next_due=at, case_id__gt=pk)
    return rows.filter(later)
