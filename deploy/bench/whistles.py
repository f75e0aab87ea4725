"""Whistles led from the first word to the last over HTTP (吹哨报到), move by move."""

import time
from collections.abc import Callable
from typing import Any

from deploy.bench.clients import Line, Tally

Timed = Callable[..., dict[str, Any] | None]
Seats = dict[str, dict[str, Any]]
BODY = {"type": "W3", "title": "桥下排水不畅", "ask": "请派员到场查看并疏通", "category": "0405"}
REPLY = {
    "began_at": "2026-11-20T10:00:00+08:00",
    "solved_by": "2026-11-30",
    "talked_to": "镇建设办",
    "measures": "已疏通排水管，清理淤泥，安排专人每周巡查一次。",
}
JUDGED = {"on_site": "in_time", "result": "solved", "satisfaction": "satisfied"}
# Verb, who takes it, what it asks: what one department does, and how it is judged.
WALK: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("sign", "dept_officer", {}),
    ("contact", "dept_officer", {"contacted": "综合受理窗口"}),
    ("report_in", "dept_officer", {"people": 2, "place": "桥下"}),
    ("log_progress", "dept_officer", {"progress": "正在清淤"}),
    ("reply", "dept_officer", REPLY),
    ("evaluate", "desk", JUDGED),
)


def walk_whistles(
    timed: Timed, keys: Callable[[], dict[str, str]], seats: Seats, line: Line, tally: Tally,
    until: float,
) -> None:
    """Whistle after whistle until the time is up; only the moves are counted."""
    lead = seats["dept_officer"]["unit"]["id"]
    while time.time() < until:
        aside = Tally()
        body = ("POST", "/api/v1/whistles/", seats["leader"]["token"], BODY, keys())
        blown = timed(line, aside, 201, *body)
        tally.wrong += aside.wrong
        if not blown:
            return
        where = f"/api/v1/whistles/{blown['number']}"
        told = _move(timed, keys, line, tally, f"{where}/dispatch/", seats["desk"]["token"],
                     blown["version"], {"lead": lead})
        file = timed(line, Tally(), 200, "GET", f"{where}/", seats["desk"]["token"])
        if not told or not file or not _answered(timed, keys, seats, line, tally, where, file):
            return


def _answered(
    timed: Timed,
    keys: Callable[[], dict[str, str]],
    seats: Seats,
    line: Line,
    tally: Tally,
    where: str,
    file: dict[str, Any],
) -> bool:
    part = file["parts"][0]
    version = part["version"]
    for verb, role, facts in WALK:
        path = f"{where}/responses/{part['id']}/{verb}/"
        told = _move(timed, keys, line, tally, path, seats[role]["token"], version, facts)
        if not told:
            return False
        version = told["version"]
    return True


def _move(
    timed: Timed,
    keys: Callable[[], dict[str, str]],
    line: Line,
    tally: Tally,
    path: str,
    token: str,
    version: int,
    facts: dict[str, Any],
) -> dict[str, Any] | None:
    headers = keys() | {"If-Match": f'"{version}"'}
    return timed(line, tally, 200, "POST", path, token, facts, headers)
