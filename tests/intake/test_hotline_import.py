"""Sheets of the hotline filed (12345 工单导入): looked through first, once each, bad rows named."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import CalamineWorkbook
from rest_framework.test import APIClient

from cases.docket.models import AccessLog, Case, Deadline, Event, ExternalRef, Party, Upload
from cases.docket.queries import case_file, find
from cases.intake import operations as report
from cases.intake.models import Report
from cases.intake.operations import sheets
from cases.intake.operations.sheet_classes import Classes, village_named
from cases.intake.queries.answers import HEADS, answers, between
from cases.law.moves import Refused, Role, Why
from cases.people.queries import town_day
from cases.rulebook.queries import book
from tests.intake.hotline import DISPATCHED, DUE, case_of, close, filed, line, looked, sent, table
from tests.ledger import unchanged
from tests.town import NOW, XIASHU, Cast
from tests.walk import BY_EVENT

Page = Callable[..., Client]
Api = Callable[..., APIClient]


def states(told: sheets.Preview) -> list[str]:
    return [row.state for row in told.rows]


def test_a_sheet_becomes_a_report_with_its_own_number_and_date(town: Cast) -> None:
    done = filed(town, line(紧急程度="紧急"))
    assert (done.created, done.existing, done.unclassed, done.rejected) == (1, 0, 0, [])
    case = case_of("GD20261120001")
    assert done.numbers == [case.number]
    assert (case.state, case.category, case.opened_at, case.urgent) == (
        "RECEIVED",
        "0602",
        DISPATCHED,
        True,
    )
    assert case.village == town.villages[f"{XIASHU}201"]
    assert (case.unit, case.filer) == (town.desk, town.officer(Role.DESK))
    assert Report.objects.get(case=case).source == "hotline"
    assert ExternalRef.objects.get(case=case).due == DUE
    assert Deadline.objects.get(case=case, term="external.answer").due_at == DUE
    event = Event.objects.get(case=case)
    assert (event.verb, event.officer, event.happened_at) == (
        "file",
        town.officer(Role.DESK),
        DISPATCHED,
    )
    file = case_file(town.actor(Role.DESK), case, NOW)
    assert file.parties == [("反映人", "示范群众", "138****0001")]
    assert file.title == "路灯不亮"


def test_a_preview_tells_each_row_and_writes_nothing(town: Cast) -> None:
    filed(town, line("OLD"))
    known = case_of("OLD").number
    content = table(
        [line("A1"), line("OLD"), line("A1"), line(""), line("A2", 联系电话="1", 诉求分类="？")]
    )
    upload = sent(town, content)
    with unchanged():
        told = sheets.look_through(upload, by=town.actor(Role.DESK), at=NOW)
    assert states(told) == ["new", "known", "repeated", "wrong", "new"]
    assert told.counts == {"new": 2, "known": 1, "repeated": 1, "wrong": 1}
    assert [row.row for row in told.rows] == [2, 3, 4, 5, 6]
    assert told.rows[0].category == "路灯不亮"
    assert told.rows[0].village == "示范东村"
    assert told.rows[1].report == known
    assert told.rows[2].words == "与第 2 行工单编号相同，只登记一次"
    assert told.rows[3].words == "没有工单编号"
    assert told.rows[4].words == "联系电话不是有效号码，未登记"
    assert (told.unclassed, told.name) == (1, "工单.xlsx")


def test_fifty_rows_are_shown_and_every_wrong_one(town: Cast) -> None:
    told = looked(town, *[line(f"A{n}") for n in range(60)], line("", 诉求标题="坏的"))
    assert len(told.shown) == 51
    assert told.shown[-1].title == "坏的"
    assert told.hidden == 10


def test_importing_again_files_nothing_twice(town: Cast) -> None:
    upload = sent(town, table([line("A1"), line("A2"), line("A1")]))
    actor = town.actor(Role.DESK)
    first = sheets.import_sheet(upload, by=actor, at=NOW)
    assert (first.created, first.existing) == (2, 1)
    with unchanged():
        again = sheets.import_sheet(upload, by=actor, at=NOW)
    assert (again.created, again.existing, again.numbers) == (0, 3, [])
    assert Case.objects.count() == 2


def test_the_rival_import_counts_as_existing(
    town: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload, actor = sent(town, table([line("A1")])), town.actor(Role.DESK)
    looked_up = sheets._known
    answers_given: Iterator[dict[str, str]] = iter([{}])
    monkeypatch.setattr(
        sheets, "_known", lambda *given: next(answers_given, None) or looked_up(*given)
    )
    filed(town, line("A1"))
    answers_given = iter([{}])
    done = sheets.import_sheet(upload, by=actor, at=NOW)
    assert (done.created, done.existing, done.rejected) == (0, 1, [])
    assert ExternalRef.objects.filter(number="A1").count() == 1


def test_a_bad_row_stops_no_other(town: Cast) -> None:
    done = filed(town, line("A1"), line("A2", 派单时间="x"), line(""), line("A3"))
    assert done.created == 2
    assert [(bad["row"], bad["number"]) for bad in done.rejected] == [(3, "A2"), (4, "")]
    assert all(bad["reason"] for bad in done.rejected)
    assert not ExternalRef.objects.filter(number="A2").exists()


def test_a_row_the_record_refuses_is_named_too(town: Cast) -> None:
    done = filed(town, line("A1", 诉求标题="\u202e", 诉求内容="\u200b字"), line("A2"))
    assert done.created == 2
    assert case_of("A1").number


def test_without_a_class_it_is_other_and_said(town: Cast) -> None:
    done = filed(town, line("A1", 诉求分类="城乡建设/安全生产"), line("A2", 诉求分类=""))
    assert (done.created, done.unclassed) == (2, 2)
    assert [case_of(n).category for n in ("A1", "A2")] == ["9909", "9909"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("0602", "0602"),
        ("路灯不亮", "0602"),
        ("公用设施/路灯不亮", "0602"),
        ("民政 > 社会救助 > 低保", "0801"),
        ("社会救助", "0801"),
        ("农村农业-土地承包经营", "0702"),
        ("暴露垃圾、积存垃圾", "0301"),
        ("城乡建设/城市建设和市政管理", None),
        ("02", None),
        ("", None),
        ("///", None),
        ("从来没有的分类", None),
    ],
)
def test_classes_are_taken_over_only_where_they_mean_one_thing(
    town: Cast, words: str, code: str | None
) -> None:
    known = Classes(book().categories("grid", town_day(NOW), XIASHU))
    found = known.of(words)
    assert (found.code if found else None) == code


def test_the_village_is_the_one_that_is_named() -> None:
    villages = {"1": "东村", "2": "示范东村", "3": "西村"}
    assert village_named(villages, "示范东村村口") == "2"
    assert village_named(villages, "", "西村旁") == "3"
    assert village_named(villages, "东村与西村交界") == ""
    assert village_named(villages, "镇区") == ""


def test_a_secret_caller_is_kept_from_the_handlers(town: Cast) -> None:
    content = table(
        [line("A1", 是否匿名="是")], above=[(*_head_without("是否匿名"), "是否保密")]
    )
    sheets.import_sheet(sent(town, content), by=town.actor(Role.DESK), at=NOW)
    case = case_of("A1")
    assert Report.objects.get(case=case).stream == "informer"
    assert set(Party.objects.filter(case=case).values_list("hidden", flat=True)) == {True}


def test_an_anonymous_caller_leaves_no_party(town: Cast) -> None:
    filed(town, line("A1", 是否匿名="是"))
    assert not Party.objects.filter(case=case_of("A1")).exists()


def _head_without(name: str) -> list[str]:
    return [head for head in _head() if head != name]


def _head() -> tuple[str, ...]:
    return HEADS[:10]


@pytest.mark.parametrize(
    "role", [Role.GRID_WORKER, Role.VILLAGE, Role.LEADER, Role.SUPERVISOR, Role.SYSADMIN]
)
def test_other_seats_import_nothing(town: Cast, role: Role) -> None:
    upload = sent(town, table([line()]))
    with unchanged(), pytest.raises(Refused) as wrong:
        sheets.receive_sheet("a.xlsx", table([line()]), by=town.actor(role), at=NOW)
    assert wrong.value.why is Why.ROLE
    with unchanged(), pytest.raises(Refused) as wrong:
        sheets.import_sheet(upload, by=town.actor(role), at=NOW)
    assert wrong.value.why is Why.ROLE


def test_the_other_towns_desk_has_neither_the_table_nor_the_numbers(town: Cast) -> None:
    upload = sent(town, table([line("A1")]))
    with pytest.raises(Refused) as wrong:
        sheets.look_through(upload, by=town.other_actor(Role.DESK), at=NOW)
    assert wrong.value.why is Why.HIDDEN
    filed(town, line("A1"))
    theirs = sheets.receive_sheet(
        "a.xlsx", table([line("A1")]), by=town.other_actor(Role.DESK), at=NOW
    )
    told = sheets.look_through(theirs.pk, by=town.other_actor(Role.DESK), at=NOW)
    assert states(told) == ["new"]


@pytest.mark.parametrize(
    "content",
    [b"", b"not a sheet", b"PK\x03\x04broken", table([["a", "b"]], above=[])],
    ids=["empty", "text", "half a zip", "no head"],
)
def test_what_is_no_sheet_is_refused_and_not_kept(town: Cast, content: bytes) -> None:
    with unchanged(), pytest.raises(Refused) as wrong:
        sheets.send_sheet("工单.xlsx", content, by=town.actor(Role.DESK), at=NOW)
    assert wrong.value.fields["file"] == wrong.value.sentence


def test_a_sheet_that_unpacks_to_gigabytes_is_refused(town: Cast, bomb: bytes) -> None:
    with unchanged(), pytest.raises(Refused) as wrong:
        sheets.send_sheet("工单.xlsx", bomb, by=town.actor(Role.DESK), at=NOW)
    assert "MB" in wrong.value.sentence


@pytest.fixture
def bomb(tmp_path: Path) -> bytes:
    import zipfile  # noqa: PLC0415 - only this fixture packs by hand

    whole = tmp_path / "whole.xlsx"
    whole.write_bytes(table([line()]))
    with zipfile.ZipFile(whole, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/media/zeros.bin", bytes(320 * 2**20))
    return whole.read_bytes()


def test_by_page_from_the_table_to_the_reports(page: Page, town: Cast) -> None:
    desk = page(Role.DESK)
    form = desk.get("/reports/import/").content.decode()
    assert "工单编号" in form
    answer = desk.post("/reports/import/", {"file": _file([line("A1"), line("")])})
    assert answer.status_code == 303
    preview = desk.get(answer["Location"])
    assert preview.status_code == 200
    assert "确认登记 1 件" in preview.content.decode()
    assert not Case.objects.exists()
    done = desk.post(answer["Location"])
    assert "新登记 1 件" in done.content.decode()
    assert "第 3 行" in done.content.decode()
    again = desk.post(answer["Location"])
    assert "已登记过或本表重复 1 行" in again.content.decode()
    assert Case.objects.count() == 1
    assert "没有可新增的工单" in desk.get(answer["Location"]).content.decode()


def test_by_page_what_is_wrong_is_said(page: Page, town: Cast) -> None:
    desk = page(Role.DESK)
    with unchanged():
        nothing = desk.post("/reports/import/")
        wrong = desk.post("/reports/import/", {"file": SimpleUploadedFile("a.xlsx", b"PK no")})
        lost = desk.get(f"/reports/import/{uuid4()}/")
    assert nothing.status_code == 400
    assert "请选择要导入的 xlsx 表格" in nothing.content.decode()
    assert wrong.status_code == 400
    assert "没有读成" in wrong.content.decode()
    assert lost.status_code == 404


def test_by_api_from_the_table_to_the_reports(api: Api, town: Cast) -> None:
    desk = api(Role.DESK)
    told = desk.post("/api/v1/sheets/", {"file": _file([line("A1"), line("")])})
    assert told.status_code == 201
    body = told.json()
    assert body["counts"] == {"new": 1, "known": 0, "repeated": 0, "wrong": 1}
    assert [row["state"] for row in body["rows"]] == ["new", "wrong"]
    where = f"/api/v1/sheets/{body['id']}/"
    assert desk.get(where).json() == body
    assert desk.post(f"{where}import/").status_code == 400  # no key
    done = desk.post(f"{where}import/", headers={"Idempotency-Key": str(uuid4())})
    assert done.status_code == 200
    case = case_of("A1")
    assert done.json() == {
        "created": 1,
        "existing": 0,
        "unclassed": 0,
        "rejected": [{"row": 3, "number": "", "reason": "没有工单编号"}],
        "numbers": [case.number],
    }
    again = desk.post(f"{where}import/", headers={"Idempotency-Key": str(uuid4())})
    assert (again.json()["created"], again.json()["existing"]) == (0, 1)


def test_by_api_other_seats_and_other_bodies_are_refused(api: Api, town: Cast) -> None:
    with unchanged():
        other = api(Role.LEADER).post("/api/v1/sheets/", {"file": _file([line()])})
        nothing = api(Role.DESK).post("/api/v1/sheets/", {})
        text = api(Role.DESK).post("/api/v1/sheets/", {"file": "x"}, format="json")
    assert other.status_code == 403
    assert nothing.status_code == 400
    assert nothing["Content-Type"] == "application/problem+json"
    assert text.status_code == 415


def test_the_preview_costs_the_same_for_a_long_table(
    town: Cast, django_assert_max_num_queries: Any
) -> None:
    upload = sent(town, table([line(f"A{n}") for n in range(300)]))
    actor = town.actor(Role.DESK)
    sheets.look_through(upload, by=actor, at=NOW)
    with django_assert_max_num_queries(4):
        sheets.look_through(upload, by=actor, at=NOW)


def ended(town: Cast, number: str, **told: object) -> Case:
    filed(town, line(number, **told))
    return close(town, case_of(number))


def rows_of(town: Cast, days: int = 1) -> list[dict[str, str]]:
    since = town_day(NOW - timedelta(days=days))
    rows = answers(town.actor(Role.DESK), *between(since, town_day(NOW)))
    return [dict(zip(HEADS, row, strict=True)) for row in rows]


def test_answers_stand_in_the_columns_of_the_hotline(town: Cast) -> None:
    case = ended(town, "A1")
    desk = town.actor(Role.DESK)
    report.VERBS["call_back"](
        case, by=desk, at=NOW, slip=BY_EVENT, outcome="solved", satisfaction="satisfied"
    )
    filed(town, line("STILL-OPEN"))
    (row,) = rows_of(town)
    assert row["工单编号"] == "A1"
    assert (row["来电人"], row["联系电话"]) == ("示范群众", "138****0001")
    assert row["派单时间"] == "2026-11-20 05:00:00"
    assert row["诉求分类"] == "路灯不亮"
    assert row["本系统编号"] == case.number
    assert (row["办理结果"], row["答复内容"]) == ("已更换灯泡", "已修好")
    assert (row["办结方式"], row["办结时间"]) == ("已解决", "2026-11-20 10:00:00")
    assert (row["是否联系"], row["满意情况"]) == ("是", "满意")


def test_a_merged_sheet_is_answered_by_the_main_one(town: Cast) -> None:
    desk = town.actor(Role.DESK)
    filed(town, line("MAIN"), line("CHILD"))
    main, child = case_of("MAIN"), case_of("CHILD")
    report.VERBS["merge"](child, by=desk, at=NOW, slip=BY_EVENT, into=main.number)
    assert rows_of(town) == []
    close(town, main)
    rows = {row["工单编号"]: row for row in rows_of(town)}
    assert set(rows) == {"MAIN", "CHILD"}
    assert rows["CHILD"]["答复内容"] == "已修好"
    assert rows["CHILD"]["本系统编号"] == f"{child.number}（并入 {main.number}）"
    assert rows["CHILD"]["办结方式"] == "已解决"


def test_what_was_not_accepted_says_what_was_told(town: Cast) -> None:
    filed(town, line("A1"))
    desk = town.actor(Role.DESK)
    told = {"refusal": "N8", "told": "请拨打宝华镇电话"}
    report.VERBS["not_accept"](case_of("A1"), by=desk, at=NOW, slip=BY_EVENT, **told)
    (row,) = rows_of(town)
    assert (row["办结方式"], row["答复内容"]) == ("不予受理：不在本辖区", "请拨打宝华镇电话")
    assert (row["是否联系"], row["满意情况"]) == ("未登记", "未评价")


def test_a_secret_callers_name_is_not_taken_out(town: Cast) -> None:
    content = table([line("A1", 是否匿名="是")], above=[(*_head(), "保密")])
    sheets.import_sheet(sent(town, content), by=town.actor(Role.DESK), at=NOW)
    close(town, case_of("A1"))
    (row,) = rows_of(town)
    assert (row["来电人"], row["联系电话"]) == ("（保密）", "")


def test_the_export_leaves_a_trace_and_no_formula(page: Page, town: Cast) -> None:
    ended(town, "A1", 诉求标题="=cmd()")
    desk = page(Role.DESK)
    today = town_day(NOW)
    span = {"since": today.isoformat(), "until": today.isoformat()}
    answer = desk.post("/reports/import/answers/", span)
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    read = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert read[0] == list(HEADS)
    assert read[1][3] == "=cmd()"
    log = AccessLog.objects.get()
    assert (log.what, log.rows, log.officer) == ("export", 1, town.officer(Role.DESK))
    assert ExternalRef.objects.get(number="A1").answered_at == NOW


@pytest.mark.parametrize(
    ("since", "until", "says"),
    [
        ("", "2026-11-20", "请填写开始日期"),
        ("2026-11-20", "2026-11-19", "结束日期早于开始日期"),
        ("2025-01-01", "2026-11-20", "一次最多导出一年"),
        ("2026-01-01", "2026-01-02", "没有办结的 12345 工单"),
        ("9999-12-31", "9999-12-31", "一次最多导出一年"),
    ],
)
def test_a_span_that_cannot_be_exported(
    page: Page, town: Cast, since: str, until: str, says: str
) -> None:
    with unchanged():
        answer = page(Role.DESK).post(
            "/reports/import/answers/", {"since": since, "until": until}
        )
    assert answer.status_code == 400
    assert says in answer.content.decode()


def test_answers_by_api(api: Api, town: Cast) -> None:
    ended(town, "A1")
    span = {"since": "2026-11-20", "until": "2026-11-20"}
    key = {"Idempotency-Key": str(uuid4())}
    answer = api(Role.DESK).post("/api/v1/sheets/answers/", span, format="json", headers=key)
    assert answer.status_code == 200
    assert answer.json()["heads"] == list(HEADS)
    assert [row[0] for row in answer.json()["rows"]] == ["A1"]
    assert AccessLog.objects.count() == 1
    other = api(Role.LEADER).post("/api/v1/sheets/answers/", span, format="json", headers=key)
    assert other.status_code == 403


def test_the_other_town_takes_out_nothing(town: Cast) -> None:
    ended(town, "A1")
    today = town_day(NOW)
    assert list(answers(town.other_actor(Role.DESK), *between(today, today))) == []


def test_the_answers_cost_the_same_for_many(
    town: Cast, django_assert_max_num_queries: Any
) -> None:
    for n in range(6):
        ended(town, f"A{n}")
    actor, today = town.actor(Role.DESK), town_day(NOW)
    with django_assert_max_num_queries(8):
        assert len(list(answers(actor, *between(today, today)))) == 6


def test_uploads_of_tables_are_not_taken_by_a_move(town: Cast) -> None:
    upload = sent(town, table([line()]))
    assert Upload.objects.get(pk=upload).kind == "sheet"
    assert find(town.actor(Role.DESK), "x") is None


def _file(rows: list[list[object]]) -> SimpleUploadedFile:
    return SimpleUploadedFile("工单.xlsx", table(rows), content_type="application/octet-stream")
