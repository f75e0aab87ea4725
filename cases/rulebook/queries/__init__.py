"""The book of rules (规则册): what holds where on which day, read once and kept in the process.

`book()` asks the database one thing only, the newest change of a rule; while that stands, the same
immutable book is handed out. A rule that is missing raises `RuleMissing`, never a guessed value.
"""

import hashlib
import json
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db import connection

from cases.law.calendar import BusinessHours as OpeningHours
from cases.law.calendar import Calendar
from cases.law.first_offence.items import Item, Power
from cases.law.ladders import Rung
from cases.rulebook.models import (
    BusinessHours,
    Category,
    DatedRow,
    DutyItem,
    Figure,
    HolidayNotice,
    Ladder,
    TermRow,
)
from cases.rulebook.models.penalties import DelegatedPower, OffenceBasis, OffenceItem
from cases.rulebook.models.whistling import Route, WhistleRule
from cases.rulebook.queries.penalties import (
    RuleBasis,
    RuleOffence,
    RulePower,
    basis_row_of,
    offence,
    offence_of,
    power_of,
)
from cases.rulebook.queries.rules import (
    RuleCategory,
    RuleDuty,
    RuleFigure,
    RuleHours,
    RuleLadder,
    RuleMissing,
    RuleTerm,
    category_of,
    duty_of,
    figure_of,
    governing,
    hours_of,
    ladder_of,
    notice_of,
    term_of,
)
from cases.rulebook.queries.whistling import (
    RuleRoute,
    RuleWhistle,
    route_of,
    routes_for,
    whistle_of,
)

K = TypeVar("K")
V = TypeVar("V")
M = TypeVar("M", bound=DatedRow)


def stamp(chapter: str = "rulebook") -> int:
    """The newest change of a chapter (rulebook, grid, people), 0 before the first; one query."""
    # Written out: every page asks it, and building it anew cost more than answering it.
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM rulebook_change WHERE slice = %s", [chapter])
        newest: int | None = cursor.fetchone()[0]
    return newest or 0


@dataclass(frozen=True)
class Book:
    """All rules of all places and days (规则册), never changed once read."""

    stamp: int
    calendar: Calendar
    terms: Mapping[str, tuple[RuleTerm, ...]]
    opening: tuple[RuleHours, ...]
    classes: Mapping[tuple[str, str], tuple[RuleCategory, ...]]
    ladders: Mapping[str, tuple[RuleLadder, ...]]
    duties: Mapping[tuple[str, str], tuple[RuleDuty, ...]]
    figures: Mapping[str, tuple[RuleFigure, ...]]
    whistles: Mapping[str, tuple[RuleWhistle, ...]]
    routes: tuple[RuleRoute, ...]
    offences: Mapping[str, tuple[RuleOffence, ...]]
    bases: Mapping[str, tuple[RuleBasis, ...]]
    delegated: tuple[RulePower, ...]

    def hours(self, division: str, on: date) -> OpeningHours:
        """When the offices there are open on the day (工作时间); raises `RuleMissing`."""
        rule = governing(self.opening, division, on)
        if rule is None:
            raise RuleMissing("工作时间", division, on)
        return rule.hours

    def term(
        self, key: str, division: str, on: date, category: RuleCategory | None = None
    ) -> RuleTerm:
        """The time limit there on the day (时限); raises `RuleMissing`.

        Where the row says the category decides, and the category has a term of its own, that one
        stands, under the row's ladder and rules.
        """
        rule = governing(self.terms.get(key, ()), division, on)
        if rule is None:
            raise RuleMissing(key, division, on)
        if not rule.by_category or category is None or category.term is None:
            return rule
        return RuleTerm(
            key=key,
            name=rule.name,
            term=category.term,
            ladder=rule.ladder,
            what=category.what,
            by_category=True,
            validity=category.validity,
        )

    def variant_term(
        self,
        key: str,
        variant: str,
        division: str,
        on: date,
        category: RuleCategory | None = None,
    ) -> RuleTerm:
        """The time limit of a variant of a matter, as `whistle.sign@W1`; where it has none of its
        own, the one for all.
        """
        named = f"{key}@{variant}"
        if variant and governing(self.terms.get(named, ()), division, on) is not None:
            return self.term(named, division, on, category)
        return self.term(key, division, on, category)

    def category(self, scheme: str, code: str, on: date, division: str) -> RuleCategory:
        """The class of matter there on the day (分类); raises `RuleMissing`."""
        rule = governing(self.classes.get((scheme, code), ()), division, on)
        if rule is None:
            raise RuleMissing(f"分类 {code}", division, on)
        return rule

    def categories(self, scheme: str, on: date, division: str) -> tuple[RuleCategory, ...]:
        """Every class of the scheme in force there on the day, by code."""
        found = (
            governing(rules, division, on)
            for (of_scheme, _), rules in self.classes.items()
            if of_scheme == scheme
        )
        return tuple(sorted((rule for rule in found if rule), key=lambda rule: rule.code))

    def ladder(self, code: str, on: date, division: str) -> tuple[Rung, ...]:
        """The rungs of a ladder there on the day (督促阶梯); raises `RuleMissing`."""
        rule = governing(self.ladders.get(code, ()), division, on)
        if rule is None:
            raise RuleMissing(f"督促阶梯 {code}", division, on)
        return rule.rungs

    def figure(self, key: str, division: str, on: date) -> RuleFigure:
        """The number a rule uses there on the day (规则数值); raises `RuleMissing`."""
        rule = governing(self.figures.get(key, ()), division, on)
        if rule is None:
            raise RuleMissing(key, division, on)
        return rule

    def whistle(self, code: str, division: str, on: date) -> RuleWhistle:
        """The type of whistle there on the day (哨种); raises `RuleMissing`."""
        rule = governing(self.whistles.get(code, ()), division, on)
        if rule is None:
            raise RuleMissing(f"哨种 {code}", division, on)
        return rule

    def routes_of(self, category: str, division: str, on: date) -> tuple[RuleRoute, ...]:
        """To whom a class of matter goes there on the day (派哨目录); empty where none says."""
        return routes_for(self.routes, category, division, on)

    def offence(self, code: str, division: str, on: date) -> Item:
        """The offence item there on the day, with its bases (违法事项); raises `RuleMissing`."""
        return offence(self.offences.get(code, ()), self.bases.get(code, ()), code, division, on)

    def powers(self, division: str) -> tuple[Power, ...]:
        """Every power the town there was ever given, ended ones too (赋权事项)."""
        mine = (rule for rule in self.delegated if division.startswith(rule.validity.scope))
        return tuple(rule.power for rule in mine)

    def duty_items(self, on: date, division: str) -> tuple[RuleDuty, ...]:
        """The duty lists there on the day (履职事项清单), by list and number; empty if none."""
        found = (governing(rules, division, on) for rules in self.duties.values())
        return tuple(
            sorted((r for r in found if r is not None), key=lambda r: (r.list_kind, r.number))
        )


