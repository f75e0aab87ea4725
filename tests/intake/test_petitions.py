"""Petitions of the past become cases (历史来信导入): what enters, what is sent back, twice."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DataError, connection

from cases.docket import kinds
from cases.docket.models import (
    Case,
    Deadline,
    Event,
    ExternalRef,
    Outbox,
    Series,
    Stake,
    WorkItem,
)
from cases.docket.seal import open_key, unseal_facts
from cases.intake.models import Report
from cases.intake.operations import petitions
from cases.intake.operations.petition_sheet import NO_REPLY_TEXT
from cases.intake.operations.petitions import import_petitions
from cases.law.calendar import SHANGHAI
from cases.rulebook.operations.petition_scheme import Imported
from tests.intake.sheets import IN_TIME, TOO_LATE, petition, write
from tests.town import BAOHUA, NOW, XIASHU, Cast

TABLES = (Case, Deadline, Event, ExternalRef, Report, Series, Stake, WorkItem)


def entered(
    tmp_path: Path, *rows: list[object], division: str = XIASHU, dry_run: bool = False
) -> Imported:
    file = write(tmp_path / "petitions.xlsx", rows)
    return import_petitions(file, division=division, at=NOW, dry_run=dry_run)


def counts(result: Imported) -> tuple[int, int, int, int]:
    return result.read, result.created, result.existing, len(result.rejected)


def case_of(number: str, division: str = XIASHU) -> Case:
    return ExternalRef.objects.get(division=division, system="petition", number=number).case


def words_of(case: Case) -> dict[str, Any]:
    return unseal_facts(open_key(case.wrapped_key, case.key_id), case.words)


def sealed_of(event: Event) -> dict[str, Any]:
    return unseal_facts(open_key(event.case.wrapped_key, event.case.key_id), event.sealed)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_an_answered_petition_enters_closed_with_the_deadline_it_had(
    town: Cast, tmp_path: Path
) -> None:
    result = entered(
        tmp_path,
        petition(2549, reply="已修复", answered=IN_TIME),
        petition(2550, reply="已修复", answered=TOO_LATE),
    )
    assert counts(result) == (2, 2, 0, 0)
    for number, answered, state in (
        ("2549", "2019-03-25 23:59:59", "met"),
        ("2550", "2019-03-26 00:00", "met_late"),
    ):
        case = case_of(number)
        assert (case.state, case.opened_at, case.closed_at) == (
            "CLOSED",
            at("2019-03-04 09:32:09"),
            at(answered),
        )
        assert (case.unit_id, case.kind, case.division) == (None, "report", XIASHU)
        events = list(Event.objects.filter(case=case).order_by("seq"))
        assert [(e.verb, e.to_state, e.happened_at, e.role) for e in events] == [
            ("receive", "RECEIVED", at("2019-03-04 09:32:09"), "system"),
            ("enter_closed", "CLOSED", at(answered), "system"),
        ]
        assert sealed_of(events[0])["reporter"] == "A0001"
        assert sealed_of(events[1]) == {"reply": "已修复"}
        assert json.loads(events[0].text)["open"] == {"external": number, "source": "letter"}
        deadline = Deadline.objects.get(case=case)
        assert (deadline.term, deadline.state) == ("petition.reply", state)
        assert (deadline.last_day, deadline.met_at) == (date(2019, 3, 25), at(answered))
        assert deadline.next_rung_at is None
        assert case.report.received_at == case.opened_at
        assert case.report.source == "letter"


def test_an_unanswered_petition_lies_open_with_the_desk(town: Cast, tmp_path: Path) -> None:
    assert counts(entered(tmp_path, petition(1))) == (1, 1, 0, 0)
    case = case_of("1")
    assert (case.state, case.unit_id, case.closed_at) == ("ACCEPTED", town.desk.pk, None)
    assert case.number == f"{XIASHU}-R-2026-000001"
    verbs = Event.objects.filter(case=case).order_by("seq").values_list("verb", "happened_at")
    assert list(verbs) == [("receive", at("2019-03-04 09:32:09")), ("enter_open", NOW)]
    deadline = Deadline.objects.get(case=case)
    assert (deadline.state, deadline.due_at) == ("running", at("2019-03-26 00:00"))
    assert case.next_due == deadline.due_at
    assert list(Stake.objects.filter(case=case).values_list("unit", "why")) == [
        (town.desk.pk, "owner")
    ]
    assert words_of(case) == {"title": "路灯不亮", "description": "村口第三盏路灯不亮"}


def test_only_rungs_after_the_import_are_armed_and_nobody_is_told(
    town: Cast, tmp_path: Path
) -> None:
    kinds.register_reader("tests", quiet=False)
    try:
        lately = NOW - timedelta(days=7)
        assert counts(entered(tmp_path, petition(1), petition(2, asked=lately))) == (2, 2, 0, 0)
    finally:
        kinds._READERS.pop("tests")
    assert Deadline.objects.get(case=case_of("1")).next_rung_at is None
    armed = Deadline.objects.get(case=case_of("2"))
    assert (armed.rung, armed.next_rung) == (0, 1)
    assert armed.next_rung_at is not None
    assert armed.next_rung_at > NOW
    assert not Outbox.objects.exists()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (petition(""), "没有留言编号"),
        (petition("甲" * 81), "留言编号超过 80 字"),
        (petition(asked=""), "没有留言时间"),
        (petition(asked="去年春天"), "看不懂时间“去年春天”"),
        (petition(asked=2019), "看不懂时间"),
        (petition(asked=True), "看不懂时间"),
        (petition(asked="2019-02-30 08:00"), "看不懂时间"),
        (petition(asked=NOW + timedelta(days=1)), "留言时间在将来"),
        (petition(title="", description=""), "没有留言主题，也没有留言详情"),
        (petition(title="\u200b", description=" \u3000"), "没有留言主题，也没有留言详情"),
        (petition(reply="已修复"), "有答复意见而没有答复时间"),
        (petition(reply="已修复", answered="明天"), "看不懂时间“明天”"),
        (petition(reply="已修复", answered=NOW + timedelta(hours=1)), "答复时间在将来"),
        (petition(reply="已修复", answered="2019/3/4 9:32:08"), "答复时间早于留言时间"),
        (petition(reply="已修复", answered="2019/3/3"), "答复时间早于留言时间"),
    ],
)
def test_a_bad_row_is_sent_back_with_its_reason_and_stops_no_other(
    town: Cast, tmp_path: Path, row: list[object], reason: str
) -> None:
    result = entered(tmp_path, petition(1000), row, petition(1001))
    assert counts(result) == (3, 2, 0, 1)
    assert result.rejected[0]["row"] == 3
    assert reason in result.rejected[0]["reason"]
    assert Case.objects.count() == 2


def test_nothing_true_is_lost(town: Cast, tmp_path: Path) -> None:
    long = "关于" + "很长的" * 60 + "标题"
    result = entered(
        tmp_path,
        petition(1, title=long, description="正文"),
        petition(2, title="", description="只有正文\r\n第二行"),
        petition(3, description=""),
        petition(4, title="控\x07制\u202e字符", description="a\x0bb\x1fc"),
        petition(5, user="很长的单位名称" * 10),
        petition(6, description="字" * 19_000, reply="答" * 29_000, answered=IN_TIME),
        petition(7, answered=IN_TIME),
        petition(8, user=""),
    )
    assert counts(result) == (8, 8, 0, 0)
    assert words_of(case_of("1")) == {
        "title": long[:99] + "…",
        "description": f"标题：{long}\n正文",
    }
    assert words_of(case_of("2")) == {"title": "只有正文 第二行", "description": "只有正文\n第二行"}
    assert words_of(case_of("3")) == {"title": "路灯不亮"}
    assert words_of(case_of("4")) == {"title": "控制字符", "description": "a\nbc"}
    assert words_of(case_of("5"))["description"].startswith("反映人：" + "很长的单位名称" * 10)
    assert len(words_of(case_of("6"))["description"]) == 19_000
    assert case_of("7").state == "CLOSED"
    reply = Event.objects.get(case=case_of("7"), verb="enter_closed")
    assert sealed_of(reply) == {"reply": NO_REPLY_TEXT}


@pytest.mark.parametrize(
    "asked",
    [
        "2019/3/4 9:32:09",
        "2019-03-04 09:32:09",
        "2019年3月4日 9时32分9秒",
        "2019-03-04T09:32:09",
        datetime(2019, 3, 4, 9, 32, 9),  # noqa: DTZ001 - a spreadsheet's dates have no zone
        43528.39732638889,
    ],
)
def test_times_as_text_numbers_and_dates(town: Cast, tmp_path: Path, asked: object) -> None:
    entered(tmp_path, petition(2549.0, asked=asked))
    assert case_of("2549").opened_at == at("2019-03-04 09:32:09")


def test_a_reply_known_by_its_day_only(town: Cast, tmp_path: Path) -> None:
    entered(
        tmp_path,
        petition(1, reply="当日答复", answered="2019/3/4"),
        petition(2, reply="次日答复", answered=date(2019, 3, 5)),
    )
    assert case_of("1").closed_at == at("2019-03-04 09:32:09")
    assert case_of("2").closed_at == at("2019-03-05 00:00")


def test_before_the_first_notice_a_case_enters_and_somebody_must_look(
    town: Cast, tmp_path: Path
) -> None:
    result = entered(
        tmp_path,
        petition(1, asked="2009/12/31 8:00:00"),
        petition(2, asked="2009/12/31 8:00:00", reply="已答", answered="2010/3/1 8:00:00"),
    )
    assert counts(result) == (2, 2, 0, 0)
    assert not Deadline.objects.exists()
    items = WorkItem.objects.filter(kind="no_rule").order_by("case_id")
    assert [item.case_id for item in items] == [case_of("1").pk, case_of("2").pk]
    assert (case_of("1").state, case_of("2").state) == ("ACCEPTED", "CLOSED")


def test_a_repeated_number_is_existing_and_a_second_run_creates_nothing(
    town: Cast, tmp_path: Path
) -> None:
    rows = [petition(1), petition("1"), petition(2), petition(""), petition(1.0)]
    assert counts(entered(tmp_path, *rows)) == (5, 2, 2, 1)
    before = {model: model._default_manager.count() for model in TABLES}
    assert counts(entered(tmp_path, *rows)) == (5, 0, 4, 1)
    assert {model: model._default_manager.count() for model in TABLES} == before
    assert counts(entered(tmp_path, *rows, division=BAOHUA)) == (5, 2, 2, 1)
    assert case_of("1", BAOHUA).unit_id == town.units[f"{BAOHUA}-desk"].pk


def test_a_rejected_row_does_not_use_up_its_number(town: Cast, tmp_path: Path) -> None:
    rows = [petition(1, asked="不详"), petition(1), petition(1)]
    assert counts(entered(tmp_path, *rows)) == (3, 1, 1, 1)


def test_a_dry_run_counts_what_would_be_and_writes_nothing(town: Cast, tmp_path: Path) -> None:
    entered(tmp_path, petition(1))
    before = {model: model._default_manager.count() for model in TABLES}
    rows = [petition(1), petition(2), petition(2), petition("")]
    assert counts(entered(tmp_path, *rows, dry_run=True)) == (4, 1, 2, 1)
    assert {model: model._default_manager.count() for model in TABLES} == before
    assert counts(entered(tmp_path, *rows)) == (4, 1, 2, 1)


def test_a_row_that_cannot_be_written_becomes_a_work_item(
    town: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = petitions._draft

    def broken(batch: Any, row: Any, *rest: Any) -> Case:
        case = draft(batch, row, *rest)
        if row.number == "13":
            raise DataError("broken on purpose")
        return case

    monkeypatch.setattr(petitions, "_draft", broken)
    result = entered(tmp_path, *[petition(n) for n in range(10, 16)])
    assert counts(result) == (6, 5, 0, 1)
    assert result.rejected == [{"row": 5, "reason": "未能写入（DataError）"}]
    numbers = Case.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [f"{XIASHU}-R-2026-{n:06}" for n in range(1, 6)]
    item = WorkItem.objects.get()
    assert (item.kind, item.unit_id, item.case_id) == ("bad_row", town.desk.pk, None)
    assert "petitions.xlsx 第 5 行（留言编号 13）" in item.words


def test_numbers_a_rival_took_meanwhile_are_existing(
    town: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered(tmp_path, petition(2))
    known = petitions._known
    blind = [True, True, True]  # the batch and its first two rows look too early

    def looked(division: str, rows: Any) -> set[str]:
        return set() if blind and blind.pop() else known(division, rows)

    monkeypatch.setattr(petitions, "_known", looked)
    assert counts(entered(tmp_path, petition(1), petition(2), petition(3))) == (3, 2, 1, 0)
    assert Case.objects.count() == 3
    assert not WorkItem.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_make_every_petition_once(town: Cast, tmp_path: Path) -> None:
    file = write(tmp_path / "petitions.xlsx", [petition(n) for n in range(1, 451)])
    results: list[Imported] = []

    def run() -> None:
        try:
            results.append(import_petitions(file, division=XIASHU, at=NOW))
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(result.created for result in results) == 450
    assert sum(result.existing for result in results) == 450
    assert [result.rejected for result in results] == [[], []]
    numbers = Case.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [f"{XIASHU}-R-2026-{n:06}" for n in range(1, 451)]


def test_a_batch_is_a_few_statements(
    town: Cast, tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    entered(tmp_path, petition(0))
    with django_assert_max_num_queries(12):
        entered(tmp_path, *[petition(n) for n in range(1, 200)])


def test_the_command_prints_json_only_and_progress_elsewhere(
    town: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(write(tmp_path / "petitions.xlsx", [petition(1), petition("")]))
    call_command("import_petitions", file, "--dry-run")
    told = capsys.readouterr()
    assert json.loads(told.out) == {
        "read": 2,
        "created": 1,
        "existing": 0,
        "rejected": [{"row": 3, "reason": "没有留言编号"}],
    }
    assert "已读 2 行" in told.err
    call_command("import_petitions", file, f"--division={BAOHUA}")
    assert json.loads(capsys.readouterr().out)["created"] == 1
    assert case_of("1", BAOHUA).opened_at == at("2019-03-04 09:32:09")


def test_the_command_refuses_an_unknown_town(
    town: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(write(tmp_path / "petitions.xlsx", [petition(1)]))
    for words, field in (
        ((file, "--division=999999999"), "division"),
        ((), "file"),
        ((file, "--dryrun"), "arguments"),
    ):
        with pytest.raises(SystemExit) as stopped:
            call_command("import_petitions", *words)
        assert stopped.value.code == 2
        answer = json.loads(capsys.readouterr().out)
        assert (set(answer), answer["field"]) == ({"error", "field"}, field)
    assert not Case.objects.exists()
