"""The rates of a period (三率、吹哨率): of each department called and of each town, both sides.

Every figure names what it is made of, and each of its numbers opens the rows behind it. Units only,
in the order of the directory; nobody is ranked (国办函〔2026〕12号).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Sum

from cases.law.moves import Refused, Why
from cases.law.rates import DISPATCHED, JUDGED, THREE, WHISTLED, Answer, Rate, rate
from cases.people.directory import CALLED, Directory, Entry, directory
from cases.people.queries import Actor, town_day
from cases.rulebook.queries import stamp
from cases.whistle.queries.calls import CALLED_ONES, OVERSEERS, TOLD, Scope, answer_of, calls
from cases.whistle.queries.matters import matters, sendings
from cases.whistle.queries.period import period_of, wrong
from cases.whistle.states.words import TYPES

ROWS = "/whistles/rates/rows/"
_OPEN_BY = (*TOLD, "unit_id", "case__division")


@dataclass(frozen=True)
class Figure:
    """A rate as it is shown; `base` is where its rows are, what is asked of them left out."""

    rate: Rate
    base: str

    def url(self, what: str, why: str = "") -> str:
        """Where the rows behind one of its numbers are."""
        more = {"rate": self.rate.name, "what": what} | ({"why": why} if why else {})
        return f"{self.base}&{urlencode(more)}"

    @property
    def hits(self) -> str:
        """The rows of the numerator."""
        return self.url("hit")

    @property
    def counted(self) -> str:
        """The rows of the denominator."""
        return self.url("counted")

    @property
    def left(self) -> list[tuple[str, int, str]]:
        """What is not counted: the reason, how many, and where those rows are."""
        return [(why, many, self.url("left", why)) for why, many in self.rate.excluded]


@dataclass(frozen=True)
class Line:
    """The figures of one department, of one town, or of them all; `calls` how often called."""

    name: str
    code: str
    calls: int
    reworks: int
    url: str
    figures: list[Figure]


@dataclass(frozen=True)
class Rates:
    """The rates of a period, for one seat: together, by department, and of the towns themselves."""

    scope: Scope
    at: datetime
    total: Line
    departments: list[Line]
    towns: list[Line]
    places: list[tuple[str, str]]

    @property
    def told(self) -> dict[str, str]:
        """What the rates are narrowed to, as it stands in an address."""
        return told(self.scope)


def scope_of(asked: Mapping[str, Any], actor: Actor, now: datetime) -> Scope:
    """What an address narrows the rates to; Refused for a seat that has none, or for no period."""
    if actor.role not in OVERSEERS | CALLED_ONES:
        words = f"{actor.role.label}岗位不查看三率，请切换到相应岗位，或请镇领导、督查提供。"
        raise Refused(words, why=Why.ROLE)
    kind = str(asked.get("type") or "")
    if kind and kind not in dict(TYPES):
        raise wrong("type", "没有这个哨种，请重新选择。")
    town = str(asked.get("town") or "").replace("\0", "")[:12]
    village = str(asked.get("village") or "").replace("\0", "")[:12]
    return Scope(period_of(asked, town_day(now)), town, kind, village)


def told(scope: Scope) -> dict[str, str]:
    """A scope as it stands in an address."""
    more = {"town": scope.town, "type": scope.type, "village": scope.village}
    return scope.period.told | {name: value for name, value in more.items() if value}


def rates(actor: Actor, scope: Scope, now: datetime) -> Rates:
    """The rates of a scope, as they stand by `now`; four questions to the database at any size."""
    units = directory(stamp("people"), town_day(now))
    rows = _grouped(actor, scope, now)
    every = _line("合计", "", rows, THREE, scope)
    by_unit: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        by_unit.setdefault(called_as(units, row["unit_id"]), []).append(row)
    found = sorted((e for e in units.units.values() if e.id in by_unit), key=_place)
    lines = [_line(e.name, e.code, by_unit[e.id], THREE, scope) for e in found]
    towns = _towns(actor, scope, now, rows, units) if actor.role in OVERSEERS else []
    places = [(town.code, town.name) for town in towns] if len(actor.division) < 9 else []
    return Rates(scope, now, every, lines, towns, places)


def called_as(units: Directory, unit: int) -> int:
    """The department that was called, of a unit that may be one of its sections (内部转办)."""
    entry = units.units[unit]
    above = (units.units.get(int(pk)) for pk in entry.path.strip("/").split("/"))
    return next((e.id for e in above if e is not None and e.kind in CALLED), unit)


def _grouped(actor: Actor, scope: Scope, now: datetime) -> list[dict[str, Any]]:
    rows = calls(actor, scope, now).order_by().values(*_OPEN_BY)
    return list(rows.annotate(many=Count("pk"), returned=Sum("reworks")))


def _line(
    name: str, code: str, rows: list[dict[str, Any]], names: Iterable[str], scope: Scope
) -> Line:
    base = f"{ROWS}?{urlencode(told(scope) | ({'unit': code} if code else {}))}"
    answers = _answers(rows)
    figures = [Figure(rate(each, answers, scope.period.until), base) for each in names]
    many = sum(row["many"] for row in rows)
    returned = sum(row["returned"] for row in rows)
    return Line(name, code, many, returned, f"{base}&what=calls", figures)


def _answers(rows: list[dict[str, Any]]) -> Counter[Answer]:
    found: Counter[Answer] = Counter()
    for row in rows:
        found[answer_of(row)] += row["many"]
    return found


def _towns(
    actor: Actor, scope: Scope, now: datetime, rows: list[dict[str, Any]], units: Directory
) -> list[Line]:
    sent, known = sendings(actor, scope, now), matters(actor, scope)
    codes = sorted({*sent, *known, *(row["case__division"] for row in rows)})
    names = {e.division: e.name for e in units.units.values() if e.code == e.division}
    lines = []
    for code in codes:
        mine = [row for row in rows if row["case__division"] == code]
        base = f"{ROWS}?{urlencode(told(scope) | {'town': code})}"
        made = (
            rate(WHISTLED, known.get(code, {}), scope.period.until),
            rate(DISPATCHED, sent.get(code, {}), scope.period.until),
            rate(JUDGED, _answers(mine), scope.period.until),
        )
        figures = [Figure(each, base) for each in made]
        many = sum(row["many"] for row in mine)
        returned = sum(row["returned"] for row in mine)
        lines.append(
            Line(names.get(code, code), code, many, returned, f"{base}&what=calls", figures)
        )
    return lines


def _place(entry: Entry) -> tuple[int, str]:
    return len(entry.division), entry.code
