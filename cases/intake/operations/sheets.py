"""Sheets of the hotline taken in (12345 工单导入): looked through first, then filed row by row.

The number of a sheet is an external number, unique in a town: sending the table again, or twice at
once, files nothing twice. A row that cannot stand is named and stops no other (国办函〔2025〕66号:
what stands in another system is not typed again).
"""

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.db import DatabaseError

from cases.docket import vault
from cases.docket.models import ExternalRef, Upload
from cases.docket.operations.uploads import receive_upload, remove_upload
from cases.docket.queries.files import content_of, own_upload, upload_view
from cases.grid.queries import villages_in
from cases.intake.operations.filing import file_report
from cases.intake.operations.hotline_sheet import Sheet, Unreadable, sheets_in
from cases.intake.operations.sheet_classes import OTHER, Classes, village_named
from cases.intake.states.words import Source, Stream
from cases.law.moves import Refused, Role, Why
from cases.people.queries import Actor, town_day
from cases.rulebook.queries import book
from cases.rulebook.queries.rules import RuleCategory

OUTSIDE = Source.HOTLINE.value
NEW, KNOWN, REPEATED, WRONG = "new", "known", "repeated", "wrong"
LABELS = {NEW: "新增", KNOWN: "已登记", REPEATED: "本表重复", WRONG: "有误"}
SHOWN = 50
_A_TIME = 500


@dataclass(frozen=True, slots=True)
class Row:
    """One row as the preview tells it: what will become of it, and why."""

    row: int
    number: str
    title: str
    state: str
    words: str = ""
    report: str = ""  # the number it is registered under
    dispatched: datetime | None = None
    due: datetime | None = None
    category: str = ""
    village: str = ""

    @property
    def label(self) -> str:
        """What will become of it, in a word."""
        return LABELS[self.state]


@dataclass(frozen=True)
class Preview:
    """What a table holds (导入预览): counts by what becomes of the rows; nothing is written."""

    id: UUID
    name: str
    rows: list[Row]
    counts: dict[str, int]
    unclassed: int

    @property
    def shown(self) -> list[Row]:
        """The first fifty rows, and every wrong one after them."""
        return [*self.rows[:SHOWN], *(r for r in self.rows[SHOWN:] if r.state == WRONG)]

    @property
    def hidden(self) -> int:
        """How many rows are not shown."""
        return len(self.rows) - len(self.shown)


@dataclass
class Filed:
    """What an import did (导入结果): rows = created + existing + rejected."""

    created: int = 0
    existing: int = 0
    unclassed: int = 0
    rejected: list[dict[str, Any]] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Town:
    """What a row is read against: the classes and villages of a town today."""

    classes: Classes
    villages: dict[str, str]

    def category(self, sheet: Sheet) -> RuleCategory | None:
        return self.classes.of(sheet.category)

    def village(self, sheet: Sheet) -> str:
        return village_named(self.villages, sheet.address, sheet.title, sheet.description)


def receive_sheet(name: str, content: bytes | IO[bytes], *, by: Actor, at: datetime) -> Upload:
    """Take in a table to be looked through (上传工单表); Refused, at `file`, for what is none."""
    _may(by)
    try:
        return receive_upload(name, content, by=by, at=at, purpose="sheet")
    except Refused as refused:
        words = refused.sentence
        raise Refused(words, why=refused.why, fields={"file": words}) from refused


def send_sheet(name: str, content: bytes | IO[bytes], *, by: Actor, at: datetime) -> Preview:
    """Take in a table and look it through; what is no sheet of the hotline is not kept."""
    kept = receive_sheet(name, content, by=by, at=at)
    try:
        return look_through(kept.pk, by=by, at=at)
    except Refused:
        remove_upload(kept.pk, by=by)
        raise


def look_through(upload: UUID, *, by: Actor, at: datetime) -> Preview:
    """What would become of every row of a table that was sent (导入预览); writes nothing."""
    kept = _kept(upload, by)
    town, rows = _town(by, at), list(_sheets(kept, at))
    known = _known(by.division, (row.number for row in rows))
    first: dict[str, int] = {}
    told = [_told(row, town, known, first) for row in rows]
    news = [row for row in told if row.state == NEW]
    return Preview(
        id=kept.pk,
        name=upload_view(kept).name,
        rows=told,
        counts=dict.fromkeys(LABELS, 0) | dict(Counter(row.state for row in told)),
        unclassed=sum(not row.category for row in news),
    )


