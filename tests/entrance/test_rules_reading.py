"""Reading the rulebook (规则查阅): every value with its basis, by page and by interface alike."""

import json
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command

from cases.law.moves import Role
from cases.rulebook.models import TermRow
from cases.rulebook.operations import end, enter, succeed
from cases.rulebook.queries.tables.every import EVERY
from tests.rulebook.conftest import WHO
from tests.town import Cast

TABLES = list(EVERY)


def html(page: Any, path: str, status: int = 200, role: Role = Role.GRID_WORKER) -> str:
    answer = page(role).get(path)
    assert answer.status_code == status, answer.status_code
    return str(answer.content.decode())


@pytest.mark.parametrize("slug", TABLES)
def test_every_table_is_read_by_page_by_interface_and_as_a_sheet(
    page: Any, api: Any, slug: str
) -> None:
    html(page, f"/rules/{slug}/")
    told = api(Role.LEADER).get(f"/api/v1/rules/{slug}/").json()
    assert told["table"] == slug
    assert told["results"]
    assert all(row["citation"] and row["quality_label"] for row in told["results"])
    assert {row["standing"] for row in told["results"]} == {"现行"}
    sheet = page(Role.VILLAGE).get(f"/rules/{slug}/sheet/")
    assert sheet["Content-Type"].endswith("spreadsheetml.sheet")
    assert sheet.content[:2] == b"PK"
    assert api(Role.VILLAGE).get(f"/api/v1/rules/{slug}/sheet/").content[:2] == b"PK"


def test_a_term_says_how_long_from_when_and_on_what_it_rests(page: Any) -> None:
    said = html(page, "/rules/terms/")
    assert "15 个工作日" in said
    assert "休息日收到的，按下一工作日上班时收到" in said
    assert "群众来信答复时限（镇默认），自留言之时起算" in said
    assert "分类另有时限的从其时限" in said


def test_ladders_are_told_in_words(page: Any) -> None:
    said = html(page, "/rules/ladders/")
    for words in ("余下 20%，不少于 30 分钟", "超期 1 个工作日", "届满前 30 日", "到期后每 7 日"):
        assert words in said
    assert "handler" not in said


def test_categories_stand_in_two_levels_and_are_searched(page: Any) -> None:
    said = html(page, "/rules/categories/?q=燃气")
    assert "0103" in said
    assert "先打电话再上报" in said
    assert "城乡建设/城市建设和市政管理" in said
    assert "0602" not in said
    assert "没有含“没有这样的词”的规则" in html(page, "/rules/categories/?q=没有这样的词")


def test_duty_items_are_found_by_word_list_and_department(page: Any) -> None:
    said = html(page, "/rules/duties/?list=assisting")
    assert "生产经营场所安全隐患排查" in said
    assert "农村人居环境日常巡查" not in said
    assert "不得作为派单依据" in said
    assert "专业设备" in html(page, "/rules/duties/?lead=县市场监管部门")


def test_the_calendar_says_what_a_day_is_and_which_notice_it_rests_on(
    page: Any, api: Any
) -> None:
    said = html(page, "/rules/calendar/?year=2026")
    assert "国办发明电〔2025〕7号" in said
    assert "2月14日 春节调休上班" in said
    assert "还没有录入" in html(page, "/rules/notices/?year=2027")
    told = api(Role.DESK).get("/api/v1/rules/calendar/?year=2026").json()
    kinds = {day["date"]: day["kind"] for day in told["days"]}
    assert len(kinds) == 365
    assert (kinds["2026-10-01"], kinds["2026-10-10"]) == ("off", "makeup")
    assert (kinds["2026-10-09"], kinds["2026-10-11"]) == ("work", "rest")
    assert told["confirmed"] is True
    bare = api(Role.DESK).get("/api/v1/rules/calendar/?year=2027").json()
    assert (bare["confirmed"], bare["notice"]) == (False, None)


@pytest.mark.parametrize(
    ("start", "term"),
    [
        ("2026-09-30T16:30:00+08:00", "3 working days"),
        ("2026-09-30T16:30:00+08:00", "2 working hours"),
        ("2026-12-30T16:30:00+08:00", "15 working days"),
        ("2026-01-31T16:30:00+08:00", "1 month"),
    ],
)
def test_the_count_is_the_commands_count(
    api: Any, capsys: pytest.CaptureFixture[str], start: str, term: str
) -> None:
    call_command("deadline", "--from", start, "--term", term)
    by_command = json.loads(capsys.readouterr().out)
    told = api(Role.DESK).get("/api/v1/rules/count/", {"start": start, "term": term}).json()
    assert {name: told[name] for name in by_command} == by_command


def test_a_count_by_a_rules_key_uses_its_start_rule(api: Any, page: Any) -> None:
    asked = {"start": "2026-11-21T09:00:00+08:00", "term": "letter.accept"}
    told = api(Role.DESK).get("/api/v1/rules/count/", asked).json()
    assert (told["last_day"], told["name"]) == ("2026-11-24", "来信受理")
    said = html(page, "/rules/?start=2026-09-30T16:30&term=3 个工作日")
    assert "2026年10月10日 周六" in said
    assert "国庆节放假，不计入" in said


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("start=2026-09-30T16:30&term=三天", "看不懂期限“三天”"),
        ("start=2026-09-30T16:30&term=0 日", "期限须大于零"),
        ("start=2026-09-30T16:30&term=99999 日", "不得超过 3660 日"),
        ("start=2026-09-30T16:30", "请选一个时限，或写出期限"),
        ("start=&term=3 日", "请填写起算时刻"),
        ("start=0001-01-01T00:00&term=3 日", "超出可计算的范围"),
    ],
)
def test_what_cannot_be_counted_is_said(page: Any, query: str, words: str) -> None:
    assert words in html(page, f"/rules/?{query}", 400)


