"""The rules of whistling as read (吹哨规则读法): types of whistle and the routes to departments."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cases.law.moves import Role
from cases.rulebook.models.whistling import Route, WhistleRule
from cases.rulebook.queries.rules import Validity, validity_of


@dataclass(frozen=True, slots=True)
class RuleWhistle:
    """A type of whistle as it stands (哨种)."""

    code: str
    name: str
    blowers: frozenset[Role]
    approver: Role | None
    extender: Role | None
    confirmed: bool
    inspects: bool
    on_point: bool
    skips: frozenset[str]
    open: bool
    validity: Validity


@dataclass(frozen=True, slots=True)
class RuleRoute:
    """To whom a class of matter goes (派哨目录)."""

    category: str
    unit: str
    capacity: str
    rank: int
    validity: Validity


def whistle_of(row: WhistleRule) -> RuleWhistle:
    """Read a type of whistle; ValueError where a role is none."""
    return RuleWhistle(
        code=row.code,
        name=row.name,
        blowers=frozenset(Role(code) for code in row.blowers),
        approver=Role(row.approver) if row.approver else None,
        extender=Role(row.extender) if row.extender else None,
        confirmed=row.confirmed,
        inspects=row.inspects,
        on_point=row.on_point,
        skips=frozenset(row.skips),
        open=row.open,
        validity=validity_of(row, row.code),
    )


def route_of(row: Route) -> RuleRoute:
    """Read a route."""
    return RuleRoute(
        category=row.category,
        unit=row.unit,
        capacity=row.capacity,
        rank=row.rank,
        validity=validity_of(row, f"{row.category}.{row.unit}"),
    )


def routes_for(
    routes: Iterable[RuleRoute], category: str, division: str, on: date
) -> tuple[RuleRoute, ...]:
    """The routes of a class of matter there on the day, the closest class first, lead before
    assisting.
    """
    able = [r for r in routes if r.validity.covers(division, on)]
    close = [r for r in able if r.category == category]
    wide = [r for r in able if r.category == category[:2] and category[:2] != category]
    return tuple(sorted(close or wide, key=lambda r: (r.capacity != "lead", r.rank, r.unit)))
