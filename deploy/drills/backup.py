"""Backup under load, restored elsewhere (备份演练): nothing lost, the destroyed stays destroyed.

Run from the root: `.venv/bin/python -m deploy.drills.backup [--seconds 10] [--clients 4]`. Real
processes throughout: the service as `deploy/run` starts it, clients that file, upload, handle and
close over HTTP, an anchor taken and `deploy/backup` run in the middle of it. Afterwards cases of
the backup are erased; `deploy/restore` brings it into a new state folder that got the keys and the
list of destroyed keys; the service starts on it and is asked for what must and must not be
readable. Prints one JSON object; exit 1 when a check fails.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from deploy.drills.running import Service, command, running
from deploy.drills.townspeople import Work, lead, log_in, read

ERASED = 3


def main() -> int:
    """Run the drill in a folder that is thrown away."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=float, default=10.0)
    asked.add_argument("--clients", type=int, default=4)
    options = asked.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="xiashu-drill-"))
    folder.chmod(0o711)
    try:
        told = _drill(folder, options.seconds, options.clients)
    finally:
        for data in folder.glob("*/pg"):
            if data.is_symlink():
                shutil.rmtree(data.resolve().parent, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)
    told["passed"] = all(told["checks"].values())
    print(json.dumps(told, ensure_ascii=False, indent=1))
    return 0 if told["passed"] else 1


def _drill(folder: Path, seconds: float, clients: int) -> dict[str, Any]:
    first, second, file = folder / "first", folder / "second", folder / "backup.tar"
    with running(first) as service:
        work = Work()
        command(first, "manage", "anchor")
        before, during, after = _under_load(service, work, file, seconds, clients)
        closed = [number for number, at in work.closed if at < before]
        taken = [command(first, "manage", "erase_case", n, "--paper", "演练清册")
                 for n in closed[:ERASED]]
        source = command(first, "manage", "verify_record")
    answers = {"backup": during, "again": command(first, "backup", str(file))}
    answers["keyless"] = command(second, "restore", str(file))
    shutil.copytree(first / "keys", second / "keys", dirs_exist_ok=True)
    shutil.copy(first / "destroyed_keys.jsonl", second)
    answers["restore"] = restored = command(second, "restore", str(file))
    answers["used"] = command(second, "restore", str(file))
    with running(second) as service:
        gone = [read(service, number) for number in closed[:ERASED]]
        kept = [read(service, number) for number in closed[ERASED:]]
        command(second, "manage", "anchor")
        final = command(second, "manage", "verify_record")
    checks = {
        "people were not refused or held up": not work.wrong,
        "cases were closed before, during and after": _spread(work, before, after),
        "backup made while people worked": (during.code, during.told["broken"]) == (0, []),
        "an existing file is not replaced": answers["again"].code == 2,
        "nothing is restored without keys": answers["keyless"].code == 2,
        "restored and verified": restored.code == 0,
        "erased since, erased again": restored.told["destroyed_again"] == len(taken) == ERASED,
        "nothing of them can be read": all(one == (True, 0) for one in gone),
        "the others can be read with their photos": bool(kept) and set(kept) == {(False, 1)},
        "a used state is not restored into": answers["used"].code == 2,
        "the source verifies": source.told["broken"] == [],
        "the restored service goes on and verifies": final.told["broken"] == [],
    }
    numbers = {
        "filed_while_running": work.filed,
        "closed_while_running": len(work.closed),
        "backup_seconds": during.told["seconds"],
        "longest_answer_in_backup_s": work.longest(before, after),
        "longest_answer_else_s": work.longest(0, before),
    }
    counts = ("cases", "events", "files", "anchors", "bytes")
    numbers |= {name: during.told[name] for name in counts}
    told = {"clients": clients, "cores": os.cpu_count()} | numbers
    refused = {name: answers[name].told.get("error") for name in ("again", "keyless", "used")}
    return told | {"restore": restored.told, "refused": refused, "wrong": work.wrong[:3],
                   "checks": checks}


def _under_load(
    service: Service, work: Work, file: Path, seconds: float, clients: int
) -> tuple[float, Any, float]:
    """Let people work, and make the backup and an anchor in the middle; when it began and ended."""
    seats = log_in(service)
    until = time.time() + seconds
    threads = [
        threading.Thread(target=lead, args=(service, seats, work, until)) for _ in range(clients)
    ]
    for thread in threads:
        thread.start()
    time.sleep(seconds / 2)
    anchoring = threading.Thread(target=command, args=(service.state, "manage", "anchor"))
    anchoring.start()
    before = time.time()
    told = command(service.state, "backup", str(file))
    after = time.time()
    for thread in (*threads, anchoring):
        thread.join()
    return before, told, after


def _spread(work: Work, before: float, after: float) -> bool:
    times = [at for _, at in work.closed]
    return min(times) < before and max(times) > after


if __name__ == "__main__":
    sys.exit(main())
