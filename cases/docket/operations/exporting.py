"""Taking a list away (导出): the sheet is written into a file that nobody can name, and that it was
taken is written down. The file is gone when it is closed.
"""

from dataclasses import dataclass
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, Final

from cases.docket import access
from cases.docket.models import Access
from cases.docket.operations.reading import note_reading
from cases.docket.queries.export import write_sheet
from cases.docket.queries.filters import Filters, in_words
from cases.law.moves import Refused, Why
from cases.people.queries import TOWN_TIME, Actor

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Sheet:
    """A sheet ready to be sent: its bytes from the beginning, its name, how many cases it holds."""

    file: IO[bytes]
    name: str
    rows: int


def take_sheet(filters: Filters, *, by: Actor, at: datetime) -> Sheet:
    """The list a seat sees under some filters, as a sheet; the caller closes its file."""
    if by.role in access.NO_CASES:
        words = f"{by.role.label}岗位不查看具体事项，没有可导出的清单。"
        raise Refused(words, why=Why.ROLE)
    file = TemporaryFile()  # noqa: SIM115 - whoever sends it closes it, which removes it
    try:
        rows = write_sheet(file, by, filters, at)
        note_reading(by, Access.EXPORT, at=at, rows=rows, words=in_words(filters))
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return Sheet(file, f"办件 {at.astimezone(TOWN_TIME):%Y-%m-%d %H%M}.xlsx", rows)
