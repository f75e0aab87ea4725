"""When each rung comes, and what is left after downtime: the ladders L1 to L6."""

from datetime import datetime, timedelta

import pytest

from cases.law.ladders import (
    Colour,
    LadderError,
    Rung,
    When,
    checked,
    highest_passed,
    next_rung,
    rung_of,
)
from cases.law.rule import LawError
from cases.law.terms import Due, Term, due
from tests.law.china import HOURS, at, china

START = at("2026-09-28 09:00")
ENDS = due(Term.parse("3 working days"), START, china())  # to 2026-10-08, 24:00


def ladder(*whens: str) -> tuple[Rung, ...]:
    rows = [{"no": no, "when": when} for no, when in enumerate(whens, 1)]
    return checked([Rung.parse(row) for row in rows])


L1 = ladder(
    "left 20% min 30 minutes", "due", "after 1 working day", "after 2 working days",
    "by hand", "by hand",
)  # fmt: skip
L2 = ladder("elapsed 10 minutes", "elapsed 20 minutes", "elapsed 30 minutes")
L3 = ladder("left 20%", "due", "after 1 working day", "after 3 working days")
L4 = ladder(*(f"before {days} days" for days in (30, 15, 7, 3, 1, 0)))
L5 = ladder("at once")
L6 = ladder("left 50%", "due", "after 3 days", "every 7 days")


def times(rungs: tuple[Rung, ...], start: datetime = START, ends: Due = ENDS) -> list[str]:
    steps = [next_rung(rungs, fired, start, ends, china(), HOURS) for fired in range(len(rungs))]
    return [f"{step[1]:%m-%d %H:%M}" for step in steps if step]


def test_the_term_the_examples_stand_on() -> None:
    assert at("2026-10-09 00:00") == ENDS.due_at


@pytest.mark.parametrize(
    ("rungs", "expected"),
    [
        (L1, ["10-06 21:00", "10-09 00:00", "10-10 00:00", "10-11 00:00"]),
        (L2, ["09-28 09:10", "09-28 09:20", "09-28 09:30"]),
        (L3, ["10-06 21:00", "10-09 00:00", "10-10 00:00", "10-13 00:00"]),
        (L5, ["09-28 09:00"]),
        (L6, ["10-03 16:30", "10-09 00:00", "10-13 00:00", "10-16 00:00"]),
    ],
)
def test_each_rung_comes_at_its_time(rungs: tuple[Rung, ...], expected: list[str]) -> None:
    assert times(rungs) == expected


def test_statutory_days_are_counted_back_to_the_beginning_of_the_day() -> None:
    ends = due(Term.parse("90 days"), at("2026-03-02 10:00"), china())
    assert ends.last_day.isoformat() == "2026-06-01"
    expected = ["05-02", "05-17", "05-25", "05-29", "05-31", "06-01"]
    assert times(L4, at("2026-03-02 10:00"), ends) == [f"{day} 00:00" for day in expected]


def test_a_rung_before_the_start_comes_at_the_start() -> None:
    ends = due(Term.parse("15 minutes"), START, china())
    assert times(ladder("left 20% min 30 minutes", "before 3 days", "due"), START, ends) == [
        "09-28 09:00", "09-28 09:00", "09-28 09:15",
    ]  # fmt: skip


def test_at_least_so_long_before() -> None:
    ends = due(Term.parse("1 hour"), START, china())
    assert times(L1, START, ends)[0] == "09-28 09:30"
    assert times(L3, START, ends)[0] == "09-28 09:48"


def test_a_rung_by_hand_stops_the_ladder() -> None:
    assert next_rung(L1, 4, START, ENDS, china(), HOURS) is None
    assert next_rung(L1, 6, START, ENDS, china(), HOURS) is None
    passed = highest_passed(L1, 0, START, ENDS, china(), HOURS, now=at("2027-03-01 00:00"))
    assert (passed.fire, passed.next) == (4, None)


@pytest.mark.parametrize(
    ("now", "fired", "fire", "next_no"),
    [
        ("2026-09-29 09:00", 0, None, 1),
        ("2026-10-06 21:00", 0, 1, 2),
        ("2026-10-06 21:00", 1, None, 2),
        ("2026-10-09 00:00", 0, 2, 3),
        ("2026-10-10 23:59", 0, 3, 4),
        ("2026-12-01 00:00", 2, 4, None),
        ("2026-12-01 00:00", 4, None, None),
    ],
)
def test_after_downtime_only_the_highest_rung_fires(
    now: str, fired: int, fire: int | None, next_no: int | None
) -> None:
    passed = highest_passed(L3, fired, START, ENDS, china(), HOURS, now=at(now))
    assert passed.fire == fire
    assert (passed.next and passed.next[0]) == next_no
    assert (passed.at is None) == (fire is None)
    assert passed.at is None or passed.at <= at(now)


