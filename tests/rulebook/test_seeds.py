"""What a new installation starts with: every value dated, cited and countable."""

import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from cases.law.moves import Refused
from cases.rulebook.models import (
    BusinessHours,
    Category,
    Change,
    HolidayNotice,
    Ladder,
    TermRow,
)
from cases.rulebook.operations import succeed
from cases.rulebook.operations.seeds import Loaded, load_file, load_seeds
from cases.rulebook.queries import book
from tests.rulebook.conftest import AT, WHO

pytestmark = pytest.mark.django_db

TOWN, DAY = "321183102", date(2026, 11, 20)
# Statutory days off, which fall on or are moved to Mondays to Fridays: 11 a year, 13 from 2025.
# 2011-12-31 was worked for January 2012; 2015: 3 September; 2020: two more days at New Year.
REST = {2011: 10, 2012: 12, 2015: 12, 2020: 13, 2025: 13, 2026: 13}


def test_a_second_run_creates_nothing(seeded: Loaded) -> None:
    assert (seeded.created, seeded.existing) == (360, 0)
    assert Change.objects.count() == 360
    assert load_seeds(settings.SEEDS, AT) == Loaded(0, 360)
    assert Change.objects.count() == 360


@pytest.mark.usefixtures("seeded")
def test_a_value_of_the_towns_own_is_never_overwritten() -> None:
    row = TermRow.objects.get(key="petition.reply")
    succeed(row, date(2026, 1, 1), amount=7, **WHO)
    assert load_seeds(settings.SEEDS, AT) == Loaded(0, 360)
    assert str(book().term("petition.reply", TOWN, DAY).term) == "7 working days"


@pytest.mark.parametrize("year", range(2010, 2027))
@pytest.mark.usefixtures("seeded")
def test_every_year_rests_as_many_weekdays_as_the_law_gives(year: int) -> None:
    calendar = book().calendar
    first = date(year, 1, 1)
    year_days = [
        first + timedelta(n) for n in range(366) if (first + timedelta(n)).year == year
    ]
    weekdays = sum(day.weekday() < 5 for day in year_days)
    assert weekdays - sum(map(calendar.is_working, year_days)) == REST.get(year, 11)
    assert all(map(calendar.is_confirmed, year_days))


@pytest.mark.usefixtures("seeded")
def test_the_make_up_days_of_2026_are_worked() -> None:
    days = HolidayNotice.objects.get(year=2026).days
    assert sorted(day for day, off in days.items() if not off) == [
        "2026-01-04",
        "2026-02-14",
        "2026-02-28",
        "2026-05-09",
        "2026-09-20",
        "2026-10-10",
    ]
    calendar = book().calendar
    assert calendar.confirmed_through == date(2026, 12, 31)
    assert calendar.why(date(2026, 10, 10)) == "国庆节调休上班"
    assert calendar.why(date(2026, 10, 3)) == "国庆节放假"
    assert calendar.version.startswith("2010-2026#")


@pytest.mark.parametrize("day", ["2011-12-31", "2018-12-29"])
@pytest.mark.usefixtures("seeded")
def test_a_notice_reaches_into_the_year_before(day: str) -> None:
    saturday = date.fromisoformat(day)
    assert saturday.weekday() == 5
    assert book().calendar.is_working(saturday)


@pytest.mark.usefixtures("seeded")
def test_a_make_up_day_is_always_a_weekend_day() -> None:
    for notice in HolidayNotice.objects.all():
        worked = [date.fromisoformat(day) for day, off in notice.days.items() if not off]
        assert all(day.weekday() >= 5 for day in worked), notice
        assert set(notice.names) == set(notice.days)


@pytest.mark.usefixtures("seeded")
def test_grid_events_are_ten_times_seven_and_the_rest() -> None:
    events = [rule for rule in book().categories("grid", DAY, TOWN) if rule.level == 2]
    assert Counter(event.code[:2] for event in events) == {
        **{f"{n:02}": 7 for n in range(1, 11)},
        "99": 6,
    }
    assert all(event.term for event in events if not event.code.startswith("99"))
    assert {flag for event in events for flag in event.flags} == set("TCPDBSX")


