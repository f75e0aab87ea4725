"""The rulebook by sheet (规则表格): out and in again unchanged; looked at, then confirmed; hostile
sheets refused with a sentence and nothing written.
"""

import zipfile
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from cases.docket.models import Upload
from cases.entrance.rules.sheets import MOST
from cases.law.moves import Role
from cases.rulebook.models import Category, Change, DutyItem, HolidayNotice
from cases.rulebook.queries import book
from cases.rulebook.queries.tables.every import EVERY
from tests.town import XIASHU, Cast

SOON = timezone.localdate() + timedelta(days=30)
BASIS: dict[str, Any] = {
    "valid_from": SOON.isoformat(),
    "citation": "下蜀镇履职事项清单",
    "paper": "下政发〔2026〕9号",
    "quality": "published",
}
CATEGORY = EVERY["categories"].columns
DUTY = EVERY["duties"].columns
Sheet = Callable[..., SimpleUploadedFile]


def xlsx(*rows: Any, merged: bool = False, formula: bool = False) -> SimpleUploadedFile:
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"strings_to_formulas": False}) as workbook:
        page = workbook.add_worksheet()
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
        if merged:
            page.merge_range(0, 0, 0, 1, "清单")
        if formula:
            page.write_formula(1, 2, "=HYPERLINK(1)", None, "一个事项")
    return sent(content.getvalue())


