"""Destroyed keys (密钥销毁清单): a list beside the database, untouched by a restore."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings

DESTROYED = "destroyed_keys.jsonl"


def destroyed_keys() -> dict[str, dict[str, Any]]:
    """What was destroyed, by the digest of the wrapped key."""
    path: Path = settings.STATE / DESTROYED
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    return {line["key"]: line for line in map(json.loads, filter(None, lines))}
