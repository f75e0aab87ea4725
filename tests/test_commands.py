"""Commands (命令): bad arguments are answered in JSON with exit 2, whichever command it is."""

import gzip
import json
from pathlib import Path

import pytest
from django.core.management import call_command

from cases.docket.operations import take_anchor
from tests.town import NOW, Cast

COMMANDS = (
    "anchor",
    "assess",
    "backtest",
    "deadline",
    "demo_month",
    "demo_town",
    "enter_notice",
    "erase_case",
    "import_categories",
    "import_petitions",
    "last_day",
    "load_seeds",
    "restored",
    "retain",
    "verify_record",
)
# what is typed → which input is wrong
BAD = {
    "erase_case": "number",
    "erase_case 321183102-R-2026-000001": "paper",
    "erase_case 321183102-R-2026-000001 --paper": "paper",
    "enter_notice": "file",
    "enter_notice /nowhere.yaml": "file",
    "enter_notice /nowhere.yaml --paper": "paper",
    "import_categories": "file",
    "import_categories /nowhere.xlsx": "file",
    "import_categories /nowhere.xlsx --valid-from=yesterday": "valid-from",
    "import_categories /nowhere.xlsx --dry-run=1": "dry-run",
    "import_petitions": "file",
    "backtest": "file",
    "load_seeds --folder": "folder",
    "verify_record --since-anchor": "since-anchor",
    "verify_record --since-anchor /nowhere": "since-anchor",
    "demo_town --address": "address",
    "demo_month": "XIASHU_DEMO",
    "retain --at yesterday": "at",
    "retain --at 2016-01-01T00:00": "at",
    "retain --at 2999-01-01T00:00+08:00": "at",
    "retain --at": "at",
    "retain --dry-run=1": "dry-run",
    "deadline --from 2026-09-30T16:30+08:00 --term": "term",
    "erase_case \udcff --paper x": "number",
    "verify_record --since-anchor \udcff": "since-anchor",
    "deadline --term 1 --from \udcff": "from",
}


def refusal(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, str]:
    with pytest.raises(SystemExit) as stopped:
        call_command(*words)
    assert stopped.value.code == 2
    said = capsys.readouterr()
    assert said.err == ""
    told: dict[str, str] = json.loads(said.out)
    assert set(told) == {"error", "field"}
    return told


@pytest.mark.parametrize("words", BAD, ids=ascii)
def test_a_bad_argument_is_named(
    words: str, db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    told = refusal(capsys, *words.split())

    assert told["field"] == BAD[words]
    assert told["error"].endswith("。")


@pytest.mark.parametrize("name", COMMANDS)
def test_an_argument_no_command_knows_is_refused(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    told = refusal(capsys, name, "--nonsense", *(["x", "--paper=x"] if "case" in name else ["x"]))

    assert told["field"] == "arguments"
    assert "没有这样的参数：--nonsense" in told["error"]


def test_a_file_that_is_no_anchor_is_a_wrong_argument(
    town: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty, text, other = (tmp_path / name for name in ("empty", "text.txt", "other.gz"))
    empty.touch()
    text.write_text("存证", "utf-8")
    other.write_bytes(gzip.compress(b"{}\n\n"))
    cut = tmp_path / "cut.gz"
    cut.write_bytes(Path(take_anchor(NOW).file).read_bytes()[:40])
    for file in (empty, text, other, cut, tmp_path):
        assert refusal(capsys, "verify_record", f"--since-anchor={file}")["field"] == "since-anchor"


def test_an_anchor_signed_by_somebody_else_is_found_broken(
    town: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = Path(take_anchor(NOW).file)
    header, signature, *rest = gzip.decompress(file.read_bytes()).split(b"\n")
    forged = tmp_path / file.name
    forged.write_bytes(gzip.compress(b"\n".join([header, signature[::-1], *rest])))

    with pytest.raises(SystemExit) as stopped:
        call_command("verify_record", f"--since-anchor={forged}")

    assert stopped.value.code == 1
    assert "存证签名不符" in json.loads(capsys.readouterr().out)["broken"][0]["why"]