def sent(content: bytes, name: str = "表格.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def look(client: Any, table: str, file: Any, **more: Any) -> Any:
    return client.post(f"/rules/manage/{table}/sheet/", BASIS | more | {"file": file})


def confirm(client: Any, looked: Any, **more: Any) -> Any:
    path = f"/rules/manage/{looked.context['table'].slug}/sheet/{looked.context['upload']}/"
    seen = {"seen": looked.context["plan"].digest}
    return client.post(path, BASIS | more | seen)


def outcomes(looked: Any) -> list[tuple[int, str]]:
    return [(line.no, line.outcome) for line in looked.context["plan"].lines]


@pytest.mark.parametrize("slug", list(EVERY))
def test_what_goes_out_comes_in_unchanged(town: Cast, page: Any, slug: str) -> None:
    keeper = page(Role.SYSADMIN)
    year = {"year": 2026, "issued_on": "2025-11-04"} if slug == "notices" else {}
    path = f"/rules/{slug}/sheet/?year=2026"
    out = keeper.get(path).content
    before = Change.objects.count()
    looked = look(keeper, slug, sent(out), **year)
    assert looked.status_code == 200, looked.content.decode()
    plan = looked.context["plan"]
    odd = [(line.no, line.outcome, line.reason, line.changes) for line in plan.lines]
    assert {line.outcome for line in plan.lines} == {"same"}, odd[:3]
    assert "没有可以录入的行" in looked.content.decode()
    assert Change.objects.count() == before


def test_categories_by_sheet_are_named_row_by_row(town: Cast, page: Any) -> None:
    keeper = page(Role.SYSADMIN)
    rows = [
        ["88", "示范大类", "", "", "", "", "", "", ""],
        ["8801", "示范小类", "88", "村", "2 小时", "", "SD", "", "城乡建设/安全生产"],
        ["0103", "燃气泄漏", "01", "燃气公司", "10 分钟", "立即处置", "TB", "是", ""],
        ["8802", "旗号不对", "88", "", "", "", "SZ", "", ""],
        ["8803", "时限不对", "88", "", "三天", "", "", "", ""],
        ["8804", "没有上级", "77", "", "", "", "", "", ""],
        ["89", "一级有时限", "", "", "1 日", "", "", "", ""],
        ["8801", "重复", "88", "", "", "", "", "", ""],
        ["", "没有代码", "88", "", "", "", "", "", ""],
        ["8805", "先打电话不对", "88", "", "", "", "", "也许", ""],
        ["8806", "诉求不对", "88", "", "", "", "", "", "没有/这类"],
    ]
    looked = look(keeper, "categories", xlsx(CATEGORY, *rows))
    assert looked.status_code == 200, looked.content.decode()
    assert outcomes(looked) == [
        (2, "new"),
        (3, "new"),
        (4, "succeed"),
        *((number, "wrong") for number in range(5, 13)),
    ]
    said = looked.content.decode()
    for words in (
        "标记“Z”不认识",
        "看不懂期限“三天”",
        "上级代码“77”没有对应的一级分类",
        "一级分类不设时限",
        "与第 3 行重复",
        "请填写“代码”",
        "应填 是 或 否",
        "诉求分类中没有“没有/这类”",
        "15 分钟",
        "10 分钟",
    ):
        assert words in said, words
    assert confirm(keeper, looked).status_code == 303
    on = SOON
    rules = book()
    gas = rules.category("grid", "0103", on, XIASHU)
    assert (str(gas.term), gas.phone_now, gas.flags) == ("10 minutes", True, "TB")
    assert rules.category("grid", "8801", on, XIASHU).level == 2
    assert not Category.objects.filter(code__in=["8802", "8803", "89"]).exists()
    assert Category.objects.filter(code="0103").count() == 2
    assert not Upload.objects.exists()
    assert Change.objects.filter(actor_code=town.actor(Role.SYSADMIN).stamp).count() == 3


def test_duty_items_come_in_with_their_quality_and_are_found(town: Cast, page: Any) -> None:
    keeper = page(Role.SYSADMIN)
    rows = [
        ["基本履职", "1", "村庄环境整治", "", "", "组织村民", ""],
        ["配合履职", "1", "安全隐患排查", "县应急管理局", "检查认定", "发现线索", ""],
        ["上级收回", "258", "=cmd|' /C calc'!A0", "县市场监管局", "全部承担", "", "直接办理"],
        ["别的清单", "2", "x", "", "", "", ""],
    ]
    looked = look(keeper, "duties", xlsx(DUTY, *rows))
    assert outcomes(looked) == [(2, "new"), (3, "new"), (4, "new"), (5, "wrong")]
    assert confirm(keeper, looked).status_code == 303
    item = DutyItem.objects.get(number="258")
    assert (item.scope, item.quality, item.citation) == (XIASHU, "published", BASIS["citation"])
    said = keeper.get(f"/rules/duties/?on={SOON}&q=安全隐患").content.decode()
    assert "县应急管理局" in said
    out = keeper.get(f"/rules/duties/sheet/?on={SOON}").content
    with zipfile.ZipFile(BytesIO(out)) as book_:
        cells = b"".join(book_.read(name) for name in book_.namelist() if "sheet1" in name)
    assert b"<f>" not in cells
    again = look(keeper, "duties", sent(out))
    assert {outcome for _, outcome in outcomes(again)} == {"same"}


def test_a_notice_by_sheet_is_one_notice(town: Cast, page: Any) -> None:
    keeper, more = page(Role.SYSADMIN), {"year": 2027, "issued_on": "2026-11-10"}
    head = ["日期", "休息或上班", "名称"]
    rows = [head, ["2027-01-01", "休息", "元旦"], ["2027-01-10", "上班", ""]]
    looked = look(keeper, "notices", xlsx(*rows), **more)
    assert outcomes(looked) == [(2, "new")]
    assert confirm(keeper, looked, **more).status_code == 303
    notice = HolidayNotice.objects.get(year=2027)
    assert notice.days == {"2027-01-01": True, "2027-01-10": False}
    bad = look(keeper, "notices", xlsx(rows[0], ["2027-01-01", "半天", "x"]), **more)
    assert "应填 休息 或 上班" in bad.content.decode()
    late = look(keeper, "notices", xlsx(rows[0], ["某日", "休息", "x"]), **more)
    assert "看不懂时间" in late.content.decode()


def test_a_sheet_confirmed_after_the_rules_moved_is_shown_anew(town: Cast, page: Any) -> None:
    keeper = page(Role.SYSADMIN)
    file = [["基本履职", "1", "村庄环境整治", "", "", "", ""]]
    first = look(keeper, "duties", xlsx(DUTY, *file))
    second = look(keeper, "duties", xlsx(DUTY, *file))
    assert confirm(keeper, first).status_code == 303
    before = Change.objects.count()
    late = confirm(keeper, second)
    assert late.status_code == 409
    assert "规则在您核对之后有改动" in late.content.decode()
    assert Change.objects.count() == before
    assert outcomes(late) == [(2, "same")]
    assert confirm(keeper, first).status_code == 409  # the sheet is gone


def bomb() -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("xl/workbook.xml", "<workbook/>")
        packed.writestr("xl/worksheets/sheet1.xml", b" " * (310 * 2**20))
    return content.getvalue()


@pytest.mark.parametrize(
    "file",
    [
        sent(b""),
        sent(b"not a sheet"),
        sent(b"PK\x03\x04" + b"\0" * 100),
        sent(b"%PDF-1.7", "清单.pdf"),
        sent(b"PK\x03\x04", "清单.exe"),
        xlsx(["别的", "列名"], ["a", "b"]),
        xlsx(DUTY),
        xlsx(["清单", *DUTY], ["", *DUTY]),
        xlsx(["清单", "", *DUTY[2:]], ["基本履职"], merged=True),
        xlsx(DUTY, *[["基本履职", str(n), "x"] for n in range(MOST + 1)]),
    ],
    ids=[
        "empty", "noise", "broken", "pdf", "exe", "other columns", "head only", "twice",
        "merged head", "too many",
    ],
)  # fmt: skip
def test_what_is_no_such_sheet_is_refused_and_nothing_stays(
    town: Cast, page: Any, file: SimpleUploadedFile
) -> None:
    file.seek(0)
    before = Change.objects.count()
    answer = look(page(Role.SYSADMIN), "duties", file)
    assert answer.status_code == 400, answer.status_code
    assert "field-error" in answer.content.decode()
    assert Change.objects.count() == before
    assert not Upload.objects.exists()


def test_a_zip_bomb_is_weighed_before_it_is_opened(town: Cast, page: Any) -> None:
    answer = look(page(Role.SYSADMIN), "duties", sent(bomb()))
    assert answer.status_code == 400
    assert not Upload.objects.exists()


def test_a_formula_is_read_as_what_it_shows(town: Cast, page: Any) -> None:
    looked = look(page(Role.SYSADMIN), "duties", xlsx(DUTY, ["基本履职", "1"], formula=True))
    assert [line.name for line in looked.context["plan"].lines] == ["1 一个事项"]


def test_the_interface_does_what_the_page_does(town: Cast, api: Any) -> None:
    keeper = api(Role.SYSADMIN)
    file = xlsx(DUTY, ["基本履职", "1", "村庄环境整治", "", "", "", ""])
    answer = keeper.post("/api/v1/rules/duties/sheets/", {"file": file}, format="multipart")
    assert answer.status_code == 201, answer.json()
    path = f"/api/v1/rules/duties/sheets/{answer.json()['upload']}"
    looked = keeper.post(f"{path}/check/", BASIS, format="json")
    assert looked.status_code == 200, looked.json()
    assert looked.json()["counts"] == {"new": 1, "succeed": 0, "same": 0, "wrong": 0}
    headers = {"Idempotency-Key": str(uuid4())}
    body = BASIS | {"seen": "0" * 64}
    moved = keeper.post(f"{path}/confirm/", body, format="json", headers=headers)
    assert moved.status_code == 409
    body = BASIS | {"seen": looked.json()["digest"]}
    done = keeper.post(f"{path}/confirm/", body, format="json", headers=headers)
    assert done.status_code == 200, done.json()
    again = keeper.post(f"{path}/confirm/", body, format="json", headers=headers)
    assert (again.status_code, again["Idempotent-Replayed"]) == (200, "true")
    assert DutyItem.objects.filter(scope=XIASHU).count() == 1
    for role in (Role.DESK, Role.SECADMIN):
        other = api(role).post("/api/v1/rules/duties/sheets/", {"file": file}, format="multipart")
        assert other.status_code == 403


def test_a_sheet_of_somebody_else_is_not_confirmed(town: Cast, api: Any, page: Any) -> None:
    looked = look(page(Role.SYSADMIN), "duties", xlsx(DUTY, ["基本履职", "1", "x"]))
    Upload.objects.update(officer=town.officer(Role.SECADMIN))
    assert confirm(page(Role.SYSADMIN), looked).status_code == 409
    assert not DutyItem.objects.filter(scope=XIASHU).exists()
