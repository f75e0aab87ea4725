"""Sheets of petitions (来信表) as an office would send them, for the tests."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from cases.docket.models import Case, ExternalRef
from cases.intake.operations.petitions import import_petitions
from cases.rulebook.operations.petition_scheme import Imported
from tests.town import NOW, XIASHU

HEAD = ("留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "答复意见", "答复时间")

# Monday 2019-03-04: the 15th working day after it is 2019-03-25.
ASKED = "2019/3/4 9:32:09"
IN_TIME = "2019/3/25 23:59:59"
TOO_LATE = "2019/3/26 0:00:00"


def petition(
    number: object = 1,
    asked: object = ASKED,
    reply: object = "",
    answered: object = "",
    *,
    user: object = "A0001",
    title: object = "路灯不亮",
    description: object = "村口第三盏路灯不亮",
) -> list[object]:
    """One row; an answer only where one is given."""
    return [number, user, title, asked, description, reply, answered]


def write(
    file: Path, rows: Sequence[Sequence[object]], head: Sequence[object] = HEAD, **options: Any
) -> Path:
    """Write a head and rows; dates become real dates."""
    manners = {"default_date_format": "yyyy-mm-dd hh:mm:ss", "remove_timezone": True} | options
    with xlsxwriter.Workbook(str(file), manners) as book:
        page = book.add_worksheet()
        for number, row in enumerate([head, *rows]):
            for column, cell in enumerate(row):
                if cell != "":
                    page.write(number, column, cell)
    return file


def entered(
    tmp_path: Path, *rows: list[object], division: str = XIASHU, dry_run: bool = False
) -> Imported:
    """Rows imported for a town."""
    file = write(tmp_path / "petitions.xlsx", rows)
    return import_petitions(file, division=division, at=NOW, dry_run=dry_run)


def counts(result: Imported) -> tuple[int, int, int, int]:
    """Read, created, existing, rejected."""
    return result.read, result.created, result.existing, len(result.rejected)


def case_of(number: str, division: str = XIASHU) -> Case:
    """The case of a petition's number."""
    return ExternalRef.objects.get(division=division, system="petition", number=number).case
