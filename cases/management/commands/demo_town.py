"""`manage demo_town`: the demonstration town (示范镇), made once, completed on every further run.

Only the accounts of the staff roles get passwords, new ones at each installation; they stand in
`$XIASHU_STATE/demo.json` (0600), never in the repository. It makes no cases.
"""

import json
import os
import secrets
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from cases.grid.models import Grid, GridKind, Village
from cases.grid.operations import Trail, enter_grid, enter_village
from cases.management.commands._demo_ground import Outline, outlines
from cases.management.commands._demo_people import Town, seat_accounts, seat_grids, seat_villages
from cases.management.commands._json_answers import JsonCommand
from cases.people.models import GridDuty, Officer, Post, Unit
from cases.people.operations import give_password

# One demonstration town is made at a time; the number is our own.
_ONE_AT_A_TIME = 321183102


class Command(JsonCommand):
    """Prints how many there are of each, and how many were `created` now."""

    help = "建立或补齐示范镇（单位、网格、人员、账号），可重复运行"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the address at which the town is reached."""
        parser.add_argument("--address", default="", help="写入 demo.json 的访问地址")

    def answer(self, **options: Any) -> dict[str, int]:
        """Make the demonstration town, or what is missing of it."""
        at = timezone.now()
        trail = Trail(actor_code="demo_town", at=at, paper="示范数据")
        seeds: Path = settings.SEEDS
        units, ground, people = (
            yaml.safe_load((seeds / name).read_text(encoding="utf-8"))
            for name in ("town/units.yaml", "demo/ground.yaml", "demo/people.yaml")
        )
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
            town = self._settle(trail, units, ground, people)
            self._say(f"账号密码 {len(people['accounts'])} 个")
            roles = _give_passwords(town, people, at)
        _write_demo_file({"address": options["address"] or _address(), "roles": roles})
        return _counts(town, len(roles))

    def _settle(
        self, trail: Trail, units: dict[str, Any], ground: dict[str, Any], people: dict[str, Any]
    ) -> Town:
        town = Town(trail, self._say)
        self._say(f"单位 {len(units['units'])} 个")
        for row in units["units"]:
            town.unit(row, units)
        self._say("村（社区）与网格")
        created = _lay_out(ground, trail)
        for village in ground["villages"]:
            town.unit(_village_unit(village, ground), ground)
        town.created += created
        self._say("岗位与账号")
        seat_accounts(town, people)
        seat_villages(town, (v["code"] for v in ground["villages"]), people)
        grids = Grid.objects.select_related("village").filter(
            division=ground["division"], valid_to=None
        )
        seat_grids(town, list(grids.order_by("code")), people)
        return town

    def _say(self, line: str) -> None:
        self.stderr.write(f"示范镇：{line}")


def _lay_out(plan: dict[str, Any], trail: Trail) -> int:
    villages = {v.code: v for v in Village.objects.filter(valid_to=None)}
    grids = {g.code: g for g in Grid.objects.filter(valid_to=None)}
    before = len(villages) + len(grids)
    for outline in outlines(plan):
        if outline.kind == "village" and outline.code not in villages:
            villages[outline.code] = enter_village(
                outline.code,
                outline.name,
                plan["division"],
                outline.boundary,
                plan["since"],
                demonstration=True,
                note=plan["note"],
                **trail,
            )
        elif outline.kind != "village" and outline.code not in grids:
            grids[outline.code] = _enter(outline, villages, grids, plan, trail)
    return len(villages) + len(grids) - before


def _enter(
    outline: Outline,
    villages: dict[str, Village],
    grids: dict[str, Grid],
    plan: dict[str, Any],
    trail: Trail,
) -> Grid:
    return enter_grid(
        outline.code,
        GridKind(outline.kind),
        outline.name,
        villages[outline.village],
        outline.boundary,
        plan["since"],
        parent=grids.get(outline.parent),
        use=outline.use,
        demonstration=True,
        **trail,
    )


def _village_unit(village: dict[str, Any], plan: dict[str, Any]) -> dict[str, Any]:
    return {
        "code": village["code"],
        "name": village["name"],
        "kind": "village",
        "parent": plan["division"],
        "division": plan["division"],
        "demonstration": True,
    }


def _give_passwords(town: Town, plan: dict[str, Any], at: datetime) -> dict[str, Any]:
    known = _read_demo_file().get("roles", {})
    roles = {}
    for row in plan["accounts"]:
        officer = town.officers[row["role"]]
        kept = known.get(row["role"], {}).get("password")
        if not kept or not officer.has_usable_password():
            kept = kept or secrets.token_urlsafe(12)
            give_password(officer, kept, must_change=False, **town.trail)
        roles[row["role"]] = {"username": officer.username, "password": kept}
    return roles


def _address() -> str:
    port = os.environ.get("XIASHU_PORT", "8000")
    return os.environ.get("XIASHU_ADDRESS") or f"http://127.0.0.1:{port}"


def _read_demo_file() -> dict[str, Any]:
    path: Path = settings.STATE / "demo.json"
    if not path.exists():
        return {}
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _write_demo_file(content: dict[str, Any]) -> None:
    if content == _read_demo_file():
        return
    path: Path = settings.STATE / "demo.json"
    draft = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=2)
    draft.replace(path)


def _counts(town: Town, accounts: int) -> dict[str, int]:
    kinds = Grid.objects.filter(valid_to=None, demonstration=True)
    return {
        "units": Unit.objects.count(),
        "villages": Village.objects.filter(valid_to=None).count(),
        **{kind.value: kinds.filter(kind=kind).count() for kind in GridKind},
        "officers": Officer.objects.count(),
        "posts": Post.objects.count(),
        "duties": GridDuty.objects.count(),
        "accounts": accounts,
        "created": town.created,
    }
