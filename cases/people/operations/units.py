"""Units (单位): opened under another, renamed, closed when nothing hangs on them any more."""

from collections.abc import Mapping
from datetime import date
from typing import Final, Unpack

from django.db import transaction
from django.db.models import Q

from cases.grid.operations import Trail, pinyin_of, plain
from cases.law.moves import Refused
from cases.people.dated import changed, line, noted, wrong
from cases.people.models import Post, Unit, UnitKind
from cases.rulebook.operations import one_writer

# What may be changed of a unit: field → what people call it, and how long it may be.
LINES: Final = {"name": ("名称", 80), "short_name": ("简称", 40), "phone": ("电话", 40)}
LINES_MORE: Final = {"note": ("说明", 200)}


@transaction.atomic
def open_unit(
    code: str,
    name: str,
    kind: UnitKind,
    parent: Unit | None,
    division: str,
    opened_on: date,
    *,
    short_name: str = "",
    vertical: bool = False,
    phone: str = "",
    demonstration: bool = False,
    note: str = "",
    **trail: Unpack[Trail],
) -> Unit:
    """Open a unit (设立单位) under another; a village unit takes its village's code."""
    one_writer()
    if Unit.objects.filter(code=code).exists():
        raise wrong("code", f"单位代码 {code} 已被使用，请换一个代码。")
    unit = Unit.objects.create(
        code=code,
        name=name,
        short_name=short_name or name[:40],
        pinyin=pinyin_of(name),
        kind=kind,
        parent=parent,
        division=division,
        vertical=vertical,
        phone=phone,
        opened_on=opened_on,
        demonstration=demonstration,
        note=note,
    )
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    noted(unit, unit.code, "open", None, **trail)
    return unit


@transaction.atomic
def change_unit(
    unit: Unit, values: Mapping[str, str], on: date, **trail: Unpack[Trail]
) -> Unit:
    """Change name, short name, phone or note of a unit (单位更名、换号) as of a day."""
    one_writer()
    for field in set(values) - set(LINES | LINES_MORE):
        raise wrong(field, f"“{field}”不能在这里修改。")
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    if unit.closed_on is not None and unit.closed_on <= on:
        raise Refused(f"{unit.name} 已于 {unit.closed_on} 撤销，不能再修改。")
    told = {
        field: line(field, *(LINES | LINES_MORE)[field], value, must=field.endswith("name"))
        for field, value in values.items()
    }
    before = plain(unit)
    names = changed(unit, told)
    if "name" in names:
        unit.pinyin = pinyin_of(unit.name)
        names.append("pinyin")
    unit.save(update_fields=names)
    noted(unit, unit.code, "change", before, on=on, **trail)
    return unit


@transaction.atomic
def close_unit(unit: Unit, on: date, **trail: Unpack[Trail]) -> Unit:
    """Close a unit (撤销单位) whose posts and lower units have ended by then."""
    one_writer()
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    if unit.closed_on is not None:
        raise Refused(f"{unit.name} 已于 {unit.closed_on} 撤销，不能重复撤销。")
    if on < unit.opened_on:
        raise wrong("on", f"撤销日期不能早于设立日期 {unit.opened_on}。")
    if Post.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on), unit=unit).exists():
        raise Refused(f"{unit.name} 还有在岗人员，请先结束或调整他们的岗位，再撤销单位。")
    if Unit.objects.filter(Q(closed_on=None) | Q(closed_on__gt=on), parent=unit).exists():
        raise Refused(f"{unit.name} 还有下级单位，请先撤销或划转下级单位。")
    before = plain(unit)
    unit.closed_on = on
    unit.save(update_fields=["closed_on"])
    noted(unit, unit.code, "close", before, **trail)
    return unit
