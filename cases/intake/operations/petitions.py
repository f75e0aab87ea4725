"""Petitions from a sheet (历史来信导入): each becomes a case with the deadline it had.

An answered one is entered closed, its receipt and its reply as events at their times; an unanswered
one lies open with the desk. The number of the sheet is an external number, so that a second run, or
two at once, creates nothing twice. Nobody is told, and only rungs still to come are armed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import DatabaseError, transaction

from cases.docket.models import Case, ExternalRef, WorkItem
from cases.docket.record import Batch, Moment, Opening, Slip, begin
from cases.intake.models import Report
from cases.intake.operations.petition_sheet import Petition, Unreadable, petitions_of
from cases.intake.states import REPORT
from cases.intake.states.way import ENTER_CLOSED, ENTER_OPEN, RECEIVE
from cases.intake.states.words import Source
from cases.law.moves import Refused, Why
from cases.people.queries import SYSTEM
from cases.rulebook.operations.petition_scheme import Imported

OUTSIDE = "petition"  # the system whose numbers the sheet carries
AT_ONCE = 200  # rows a transaction
_SLIP = Slip(by_event=True, quiet=True)


def import_petitions(
    file: Path,
    *,
    division: str,
    at: datetime,
    dry_run: bool = False,
    tell: Callable[[str], Any] = str,
) -> Imported:
    """Enter a sheet of petitions for a town (导入来信); safe to run again, a bad row stops no
    other.

    Raises `Refused` when the file is no such sheet or there is no such town; with `dry_run` nothing
    is written. `tell` is given a line of progress after every 200 rows.
    """
    _town(division, begin())
    run = _Run(file.name, division, at, dry_run, tell)
    for row in petitions_of(file, at):
        run.take_in(row)
    run.flush()
    run.result.rejected.sort(key=lambda bad: bad["row"])
    return run.result


@dataclass
class _Run:
    sheet: str
    division: str
    at: datetime
    dry_run: bool
    tell: Callable[[str], Any]
    result: Imported = field(default_factory=Imported)
    seen: set[str] = field(default_factory=set)
    waiting: list[Petition] = field(default_factory=list)

    def take_in(self, row: Petition | Unreadable) -> None:
        self.result.read += 1
        if isinstance(row, Unreadable):
            self.result.rejected.append({"row": row.row, "reason": row.reason})
        elif row.number in self.seen:
            self.result.existing += 1
        else:
            self.seen.add(row.number)
            self.waiting.append(row)
        if len(self.waiting) == AT_ONCE:
            self.flush()

    def flush(self) -> None:
        rows, self.waiting = self.waiting, []
        try:
            self._enter(rows)
        except (Refused, DatabaseError, ValueError):
            for row in rows:
                self._enter_alone(row)
        r = self.result
        self.tell(
            f"已读 {r.read} 行：新建 {r.created}，已有 {r.existing}，退回 {len(r.rejected)}"
        )

    def _enter_alone(self, row: Petition) -> None:
        try:
            self._enter([row])
        except (Refused, DatabaseError, ValueError) as wrong:
            if _known(self.division, [row]):  # another import was faster
                self.result.existing += 1
                return
            reason = getattr(wrong, "sentence", f"未能写入（{type(wrong).__name__}）")
            self.seen.discard(row.number)
            self.result.rejected.append({"row": row.row, "reason": reason})
            _hand_over(self.division, self.sheet, row, reason, self.at)

    def _enter(self, rows: Sequence[Petition]) -> None:
        with transaction.atomic():
            known = _known(self.division, rows)
            new = [row for row in rows if row.number not in known]
            if new and not self.dry_run:
                _write(new, self.division, self.at)
        self.result.created += len(new)
        self.result.existing += len(rows) - len(new)


def _known(division: str, rows: Sequence[Petition]) -> set[str]:
    numbers = [row.number for row in rows]
    refs = ExternalRef.objects.filter(division=division, system=OUTSIDE, number__in=numbers)
    return set(refs.values_list("number", flat=True))


def _write(rows: Sequence[Petition], division: str, at: datetime) -> None:
    batch = Batch(begin(len(rows)), _SLIP)
    cases = [(row, _draft(batch, row, division, at)) for row in rows]
    # The numbers from outside first, in one order: a rival import stops here, before any of our own
    #  numbers is taken. Their cases follow in the same transaction (the keys are checked at its
    # end).
    ExternalRef.objects.bulk_create(
        ExternalRef(case=case, system=OUTSIDE, number=row.number, division=division)
        for row, case in sorted(cases, key=lambda pair: pair[0].number)
    )
    Report.objects.bulk_create(
        Report(case=case, source=Source.LETTER, received_at=row.asked) for row, case in cases
    )
    batch.write()


def _draft(batch: Batch, row: Petition, division: str, at: datetime) -> Case:
    case, _ = batch.open(
        RECEIVE,
        Opening(kind=REPORT.code, division=division),
        by=SYSTEM,
        at=row.asked,
        source=Source.LETTER,
        external=row.number,
        title=row.title,
        description=row.description,
        reporter=row.reporter,
    )
    if row.answered:
        batch.take(ENTER_CLOSED, case, by=SYSTEM, at=row.answered, reply=row.reply)
    else:
        batch.take(ENTER_OPEN, case, by=SYSTEM, at=at)
    return case


def _hand_over(division: str, sheet: str, row: Petition, reason: str, at: datetime) -> None:
    item = WorkItem(
        kind="bad_row",
        division=division,
        unit_id=begin().directory.desk(division),
        words=f"{sheet} 第 {row.row} 行（留言编号 {row.number}）未能导入：{reason}"[:400],
        key=f"bad_row:{division}:{OUTSIDE}:{row.number}"[:120],
        since=at,
    )
    WorkItem.objects.bulk_create([item], ignore_conflicts=True)


def _town(division: str, moment: Moment) -> None:
    towns = {unit.division for unit in moment.directory.units.values()}
    if division in towns or (not towns and division.isdecimal()):
        return
    words = f"没有区划代码为“{division}”的镇（街道），请核对 --division。"
    raise Refused(words, why=Why.FACTS, fields={"division": words})
