"""Tables of the hotline (12345 工单表) as its system would export them, for the tests."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import xlsxwriter

from cases.docket.models import Case, ExternalRef
from cases.intake import operations as report
from cases.intake.operations import sheets
from cases.law.moves import Role
from tests.town import NOW, XIASHU, Cast
from tests.walk import BY_EVENT, steps

HEAD = (
    *("工单编号", "来电人", "联系电话", "诉求标题", "诉求内容", "诉求地址", "派单时间"),
    *("办结时限", "诉求分类", "紧急程度", "是否匿名"),
)
DISPATCHED = NOW - timedelta(hours=5)
DUE = NOW + timedelta(days=5)


def text_at(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"


def line(number: object = "GD20261120001", **told: object) -> list[object]:
    """One row of the table, with what is said in place of the usual."""
    usual: dict[str, object] = {
        "工单编号": number,
        "来电人": "示范群众",
        "联系电话": "13800000001",
        "诉求标题": "路灯不亮",
        "诉求内容": "村口第三盏路灯不亮",
        "诉求地址": "示范东村村口",
        "派单时间": text_at(DISPATCHED),
        "办结时限": text_at(DUE),
        "诉求分类": "路灯不亮",
        "紧急程度": "一般",
        "是否匿名": "否",
    }
    return [(usual | told)[name] for name in HEAD]


def table(rows: Sequence[Sequence[object]], *, above: Sequence[Any] = (HEAD,)) -> bytes:
    """A workbook: what stands above the rows, then the rows; dates become real dates."""
    kept = BytesIO()
    manners = {"default_date_format": "yyyy-mm-dd hh:mm:ss", "in_memory": True}
    with xlsxwriter.Workbook(kept, manners) as book:
        page = book.add_worksheet()
        for number, row in enumerate([*above, *rows]):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    page.write_string(number, column, cell)
                elif cell is not None:
                    page.write(number, column, cell)
    return kept.getvalue()


def sent(town: Cast, content: bytes, name: str = "工单.xlsx") -> Any:
    """The id of a table sent by the desk."""
    return sheets.receive_sheet(name, content, by=town.actor(Role.DESK), at=NOW).pk


def looked(town: Cast, *rows: Sequence[object]) -> sheets.Preview:
    return sheets.look_through(sent(town, table(rows)), by=town.actor(Role.DESK), at=NOW)


def filed(town: Cast, *rows: Sequence[object]) -> sheets.Filed:
    return sheets.import_sheet(sent(town, table(rows)), by=town.actor(Role.DESK), at=NOW)


def case_of(number: str, division: str = XIASHU) -> Case:
    return ExternalRef.objects.get(division=division, system="hotline", number=number).case


def close(town: Cast, case: Case) -> Case:
    """Lead a sheet's report to its end; the desk filed it, so the desk checks."""
    for verb, (role, facts) in steps(town).items():
        seat = Role.DESK if verb == "check" else role
        report.VERBS[verb](case, by=town.actor(seat), at=NOW, slip=BY_EVENT, **facts)
    case.refresh_from_db()
    return case
