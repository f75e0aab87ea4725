"""The roster as a sheet (人员岗位表): in the very columns it is read back by, text only.

Every cell is written as a string, so that no name is ever taken for a formula.
"""

from collections.abc import Iterable
from datetime import date
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import xlsxwriter
from django.db.models import Exists, OuterRef, Q

from cases.entrance.staff import scope
from cases.law.moves import Role
from cases.people.models import Post
from cases.people.operations.roster import COLUMNS, Line, Scope, read_roster
from cases.people.queries import Actor

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDTHS: Final = (18, 12, 18, 26, 20, 30, 16, 20, 12, 12)
_PLAIN: Final = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


def roster_rows(actor: Actor, today: date) -> list[tuple[str, ...]]:
    """The posts an administrator keeps that have not ended, and the people without any."""
    lasting = Q(valid_to=None) | Q(valid_to__gt=today)
    posts = scope.posts_kept(actor).filter(lasting).select_related("officer", "unit")
    rows = [_cells(post) for post in posts.order_by("unit__code", "role", "officer__pinyin", "pk")]
    held = Post.objects.filter(lasting, officer=OuterRef("pk"))
    idle = scope.officers_seen(actor).filter(~Exists(held))
    rows += [(o.username, o.name, o.phone, o.email, *("",) * 6) for o in idle]
    return rows


def roster_sheet(rows: Iterable[tuple[str, ...]]) -> bytes:
    """A sheet with the roster's columns and these rows."""
    kept = BytesIO()
    book = xlsxwriter.Workbook(kept, _PLAIN)
    page = book.add_worksheet("人员岗位")
    bold = book.add_format({"bold": True})
    for place, (head, width) in enumerate(zip(COLUMNS, _WIDTHS, strict=True)):
        page.set_column(place, place, width)
        page.write_string(0, place, head, bold)
    page.freeze_panes(1, 0)
    for number, row in enumerate(rows, start=1):
        for place, text in enumerate(row):
            if text:
                page.write_string(number, place, text)
    book.close()
    return kept.getvalue()


def lines_of(content: bytes) -> list[Line]:
    """The rows of a roster that was sent; Refused where it cannot be read."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "表格.xlsx"
        file.write_bytes(content)
        return read_roster(file)


def scope_of(actor: Actor, today: date) -> Scope:
    """What an administrator's roster may change."""
    units, officers = scope.units_kept(actor), scope.officers_kept(actor, today)
    return Scope(units, officers, actor.officer_id)


def _cells(post: Post) -> tuple[str, ...]:
    officer, unit = post.officer, post.unit
    days = (str(post.valid_from), str(post.valid_to or ""))
    person = (officer.username, officer.name, officer.phone, officer.email)
    return (*person, unit.code, unit.name, Role(post.role).label, post.title, *days)
