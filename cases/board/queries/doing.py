"""What may be done about a late obligation (催办、督办) from the rows behind a number."""

from collections.abc import Iterable
from dataclasses import dataclass

from cases.board.queries.wanted import Ground
from cases.oversight.queries.supervising import Way, obligations, open_sheets, way_of
from cases.oversight.states.sheets import SHEET


@dataclass(frozen=True)
class Doing:
    """What a seat may do about an obligation: request or issue a sheet, or read the open one."""

    obligation: int
    term: str
    way: str
    way_label: str
    sheet: str
    sheet_label: str


def doings(ground: Ground, chosen: Iterable[int]) -> dict[int, Doing]:
    """What a seat may do about each obligation whose case it sees; two queries, none for none."""
    rows = obligations(ground.actor, chosen)
    sheets = open_sheets(ground.actor, [row.pk for row in rows])
    told = {}
    for row in rows:
        case, sheet = row.case, sheets.get(row.pk)
        way = way_of(ground.actor, row, case.kind, case.division, ground.now)
        way = Way("") if sheet else way
        told[row.pk] = Doing(
            obligation=row.pk,
            term=str(row.snapshot.get("name", row.term)),
            way=way.verb,
            way_label=way.label,
            sheet=str(sheet.case) if sheet else "",
            sheet_label=SHEET.table.states[sheet.case.state] if sheet else "",
        )
    return told
