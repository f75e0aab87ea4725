"""A term tried on the past: what counts as late, and by how much."""

from datetime import date

import pytest

from cases.law.backtest import Answer, Replay, replay
from cases.law.calendar import BusinessHours
from cases.law.terms import Term
from tests.law.china import HOURS, at, china


def hours_on(_: date) -> BusinessHours:
    return HOURS


def tried(term: str, *pairs: tuple[str, str | None]) -> Replay:
    rows = [
        Answer(row, at(asked), at(answered) if answered else None)
        for row, (asked, answered) in enumerate(pairs, start=2)
    ]
    return replay(rows, Term.parse(term), china(), hours_on)


@pytest.mark.parametrize(
    ("term", "asked", "answered", "late"),
    [
        ("3 working days", "2026-09-30 16:30", "2026-10-10 23:59:59", False),
        ("3 working days", "2026-09-30 16:30", "2026-10-11 00:00", True),
        ("15 working days", "2019-03-04 09:32", "2019-03-25 23:59:59", False),
        ("15 working days", "2019-03-04 09:32", "2019-03-26 00:00", True),
        ("1 hour", "2026-09-30 16:30", "2026-09-30 17:29:59", False),
        ("1 hour", "2026-09-30 16:30", "2026-09-30 17:30", True),
        ("2 working hours", "2026-09-30 16:30", "2026-10-08 09:29:59", False),
        ("2 working hours", "2026-09-30 16:30", "2026-10-08 09:30", True),
    ],
)
def test_late_is_at_or_after_the_end(term: str, asked: str, answered: str, late: bool) -> None:
    found = tried(term, (asked, answered))
    assert (found.on_time, found.late) == (int(not late), int(late))


@pytest.mark.parametrize(
    ("answered", "band"),
    [
        ("2019-03-09 08:00", "1-5"),  # Saturday right after the last day: no working day yet
        ("2019-03-11 08:00", "1-5"),
        ("2019-03-15 08:00", "1-5"),
        ("2019-03-18 08:00", "6-15"),
        ("2019-03-29 08:00", "6-15"),
        ("2019-04-01 08:00", "16+"),
        ("2020-01-09 08:00", "16+"),
    ],
)
def test_lateness_is_counted_in_working_days_past_the_last_day(answered: str, band: str) -> None:
    found = tried("4 working days", ("2019-03-04 09:00", answered))  # last day Friday 2019-03-08
    assert found.late_by == {"1-5": 0, "6-15": 0, "16+": 0} | {band: 1}


def test_the_counts_add_up() -> None:
    found = tried(
        "1 working day",
        ("2019-03-04 09:00", "2019-03-04 09:00"),  # 0 working days
        ("2019-03-04 09:00", "2019-03-06 09:00"),  # 2
        ("2019-03-04 09:00", "2019-03-11 09:00"),  # 5
        ("2019-03-08 23:59", "2019-03-11 00:00"),  # 1
        ("2019-03-04 09:00", None),
        ("2009-03-04 09:00", "2009-03-05 09:00"),  # no calendar then
    )
    assert (found.cases, found.answered, found.unanswered) == (5, 4, 1)
    assert (found.on_time, found.late) == (2, 2)
    assert found.median_working_days == 1.5
    assert [row for row, _ in found.rejected] == [7]
    assert "2010" in found.rejected[0][1]


def test_nothing_answered_has_no_median() -> None:
    found = tried("1 day", ("2019-03-04 09:00", None))
    assert (found.cases, found.median_working_days) == (1, None)
    assert tried("1 day").cases == 0


def test_working_hours_need_business_hours() -> None:
    rows = [Answer(2, at("2019-03-04 09:00"), at("2019-03-04 10:00"))]
    found = replay(rows, Term.parse("2 working hours"), china(), lambda _: None)
    assert (found.cases, [row for row, _ in found.rejected]) == (0, [2])
