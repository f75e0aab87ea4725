"""The list of destroyed keys (密钥销毁清单) at a restore: the state's own and the backup's, joined.

The state's is the later one when it was kept with the keys. Nothing is ever taken off the list.
"""

import json
import os
from pathlib import Path

from deploy.launch.answers import Refusal
from deploy.launch.archive import DESTROYED


def destroyed_before(state: Path) -> bool:
    """Whether the state has a list of its own; Refusal when it cannot be read."""
    path = state / DESTROYED
    if not path.exists():
        return False
    try:
        _lines(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refusal(
            "destroyed_keys",
            f"{path} 读不懂：少了它，已销毁的内容会随备份复活。请找回完整的清单，再恢复。",
        ) from error
    return True


def join_destroyed(state: Path, backed_up: str) -> None:
    """Add what only the backup's list holds to the state's."""
    path = state / DESTROYED
    own = path.read_text(encoding="utf-8") if path.exists() else ""
    known = _lines(own)
    more = [line for key, line in _lines(backed_up).items() if key not in known]
    if not more:
        return
    with path.open("a", encoding="utf-8") as file:
        file.write(("" if own.endswith("\n") or not own else "\n") + "\n".join(more) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _lines(text: str) -> dict[str, str]:
    return {str(json.loads(line)["key"]): line for line in text.splitlines() if line.strip()}