@pytest.mark.usefixtures("seeded")
def test_every_mapping_of_a_grid_event_leads_to_a_petition_class() -> None:
    rules = book()
    for event in rules.categories("grid", DAY, TOWN):
        if event.maps_to:
            assert rules.category("petition", event.maps_to, DAY, TOWN).level == 2
    unmapped = {e.code for e in rules.categories("grid", DAY, TOWN) if not e.maps_to}
    assert {code for code in unmapped if len(code) == 4} == {
        "9901", "9902", "9903", "9905", "9909",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("code", "term", "what", "flags", "phone_now"),
    [
        ("0103", "15 minutes", "立即处置", "TB", True),
        ("0104", "2 hours", "", "TB", True),
        ("0301", "4 working hours", "", "S", False),
        ("0302", "2 working days", "清除", "C", False),
        ("0303", "2 working hours", "清洁", "C", False),
        ("0407", "4 working hours", "", "TCPB", True),
        ("0501", "4 working hours", "制止", "C", False),
        ("0603", "2 hours", "围护", "TSB", True),
        ("0902", "15 minutes", "涉及暴力的立即处置", "TDP", True),
        ("0907", "1 hour", "", "P", False),
        ("1001", "2 working days", "答复", "B", False),
        ("1006", "1 working day", "", "PX", False),
    ],
)
@pytest.mark.usefixtures("seeded")
def test_terms_and_flags_of_events(
    code: str, term: str, what: str, flags: str, phone_now: bool
) -> None:
    event = book().category("grid", code, DAY, TOWN)
    assert (str(event.term), event.what, event.flags, event.phone_now) == (
        term,
        what,
        flags,
        phone_now,
    )


@pytest.mark.usefixtures("seeded")
def test_every_call_first_event_rings() -> None:
    for event in book().categories("grid", DAY, TOWN):
        assert event.phone_now == ("T" in event.flags), event.code


@pytest.mark.usefixtures("seeded")
def test_every_ladder_named_by_a_term_can_be_climbed() -> None:
    rules = book()
    for row in TermRow.objects.exclude(ladder=""):
        assert rules.ladder(row.ladder, DAY, TOWN)
    rungs = {row.code: rules.ladder(row.code, DAY, TOWN) for row in Ladder.objects.all()}
    assert {code: len(steps) for code, steps in rungs.items()} == {
        "L1": 6, "L1D": 2, "L1S": 1, "L2": 3, "L3": 4, "L3S": 1, "L4": 6, "L5": 1, "L6": 4,
    }  # fmt: skip
    assert not any(rung.quiet for rung in rungs["L2"] + rungs["L5"])
    assert [rung.quiet for rung in rungs["L4"]] == [True] * 5 + [False]
    assert not any(rung.colour for rung in rungs["L4"])


@pytest.mark.usefixtures("seeded")
def test_every_row_names_its_source() -> None:
    for model in (HolidayNotice, TermRow, BusinessHours, Category, Ladder):
        assert not model.objects.filter(citation="").exists()
    for model in (HolidayNotice, BusinessHours, Category, Ladder):
        assert not model.objects.filter(quality="statute").exists()
    # What claims to be the law names its article.
    statutes = TermRow.objects.exclude(quality="town_default")
    chains = {row.key.partition(".")[0] for row in statutes}
    assert chains == {"court", "dispute", "labour", "petition"}
    assert all(re.search("第.+条", row.citation) for row in statutes)
    assert TermRow.objects.get(key="petition.reply").quality == "town_default"


def write(folder: Path, term: str, since: str) -> Path:
    file = folder / "terms.yaml"
    row: dict[str, Any] = {"key": "a.b", "name": "甲", "term": term, "citation": "镇默认"}
    row |= {"valid_from": date.fromisoformat(since), "quality": "town_default"}
    file.write_text(yaml.safe_dump({"table": "rulebook_termrow", "rows": [row]}), "utf-8")
    return file


def test_a_later_seed_succeeds_the_one_before(tmp_path: Path) -> None:
    assert load_file(write(tmp_path, "3 days", "2020-01-01"), AT) == Loaded(1, 0)
    assert load_file(write(tmp_path, "9 days", "2020-01-01"), AT) == Loaded(0, 1)
    assert load_file(write(tmp_path, "5 days", "2025-01-01"), AT) == Loaded(1, 0)
    assert load_file(write(tmp_path, "3 days", "2020-01-01"), AT) == Loaded(0, 1)
    values = TermRow.objects.order_by("valid_from").values_list("amount", "valid_to")
    assert list(values) == [(3, date(2025, 1, 1)), (5, None)]


def test_a_later_seed_does_not_succeed_a_value_of_the_towns_own(tmp_path: Path) -> None:
    load_file(write(tmp_path, "3 days", "2020-01-01"), AT)
    succeed(TermRow.objects.get(), date(2024, 1, 1), amount=4, **WHO)
    assert load_file(write(tmp_path, "5 days", "2025-01-01"), AT) == Loaded(0, 1)
    assert TermRow.objects.get(valid_to=None).amount == 4


@pytest.mark.parametrize("text", ["rows: [", "table: nothing\nrows: []", "[]", "year: 2026"])
def test_a_bad_seed_file_is_named_and_nothing_of_it_enters(tmp_path: Path, text: str) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(Refused, match=r"bad\.yaml"):
        load_file(file, AT)
    assert not Change.objects.exists()
