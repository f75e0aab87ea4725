"""Rules in words: what is shown is what is read back (规则用语)."""

from datetime import date
from typing import Any

import pytest
import yaml
from django.conf import settings

from cases.law.calendar import Calendar
from cases.law.ladders import LadderError
from cases.law.rule import LawError
from cases.law.terms import TermError
from cases.rulebook.operations.seeds import SAFE, _read, seed_files
from cases.rulebook.queries.days import days_text, read_days, year_calendar
from cases.rulebook.queries.tables.every import EVERY
from cases.rulebook.queries.words import read_rungs, read_term, read_when, when_words


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("3 个工作日", "3 working days"),
        ("3工作日", "3 working days"),
        ("３个工作日", "3 working days"),
        ("4 个工作小时", "4 working hours"),
        ("15分钟", "15 minutes"),
        ("2 天", "2 days"),
        ("30自然日", "30 days"),
        ("1 个月", "1 month"),
        ("10 年", "10 years"),
        ("3 Working Days", "3 working days"),
    ],
)
def test_terms_are_read_as_they_are_written(text: str, term: str) -> None:
    assert str(read_term(text)) == term
    assert read_term(read_term(text).words) == read_term(text)


@pytest.mark.parametrize("text", ["", "三天", "半小时", "-1 日", "0 日", "1.5 日", "1" * 99])
def test_no_term_is_guessed(text: str) -> None:
    with pytest.raises(TermError):
        read_term(text)


@pytest.mark.parametrize(
    ("law", "words"),
    [
        ("at once", "立即"),
        ("elapsed 10 minutes", "起算后 10 分钟"),
        ("left 20%", "余下 20%"),
        ("left 20% min 30 minutes", "余下 20%，不少于 30 分钟"),
        ("before 1 day", "届满前 1 日"),
        ("before 0 days", "届满前 0 日"),
        ("due", "到期"),
        ("after 1 working day", "超期 1 个工作日"),
        ("every 7 days", "到期后每 7 日"),
        ("by hand", "由人决定"),
    ],
)
def test_a_rungs_time_is_told_and_read_back(law: str, words: str) -> None:
    assert when_words(law) == words
    assert read_when(words) == law
    assert read_when(law) == law


@pytest.mark.parametrize("text", ["", "快了", "余下 0%", "超期", "起算后 三天", "left 20% min"])
def test_a_rungs_time_is_not_guessed(text: str) -> None:
    with pytest.raises((LadderError, TermError)):
        read_when(text)


def test_every_seed_is_shown_and_read_back_the_same() -> None:
    told = 0
    for file in seed_files(settings.SEEDS):
        model, entries = _read(yaml.load(file.read_text("utf-8"), Loader=SAFE))
        for table in (table for table in EVERY.values() if table.model is model):
            for entry in entries:
                if any(entry.get(name) != kept for name, kept in table.fixed.items()):
                    continue
                told += _read_back(table, entry)
    assert told > 130


def _read_back(table: Any, entry: dict[str, Any]) -> int:
    shown = table.show(table.model(**entry))
    assert table.show(table.model(**entry | table.entry(shown))) == shown
    lines = [dict(zip(table.columns, line, strict=True)) for line in table.spread(shown)]
    ((_, facts),) = table.gather(enumerate(lines, start=2))
    beside = {name: shown[name] for name in ("year", "issued_on") if name in shown}
    assert table.show(table.model(**entry | table.entry(facts | beside))) == shown
    return 1


def test_a_ladder_says_which_line_is_wrong() -> None:
    good = "到期 | 黄 | 催办 | 镇专班 | 承办人 | 缓发"
    later = good.replace("到期", "超期 1 个工作日")
    assert read_rungs(f"{good}\n\n{later}")[1]["no"] == 2
    for bad in ("到期 | 黑 | 催办 | 镇专班 | 承办人 | 缓发", "到期 | 黄 | 催办 | 镇专班 |  | 缓发"):
        with pytest.raises(LadderError, match="第 2 级"):
            read_rungs(f"{good}\n{bad}")


NOTICE = """一、元旦：1月1日（周五）至3日（周日）放假调休，共3天。
春节：2月5日至11日
2027-05-01 至 2027-05-05"""


def test_days_are_read_as_a_notice_prints_them() -> None:
    found = read_days(NOTICE, 2027, "rest")
    assert len(found) == 15
    assert found[date(2027, 1, 3)] == "元旦"
    assert found[date(2027, 2, 11)] == "春节"
    assert found[date(2027, 5, 1)] == ""
    text = days_text(dict.fromkeys(found, True), found, off=True)
    assert text.splitlines()[0] == "元旦：2027-01-01 至 2027-01-03"
    assert read_days(text, 2027, "rest") == found


@pytest.mark.parametrize(
    "text",
    [
        *("元旦", "1月", "2月30日", "1月3日至1日", "1月1日\n1月1日", "13月1日"),
        *("1月1日至12月31日", "1月1日 5"),
    ],
)
def test_days_are_not_guessed(text: str) -> None:
    with pytest.raises(LawError):
        read_days(text, 2027, "rest")


def test_a_year_without_a_notice_is_a_plain_week() -> None:
    months = year_calendar(Calendar.of([], "none"), 2028)
    days = [day for month in months for week in month.weeks for day in week if day]
    assert len(days) == 366
    assert {day.kind for day in days} == {"work", "rest"}