def import_sheet(upload: UUID, *, by: Actor, at: datetime) -> Filed:
    """File every good row of a table as a report (确认导入); safe to repeat, also twice at once."""
    kept = _kept(upload, by)
    town, rows, done = _town(by, at), list(_sheets(kept, at)), Filed()
    known = _known(by.division, (row.number for row in rows))
    for row in rows:
        if isinstance(row, Unreadable):
            done.rejected.append(_bad(row.row, row.number, row.reason))
        elif row.number in known:
            done.existing += 1
        else:
            _file(row, town, by, done)
            known[row.number] = ""
    return done


def _file(sheet: Sheet, town: _Town, by: Actor, done: Filed) -> None:
    category = town.category(sheet)
    try:
        case, _ = file_report(
            by=by,
            at=sheet.dispatched,
            anonymous=sheet.anonymous,
            **_facts(sheet, category, town.village(sheet)),
        )
    except (Refused, DatabaseError, ValueError) as wrong:
        if _known(by.division, [sheet.number]):  # the same table, sent twice at once
            done.existing += 1
            return
        reason = getattr(wrong, "sentence", "未能写入，请稍后再导入一次")
        done.rejected.append(_bad(sheet.row, sheet.number, reason))
        return
    done.created += 1
    done.unclassed += category is None
    done.numbers.append(str(case.number))


def _facts(sheet: Sheet, category: RuleCategory | None, village: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        "source": OUTSIDE,
        "external": sheet.number,
        "external_due": sheet.due,
        "title": sheet.title,
        "description": sheet.description,
        "address": sheet.address,
        "reporter": sheet.reporter,
        "phone": sheet.phone,
        "category": category.code if category else OTHER,
        "village": village,
        "urgent": sheet.urgent,
    }
    if sheet.secret:
        told["stream"] = Stream.INFORMER.value
    return {name: value for name, value in told.items() if value not in (None, "", False)}


def _told(
    row: Sheet | Unreadable, town: _Town, known: dict[str, str], first: dict[str, int]
) -> Row:
    if isinstance(row, Unreadable):
        return Row(row.row, row.number, row.title, WRONG, row.reason)
    before = first.setdefault(row.number, row.row)
    if row.number in known:
        return Row(row.row, row.number, row.title, KNOWN, report=known[row.number])
    if before != row.row:
        words = f"与第 {before} 行工单编号相同，只登记一次"
        return Row(row.row, row.number, row.title, REPEATED, words)
    category, village = town.category(row), town.village(row)
    return Row(
        row=row.row,
        number=row.number,
        title=row.title,
        state=NEW,
        words="；".join(row.notes),
        dispatched=row.dispatched,
        due=row.due,
        category=category.name if category else "",
        village=town.villages.get(village, ""),
    )


def _town(by: Actor, at: datetime) -> _Town:
    day = town_day(at)
    villages = dict(villages_in(by.division, day).values_list("code", "name"))
    return _Town(Classes(book().categories("grid", day, by.division)), villages)


def _sheets(kept: Upload, now: datetime) -> Iterator[Sheet | Unreadable]:
    try:
        content = content_of(kept)
    except vault.Missing as gone:
        raise _lost() from gone
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "工单表.xlsx"
        file.write_bytes(content)
        yield from sheets_in(file, now)


def _known(division: str, numbers: Iterable[str]) -> dict[str, str]:
    """Which numbers stand in this town already, and under which report."""
    found: dict[str, str] = {}
    for some in _by(_A_TIME, sorted(set(numbers))):
        refs = ExternalRef.objects.filter(division=division, system=OUTSIDE, number__in=some)
        found |= {n: str(case) for n, case in refs.values_list("number", "case__number")}
    return found


def _by(size: int, items: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _kept(upload: UUID, by: Actor) -> Upload:
    _may(by)
    kept = own_upload(by, upload)
    if kept is None or kept.kind != "sheet":
        raise _lost()
    return kept


def _may(by: Actor) -> None:
    if by.role is not Role.DESK:
        raise Refused(
            f"您现在的岗位（{by.role.label}）不能导入工单，请由综合受理窗口导入。",
            why=Why.ROLE,
            whose=[Role.DESK.label],
        )


def _bad(row: int, number: str, reason: str) -> dict[str, Any]:
    return {"row": row, "number": number, "reason": reason}


def _lost() -> Refused:
    words = "这张表已失效（不是您上传的，或已超过 24 小时），请重新上传。"
    return Refused(words, why=Why.HIDDEN, fields={"file": words})
