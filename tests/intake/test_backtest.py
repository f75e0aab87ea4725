"""The command `backtest`: a sheet replayed against a term, and nothing written."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from cases.docket.models import Case, Deadline, ExternalRef
from cases.intake.operations.petitions import import_petitions
from tests.intake.sheets import IN_TIME, TOO_LATE, petition, write
from tests.town import NOW, XIASHU, Cast

ROWS = [
    petition(1, reply="已修复", answered=IN_TIME),  # 15 working days
    petition(2, reply="已修复", answered=TOO_LATE),  # 16, one past the last day
    petition(3, reply="已修复", answered="2019/4/2 8:00:00"),  # 21, six past it
    petition(4, answered="2019/3/5"),  # 1
    petition(5),
    petition(6, reply="已修复", answered="2019/3/1 8:00:00"),
    petition(7, reply="已修复"),
    petition(5),
    petition(8, asked="2009/3/2", reply="已修复", answered="2009/3/3"),
]


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    call_command("backtest", *words)
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_backtest(town: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(write(tmp_path / "sheet.xlsx", ROWS))
    found = answer(capsys, file, "--term=15 working days")
    rejected = found.pop("rejected")
    assert found == {
        "cases": 5,
        "answered": 4,
        "unanswered": 1,
        "on_time": 2,
        "late": 2,
        "median_working_days": 15.5,
        "late_by": {"1-5": 1, "6-15": 1, "16+": 0},
    }
    assert [row["row"] for row in rejected] == [7, 8, 9, 10]
    assert rejected[0]["reason"] == "答复时间早于留言时间"
    assert rejected[2]["reason"] == "留言编号与第 6 行重复"
    assert not Case.objects.exists()
    assert not ExternalRef.objects.exists()
    assert answer(capsys, file, "--term=1 working day")["late"] == 3


def test_the_import_and_the_replay_agree(
    town: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path / "sheet.xlsx", ROWS[:5])
    found = answer(capsys, str(file), "--term=15 working days")
    import_petitions(file, division=XIASHU, at=NOW)
    states = list(Deadline.objects.values_list("state", flat=True))
    assert states.count("met") == found["on_time"]
    assert states.count("met_late") == found["late"]
    assert states.count("running") == found["unanswered"]


@pytest.mark.parametrize("term", ["0 days", "-1 days", "10000 days", "3 fortnights", ""])
def test_a_term_that_cannot_be_counted(
    town: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str], term: str
) -> None:
    file = str(write(tmp_path / "sheet.xlsx", ROWS))
    with pytest.raises(SystemExit) as stopped:
        call_command("backtest", file, f"--term={term}")
    assert stopped.value.code == 2
    told = json.loads(capsys.readouterr().out)
    assert (set(told), told["field"]) == ({"error", "field"}, "term")
