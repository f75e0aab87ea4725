"""The commands of the rulebook: one JSON object on stdout, exit 2 on bad input."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from cases.rulebook.models import Category

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded")]

Sheet = Callable[[list[list[object]]], Path]
HEAD: list[object] = ["一级分类", "二级分类", "三级分类"]


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    call_command(*words)
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def refusal(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, str]:
    with pytest.raises(SystemExit) as stopped:
        call_command(*words)
    assert stopped.value.code == 2
    found: dict[str, str] = json.loads(capsys.readouterr().out)
    assert set(found) == {"error", "field"}
    return found


@pytest.mark.parametrize(
    ("start", "term", "last_day", "due_at", "provisional"),
    [
        ("2026-09-30T16:30+08:00", "3 working days", "2026-10-10", "2026-10-11T00:00+08:00", 0),
        ("2026-09-30T08:30Z", "3 working day", "2026-10-10", "2026-10-11T00:00+08:00", 0),
        ("2026-09-30T16:30+08:00", "30 minutes", "2026-09-30", "2026-09-30T17:00+08:00", 0),
        ("2026-09-30T16:30+08:00", "2 working hours", "2026-10-08", "2026-10-08T09:30+08:00", 0),
        ("2026-09-30T16:30+08:00", "1 day", "2026-10-08", "2026-10-09T00:00+08:00", 0),
        ("2026-09-30T16:30+08:00", "24 hours", "2026-10-01", "2026-10-01T16:30+08:00", 0),
        ("2026-01-31T16:30+08:00", "1 month", "2026-02-28", "2026-03-01T00:00+08:00", 0),
        ("2026-12-30T16:30+08:00", "15 working days", "2027-01-20", "2027-01-21T00:00+08:00", 1),
        ("2026-09-30T16:30:45+08:00", "1 hour", "2026-09-30", "2026-09-30T17:30:45+08:00", 0),
    ],
)
def test_deadline(
    capsys: pytest.CaptureFixture[str],
    start: str,
    term: str,
    last_day: str,
    due_at: str,
    provisional: int,
) -> None:
    found = answer(capsys, "deadline", "--from", start, "--term", term)
    assert set(found) == {"last_day", "due_at", "provisional", "calendar", "trace", "citation"}
    assert (found["last_day"], found["due_at"]) == (last_day, due_at)
    assert found["provisional"] is bool(provisional)
    assert found["calendar"].startswith("2010-2026#")
    assert found["trace"][0]["counted"] is False
    assert "民法典" in found["citation"]


def test_the_trace_counts_the_term(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--from", "2026-09-30T16:30+08:00", "--term", "3 working days")
    trace = answer(capsys, "deadline", *words)["trace"]
    counted = [day["date"] for day in trace if day["counted"]]
    assert counted == ["2026-10-08", "2026-10-09", "2026-10-10"]
    assert trace[0]["date"] == "2026-09-30"
    assert all(day["why"] for day in trace)


@pytest.mark.parametrize(
    ("start", "term", "field"),
    [
        ("2026-09-30T16:30+08:00", "0 days", "term"),
        ("2026-09-30T16:30+08:00", "-1 days", "term"),
        ("2026-09-30T16:30+08:00", "10000 days", "term"),
        ("2026-09-30T16:30+08:00", "3661 days", "term"),
        ("2026-09-30T16:30+08:00", "3 fortnights", "term"),
        ("2026-09-30T16:30+08:00", "", "term"),
        ("2009-12-31T23:59+08:00", "1 day", "from"),
        ("2026-09-30T16:30", "1 day", "from"),
        ("yesterday", "1 day", "from"),
        ("2026-02-30T16:30+08:00", "1 day", "from"),
        ("9999-12-31T23:00Z", "1 day", "from"),
        ("0001-01-01T00:00+14:00", "1 day", "from"),
        ("9999-12-31T23:00-14:00", "2 working hours", "from"),
        ("8999-01-01T00:00Z", "10 years", "from"),
    ],
)
def test_deadline_refuses(
    capsys: pytest.CaptureFixture[str], start: str, term: str, field: str
) -> None:
    words = (f"--from={start}", f"--term={term}")
    assert refusal(capsys, "deadline", *words)["field"] == field


def test_the_farthest_start_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--from=8998-12-31T23:00Z", "--term=3660 working days")
    assert answer(capsys, "deadline", *words)["last_day"] == "9013-01-12"


def test_a_term_of_nothing_is_named_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--from=2026-09-30T16:30+08:00", "--term=0 days")
    assert refusal(capsys, "deadline", *words)["error"] == "期限须大于零：0 日。"


def test_deadline_without_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    assert refusal(capsys, "deadline")["field"] == "from"
    assert refusal(capsys, "deadline", "--calender=x")["field"] == "arguments"


def test_load_seeds(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert answer(capsys, "load_seeds") == {"created": 0, "existing": 265}
    (tmp_path / "law").mkdir()
    (tmp_path / "law" / "terms.yaml").write_text("rows: [", "utf-8")
    assert refusal(capsys, "load_seeds", f"--folder={tmp_path}")["field"] == "seeds"


def test_import_categories(capsys: pytest.CaptureFixture[str], sheet: Sheet) -> None:
    rows: list[list[object]] = [
        HEAD,
        ["城乡建设", "安全生产", "甲类"],
        ["城乡建设", "新二级", "乙类"],
        ["城乡建设", "安全生产", "甲类"],
        ["城乡建设", "安全生产", ""],
        ["", "安全生产", "丙类"],
        ["城乡建设", "", "丙类"],
        ["城乡建设", "安全/生产", "丙类"],
        ["长" * 39, "", ""],
    ]
    file = str(sheet(rows))
    before = Category.objects.count()
    dry = answer(capsys, "import_categories", file, "--dry-run")
    assert Category.objects.count() == before
    found = answer(capsys, "import_categories", file)
    assert found == dry
    assert [found[name] for name in ("read", "created", "existing")] == [8, 2, 2]
    assert [bad["row"] for bad in found["rejected"]] == [6, 7, 8, 9]
    assert Category.objects.count() == before + 3
    second = answer(capsys, "import_categories", file)
    assert (second["created"], second["existing"]) == (0, 4)
    leaf = Category.objects.get(code="城乡建设/新二级/乙类")
    assert (leaf.level, leaf.parent_code, leaf.name) == (3, "城乡建设/新二级", "乙类")


def test_import_categories_refuses_what_is_no_such_sheet(
    capsys: pytest.CaptureFixture[str], sheet: Sheet, tmp_path: Path
) -> None:
    text = tmp_path / "text.xlsx"
    text.write_text("一级分类", "utf-8")
    for file in (sheet([["一级分类", "二级分类"]]), text, tmp_path / "none.xlsx"):
        assert refusal(capsys, "import_categories", str(file))["field"] == "file"
    assert not Category.objects.filter(level=3).exists()


