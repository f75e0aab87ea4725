"""The rulebook as a new installation has it, and its tables guarded as in production."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter
from django.conf import settings
from pgtrigger import registry

from cases.rulebook.operations.seeds import Loaded, load_seeds

AT = datetime(2026, 11, 22, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
WHO: dict[str, Any] = {"actor_code": "sysadmin@321183102", "at": AT, "paper": "测试文件〔2026〕1号"}


@pytest.fixture
def guarded(db: None) -> None:
    """The triggers of the rulebook's tables stand, even where tables were made without them."""
    for model, trigger in registry.registered():
        if model._meta.db_table.startswith("rulebook_"):
            trigger.install(model)


@pytest.fixture
def seeded(db: None) -> Loaded:
    """All seeds are entered."""
    return load_seeds(settings.SEEDS, AT)


@pytest.fixture
def sheet(tmp_path: Path) -> Callable[[list[list[object]]], Path]:
    """Writes rows into a sheet and gives its path."""

    def write(rows: list[list[object]]) -> Path:
        file = tmp_path / "sheet.xlsx"
        with xlsxwriter.Workbook(str(file)) as workbook:
            page = workbook.add_worksheet()
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
        return file

    return write
