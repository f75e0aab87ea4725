"""The petition scheme from a sheet (诉求分类导入): 一级分类 二级分类 三级分类, one class a row.

A bad row stops no other; a class that is there already is left alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from cases.rulebook.models import Category, Quality, Scheme
from cases.rulebook.operations import enter_many
from cases.rulebook.sheets import rows_of, text_of

COLUMNS = ("一级分类", "二级分类", "三级分类")
LONGEST_NAME = 38  # three of them and two strokes make a code


@dataclass
class Imported:
    """What an import did (导入结果): read = created + existing + rejected."""

    read: int = 0
    created: int = 0
    existing: int = 0
    rejected: list[dict[str, Any]] = field(default_factory=list)


def import_categories(
    file: Path, *, actor_code: str, at: datetime, valid_from: date, dry_run: bool = False
) -> Imported:
    """Enter the three-level petition scheme from a sheet (导入诉求分类), classes above included.

    Raises `Refused` when the file is no such sheet; with `dry_run` nothing is written.
    """
    result = Imported()
    known = set(
        Category.objects.filter(scheme=Scheme.PETITION, scope="", valid_to=None).values_list(
            "code", flat=True
        )
    )
    new: list[dict[str, Any]] = []
    for number, row in rows_of(file, COLUMNS):
        cells = [text_of(row[column]) for column in COLUMNS]
        names = [cell for cell in cells if cell]
        result.read += 1
        wrong = _wrong(cells)
        if wrong:
            result.rejected.append({"row": number, "reason": wrong})
        elif "/".join(names) in known:
            result.existing += 1
        else:
            result.created += 1
            new += _with_those_above(names, known, file.name, valid_from)
    if new and not dry_run:
        enter_many(Category, new, actor_code=actor_code, at=at, paper=file.name[:200])
    return result


def _with_those_above(
    names: Sequence[str], known: set[str], sheet: str, valid_from: date
) -> Iterator[dict[str, Any]]:
    for level in range(1, len(names) + 1):
        code = "/".join(names[:level])
        if code in known:
            continue
        known.add(code)
        yield {
            "scheme": Scheme.PETITION,
            "code": code,
            "name": names[level - 1],
            "parent_code": "/".join(names[: level - 1]),
            "level": level,
            "valid_from": valid_from,
            "quality": Quality.PUBLISHED,
            "citation": f"诉求分类表（{sheet}）",
        }


def _wrong(cells: Sequence[str]) -> str:
    filled = [bool(cell) for cell in cells]
    if filled != sorted(filled, reverse=True):
        return "上级分类空缺"
    if any("/" in cell for cell in cells):
        return "分类名称不能含“/”"
    if any(len(cell) > LONGEST_NAME for cell in cells):
        return f"分类名称超过 {LONGEST_NAME} 字"
    return ""
