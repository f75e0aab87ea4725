"""The roster (人员岗位表): looked at row by row, entered whole, out and in again unchanged."""

import zipfile
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook

from cases.docket.models import AccessLog, Upload
from cases.law.moves import Role
from cases.people.models import Officer, Post
from cases.people.operations.roster import COLUMNS
from cases.rulebook.models import Change
from tests.town import BAOHUA, COUNTY, SINCE, XIASHU, Cast

Page = Callable[..., Client]
VILLAGE, JUSTICE = f"{XIASHU}201", f"{XIASHU}-justice"


@pytest.fixture(autouse=True)
def own_state(settings: Any, tmp_path: Path) -> None:
    """What is sent lies in a folder of the test."""
    settings.STATE = tmp_path


def row(username: str, name: str, role: str = "村（社区）受理", **told: str) -> list[str]:
    whole = {"用户名": username, "姓名": name, "角色": role, "自": "2026-11-01"}
    whole |= {"单位代码": VILLAGE} | told
    return [whole.get(column, "") for column in COLUMNS]


def book(rows: Sequence[Sequence[str]], head: Sequence[str] = COLUMNS, **options: Any) -> bytes:
    kept = BytesIO()
    with xlsxwriter.Workbook(kept, {"in_memory": True} | options) as made:
        page = made.add_worksheet()
        for number, cells in enumerate([head, *rows]):
            for place, text in enumerate(cells):
                page.write(number, place, text)
    return kept.getvalue()


def sent(client: Client, content: bytes, name: str = "人员.xlsx") -> Any:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return client.post("/staff/sheet/", {"file": SimpleUploadedFile(name, content, kind)})


def previewed(client: Client, rows: Sequence[Sequence[str]]) -> tuple[str, dict[int, Any]]:
    answer = sent(client, book(rows, strings_to_formulas=False))
    assert answer.status_code == 303, answer.content.decode()
    shown = client.get(answer["Location"])
    assert shown.status_code == 200
    return answer["Location"], {r.line.number: r for r, _ in shown.context["rows"]}


def counts() -> tuple[int, int, int]:
    return Officer.objects.count(), Post.objects.count(), Change.objects.count()


def test_a_good_roster_is_looked_at_then_entered_at_once(town: Cast, page: Page) -> None:
    client = page(Role.SYSADMIN)
    rows = [
        row("li.ming", "李明", 电话="138 0000 0001", 职务="受理员"),
        row("li.ming", "李明", "帮办代办员", 电话="138 0000 0001", 至="2027-01-01"),
        row("wang", "王芳", "法制审核人员", 单位代码="", 单位名称="示范司法所"),
    ]
    before = counts()
    where, judged = previewed(client, rows)
    assert [r.what for r in judged.values()] == ["new", "new", "new"]
    assert counts() == before

    done = client.post(where, {"paper": "下委〔2026〕9号"})

    assert "已录入 3 行" in done.content.decode()
    ming = Officer.objects.get(username="li.ming")
    assert (ming.name, ming.phone, ming.has_usable_password()) == ("李明", "138 0000 0001", False)
    posts = Post.objects.filter(officer=ming).order_by("pk")
    assert [(p.role, p.title, str(p.valid_to)) for p in posts] == [
        ("village", "受理员", "None"),
        ("agent", "帮办代办员", "2027-01-01"),
    ]
    assert Post.objects.get(officer__username="wang").unit.code == JUSTICE
    papers = Change.objects.order_by("-pk")[:5].values_list("paper", flat=True)
    assert set(papers) == {"下委〔2026〕9号"}
    assert not Upload.objects.exists()
    assert client.get(where).status_code == 404
    _, again = previewed(client, rows)
    assert [r.what for r in again.values()] == ["same", "same", "same"]


