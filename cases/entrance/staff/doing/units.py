"""Units (单位): opened, changed, closed, their work handed to another."""

from datetime import date, datetime
from typing import Any

from cases.docket.operations import handing
from cases.docket.operations.handing import HandedOver
from cases.entrance.staff.doing.checks import by_today, paper_of
from cases.entrance.staff.scope import one, trail_of, units_seen
from cases.people import operations as people
from cases.people.dated import line, wrong
from cases.people.models import Unit, UnitKind
from cases.people.queries import Actor

_PLACES = frozenset({UnitKind.CITY, UnitKind.COUNTY, UnitKind.TOWN})


def open_unit(
    actor: Actor,
    _row: None,
    at: datetime,
    *,
    code: str,
    name: str,
    kind: str,
    valid_from: date,
    parent: int | str | None = None,
    division: str = "",
    paper: str = "",
    **more: Any,
) -> Unit:
    """Open a unit under one that is seen, in a division that is kept."""
    above = one(units_seen(actor), pk=parent) if parent else None
    if above is None and actor.division:
        raise wrong("parent", "请选择上级单位。")
    code = line("code", "单位代码", 32, code, must=True)
    place = division or (code if kind in _PLACES or above is None else above.division)
    if not place.isascii() or not place.isdigit() or not 2 <= len(place) <= 12:
        raise wrong("division", "区划代码为 2 至 12 位数字，请核对。")
    if not place.startswith(actor.division):
        raise wrong("division", f"区划 {place} 不在您的管理范围（{actor.division}）内，请核对。")
    return people.open_unit(
        code,
        line("name", "名称", 80, name, must=True),
        UnitKind(kind),
        above,
        place,
        valid_from,
        short_name=line("short_name", "简称", 40, more.get("short_name", "")),
        vertical=bool(more.get("vertical")),
        phone=line("phone", "电话", 40, more.get("phone", "")),
        note=line("note", "说明", 200, more.get("note", "")),
        **trail_of(actor, at, paper_of(paper)),
    )


def change_unit(
    actor: Actor, unit: Unit, at: datetime, *, on: date, paper: str = "", **values: str
) -> Unit:
    """Change what a unit is called and where it is reached."""
    by_today(on, at)
    return people.change_unit(unit, values, on, **trail_of(actor, at, paper_of(paper)))


def close_unit(actor: Actor, unit: Unit, at: datetime, *, on: date, paper: str = "") -> Unit:
    """Close a unit that holds nothing any more."""
    return handing.close_empty_unit(unit, on, at, actor.stamp, paper_of(paper))


def hand_over_unit(
    actor: Actor, unit: Unit, at: datetime, *, to_unit: int | str, paper: str = ""
) -> HandedOver:
    """Move a unit's open work to another unit."""
    return handing.hand_over_unit(
        unit, one(units_seen(actor), pk=to_unit), at, actor.stamp, paper_of(paper)
    )
