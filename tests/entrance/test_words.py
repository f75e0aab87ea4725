"""Words on the screen: dates, spans, masks, badges."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from django.template import Context, Template

from cases.templatetags.words import (
    badge,
    countdown,
    day,
    deadline_moment,
    masked_name,
    masked_phone,
    moment,
    span,
)
from tests.town import NOW


@dataclass
class Due:
    words: str
    tone: str = "late"
    colour_label: str = ""
    provisional: bool = False


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=NOW.tzinfo)  # type: ignore[misc,arg-type]


def test_dates_are_the_towns() -> None:
    assert day(date(2026, 11, 22)) == "2026年11月22日 周日"
    instant = datetime.fromisoformat("2026-11-22T06:05:00+00:00")
    assert moment(instant) == "2026年11月22日 周日 14:05"
    assert (day(None), moment(None), deadline_moment(None)) == ("", "", "")


def test_the_year_is_left_out_while_it_is_this_year() -> None:
    shown = Template("{% when at %}")
    assert shown.render(Context({"at": at(2026, 11, 22, 14, 5), "today": date(2026, 11, 30)})) == (
        "11月22日 周日 14:05"
    )
    assert shown.render(Context({"at": date(2025, 1, 2), "today": date(2026, 11, 30)})) == (
        "2025年1月2日 周四"
    )


def test_midnight_is_the_end_of_the_day_before() -> None:
    assert deadline_moment(at(2026, 10, 11, 0, 0)) == "2026年10月10日 周六 24:00"
    assert deadline_moment(at(2026, 10, 10, 17, 30)) == "2026年10月10日 周六 17:30"


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=20), "不到 1 分钟"),
        (timedelta(minutes=25), "25 分钟"),
        (timedelta(hours=3), "3 小时"),
        (timedelta(hours=3, minutes=7), "3 小时 7 分钟"),
        (timedelta(days=2), "2 天"),
        (timedelta(days=2, hours=3, minutes=59), "2 天 3 小时"),
    ],
)
def test_a_span_says_its_two_largest_units(length: timedelta, words: str) -> None:
    assert span(length) == words


def test_a_countdown_turns_at_the_exclusive_instant() -> None:
    due = at(2026, 11, 22, 0, 0)
    assert countdown(due, due - timedelta(minutes=1)) == "剩 1 分钟"
    assert countdown(due, due) == "超期 不到 1 分钟"
    assert countdown(None, due) == ""


def test_masks_hide_what_they_must() -> None:
    assert [masked_name(n) for n in ("张三", "张三丰", "欧阳正华", "", None)] == [
        "张*",
        "张**",
        "欧**",
        "",
        "",
    ]
    assert masked_phone("13812341234") == "138****1234"
    assert masked_phone("12345") == "***45"


def test_a_badge_has_words_beside_its_colour_and_escapes_them() -> None:
    assert badge(Due("超期 2 个工作日", colour_label="红")) == (
        '<span class="due due-late">超期 2 个工作日</span> <span class="lamp lamp-red">红色</span>'
    )
    assert "暂定" in badge(Due("剩 3 天", provisional=True))
    assert "&lt;b&gt;" in badge(Due("<b>"))
    assert badge(None) == ""
