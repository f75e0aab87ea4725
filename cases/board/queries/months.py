"""Published months (月报): the frozen figures, their corrections, the month before and the year
before beside them, and what today's count would say.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import QuerySet

from cases.board.models import Correction, PublishedMonth
from cases.board.queries.figures import (
    FigureLine,
    counted_figures,
    lines_of,
    rate_of_parts,
    rates_in,
)
from cases.board.queries.wanted import Ground
from cases.docket import access
from cases.law.moves import Role
from cases.people.queries import Actor

NONE_BEFORE: Final = "无上期"


@dataclass(frozen=True)
class Month:
    """A month as it was published, read back from its text; `sound`: the text has its digest."""

    row: PublishedMonth
    figures: Mapping[str, Any]
    lines: list[FigureLine]
    corrections: list[Correction]
    sound: bool


@dataclass(frozen=True)
class MonthLine:
    """One figure with what it was corrected to, a month and a year before."""

    code: str
    label: str
    group: str
    value: int
    corrected: int | None
    before: str
    year_before: str


@dataclass(frozen=True)
class MonthRate:
    """One frozen rate in per cent, with its parts."""

    name: str
    percent: str
    numerator: int
    denominator: int
    excluded: list[tuple[str, int]]
    before: str
    year_before: str


@dataclass(frozen=True)
class Difference:
    """What today's count says otherwise than the month as corrected (`frozen`); `published` is what
    it said at first, `corrected` whether it was corrected since.
    """

    code: str
    label: str
    frozen: int
    now: int
    published: int
    corrected: bool


def months(actor: Actor) -> QuerySet[PublishedMonth]:
    """The months a seat may read: everybody in office, of the territory the seat belongs to or
    answers for; an enterprise none.
    """
    rows = PublishedMonth.objects.select_related("unit").order_by("-since", "-pk")
    if actor.role is Role.ENTERPRISE:
        return rows.none()
    if actor.role in access.NO_CASES and not actor.division:
        return rows
    above = [actor.division[:size] for size in range(2, len(actor.division) + 1)]
    return rows.filter(division__in=above) | rows.filter(division__startswith=actor.division)


def month_of(row: PublishedMonth) -> Month:
    """A month read back."""
    figures = json.loads(row.figures)
    return Month(
        row=row,
        figures=figures,
        lines=list(lines_of(figures)),
        corrections=list(row.corrections.select_related("by")),
        sound=hashlib.sha256(row.figures.encode()).hexdigest() == row.digest,
    )


def current(month: Month) -> dict[str, int]:
    """Every figure of a month by its code, as corrected."""
    found = {line.code: line.value for line in month.lines}
    return found | {each.figure: each.now for each in month.corrections}


def before(month: PublishedMonth) -> tuple[Month | None, Month | None]:
    """The month that ended the day before this one began, and the same one a year before."""
    rows = PublishedMonth.objects.filter(division=month.division)
    last = rows.filter(until=month.since - timedelta(days=1)).first()
    year = rows.filter(since=_year_before(month.since), until__gt=_year_before(month.since)).first()
    return (month_of(last) if last else None), (month_of(year) if year else None)


def compared(month: Month) -> tuple[list[MonthLine], list[MonthRate]]:
    """The figures and rates of a month, each with what it was before (环比、同比)."""
    last, year = before(month.row)
    then, a_year = current(last) if last else None, current(year) if year else None
    now = current(month)
    changed = {each.figure for each in month.corrections}
    names = rates_in(month.figures)
    lines = [
        MonthLine(
            code=line.code,
            label=line.label,
            group=line.group,
            value=line.value,
            corrected=now[line.code] if line.code in changed else None,
            before=_beside(now[line.code], line.code, then),
            year_before=_beside(now[line.code], line.code, a_year),
        )
        for line in month.lines
        if line.code.split(".")[0] not in names
    ]
    rates = [_rate(name, month, now, then, a_year) for name in names]
    return lines, rates


def differences(ground: Ground, month: Month) -> list[Difference]:
    """What counting the same days today says otherwise; what stood on publishing is left out."""
    lines = list(lines_of(counted_figures(ground, month.row.since, month.row.until)))
    today = {line.code: line.value for line in lines}
    known = {code: value for code, value in current(month).items() if code[:8] != "standing"}
    labels = {line.code: f"{line.group}：{line.label}" for line in (*lines, *month.lines)}
    first = {line.code: line.value for line in month.lines}
    changed = {each.figure for each in month.corrections}
    return [
        Difference(
            code=code,
            label=labels[code],
            frozen=known.get(code, 0),
            now=today.get(code, 0),
            published=first.get(code, 0),
            corrected=code in changed,
        )
        for code in dict.fromkeys((*known, *today))
        if known.get(code, 0) != today.get(code, 0)
    ]


def _rate(
    name: str,
    month: Month,
    now: Mapping[str, int],
    then: Mapping[str, int] | None,
    a_year: Mapping[str, int] | None,
) -> MonthRate:
    excluded = month.figures["rates"][name]["excluded"]
    return MonthRate(
        name=name,
        percent=_percent(name, now),
        numerator=now[f"{name}.numerator"],
        denominator=now[f"{name}.denominator"],
        excluded=[(why, now[f"{name}.{why}"]) for why in excluded],
        before=_percent(name, then),
        year_before=_percent(name, a_year),
    )


def _percent(name: str, found: Mapping[str, int] | None) -> str:
    if found is None or f"{name}.denominator" not in found:
        return NONE_BEFORE
    made = rate_of_parts(found[f"{name}.numerator"], found[f"{name}.denominator"])
    return "没有可计的" if made is None else f"{made}%"


def _beside(value: int, code: str, then: Mapping[str, int] | None) -> str:
    """What it was, and by how much it grew or shrank."""
    if then is None:
        return NONE_BEFORE
    was = then.get(code, 0)
    change = rate_of_parts(abs(value - was), was)
    if value == was:
        return f"{was}（持平）"
    way = "增" if value > was else "减"
    words = f"{change}%" if change is not None else f"{abs(value - was)}"
    return f"{was}（{way} {words}）"


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1)
