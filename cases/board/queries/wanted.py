"""What a board is narrowed to (看板范围): period, town, unit, village, kind, all in the address."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Q

from cases.docket import access, kinds
from cases.docket.models import Case
from cases.grid.models import Village
from cases.law.moves import Refused, Why
from cases.people.directory import Directory, Entry, directory
from cases.people.models import UnitKind
from cases.people.queries import Actor, town_day
from cases.rulebook.queries import stamp
from cases.whistle.queries.calls import OVERSEERS
from cases.whistle.queries.period import PERIODS as OF_RATES
from cases.whistle.queries.period import Period, period_of, wrong

SEATS: Final = OVERSEERS
LONGEST: Final = 366  # days
NONE: Final = "none"  # in an address: without a unit, without a village
PERIODS: Final = {"week": "本周", "month": "本月", "quarter": "本季"} | OF_RATES
_OWN: Final = frozenset({"week", "quarter"})


@dataclass(frozen=True)
class Ground:
    """What a seat's board stands on: who is at it, when, the directory and the villages in reach.

    `towns` to choose between, none for a town's own seat.
    """

    actor: Actor
    now: datetime
    units: Directory
    villages: dict[int, Village]
    towns: list[tuple[str, str]]

    @property
    def today(self) -> date:
        """The day in the town."""
        return town_day(self.now)


@dataclass(frozen=True)
class Wanted:
    """What the numbers are narrowed to; `unit` and `village` by code, "" for all, "none" for none.

    `own`: the unit itself, without those under it.
    """

    period: Period
    town: str = ""
    unit: str = ""
    village: str = ""
    kind: str = ""
    own: bool = False
    units: tuple[int, ...] = field(default=(), compare=False)
    villages: tuple[int, ...] = field(default=(), compare=False)

    @property
    def narrowing(self) -> dict[str, str]:
        """Everything but the period, as it stands in an address."""
        told = {"town": self.town, "unit": self.unit, "village": self.village, "kind": self.kind}
        told |= {"own": "1" if self.own else ""}
        return {name: value for name, value in told.items() if value}

    @property
    def told(self) -> dict[str, str]:
        """All of it as it stands in an address."""
        return self.period.told | self.narrowing

    @property
    def query(self) -> str:
        """The address's own part."""
        return urlencode(self.told)

    def with_days(self, since: date, until: date) -> dict[str, str]:
        """The same narrowing for other days."""
        days = {"period": "days", "from": since.isoformat(), "to": until.isoformat()}
        return days | self.narrowing


def ground_of(actor: Actor, now: datetime) -> Ground:
    """The ground of a seat; Refused for a seat that has no board."""
    if actor.role not in SEATS:
        words = "督查看板由督查、窗口、镇领导和县专班使用，请切换到相应岗位。"
        raise Refused(words, why=Why.ROLE)
    day = town_day(now)
    units = directory(stamp("people"), day)
    # Every dated row: what was filed before a boundary was redrawn is the village's too.
    rows = Village.objects.filter(division__startswith=actor.division).defer("boundary")
    villages = {row.pk: row for row in rows.order_by("code", "valid_from")}
    return Ground(actor, now, units, villages, _towns(actor, units, day))


def wanted_of(told: Mapping[str, Any], ground: Ground) -> Wanted:
    """The narrowing of an address; Refused says which of it cannot be."""
    period = _period(told, ground.today)
    town, kind = _text(told, "town"), _text(told, "kind")
    if town and town not in dict(ground.towns) and town != ground.actor.division:
        raise wrong("town", "没有这个镇（街道），请从页面上选择。")
    if kind and kind not in {known.code for known in kinds.kinds()}:
        raise wrong("kind", "没有这类事项，请从页面上选择。")
    unit, village = _text(told, "unit"), _text(told, "village")
    own = _text(told, "own") == "1"
    return Wanted(
        period=period,
        town=town,
        unit=unit,
        village=village,
        kind=kind,
        own=own,
        units=_units(unit, ground, own=own),
        villages=_villages(village, ground),
    )


