"""How many reports, moves and worklists a second the whole service answers, over HTTP.

Run from the root: `.venv/bin/python -m deploy.bench http [--clients 16] [--seconds 8] [--rounds 3]
[--fill 0]`. Real processes: PostgreSQL, Valkey and granian as `deploy/run` starts them, in a state
folder that is thrown away, or on the servers `DATABASE_URL` and `REDIS_URL` name, with the
`XIASHU_STATE` that belongs to them. The clients run on the same machine. `--fill` first loads that
many invented cases. Prints one JSON object: requests a second and milliseconds of each round, and
what a request cost the processor in each program (`cpu_ms`), which holds on a busy machine too;
`could` is what all cores would do at that cost if they did nothing else.
"""

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from deploy.bench.burden import burden
from deploy.bench.clients import Line, Tally, together
from deploy.bench.whistles import walk_whistles
from deploy.launch.places import make_state, places
from deploy.launch.postgres import free_port
from deploy.launch.prepare import collect, prepare
from deploy.launch.processes import Child
from deploy.launch.servers import environment, servers, stop
from deploy.launch.web import Door, start_web, wait_ready

WARM_SECONDS = 2.0
BODY = {
    "category": "0602",
    "title": "示范村东头路灯不亮",
    "description": "村口第三盏路灯已有两晚不亮,老人夜里出行不便,请派人查看。",
    "address": "示范村东头",
}
ROLES = ("grid_worker", "village", "desk")
SEATS = (*ROLES, "leader", "dept_officer")
# Verb, who takes it, what it asks: the whole way of a report.
WALK: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("accept", "desk", {}),
    ("assign", "desk", {"instruction": "请三日内办结"}),
    ("sign", "village", {}),
    ("handle", "village", {"result": "已更换灯具并通电,夜间照明正常。"}),
    ("check", "grid_worker", {"finding": "现场查看,路灯已亮。"}),
    ("close", "desk", {"closing": "C1", "reply": "路灯已修好,感谢反映。"}),
)
LISTS = ("/api/v1/worklist/", "/api/v1/worklist/?view=unit", "/api/v1/cases/")


