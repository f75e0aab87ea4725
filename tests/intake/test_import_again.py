"""The import of petitions again, at once, and in trouble (重复、并发与差错), and its command."""

import json
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DataError, connection

from cases.docket.models import (
    Case,
    Deadline,
    Event,
    ExternalRef,
    Series,
    Stake,
    WorkItem,
)
from cases.intake.models import Report
from cases.intake.operations import petitions
from cases.intake.operations.petitions import import_petitions
from cases.rulebook.operations.petition_scheme import Imported
from tests.intake.sheets import case_of, counts, entered, petition, write
from tests.town import BAOHUA, NOW, XIASHU, Cast

TABLES = (Case, Deadline, Event, ExternalRef, Report, Series, Stake, WorkItem)


def test_a_repeated_number_is_existing_and_a_second_run_creates_nothing(
    town: Cast, tmp_path: Path
) -> None:
    rows = [petition(1), petition("1"), petition(2), petition(""), petition(1.0)]
    assert counts(entered(tmp_path, *rows)) == (5, 2, 2, 1)
    before = {model: model._default_manager.count() for model in TABLES}
    assert counts(entered(tmp_path, *rows)) == (5, 0, 4, 1)
    assert {model: model._default_manager.count() for model in TABLES} == before
    assert counts(entered(tmp_path, *rows, division=BAOHUA)) == (5, 2, 2, 1)
    assert case_of("1", BAOHUA).unit_id == town.units[f"{BAOHUA}-desk"].pk


def test_a_rejected_row_does_not_use_up_its_number(town: Cast, tmp_path: Path) -> None:
    rows = [petition(1, asked="不详"), petition(1), petition(1)]
    assert counts(entered(tmp_path, *rows)) == (3, 1, 1, 1)


def test_a_dry_run_counts_what_would_be_and_writes_nothing(town: Cast, tmp_path: Path) -> None:
    entered(tmp_path, petition(1))
    before = {model: model._default_manager.count() for model in TABLES}
    rows = [petition(1), petition(2), petition(2), petition("")]
    assert counts(entered(tmp_path, *rows, dry_run=True)) == (4, 1, 2, 1)
    assert {model: model._default_manager.count() for model in TABLES} == before
    assert counts(entered(tmp_path, *rows)) == (4, 1, 2, 1)


def test_a_row_that_cannot_be_written_becomes_a_work_item(
    town: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = petitions._draft

    def broken(batch: Any, row: Any, *rest: Any) -> Case:
        case = draft(batch, row, *rest)
        if row.number == "13":
            raise DataError("broken on purpose")
        return case

    monkeypatch.setattr(petitions, "_draft", broken)
    result = entered(tmp_path, *[petition(n) for n in range(10, 16)])
    assert counts(result) == (6, 5, 0, 1)
    assert result.rejected == [{"row": 5, "reason": "未能写入（DataError）"}]
    numbers = Case.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [f"{XIASHU}-R-2026-{n:06}" for n in range(1, 6)]
    item = WorkItem.objects.get()
    assert (item.kind, item.unit_id, item.case_id) == ("bad_row", town.desk.pk, None)
    assert "petitions.xlsx 第 5 行（留言编号 13）" in item.words


def test_numbers_a_rival_took_meanwhile_are_existing(
    town: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered(tmp_path, petition(2))
    known = petitions._known
    blind = [True, True, True]  # the batch and its first two rows look too early

    def looked(division: str, rows: Any) -> set[str]:
        return set() if blind and blind.pop() else known(division, rows)

    monkeypatch.setattr(petitions, "_known", looked)
    assert counts(entered(tmp_path, petition(1), petition(2), petition(3))) == (3, 2, 1, 0)
    assert Case.objects.count() == 3
    assert not WorkItem.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_make_every_petition_once(town: Cast, tmp_path: Path) -> None:
    file = write(tmp_path / "petitions.xlsx", [petition(n) for n in range(1, 451)])
    results: list[Imported] = []

    def run() -> None:
        try:
            results.append(import_petitions(file, division=XIASHU, at=NOW))
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(result.created for result in results) == 450
    assert sum(result.existing for result in results) == 450
    assert [result.rejected for result in results] == [[], []]
    numbers = Case.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [f"{XIASHU}-R-2026-{n:06}" for n in range(1, 451)]


def test_a_batch_is_a_few_statements(
    town: Cast, tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    entered(tmp_path, petition(0))
    with django_assert_max_num_queries(13):
        entered(tmp_path, *[petition(n) for n in range(1, 200)])


def test_the_command_prints_json_only_and_progress_elsewhere(
    town: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(write(tmp_path / "petitions.xlsx", [petition(1), petition("")]))
    call_command("import_petitions", file, "--dry-run")
    told = capsys.readouterr()
    assert json.loads(told.out) == {
        "read": 2,
        "created": 1,
        "existing": 0,
        "rejected": [{"row": 3, "reason": "没有留言编号"}],
    }
    assert "已读 2 行" in told.err
    call_command("import_petitions", file, f"--division={BAOHUA}")
    assert json.loads(capsys.readouterr().out)["created"] == 1
    assert case_of("1", BAOHUA).state == "ACCEPTED"


def test_the_command_refuses_an_unknown_town(
    town: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(write(tmp_path / "petitions.xlsx", [petition(1)]))
    for words, field in (
        ((file, "--division=999999999"), "division"),
        ((), "file"),
        ((file, "--dryrun"), "arguments"),
    ):
        with pytest.raises(SystemExit) as stopped:
            call_command("import_petitions", *words)
        assert stopped.value.code == 2
        answer = json.loads(capsys.readouterr().out)
        assert (set(answer), answer["field"]) == ({"error", "field"}, field)
    assert not Case.objects.exists()
