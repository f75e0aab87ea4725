"""The record is tested with a cache and an anchor folder of its own."""

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def own_cache(settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()


@pytest.fixture(autouse=True)
def own_state(settings: Any, tmp_path: Path) -> None:
    """Anchors and the list of destroyed keys go to a folder of the test."""
    settings.STATE = tmp_path
    settings.ANCHORS = tmp_path / "anchors"