def divisions(actor: Actor, wanted: Wanted, column: str = "division") -> dict[str, str]:
    """The filter for rows that carry a division: the town's own equality, the county's prefix."""
    if wanted.town:
        return {column: wanted.town}
    if len(actor.division) >= 9:
        return {column: actor.division}
    return {f"{column}__startswith": actor.division} if actor.division else {}


def cases_of(actor: Actor, wanted: Wanted, rows: Any = None) -> Any:
    """The cases a seat may count, narrowed; the unit is asked of what they are counted by."""
    found = access.countable(actor, Case.objects.all() if rows is None else rows)
    given = {"division": wanted.town, "kind": wanted.kind}
    found = found.filter(**{name: value for name, value in given.items() if value})
    return found.filter(in_village(wanted))


def in_village(wanted: Wanted, column: str = "village") -> Q:
    """The rows of the village wanted, of none where none is ("none"), of any otherwise."""
    if wanted.village == NONE:
        return Q(**{f"{column}__isnull": True})
    return Q(**{f"{column}__in": wanted.villages}) if wanted.village else Q()


def in_unit(wanted: Wanted, column: str = "unit") -> Q:
    """The rows of the unit wanted, of none where none is ("none"), of any otherwise."""
    if wanted.unit == NONE:
        return Q(**{f"{column}__isnull": True})
    return Q(**{f"{column}__in": wanted.units}) if wanted.unit else Q()


def entry_of(code: str, ground: Ground) -> Entry | None:
    """The unit of a code that a seat may deal with: its territory's, and those above it."""
    found = next((e for e in ground.units.units.values() if e.code == code), None)
    own = ground.actor.division
    if found is None or not (found.division.startswith(own) or own.startswith(found.division)):
        return None
    return found


def _units(code: str, ground: Ground, *, own: bool) -> tuple[int, ...]:
    if code in {"", NONE}:
        return ()
    entry = entry_of(code, ground)
    if entry is None:
        raise wrong("unit", "没有这个单位，请从页面上选择。")
    return (entry.id,) if own else tuple(ground.units.under(entry.path))


def _villages(code: str, ground: Ground) -> tuple[int, ...]:
    if code in {"", NONE}:
        return ()
    found = tuple(pk for pk, village in ground.villages.items() if village.code == code)
    if not found:
        raise wrong("village", "没有这个村（社区），请从页面上选择。")
    return found


def _period(told: Mapping[str, Any], today: date) -> Period:
    code = str(told.get("period") or "")
    given = _week(today) if code == "week" else _quarter(today) if code == "quarter" else None
    period = Period(code, *given) if given else period_of(told, today)
    if (period.until - period.since).days >= LONGEST:
        raise wrong("to", f"统计期最长 {LONGEST} 天，请缩短后再看；更长的请看月报。")
    return period


def _week(today: date) -> tuple[date, date]:
    monday = today - timedelta(days=today.weekday())
    return monday, monday + timedelta(days=6)


def _quarter(today: date) -> tuple[date, date]:
    first = date(today.year, today.month - (today.month - 1) % 3, 1)
    beyond = date(first.year + (first.month > 9), (first.month + 2) % 12 + 1, 1)
    return first, beyond - timedelta(days=1)


def _text(told: Mapping[str, Any], name: str) -> str:
    return str(told.get(name) or "").replace("\0", "\ufffd")[:32]


def _towns(actor: Actor, units: Directory, day: date) -> list[tuple[str, str]]:
    if len(actor.division) >= 9:
        return []
    able = [e for e in units.units.values() if e.kind == UnitKind.TOWN and e.open_on(day)]
    near = [e for e in able if e.division.startswith(actor.division)]
    return [(e.division, e.name) for e in sorted(near, key=lambda e: e.code)]
