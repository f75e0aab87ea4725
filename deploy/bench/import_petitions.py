"""How many petitions a second the import takes in, and how much memory it needs.

Run from the root with DATABASE_URL set to any database of the server to measure:
`.venv/bin/python -m deploy.bench.import_petitions [FILE]`. Without a file it invents 5,000
petitions. It makes a database of its own beside that one and drops it again. Prints one JSON
object; the seconds are those of the whole command, its start included.
"""

import json
import os
import random
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

import psycopg
import xlsxwriter

MANAGE = Path(__file__).resolve().parents[2] / "manage.py"
DATABASE = "xiashu_bench_import"
HEAD = ("留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "答复意见", "答复时间")
PETITIONS = 5_000
FIRST = datetime(2015, 1, 1)  # noqa: DTZ001 - a spreadsheet's dates have no zone
FIVE_YEARS = 5 * 365 * 24 * 60  # minutes
IN_USE = range(1_500)  # different words of two characters


def invented(file: Path) -> None:
    """Write petitions of the usual length: some 300 characters asked, some 500 answered."""
    chance = random.Random(7)

    vocabulary = ["".join(chr(0x4E00 + chance.randrange(20_000)) for _ in "ab") for _ in IN_USE]

    def words(length: int) -> str:
        return "".join(chance.choices(vocabulary, k=length // 2))

    with xlsxwriter.Workbook(str(file)) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEAD)
        for number in range(1, PETITIONS + 1):
            asked = FIRST + timedelta(minutes=chance.randrange(FIVE_YEARS))
            answered = asked + timedelta(hours=chance.randrange(1, 1_200))
            row = [number, f"U{number}", words(18), f"{asked:%Y/%m/%d %H:%M:%S}", words(300)]
            if chance.random() < 0.9:
                row += [words(500), f"{answered:%Y/%m/%d %H:%M:%S}"]
            page.write_row(number, 0, row)


def manage(env: Mapping[str, str], *words: str) -> tuple[Any, float, dict[str, float]]:
    """A command's answer, its seconds, and what it took of processor and memory."""
    began = perf_counter()
    with subprocess.Popen(
        [sys.executable, str(MANAGE), *words],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        told = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{words[0]} failed: {told}")
    answer = json.loads(told) if words[0] == "import_petitions" else None
    taken = {"cpu_seconds": round(usage.ru_utime + usage.ru_stime, 2)}
    return answer, perf_counter() - began, taken | {"megabytes": usage.ru_maxrss // 1024}


def measured(file: Path, env: Mapping[str, str]) -> dict[str, Any]:
    """Import into a new town, then the same again."""
    for words in (["migrate"], ["load_seeds"], ["demo_town"]):
        manage(env, *words)
    first, seconds, taken = manage(env, "import_petitions", str(file))
    again, seconds_again, _ = manage(env, "import_petitions", str(file))
    return {
        "read": first["read"],
        "created": first["created"],
        "rejected": len(first["rejected"]),
        "seconds": round(seconds, 2),
        "per_second": round(first["read"] / seconds),
        **taken,
        "created_again": again["created"],
        "seconds_again": round(seconds_again, 2),
    }


def main() -> None:
    """Measure in a database and a state folder made for it."""
    server = os.environ["DATABASE_URL"]
    with psycopg.connect(server, autocommit=True) as admin, TemporaryDirectory() as state:
        admin.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {DATABASE}")
        url = urlsplit(server)._replace(path=f"/{DATABASE}").geturl()
        file = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(state) / "petitions.xlsx"
        if len(sys.argv) == 1:
            invented(file)
        try:
            found = measured(file, os.environ | {"DATABASE_URL": url, "XIASHU_STATE": state})
        finally:
            admin.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