def main() -> None:
    """Start, measure a few rounds, stop, print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--clients", type=int, default=16)
    asked.add_argument("--seconds", type=float, default=8.0)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--fill", type=int, default=0)
    options = asked.parse_args()
    with service(options.fill) as run:
        seats = log_in(run.port, run.state)
        told = _facts(run.env, options.clients)
        _round(run, seats, options.clients, WARM_SECONDS)
        rounds = [
            _round(run, seats, options.clients, options.seconds) for _ in range(options.rounds)
        ]
    names = ("filings", "moves", "worklist", "whistle_moves")
    told["best_per_second"] = {n: max(r[n]["per_second"] for r in rounds) for n in names}
    told["errors"] = sum(r[n]["errors"] for r in rounds for n in names)
    print(json.dumps(told | {"rounds": rounds}, ensure_ascii=False, indent=1))


def _round(
    run: "Run", seats: dict[str, dict[str, Any]], clients: int, seconds: float
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    given: list[Any] = []
    works = (("filings", _file), ("moves", _walk), ("worklist", _read), ("whistle_moves", _whistle))
    for name, work in works:
        before = burden(run.pids)
        tally = together(partial(work, seats), run.port, clients, seconds, given)
        after = burden(run.pids)
        spent = {program: after[program] - before[program] for program in after}
        found[name] = _told(tally, spent)
        given = tally.kept
    print(json.dumps(found, ensure_ascii=False), file=sys.stderr)
    return found | {"load": os.getloadavg()}


def _file(
    seats: dict[str, dict[str, Any]], line: Line, tally: Tally, until: float, _share: list[Any]
) -> None:
    token = seats["grid_worker"]["token"]
    while time.time() < until:
        body = BODY | {"lng": 119.17 + random.random() / 50, "lat": 32.16 + random.random() / 50}
        answer = _timed(line, tally, 201, "POST", "/api/v1/reports/", token, body, _key())
        if answer:
            tally.kept.append((answer["number"], answer["version"]))


def _walk(
    seats: dict[str, dict[str, Any]], line: Line, tally: Tally, until: float, share: list[Any]
) -> None:
    for number, version in share:
        for verb, role, facts in WALK:
            if time.time() >= until:
                return
            body = facts | ({"unit": seats["village"]["unit"]["id"]} if verb == "assign" else {})
            headers = _key() | {"If-Match": f'"{version}"'}
            where, token = f"/api/v1/reports/{number}/{verb}/", seats[role]["token"]
            answer = _timed(line, tally, 200, "POST", where, token, body, headers)
            if not answer:
                break
            version = answer["version"]
    tally.wrong.append("ran out of reports: file for longer")


def _whistle(
    seats: dict[str, dict[str, Any]], line: Line, tally: Tally, until: float, _share: list[Any]
) -> None:
    walk_whistles(_timed, _key, seats, line, tally, until)


def _read(
    seats: dict[str, dict[str, Any]], line: Line, tally: Tally, until: float, _share: list[Any]
) -> None:
    turn = random.randrange(9)
    while time.time() < until:
        turn += 1
        token = seats[ROLES[turn % 3]]["token"]
        _timed(line, tally, 200, "GET", LISTS[turn // 3 % 3], token)


def _timed(line: Line, tally: Tally, wanted: int, *request: Any) -> dict[str, Any] | None:
    began = time.perf_counter()
    answer = line.send(*request)
    tally.took.append(time.perf_counter() - began)
    if answer.status != wanted:
        tally.wrong.append(f"{request[0]} {request[1]} {answer.status} {answer.body[:300]!r}")
        return None
    return answer.told


def _key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid4())}


def _told(tally: Tally, spent: dict[str, float]) -> dict[str, Any]:
    took = sorted(1000 * t for t in tally.took) or [0.0]
    cuts = statistics.quantiles(took, n=20) if len(took) > 1 else took * 19
    told: dict[str, Any] = {
        "requests": len(tally.took),
        "per_second": round(len(tally.took) / max(tally.ended - tally.began, 0.001), 1),
        "p50_ms": round(cuts[9], 1),
        "p95_ms": round(cuts[18], 1),
        "cpu_ms": {name: round(1000 * s / len(took), 2) for name, s in spent.items()},
        "could": round((os.cpu_count() or 1) * len(took) / max(sum(spent.values()), 0.001)),
        "errors": len(tally.wrong),
    }
    return told | ({"first_error": tally.wrong[0]} if tally.wrong else {})


@dataclass(frozen=True)
class Run:
    """The service, up and ready."""

    port: int
    env: dict[str, str]
    state: Path
    pids: dict[str, int]


@contextmanager
def service(fill: int) -> Iterator[Run]:
    """The service as `deploy/run` starts it, with so many invented cases, in its own folder."""
    own = "DATABASE_URL" not in os.environ
    folder = Path(tempfile.mkdtemp(prefix="xiashu-bench-"))
    folder.chmod(0o711)
    where = places()
    if own:
        where = replace(where, state=folder / "state")
    make_state(where)
    children: list[Child] = []
    try:
        with servers(where) as below:
            env = environment(where, below.database_url, below.redis_url)
            door = Door("127.0.0.1", free_port())
            env |= {"XIASHU_DEMO": "1", "XIASHU_ADDRESS": door.address}
            prepare(where, env, demo=True)
            collect(where, env)
            if fill:
                orders = ["-m", "deploy.bench", "load_million", "--cases", str(fill)]
                subprocess.run([where.python, *orders], env=env, cwd=where.root, check=True)
            try:
                wait_ready(start_web(where, env, door, children), door)
                pids = {c.program.code: c.process.pid for c in (*below.children, *children)}
                yield Run(door.port, env, where.state, pids)
            finally:
                stop(children)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def log_in(port: int, state: Path) -> dict[str, dict[str, Any]]:
    """A token of each role that files, handles and decides, with what its log-in answered."""
    accounts = json.loads((state / "demo.json").read_text(encoding="utf-8"))["roles"]
    line, seats = Line(port), {}
    for role in SEATS:
        answer = line.send("POST", "/api/v1/tokens/", body=accounts[role])
        if answer.status != 201:
            raise SystemExit(f"log-in as {role}: {answer.status} {answer.body[:300]!r}")
        seats[role] = answer.told
    line.close()
    return seats


def _facts(env: dict[str, str], clients: int) -> dict[str, Any]:
    with psycopg.connect(env["DATABASE_URL"]) as connection:
        row = connection.execute(
            "SELECT (SELECT count(*) FROM docket_case), current_setting('fsync'),"
            " current_setting('synchronous_commit')"
        ).fetchone()
    cases, fsync, commit = row or (0, "", "")
    told = {"cases_before": cases, "fsync": fsync, "synchronous_commit": commit}
    return told | {"clients": clients, "cores": os.cpu_count(), "load_before": os.getloadavg()}
