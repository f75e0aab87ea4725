"""What a run costs the processor (处理器用时), by program: two runs on a busy machine compare.

Reads `/proc` of the programs given and of everything they started; Linux only.
"""

import os
from collections.abc import Mapping
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def burden(pids: Mapping[str, int]) -> dict[str, float]:
    """Processor seconds so far of each program with all below it, and of the clients' process."""
    rows = [row for row in map(_row, Path("/proc").glob("[0-9]*")) if row]
    spent = {pid: seconds for pid, _, seconds in rows}
    below: dict[int, list[int]] = {}
    for pid, parent, _ in rows:
        below.setdefault(parent, []).append(pid)
    told = {}
    for name, top in pids.items():
        told[name], waiting = 0.0, [top]
        while waiting:
            pid = waiting.pop()
            told[name] += spent.get(pid, 0.0)
            waiting += below.get(pid, [])
    mine = os.times()
    told["clients"] = mine.user + mine.system + mine.children_user + mine.children_system
    return told


def _row(folder: Path) -> tuple[int, int, float] | None:
    try:
        fields = (folder / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    told = fields.rpartition(")")[2].split()
    return int(folder.name), int(told[1]), (int(told[11]) + int(told[12])) / _TICK
