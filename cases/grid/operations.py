"""Entering and redrawing villages and grids (网格划分与调整), each with its recorded change.

A row is never redrawn in place: the old one ends and a successor begins, so that a case keeps the
grid it was filed in. Boundaries are GeoJSON polygons (RFC 7946) in WGS-84.
"""

from datetime import date, datetime
from typing import Any, NotRequired, TypedDict, TypeVar, Unpack

import shapely
from django.db import models, transaction
from pypinyin import lazy_pinyin
from shapely.errors import ShapelyError
from shapely.geometry import shape

from cases.grid.models import Grid, GridKind, Village
from cases.grid.queries import CHINA
from cases.law.moves import Refused, Why
from cases.rulebook.operations import note_change

Row = TypeVar("Row", Village, Grid)


class Trail(TypedDict):
    """What every recorded change says of itself: who, when, on which paper."""

    actor_code: str
    at: datetime
    paper: NotRequired[str]


class GridRefused(Refused):
    """A village or grid that cannot be entered so, with the sentence for the one entering it."""

    def __init__(self, sentence: str, field: str) -> None:
        super().__init__(sentence, why=Why.FACTS, fields={field: sentence})


def pinyin_of(name: str) -> str:
    """The sort and search key of a name (拼音): a first guess, which anyone may correct."""
    return "".join(lazy_pinyin(name)).lower()[:200]


def plain(row: models.Model, *hidden: str) -> dict[str, Any]:
    """A row's values as a recorded change keeps them: ids, texts, dates as text."""
    values = {
        f.attname: getattr(row, f.attname)
        for f in row._meta.concrete_fields
        if f.name not in hidden
    }
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in values.items()}


@transaction.atomic
def enter_village(
    code: str,
    name: str,
    division: str,
    boundary: dict[str, Any],
    on: date,
    *,
    demonstration: bool = False,
    note: str = "",
    **trail: Unpack[Trail],
) -> Village:
    """Enter a village (村居) that counts from `on`; its code begins with its division's."""
    if not code.startswith(division) or code == division:
        raise GridRefused(f"村（社区）代码 {code} 不以所属区划 {division} 开头，请核对。", "code")
    village = Village.objects.create(
        code=code,
        name=name,
        pinyin=pinyin_of(name),
        division=division,
        boundary=checked(boundary),
        valid_from=on,
        demonstration=demonstration,
        note=note,
    )
    _note(village, "enter", None, **trail)
    return village


@transaction.atomic
def enter_grid(
    code: str,
    kind: GridKind,
    name: str,
    village: Village,
    boundary: dict[str, Any],
    on: date,
    *,
    parent: Grid | None = None,
    use: str = "",
    demonstration: bool = False,
    **trail: Unpack[Trail],
) -> Grid:
    """Enter a grid (网格) of a village from `on`; a micro-grid names its natural grid."""
    if kind == GridKind.MICRO and (parent is None or parent.kind != GridKind.NATURAL):
        raise GridRefused("微网格须指明所在的自然网格。", "parent")
    if kind != GridKind.MICRO and parent is not None:
        raise GridRefused("只有微网格才有上级网格。", "parent")
    grid = Grid.objects.create(
        code=code,
        kind=kind,
        use=use,
        name=name,
        pinyin=pinyin_of(name),
        division=village.division,
        village=village,
        parent=parent,
        boundary=checked(boundary),
        valid_from=on,
        demonstration=demonstration,
    )
    _note(grid, "enter", None, **trail)
    return grid


@transaction.atomic
def close(row: Row, on: date, **trail: Unpack[Trail]) -> Row:
    """End a village or grid: `on` is the first day it no longer counts."""
    table = type(row)
    locked = table._default_manager.select_for_update().get(pk=row.pk)
    if locked.valid_to is not None:
        raise GridRefused(f"{locked.name} 已于 {locked.valid_to} 停用，不能重复停用。", "valid_to")
    if on < locked.valid_from:
        raise GridRefused(f"停用日期不能早于启用日期 {locked.valid_from}。", "valid_to")
    before = plain(locked, "boundary")
    locked.valid_to = on
    locked.save(update_fields=["valid_to"])
    _note(locked, "close", before, **trail)
    return locked


@transaction.atomic
def redraw_grid(
    grid: Grid, boundary: dict[str, Any], on: date, **trail: Unpack[Trail]
) -> Grid:
    """Draw a grid anew (网格调整) from `on`: the old row ends, a successor with its code begins.

    Its micro-grids belong to the successor from then on; duties are handed over by people.
    """
    old = close(grid, on, **trail)
    new = Grid.objects.create(
        code=old.code,
        kind=old.kind,
        use=old.use,
        name=old.name,
        pinyin=old.pinyin,
        division=old.division,
        village_id=old.village_id,
        parent_id=old.parent_id,
        boundary=checked(boundary),
        valid_from=on,
        demonstration=old.demonstration,
    )
    Grid.objects.filter(parent=old, valid_to=None).update(parent=new)
    _note(new, "redraw", plain(old, "boundary"), **trail)
    return new


@transaction.atomic
def correct_pinyin(row: Row, pinyin: str, **trail: Unpack[Trail]) -> Row:
    """Correct the sort key of a name (更正拼音); machines err on names."""
    before = plain(row, "boundary")
    row.pinyin = pinyin.strip().lower()
    row.save(update_fields=["pinyin"])
    _note(row, "pinyin", before, **trail)
    return row


def checked(boundary: dict[str, Any]) -> dict[str, Any]:
    """A boundary that encloses ground in China, or GridRefused saying what is wrong with it."""
    try:
        drawn = shape(boundary)
    except (ShapelyError, AttributeError, KeyError, TypeError, ValueError, IndexError) as error:
        raise GridRefused("边界不是有效的 GeoJSON 面，请重新导出后再传。", "boundary") from error
    if drawn.geom_type not in ("Polygon", "MultiPolygon") or drawn.is_empty:
        raise GridRefused("边界须是面（Polygon 或 MultiPolygon），不能是点或线。", "boundary")
    if not drawn.is_valid:
        reason = shapely.is_valid_reason(drawn)
        raise GridRefused(f"边界自相交或未闭合，请修正后再传（{reason}）。", "boundary")
    if not shapely.box(*CHINA).contains(drawn):
        raise GridRefused("边界超出中国范围，可能经纬度颠倒或坐标系不对。", "boundary")
    return boundary


def _note(
    row: Village | Grid, what: str, before: dict[str, Any] | None, **trail: Unpack[Trail]
) -> None:
    note_change(row._meta.db_table, row.code, what, before, plain(row, "boundary"), **trail)
