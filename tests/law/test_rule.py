"""Which value governs on a day, and how an answer keeps its reasons."""

from dataclasses import dataclass
from datetime import date

import pytest

from cases.law.rule import Citation, NotInForce, Overlap, Quality, in_force
from cases.law.trace import Answer, Finding


@dataclass(frozen=True)
class Row:
    name: str
    valid_from: date
    valid_to: date | None = None


OLD = Row("旧", date(2010, 1, 1), date(2021, 7, 15))
NEW = Row("新", date(2021, 7, 15))


@pytest.mark.parametrize(
    ("on", "name"),
    [
        (date(2010, 1, 1), "旧"),
        (date(2021, 7, 14), "旧"),
        (date(2021, 7, 15), "新"),
        (date(2030, 1, 1), "新"),
    ],
)
def test_the_value_of_the_day_governs(on: date, name: str) -> None:
    assert in_force([OLD, NEW], on).name == name


def test_outside_the_known_dates_there_is_no_answer() -> None:
    with pytest.raises(NotInForce, match="2009-12-31 没有有效的规则"):
        in_force([OLD, NEW], date(2009, 12, 31))


def test_two_values_at_once_are_refused() -> None:
    with pytest.raises(Overlap, match="同时有 2 条"):
        in_force([OLD, Row("又", date(2020, 1, 1))], date(2020, 6, 1))


def test_an_answer_shows_what_is_still_open() -> None:
    article = Citation("《中华人民共和国行政处罚法》第三十三条", quality=Quality.STATUTE)
    first = Finding("初次违法", "近二年无记录", True, article, ("查询记录",))
    remedied = Finding("及时改正", "未复查", None, article)
    assert Answer("待定", (first, remedied)).open_questions == (remedied,)
    assert str(article) == "《中华人民共和国行政处罚法》第三十三条"
