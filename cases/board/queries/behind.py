"""The rows behind a number (数据来源): each obligation, event, case or work item it counts.

What a seat only counts is shown by number, kind and state, and nothing else (house rule 4).
"""

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cases.board.queries.doing import Doing, doings
from cases.board.queries.owed import AGES, COLOURS
from cases.board.queries.standing import ITEMS, WAITS
from cases.board.queries.wanted import NONE, Ground, Wanted
from cases.board.states import MEASURES
from cases.docket import access, kinds
from cases.docket.models import Case
from cases.docket.queries.rows import address_of, title_of
from cases.docket.queries.views import SHOWN
from cases.whistle.queries.period import wrong

SIZE: Final = 50
WHATS: Final = {
    "owed": "在办期限",
    "shelved_now": "挂账中",
    "sheets": "未答复的督办单",
    **ITEMS,
    **MEASURES,
}


@dataclass(frozen=True)
class Asked:
    """Which rows: of which number, of which age, colour, waiting time; from where on.

    `category`: only what came up in that class.
    """

    what: str
    age: str = ""
    colour: str = ""
    waits: str = ""
    category: str = ""
    after: str = ""

    @property
    def told(self) -> dict[str, str]:
        """As it stands in the address, the place apart."""
        given = {"what": self.what, "age": self.age, "colour": self.colour, "waits": self.waits}
        given |= {"category": self.category}
        return {name: value for name, value in given.items() if value}

    @property
    def dated(self) -> bool:
        """Whether these rows are of days; the rest are of now."""
        return self.what in MEASURES

    @property
    def words(self) -> str:
        """What these rows are, in words."""
        ages = AGES | {"late": "已超期"}
        colours = {code or NONE: name for code, name in COLOURS.items()}
        more = [ages.get(self.age, ""), colours.get(self.colour, ""), WAITS.get(self.waits, "")]
        return "：".join([WHATS[self.what], *["、".join(m for m in more if m)]]).rstrip("：")


@dataclass(frozen=True)
class Found:
    """One row as it was found: its case, what it says, and its place in the order; of an
    obligation also which it is and its colour.
    """

    case: int
    at: datetime | None
    facts: list[tuple[str, str]]
    cursor: tuple[Any, ...]
    path: str = ""
    obligation: int = 0
    colour: str = ""


@dataclass(frozen=True)
class Behind:
    """One row behind a number; a row that is only counted has no title, no address, no facts, and
    nothing can be done about it.
    """

    number: str
    kind_label: str
    state: str
    title: str
    url: str
    at: datetime | None
    facts: list[tuple[str, str]]
    seen: bool
    colour: str = ""
    doing: Doing | None = None


@dataclass(frozen=True)
class Rows:
    """A page of rows; `next` goes into `after`, "" at the end."""

    asked: Asked
    rows: list[Behind]
    next: str


def asked_of(told: Mapping[str, Any]) -> Asked:
    """What an address asks for; Refused for a number that does not exist."""
    what, age = str(told.get("what") or "owed"), str(told.get("age") or "")
    colour, waits = str(told.get("colour") or ""), str(told.get("waits") or "")
    if what not in WHATS:
        raise wrong("what", "没有这类数据，请从看板上点进来。")
    if age and age not in {*AGES, "late"}:
        raise wrong("age", "没有这个时段，请从看板上点进来。")
    if colour and colour not in {NONE, *COLOURS}:
        raise wrong("colour", "没有这种颜色，请从看板上点进来。")
    if waits and waits not in WAITS:
        raise wrong("waits", "没有这个时段，请从看板上点进来。")
    category = str(told.get("category") or "").replace("\0", "")[:120]
    return Asked(what, age, colour, waits, category, str(told.get("after") or "")[:200])


def dressed(ground: Ground, found: list[Found]) -> list[Behind]:
    """Rows as a seat may read them."""
    ids = {row.case for row in found}
    cases = {c.pk: c for c in Case.objects.only(*SHOWN).filter(pk__in=ids)}
    seen = access.visible(ground.actor, Case.objects.filter(pk__in=ids))
    open_ones = set(seen.values_list("pk", flat=True))
    able = doings(ground, [row.obligation for row in found])
    return [
        _row(row, cases[row.case], row.case in open_ones, able.get(row.obligation)) for row in found
    ]


def page_of(ground: Ground, asked: Asked, found: Iterable[Found]) -> Rows:
    """The first rows of what was found, and where to go on."""
    rows: list[Found] = []
    for row in found:
        rows.append(row)
        if len(rows) > SIZE:
            break
    more = _cursor(rows[SIZE - 1].cursor) if len(rows) > SIZE else ""
    return Rows(asked, dressed(ground, rows[:SIZE]), more)


def place_of(asked: Asked, *shapes: type) -> tuple[Any, ...] | None:
    """The place an address goes on from, None at the beginning; Refused for one that is none."""
    if not asked.after:
        return None
    try:
        told = json.loads(base64.urlsafe_b64decode(asked.after.encode()))
        if not isinstance(told, list) or len(told) != len(shapes):
            raise ValueError(asked.after)
        return tuple(_read(value, shape) for value, shape in zip(told, shapes, strict=True))
    except (ValueError, TypeError, OverflowError, RecursionError) as trouble:
        raise wrong("after", "页码不对，请回到第一页。") from trouble


def _read(value: Any, shape: type) -> Any:
    if shape is datetime:
        at = datetime.fromisoformat(value)
        if at.tzinfo is None or not 1900 < at.year < 2200:
            raise ValueError(value)
        return at
    number = int(value)
    if not 0 <= number < 2**63:
        raise ValueError(value)
    return number


def _cursor(place: tuple[Any, ...]) -> str:
    told = [value.isoformat() if isinstance(value, datetime) else value for value in place]
    return base64.urlsafe_b64encode(json.dumps(told).encode()).decode()


def _row(row: Found, case: Case, seen: bool, doing: Doing | None) -> Behind:
    kind = kinds.kind(case.kind)
    return Behind(
        number=case.number or "",
        kind_label=kind.label,
        state=kind.table.states.get(case.state, case.state),
        title=title_of(case) if seen else "",
        url=(row.path or address_of(case)) if seen else "",
        at=row.at if seen else None,
        facts=row.facts if seen else [],
        seen=seen,
        colour=row.colour if seen else "",
        doing=doing if seen else None,
    )


def name_of(ground: Ground, unit: int | None) -> str:
    """A unit's name, or that nobody was found."""
    return ground.units.name(unit) or "尚未落实"


def unit_words(wanted: Wanted, ground: Ground) -> str:
    """What the rows are narrowed to, in words."""
    told = []
    if wanted.town:
        told.append(dict(ground.towns).get(wanted.town, wanted.town))
    if wanted.unit:
        entry = next((e for e in ground.units.units.values() if e.code == wanted.unit), None)
        told.append(entry.name if entry else "尚未落实单位")
    if wanted.village:
        named = {v.code: v.name for v in ground.villages.values()}
        told.append(named.get(wanted.village, "没有定位"))
    if wanted.kind:
        told.append(kinds.kind(wanted.kind).label)
    return "、".join(told)
