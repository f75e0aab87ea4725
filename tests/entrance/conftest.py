"""The doors are tested with a cache of their own, so that no other installation is disturbed."""

from typing import Any

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def own_cache(settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()
