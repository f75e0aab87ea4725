"""Petitions of the past become cases (历史来信导入): what enters, what is sent back, twice."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cases.docket import kinds
from cases.docket.models import (
    Case,
    Deadline,
    Event,
    Outbox,
    Stake,
    WorkItem,
)
from cases.docket.seal import open_key, unseal_facts
from cases.intake.operations.petition_sheet import NO_REPLY_TEXT
from cases.law.calendar import SHANGHAI
from tests.intake.sheets import IN_TIME, TOO_LATE, case_of, counts, entered, petition
from tests.town import NOW, XIASHU, Cast


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
    assert set(Outbox.objects.values_list("reader", flat=True)) == {"facts"}


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