_shelf: dict[str, Book] = {}
_reading = threading.Lock()


def book(known: int | None = None) -> Book:
    """The book as it stands now (当前规则册): one query while no rule was changed.

    `known` is a `stamp()` the caller has read already, which spares that query.
    """
    newest = stamp() if known is None else known
    held = _shelf.get("book")
    if held is not None and held.stamp == newest:
        return held
    with _reading:
        held = _shelf.get("book")
        if held is None or held.stamp != newest:
            held = _shelf["book"] = _read(newest)
    return held


def calendar_of(notices: Iterable[HolidayNotice]) -> Calendar:
    """The calendar of the notices that stand, in order of year: a later one's entry wins.

    Its version names the years and a digest of the days, the same in every installation.
    """
    standing = sorted(notices, key=lambda notice: (notice.year, notice.revision))
    told = [[n.year, n.revision, n.days] for n in standing]
    text = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    years = f"{standing[0].year}-{standing[-1].year}" if standing else "none"
    return Calendar.of([notice_of(n) for n in standing], version=f"{years}#{digest}")


def _read(newest: int) -> Book:
    return Book(
        stamp=newest,
        calendar=calendar_of(HolidayNotice.objects.filter(scope="", valid_to=None)),
        terms=_grouped(TermRow.objects.all(), term_of, lambda rule: rule.key),
        opening=tuple(hours_of(row) for row in BusinessHours.objects.all()),
        classes=_grouped(Category.objects.all(), category_of, lambda r: (r.scheme, r.code)),
        ladders=_grouped(Ladder.objects.all(), ladder_of, lambda rule: rule.code),
        figures=_grouped(Figure.objects.all(), figure_of, lambda rule: rule.key),
        whistles=_grouped(WhistleRule.objects.all(), whistle_of, lambda rule: rule.code),
        routes=tuple(route_of(row) for row in Route.objects.all()),
        offences=_grouped(OffenceItem.objects.all(), offence_of, lambda rule: rule.code),
        bases=_grouped(OffenceBasis.objects.all(), basis_row_of, lambda rule: rule.item),
        delegated=tuple(power_of(row) for row in DelegatedPower.objects.all()),
        duties=_grouped(DutyItem.objects.all(), duty_of, lambda r: (r.list_kind, r.number)),
    )


def _grouped(
    rows: Iterable[M], read: Callable[[M], V], key: Callable[[V], K]
) -> Mapping[K, tuple[V, ...]]:
    groups: dict[K, list[V]] = defaultdict(list)
    for row in rows:
        rule = read(row)
        groups[key(rule)].append(rule)
    return {name: tuple(rules) for name, rules in groups.items()}
