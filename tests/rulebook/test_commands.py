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
    assert answer(capsys, "load_seeds") == {"created": 0, "existing": 360}
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




def test_the_example_of_assess_is_found_and_says_its_power(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    call_command("assess", "--example")
    file = tmp_path / "facts.yaml"
    file.write_text(capsys.readouterr().out, encoding="utf-8")
    found = answer(capsys, "assess", str(file), "--on", "2026-09-20")
    assert (found["outcome"], found["ground"]) == ("MAY_SPARE", "ART33_1_MAY")
    assert found["power"] == {"held": True, "paper": "（演示）赋权决定"}
    assert found["missing"] == []
    assert found["rule_version"].startswith("CG-01@2021-07-15#")
    keys = {"condition", "value", "holds", "citation", "evidence_needed"}
    assert all(set(reason) == keys for reason in found["reasons"])


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("item: [", "file"),
        ("- 1", "facts"),
        ("item: 没有的事项", "item"),
        ("item: CG-01\ncolour: red", "colour"),
        ("item: CG-01\nsubject: {kind: unit, code: 913211830000000000}", "subject.code"),
    ],
)
def test_assess_names_what_it_cannot_read(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, field: str
) -> None:
    file = tmp_path / "facts.yaml"
    file.write_text(text, encoding="utf-8")
    assert refusal(capsys, "assess", str(file))["field"] == field
    assert refusal(capsys, "assess", str(file), "--on", "明天")["field"] == "on"
    assert refusal(capsys, "assess", str(tmp_path / "none.yaml"))["field"] == "file"


def test_the_last_days_of_a_chain_are_told_with_their_trace(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = answer(capsys, "last_day", "confirmation", "--event", "effective=2026-09-05")
    apply, decide = said["steps"]
    assert (apply["step"], apply["last_day"]) == ("apply", "2026-10-08")
    assert apply["due_at"] == "2026-10-09T00:00+08:00"
    assert "第二百零五条" in apply["citation"]
    assert apply["trace"][-1] == {
        "date": "2026-10-08", "counted": False, "why": apply["trace"][-1]["why"]
    }  # fmt: skip
    assert (decide["last_day"], decide["needs"]) == (None, "filed")
    labour = answer(capsys, "last_day", "labour", "--event", "received=2026-09-10")["steps"]
    assert labour[0]["last_day"] == "2026-09-28"


def test_the_chains_are_listed_with_their_steps_and_events(
    capsys: pytest.CaptureFixture[str],
) -> None:
    chains = answer(capsys, "last_day", "--list")["chains"]
    assert [one["chain"] for one in chains] == [
        "people", "confirmation", "labour", "court", "petition"
    ]  # fmt: skip
    assert all(one["steps"] and one["events"] for one in chains)


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ((), "chain"),
        (("divorce",), "chain"),
        (("labour", "--event", "received"), "event"),
        (("labour", "--event", "received=soon"), "event"),
        (("labour", "--event", "effect=2026-01-01"), "event"),
        (("labour", "--event", "received=2026-01-05", "--event", "received=2026-01-06"), "event"),
        (("petition", "--event", "accepted=2015-01-05"), "event"),
        (("labour", "--event", "received=0001-01-01"), "event"),
    ],
)
def test_a_chain_that_cannot_be_counted_names_the_input(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], field: str
) -> None:
    assert refusal(capsys, "last_day", *words)["field"] == field
