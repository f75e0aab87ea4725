"""What is late (超期看板): every running obligation past its date or with a colour, the longest
late first, and how many each unit owes. Units stand in the order of the directory, never ranked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet

from cases.docket import access, kinds
from cases.docket.models import Case, Deadline, DeadlineState
from cases.docket.queries.countdown import DueView, due_view
from cases.docket.queries.cursors import cursor_of, place_in
from cases.docket.queries.obligations import part_label
from cases.docket.queries.rows import shown, title_of
from cases.law.ladders import Colour
from cases.law.moves import Refused, Why
from cases.oversight.models import Sheet
from cases.oversight.queries.shown import row_address
from cases.oversight.queries.supervising import Way, open_sheets, way_of
from cases.oversight.states.sheets import ISSUE, SHEET
from cases.people.queries import Actor
from cases.rulebook.queries import book

SEATS: Final = access.TOWN_WIDE
PAGE: Final = 30
SOON: Final = timedelta(hours=24)
COLOURS: Final = {each.value: each.label for each in (Colour.RED, Colour.YELLOW, Colour.BLUE)}
# What the page can be narrowed to: what is late, each colour of it, what is due within a day.
WHATS: Final = {
    "late": "已超期",
    **COLOURS,
    "soon": "24 小时内到期",
    "sheets": "未回复督办单",
}


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to, all of it in the address; `unit` is a unit's code."""

    what: str = "late"
    kind: str = ""
    unit: str = ""
    after: str = ""

    @property
    def query(self) -> str:
        """The filters as they stand in the address."""
        told = {"what": self.what, "kind": self.kind, "unit": self.unit}
        return urlencode({name: value for name, value in told.items() if value})


@dataclass(frozen=True)
class Late:
    """One obligation: of which case, what is owed by whom, how late, in which colour; `way` is what
    this seat may do about it (request, issue or nothing), `sheet` its open sheet.
    """

    number: str
    kind_label: str
    url: str
    title: str
    term: str
    whose: str
    owes: str
    due: DueView
    colour: str
    colour_label: str
    rung: int
    obligation: int
    way: str
    way_label: str
    sheet: str
    sheet_label: str


@dataclass(frozen=True)
class OfUnit:
    """How many obligations of a unit are late, by colour."""

    code: str
    name: str
    late: int
    red: int
    yellow: int


@dataclass(frozen=True)
class Overdue:
    """A page of what is late; `counts` by what it can be narrowed to, `next` the cursor."""

    wanted: Wanted
    rows: list[Late]
    counts: dict[str, int]
    units: list[OfUnit] = field(default_factory=list)
    next: str = ""


def wanted_of(told: Mapping[str, str]) -> Wanted:
    """The filters of an address; Refused for a narrowing that does not exist."""
    what = told.get("what") or "late"
    if what not in WHATS:
        words = "没有这个范围，请从页面上选择。"
        raise Refused(words, why=Why.FACTS, fields={"what": words})
    kind, unit = told.get("kind", ""), told.get("unit", "")
    if kind and kind not in {known.code for known in kinds.kinds()}:
        words = "没有这类事项，请从页面上选择。"
        raise Refused(words, why=Why.FACTS, fields={"kind": words})
    return Wanted(what, kind, unit.replace("\0", ""), told.get("after", ""))


def overdue(actor: Actor, wanted: Wanted, now: datetime) -> Overdue:
    """What is late for a seat that answers for a territory; Refused for every other seat."""
    if actor.role not in SEATS:
        words = "超期看板由督查、窗口、领导和县专班使用，请切换到相应岗位。"
        raise Refused(words, why=Why.ROLE)
    mine = _running(actor, wanted)
    counts = mine.aggregate(**{name: Count("pk", filter=_of(name, now)) for name in WHATS})
    rows = _after(mine.filter(_of(wanted.what, now)), wanted.after)
    rows = rows.select_related("case", "unit", "officer", "part__unit").defer("case__search")
    found = list(rows.order_by("due_at", "pk")[: PAGE + 1])
    more = cursor_of(found[PAGE - 1].due_at, found[PAGE - 1].pk) if len(found) > PAGE else ""
    calendar = book().calendar
    sheets = open_sheets(actor, [deadline.pk for deadline in found[:PAGE]])
    late = [_late(d, now, calendar, actor, sheets.get(d.pk)) for d in found[:PAGE]]
    return Overdue(wanted, late, counts, _units(mine, now), more)


def _running(actor: Actor, wanted: Wanted) -> QuerySet[Deadline]:
    seen = access.visible(actor)
    rows = Deadline.objects.filter(state=DeadlineState.RUNNING, case__in=seen)
    if wanted.kind:
        rows = rows.filter(case__kind=wanted.kind)
    return rows.filter(unit__code=wanted.unit) if wanted.unit else rows


def _of(what: str, now: datetime) -> Q:
    if what == "late":
        return Q(due_at__lte=now)
    if what == "sheets":
        return Q(term__in=ISSUE.opens)
    if what == "soon":
        return Q(due_at__gt=now, due_at__lte=now + SOON)
    return Q(colour=what)


def _units(rows: QuerySet[Deadline], now: datetime) -> list[OfUnit]:
    late = Q(due_at__lte=now)
    named = rows.filter(late).exclude(unit=None).values_list("unit__code", "unit__short_name")
    counted = named.annotate(
        late=Count("pk"),
        red=Count("pk", filter=Q(colour="red")),
        yellow=Count("pk", filter=Q(colour="yellow")),
    )
    return [OfUnit(*row) for row in counted.order_by("unit__division", "unit__code")]


def _late(
    deadline: Deadline, now: datetime, calendar: Any, actor: Actor, sheet: Sheet | None
) -> Late:
    case: Case = deadline.case
    kind = kinds.kind(case.kind)
    owes = [deadline.unit.short_name or deadline.unit.name if deadline.unit else "尚未落实"]
    owes.append(deadline.officer.name if deadline.officer else "")
    part = deadline.part
    way = Way("") if sheet else way_of(actor, deadline, case.kind, case.division, now)
    return Late(
        number=shown(case),
        kind_label=kind.label,
        url=row_address(case, deadline),
        title=title_of(case),
        term=str(deadline.snapshot.get("name", deadline.term)),
        whose=part_label(kind, part) if part else "",
        owes=" · ".join(name for name in owes if name),
        due=due_view(deadline, now, calendar),
        colour=deadline.colour,
        colour_label=COLOURS.get(deadline.colour, ""),
        rung=deadline.rung,
        obligation=deadline.pk,
        way=way.verb,
        way_label=way.label,
        sheet=str(sheet.case) if sheet else "",
        sheet_label=SHEET.table.states[sheet.case.state] if sheet else "",
    )


def _after(rows: QuerySet[Deadline], cursor: str) -> QuerySet[Deadline]:
    if not cursor:
        return rows
    at, pk, _ = place_in(cursor)
    return rows.filter(Q(due_at__gt=at) | Q(due_at=at, pk__gt=pk))