def test_bad_counts_of_the_interface_are_400_by_field(api: Any) -> None:
    for asked, field in (
        ({"start": "2026-09-30T16:30:00+08:00", "term": "soon"}, "term"),
        ({"start": "9999-12-31T00:00:00+08:00", "term": "3 days"}, "start"),
        ({"term": "3 days"}, "start"),
    ):
        answer = api(Role.DESK).get("/api/v1/rules/count/", asked)
        assert answer.status_code == 400
        assert field in answer.json()["fields"]


def test_a_rows_page_tells_its_past_and_its_future(town: Cast, page: Any, api: Any) -> None:
    held = TermRow.objects.get(key="report.check")
    new = succeed(held, date(2027, 3, 1), amount=9, **WHO)
    said = html(page, f"/rules/terms/{held.pk}/")
    assert ("现行" in said, "未生效" in said, "接替" in said) == (True, True, True)
    assert "测试文件〔2026〕1号" in said
    listed = html(page, "/rules/terms/")
    assert "未生效" in listed
    assert "自 2027年3月1日 周一 起" in listed
    told = api(Role.DESK).get(f"/api/v1/rules/terms/{new.pk}/").json()
    assert told["rule"]["standing"] == "未生效"
    assert told["rule"]["facts"]["term"] == "9 个工作日"
    assert [row["id"] for row in told["family"]] == [new.pk, held.pk]
    assert [change["what"] for change in told["changes"]] == ["接替", "录入"]
    assert told["changes"][1]["who"] == "系统预置"
    then = api(Role.DESK).get("/api/v1/rules/terms/?on=2027-03-01").json()
    assert new.pk in {row["id"] for row in then["results"]}


def test_a_rule_that_ended_is_shown_as_such(town: Cast, page: Any) -> None:
    held = TermRow.objects.get(key="report.check")
    end(held, date(2026, 1, 1), **WHO)
    assert "已失效" in html(page, f"/rules/terms/{held.pk}/")
    assert "report.check" not in html(page, "/rules/terms/")
    assert "report.check" in html(page, "/rules/terms/?on=2025-12-31")


@pytest.mark.parametrize(
    "path",
    [
        "/rules/nothing/",
        "/rules/terms/999999999/",
        "/rules/terms/99999999999999999999999/",
        "/rules/nothing/sheet/",
        "/api/v1/rules/nothing/",
        "/api/v1/rules/terms/999999999/",
        "/api/v1/rules/terms/99999999999999999999999/",
    ],
)
def test_what_there_is_not_is_404(page: Any, api: Any, path: str) -> None:
    client = api if path.startswith("/api/") else page
    assert client(Role.DESK).get(path).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/rules/terms/?on=2026-13-45",
        "/rules/terms/?on=%00&q=%00",
        "/rules/terms/?q=<script>alert(1)</script>",
        "/rules/duties/?list=%00&lead=%00",
        "/rules/calendar/?year=0000",
        "/rules/calendar/?year=٢٠٢٦",
        "/rules/changes/?after=x",
        "/rules/terms/sheet/?on=9999-12-31&year=x",
        "/rules/terms/?on=0001-01-01",
    ],
)
def test_no_address_however_wrong_breaks_a_page(page: Any, path: str) -> None:
    answer = page(Role.DESK).get(path)
    assert answer.status_code == 200
    assert b"<script>alert" not in answer.content


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/rules/", 30),
        *((f"/rules/{slug}/", 12) for slug in TABLES),
        ("/rules/terms/1/", 12),
        ("/rules/changes/", 11),
        ("/rules/manage/", 29),
    ],
)
def test_a_page_asks_little(
    town: Cast, page: Any, django_assert_max_num_queries: Any, path: str, most: int
) -> None:
    keeper = page(Role.SYSADMIN)
    path = path.replace("/1/", f"/{TermRow.objects.values_list('pk', flat=True)[0]}/")
    keeper.get(path)
    with django_assert_max_num_queries(most):
        assert keeper.get(path).status_code == 200


def test_another_towns_rules_and_changes_are_not_shown(town: Cast, page: Any, api: Any) -> None:
    theirs = {
        "key": "report.check",
        "scope": "321183109",
        "name": "别镇核查",
        "amount": 9,
        "unit": "day",
        "valid_from": date(2020, 1, 1),
        "quality": "published",
        "citation": "别镇文件",
    }
    row = enter(TermRow, theirs, **WHO)
    ours = TermRow.objects.get(key="report.check", scope="")
    for path in ("/rules/terms/", f"/rules/terms/{ours.pk}/", "/rules/changes/"):
        assert "别镇" not in html(page, path)
    assert page(Role.DESK).get(f"/rules/terms/{row.pk}/").status_code == 404
    assert api(Role.DESK, other=True).get(f"/api/v1/rules/terms/{row.pk}/").status_code == 200
    told = api(Role.DESK, other=True).get("/api/v1/rules/terms/?q=report.check").json()
    assert [one["id"] for one in told["results"]] == [row.pk]
