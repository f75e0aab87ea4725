"""People at work over HTTP (办件的人): reports with a photo, led from filing to closing."""

import time
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from uuid import uuid4

from PIL import Image

from deploy.bench.clients import Line
from deploy.bench.http import BODY, WALK
from deploy.drills.running import Service

Seats = dict[str, dict[str, Any]]


@dataclass
class Work:
    """What was done: reports closed with the second of it, and how long each answer took."""

    filed: int = 0
    closed: list[tuple[str, float]] = field(default_factory=list)
    took: list[tuple[float, float]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def longest(self, since: float, until: float) -> float:
        """The longest answer of those that came within a time, in seconds."""
        return round(max((s for at, s in self.took if since <= at <= until), default=0.0), 3)


def log_in(service: Service) -> Seats:
    """A token of each role a report needs."""
    line, seats = Line(service.port), {}
    for role in ("grid_worker", "desk", "village"):
        answer = line.send("POST", "/api/v1/tokens/", body=service.accounts[role])
        seats[role] = answer.told
    line.close()
    return seats


def lead(service: Service, seats: Seats, work: Work, until: float) -> None:
    """Lead reports to their end until the time is up; what went wrong is noted."""
    line = Line(service.port)
    try:
        while time.time() < until:
            _one(line, seats, work)
    except (OSError, LookupError, ValueError) as broken:
        work.wrong.append(f"{type(broken).__name__}: {broken}"[:300])
    finally:
        line.close()


def read(service: Service, number: str) -> tuple[bool, int]:
    """Whether the desk finds a case erased, and how many of its files it can open."""
    line = Line(service.port)
    token = line.send("POST", "/api/v1/tokens/", body=service.accounts["desk"]).told["token"]
    told = line.send("GET", f"/api/v1/cases/{number}/", token).told
    files = line.send("GET", f"/api/v1/cases/{number}/attachments/", token).told["results"]
    opened = sum(line.send("GET", file["url"], token).status == 200 for file in files)
    line.close()
    return told["erased"], opened


def _one(line: Line, seats: Seats, work: Work) -> None:
    upload = _photo(line, seats["grid_worker"]["token"])
    body = BODY | {"files": [upload]}
    told = _sent(line, work, "/api/v1/reports/", seats["grid_worker"]["token"], body, {})
    work.filed += 1
    for verb, role, facts in WALK:
        given = facts | ({"unit": seats["village"]["unit"]["id"]} if verb == "assign" else {})
        where = f"/api/v1/reports/{told['number']}/{verb}/"
        match = {"If-Match": f'"{told["version"]}"'}
        told = told | _sent(line, work, where, seats[role]["token"], given, match)
    work.closed.append((told["number"], time.time()))


def _sent(
    line: Line, work: Work, path: str, token: str, body: dict[str, Any], more: dict[str, str]
) -> dict[str, Any]:
    began = time.time()
    answer = line.send("POST", path, token, body, {"Idempotency-Key": str(uuid4())} | more)
    work.took.append((time.time(), time.time() - began))
    if answer.status not in (200, 201):
        raise ValueError(f"{path} {answer.status} {answer.body[:200]!r}")
    return answer.told


def _photo(line: Line, token: str) -> str:
    out, edge = BytesIO(), uuid4().hex
    Image.effect_noise((320, 240), 80).convert("RGB").save(out, "JPEG")
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n'
    body = f"{head}Content-Type: image/jpeg\r\n\r\n".encode() + out.getvalue()
    body += f"\r\n--{edge}--\r\n".encode()
    kind = f"multipart/form-data; boundary={edge}"
    answer = line.send_bytes("/api/v1/uploads/", token, body, kind)
    if answer.status != 201:
        raise ValueError(f"upload {answer.status} {answer.body[:200]!r}")
    return str(answer.told["id"])
