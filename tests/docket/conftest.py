"""The record is tested with an anchor folder of its own."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def own_state(settings: Any, tmp_path: Path) -> None:
    """Anchors and the list of destroyed keys go to a folder of the test."""
    settings.STATE = tmp_path
    settings.ANCHORS = tmp_path / "anchors"