def test_the_last_rung_may_repeat() -> None:
    now = ENDS.due_at + timedelta(days=22)
    passed = highest_passed(L6, 0, START, ENDS, china(), HOURS, now=now)
    assert (passed.fire, passed.at) == (6, ENDS.due_at + timedelta(days=21))
    assert passed.next == (7, ENDS.due_at + timedelta(days=28))
    assert rung_of(L6, 7) is L6[3]
    again = highest_passed(L6, 6, START, ENDS, china(), HOURS, now=now)
    assert (again.fire, again.next) == (None, passed.next)


def test_a_rung_is_read_from_its_row() -> None:
    rung = Rung.parse({
        "no": 2, "when": "due", "colour": "yellow", "paper": "催办", "issuer": "镇专班",
        "told": ["handler", "dept_lead"], "quiet": True,
    })  # fmt: skip
    assert rung == Rung(
        2, When.parse("due"), Colour.YELLOW, "催办", "镇专班", ("handler", "dept_lead"), True
    )


@pytest.mark.parametrize(
    "text",
    ["", "soon", "left 0%", "left 100%", "left 20% min 1 month", "before -1 days",
     "every 1 working day", "elapsed 0 minutes", "after", "before 1 month"],
)  # fmt: skip
def test_times_nobody_can_keep_are_refused(text: str) -> None:
    with pytest.raises(LawError) as refused:
        When.parse(text)
    assert refused.value.field in ("when", "term")


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([{"no": 2, "when": "due"}], "从 1 起"),
        ([{"no": 1, "when": "every 7 days"}, {"no": 2, "when": "due"}], "最后一级"),
        ([{"no": 1, "when": "due"}, {"no": 2, "when": "left 20%"}], "第 2 级不晚于第 1 级"),
        ([{"no": 1, "when": "due"}, {"no": 2, "when": "due"}], "第 2 级不晚于第 1 级"),
        ([{"no": 1, "when": "due"}, {"no": 2, "when": "at once"}], "第 2 级不晚于第 1 级"),
        (
            [{"no": 1, "when": "after 2 working days"}, {"no": 2, "when": "after 1 working day"}],
            "第 2 级不晚于第 1 级",
        ),
        ([{"no": 1, "when": "before 3 days"}, {"no": 2, "when": "before 7 days"}], "不晚于"),
        ([{"no": 1, "when": "left 20%"}, {"no": 2, "when": "left 50%"}], "不晚于"),
        (
            [{"no": 1, "when": "elapsed 20 minutes"}, {"no": 2, "when": "elapsed 10 minutes"}],
            "不晚于",
        ),
        (
            [
                {"no": 1, "when": "after 1 day"},
                {"no": 2, "when": "elapsed 10 minutes"},
                {"no": 3, "when": "due"},
            ],
            "第 3 级不晚于第 1 级",
        ),
        ([{"no": 1, "when": "by hand"}, {"no": 2, "when": "due"}], "不能再按时间触发"),
        ([{"no": 1, "when": "due", "told": ["passer_by"]}], "“passer_by”不是可告知的人"),
    ],
)
def test_ladders_out_of_order_are_refused(rows: list[dict[str, object]], says: str) -> None:
    with pytest.raises(LadderError) as refused:
        checked([Rung.parse(row) for row in rows])
    assert says in refused.value.sentence.replace("须", "")


def test_a_colour_nobody_knows_is_refused() -> None:
    with pytest.raises(LadderError, match="颜色“绿”不对"):
        Rung.parse({"no": 1, "when": "due", "colour": "绿"})


def test_what_cannot_be_compared_is_let_stand() -> None:
    rows = [
        {"no": 1, "when": "elapsed 10 minutes"},
        {"no": 2, "when": "left 20%"},
        {"no": 3, "when": "after 3 days"},
        {"no": 4, "when": "after 1 working day"},
        {"no": 5, "when": "by hand"},
        {"no": 6, "when": "by hand"},
    ]
    assert len(checked([Rung.parse(row) for row in rows])) == 6
