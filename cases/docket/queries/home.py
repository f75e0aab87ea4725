"""The morning's page (首页): what to do, what to answer, what is late, what came back, what became
of what one filed. Short lists, no counts; each leads to the whole list.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value

from cases.docket import access
from cases.docket.models import Case, Deadline, DeadlineState
from cases.docket.queries.rows import Row, named, rows_of
from cases.docket.queries.views import shelf, units_of
from cases.law.moves import Role
from cases.people.queries import Actor
from cases.rulebook.queries import book

LENGTH = 10
# Seats that look over a whole territory: what is late there is theirs to see to.
_OVERSEE = frozenset({Role.LEADER, Role.HEAD_OF_ORGAN, Role.SUPERVISOR, Role.COUNTY_DESK})


@dataclass(frozen=True)
class Sent:
    """What being sent back looks like in a matter: its states, and the terms of doing it again."""

    states: Sequence[str] = ()
    terms: Sequence[str] = ()


@dataclass(frozen=True)
class ShortList:
    """One list of the page: its heading, its rows, where the whole list is, what to say if none."""

    name: str
    heading: str
    rows: list[Row]
    more: str
    none: str = ""
    late: bool = False
    full: bool = False


_HEADINGS = {
    "late": "什么晚了",
    "back": "退回来的",
    "asked": "待我答复",
    "owing": "我该办什么",
    "filed": "我报的事办到哪了",
}
_MORE = {
    "late": "/cases/?view=mine&due=late",
    "back": "/cases/?view=mine",
    "asked": "/cases/?view=asked",
    "owing": "/cases/?view=mine",
    "filed": "/cases/?view=all",
}
_NONE = {"owing": "当前没有待您办理的事项。新事项交办到您或本单位后会出现在这里。"}
_DESK = ("late", "back", "asked", "owing", "filed")
# What comes first differs with the seat: who walks the ground re-checks, who leads answers.
_ORDER: dict[Role, tuple[str, ...]] = {
    Role.GRID_WORKER: ("late", "owing", "filed", "back"),
    Role.LIAISON: ("late", "owing", "filed", "back"),
    Role.LEADER: ("asked", "late", "owing", "filed"),
    Role.HEAD_OF_ORGAN: ("asked", "late", "owing", "filed"),
    Role.SUPERVISOR: ("late", "asked", "owing"),
    Role.COUNTY_DESK: ("late", "asked", "owing"),
}


def home(actor: Actor, now: datetime, sent: Sent = Sent()) -> list[ShortList]:
    """The short lists of a seat, in its order; a case stands in the first list it belongs to."""
    order = _ORDER.get(actor.role, _DESK)
    found = _read({name: rows for name, rows in _lists(actor, now, sent).items() if name in order})
    told: list[ShortList] = []
    seen: set[int] = set()
    rules = book()
    by_pk = _rows(found, actor, now, rules)
    for name in order:
        cases = [case for case in found.get(name, []) if case.pk not in seen]
        seen |= {case.pk for case in cases}
        told.append(_told(name, [by_pk[case.pk] for case in cases], actor, len(found[name])))
    return told


def _lists(actor: Actor, now: datetime, sent: Sent) -> dict[str, QuerySet[Any]]:
    mine = shelf(actor, "mine").rows
    filed = access.visible(actor, units=units_of(actor), asked=access.RowByRow)
    late = mine
    if actor.role in _OVERSEE:
        late = access.visible(actor).filter(closed_at=None).order_by("next_due", "id")
    return {
        "late": _at(late.filter(next_due__lte=now), "next_due"),
        "back": _at(mine.filter(_sent_back(sent)), "next_due"),
        "asked": _at(shelf(actor, "asked").rows, "asked_due"),
        "owing": _at(mine.filter(next_due__gt=now), "next_due"),
        "filed": _at(
            filed.filter(filer_id=actor.holder_id).order_by("-opened_at", "-id"), "opened_at"
        ),
    }


def _at(rows: QuerySet[Case], key: str) -> QuerySet[Any]:
    return named(rows).annotate(at=F(key))


def _sent_back(sent: Sent) -> Q:
    again = Deadline.objects.filter(
        case=OuterRef("pk"), term__in=sent.terms, state=DeadlineState.RUNNING
    )
    return Q(state__in=sent.states) | Q(Exists(again))


def _read(lists: dict[str, QuerySet[Any]]) -> dict[str, list[Any]]:
    """All the lists in one question to the database."""
    parts = [
        rows.annotate(on_list=Value(name, output_field=CharField()))[:LENGTH]
        for name, rows in lists.items()
    ]
    found: dict[str, list[Any]] = {name: [] for name in lists}
    for case in parts[0].union(*parts[1:], all=True):
        found[case.on_list].append(case)
    for name, cases in found.items():
        newest = name == "filed"
        cases.sort(key=lambda case: (case.at, case.pk), reverse=newest)
    return found


def _rows(
    found: dict[str, list[Any]], actor: Actor, now: datetime, rules: Any
) -> dict[int, Row]:
    every = {case.pk: case for cases in found.values() for case in cases}
    asked = {case.pk for case in found.get("asked", ())}
    rows = rows_of(list(every.values()), actor, now, rules, asked)
    return dict(zip(every, rows, strict=True))


def _told(name: str, rows: list[Row], actor: Actor, found: int) -> ShortList:
    over = name == "late" and actor.role in _OVERSEE
    return ShortList(
        name=name,
        heading=_HEADINGS[name],
        rows=rows,
        more="/cases/?view=all&due=late&sort=due" if over else _MORE[name],
        none=_NONE.get(name, ""),
        late=name == "late",
        full=found >= LENGTH,
    )