def test_changes_are_entered_and_what_stands_stays(town: Cast, page: Page) -> None:
    client = page(Role.SYSADMIN)
    name, since = "示范村（社区）受理", str(SINCE)
    rows = [row("village", name, 电话="0511-1", 职务="主任", 自=since, 至="2027-01-01")]
    where, judged = previewed(client, rows)
    assert judged[2].what == "changed"
    assert judged[2].says == ["改电话", "岗位于 2027-01-01 结束", "职务改为“主任”"]

    client.post(where)

    post = Post.objects.select_related("officer").get(officer__username="village")
    assert (post.title, str(post.valid_to), post.officer.phone) == ("主任", "2027-01-01", "0511-1")


BAD: dict[str, tuple[list[list[str]], dict[int, str]]] = {
    "two heads in one sheet": (
        [
            row("a1", "甲", "部门负责人", 单位代码=JUSTICE),
            row("b1", "乙", "部门负责人", 单位代码=JUSTICE),
        ],
        {2: "与第 3 行同为示范司法所的部门负责人", 3: "与第 2 行同为示范司法所的部门负责人"},
    ),
    "a head against the book": (
        [row("a1", "甲", "行政机关负责人", 单位代码=XIASHU)],
        {2: "已有行政机关负责人（示范行政机关负责人），一个单位只能有一名，请先结束其岗位"},
    ),
    "one name, two people": (
        [row("a1", "甲"), row("a1", "乙", "帮办代办员")],
        {3: "用户名与第 2 行相同，而姓名、电话或邮箱不同"},
    ),
    "somebody else's user name": ([row("desk", "张三")], {2: "用户名已属于“示范综合受理窗口”"}),
    "the same seat twice": ([row("a1", "甲"), row("a1", "甲")], {3: "与第 2 行是同一岗位"}),
    "an unknown unit": ([row("a1", "甲", 单位代码="nowhere")], {2: "没有代码为 nowhere 的单位"}),
    "another town": ([row("a1", "甲", 单位代码=f"{BAOHUA}201")], {2: "不在您的管理范围内"}),
    "the county": ([row("a1", "甲", 单位代码=f"{COUNTY}-housing")], {2: "不在您的管理范围内"}),
    "a code and another name": ([row("a1", "甲", 单位名称="示范西村")], {2: "与所填单位名称不符"}),
    "no unit": ([row("a1", "甲", 单位代码="")], {2: "没有填单位代码或单位名称"}),
    "no such role": ([row("a1", "甲", "村长")], {2: "没有“村长”这个角色"}),
    "the system": ([row("a1", "甲", "系统")], {2: "没有“系统”这个角色"}),
    "no such day": ([row("a1", "甲", 自="不知道")], {2: "看不懂时间"}),
    "ends before": ([row("a1", "甲", 至="2026-10-01")], {2: "“至”须晚于“自”"}),
    "a formula": ([row("a1", "=HYPERLINK(1)")], {2: "姓名以“=”开头，疑似公式"}),
    "a user name nobody can type": ([row("李明", "李明")], {2: "用户名只能用字母"}),
    "twenty thousand letters": ([row("a1", "长" * 20_000)], {2: "最多 60 字"}),
    "oneself": ([row("sysadmin", "示范系统管理员")], {2: "不能在表中变更您本人的岗位"}),
    "three keepers in one": (
        [
            row("a1", "甲", "审计管理员", 单位代码=f"{XIASHU}-office"),
            row("a1", "甲", "安全管理员", 单位代码=f"{XIASHU}-office"),
        ],
        {3: "与第 2 行冲突：系统、安全、审计管理员不得一人兼任"},
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_row_is_named_with_what_to_do_and_never_entered(
    town: Cast, page: Page, name: str
) -> None:
    rows, wrong = BAD[name]
    client = page(Role.SYSADMIN)

    where, judged = previewed(client, [*rows, row("good", "好人", "帮办代办员")])

    assert {n for n, r in judged.items() if r.what == "wrong"} == set(wrong)
    for number, words in wrong.items():
        assert words in "；".join(judged[number].says), judged[number].says
    before = Post.objects.count()
    done = client.post(where).content.decode()
    good = len(rows) + 1 - len(wrong)
    assert f"已录入 {good} 行" in done
    assert Post.objects.count() == before + good
    assert Post.objects.filter(officer__username="good").count() == 1


def test_a_head_may_follow_one_whom_an_earlier_row_ends(town: Cast, page: Page) -> None:
    head = ["head_of_organ", "示范行政机关负责人", "行政机关负责人"]
    rows = [
        row(*head, 单位代码=XIASHU, 自=str(SINCE), 至="2026-12-01"),
        row("newhead", "新镇长", "行政机关负责人", 单位代码=XIASHU, 自="2026-12-01"),
    ]
    client = page(Role.SYSADMIN)
    where, judged = previewed(client, rows)
    assert [judged[number].what for number in (2, 3)] == ["changed", "new"]
    assert "已录入 2 行" in client.post(where).content.decode()


def test_what_is_no_sheet_is_refused_before_it_is_kept(town: Cast, page: Page) -> None:
    client = page(Role.SYSADMIN)
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"\0" * (310 * 2**20))
    bad = {
        b"": "空文件",
        b"not a sheet": "xlsx",
        kept.getvalue(): "展开后超过 300 MB",
        book([], ("姓名", "角色")): "缺少列",
        book([]): "没有数据行",
        book([row(f"u{n}", "甲") for n in range(2001)]): "超过 2000 行",
    }
    for content, words in bad.items():
        answer = sent(client, content)
        assert answer.status_code == 400
        assert words in answer.content.decode(), words
    assert client.post("/staff/sheet/").status_code == 400
    assert not Upload.objects.exists()


def test_a_real_formula_is_no_name(town: Cast, page: Page) -> None:
    """A cell that computes has no value of its own here: the row lacks its name."""
    content = book([row("a1", "=1+1")])
    client = page(Role.SYSADMIN)
    shown = client.get(sent(client, content)["Location"])
    (judged,) = [r for r, _ in shown.context["rows"]]
    assert judged.what in {"wrong", "new"}
    assert not judged.line.name.startswith("=")


def test_only_its_sender_sees_a_roster(town: Cast, page: Page) -> None:
    where, _ = previewed(page(Role.SYSADMIN), [row("a1", "甲")])
    assert page(Role.SECADMIN).get(where).status_code == 403
    assert page(Role.DESK).post(where).status_code == 403
    assert not Officer.objects.filter(username="a1").exists()


def test_the_roster_goes_out_and_comes_back_unchanged(
    town: Cast, page: Page, tmp_path: Path
) -> None:
    Officer.objects.filter(username="desk").update(name="=cmd()")
    client = page(Role.SYSADMIN)

    answer = client.get("/staff/sheet/roster.xlsx")

    assert answer["Cache-Control"] == "no-store"
    file = tmp_path / "out.xlsx"
    file.write_bytes(answer.content)
    cells = CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()
    assert tuple(cells[0]) == COLUMNS
    rows = {(line[0], line[6]): line for line in cells[1:]}
    assert rows["desk", "综合受理窗口"][1] == "=cmd()"
    assert not [line for line in cells if BAOHUA in str(line)]
    log = AccessLog.objects.get()
    assert (log.what, log.rows, log.words) == ("export", len(cells) - 1, "人员岗位表")
    shown = client.get(sent(client, answer.content)["Location"])
    told = {r.line.username: r.what for r, _ in shown.context["rows"]}
    assert {u for u, what in told.items() if what != "same"} == {"desk", "sysadmin"}
    assert timezone.localdate().strftime("roster-%Y%m%d.xlsx") in answer["Content-Disposition"]


@pytest.mark.parametrize("role", [Role.SECADMIN, Role.AUDITOR, Role.DESK, Role.LEADER])
def test_the_roster_goes_to_its_administrator_only(town: Cast, page: Page, role: Role) -> None:
    assert page(role).get("/staff/sheet/roster.xlsx").status_code == 403
    assert not AccessLog.objects.exists()


def test_a_long_roster_is_judged_in_a_few_queries(
    town: Cast, page: Page, django_assert_max_num_queries: Any
) -> None:
    client = page(Role.SYSADMIN)
    where, _ = previewed(client, [row(f"many{n:03d}", f"众人{n:03d}") for n in range(300)])
    with django_assert_max_num_queries(16):
        client.get(where)
