"""The demonstration town: counts as published, a true tiling, one password file, twice harmless."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import shapely
import yaml
from django.conf import settings as project
from django.core.management import call_command
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from cases.grid.models import Grid, GridKind
from cases.law.moves import Role
from cases.management.commands._demo_ground import Outline, outlines
from cases.people.models import DutyKind, GridDuty, Officer
from cases.rulebook.models import Change


def ground() -> list[tuple[Outline, BaseGeometry]]:
    text = (project.SEEDS / "demo" / "ground.yaml").read_text(encoding="utf-8")
    return [(o, shape(o.boundary)) for o in outlines(yaml.safe_load(text))]


def assert_tiled(whole: BaseGeometry, parts: list[BaseGeometry]) -> None:
    together = shapely.union_all(parts)
    assert together.symmetric_difference(whole).area < 1e-12
    assert abs(together.area - sum(part.area for part in parts)) < 1e-12


def test_the_ground_is_a_true_tiling() -> None:
    rows = ground()
    assert rows == ground()
    assert all(drawn.is_valid for _, drawn in rows)
    for outline, drawn in rows:
        inside = [(o, s) for o, s in rows if o.village == outline.code]
        if outline.kind == "village":
            assert_tiled(drawn, [s for o, s in inside if o.kind == GridKind.NATURAL])
            assert all(drawn.contains(s) for o, s in inside if o.kind == GridKind.DEDICATED)
        if outline.kind == GridKind.NATURAL:
            assert_tiled(drawn, [s for o, s in rows if o.parent == outline.code])
    villages = [s for o, s in rows if o.kind == "village"]
    assert_tiled(shapely.union_all(villages), villages)


def run() -> dict[str, int]:
    out = StringIO()
    call_command("demo_town", stdout=out, stderr=StringIO())
    counts: dict[str, int] = json.loads(out.getvalue())
    return counts


def passwords(state: Path) -> dict[str, str]:
    roles = json.loads((state / "demo.json").read_text(encoding="utf-8"))["roles"]
    return {account["username"]: account["password"] for account in roles.values()}


def test_the_town_is_made_once_and_completed_after(db: None, settings: Any, tmp_path: Path) -> None:
    settings.STATE = tmp_path
    assert run()["created"] > 1000
    counts_as_published()
    one_account_for_every_staff_role(tmp_path)
    a_second_run_changes_nothing(tmp_path)
    lost_passwords_are_made_again(tmp_path)


def counts_as_published() -> None:
    for kind, count in ((GridKind.NATURAL, 40), (GridKind.DEDICATED, 41), (GridKind.MICRO, 125)):
        assert Grid.objects.filter(kind=kind).count() == count
    for duty, people, grids in ((DutyKind.WORKER, 37, 81), (DutyKind.LIAISON, 208, 125)):
        duties = GridDuty.objects.filter(kind=duty)
        assert duties.values("officer").distinct().count() == people
        assert duties.values("grid").distinct().count() == grids
    assert not Grid.objects.filter(demonstration=False).exists()


def one_account_for_every_staff_role(state: Path) -> None:
    accounts = passwords(state)
    assert set(accounts) == {role.value for role in Role} - {Role.SYSTEM.value}
    assert (state / "demo.json").stat().st_mode & 0o777 == 0o600
    assert len(set(accounts.values())) == 23
    able = {o.username for o in Officer.objects.all() if o.has_usable_password()}
    assert able == set(accounts)
    assert Officer.objects.get(username="desk").check_password(accounts["desk"])


def a_second_run_changes_nothing(state: Path) -> None:
    before, changes = (state / "demo.json").read_text(encoding="utf-8"), Change.objects.count()
    assert run()["created"] == 0
    assert (state / "demo.json").read_text(encoding="utf-8") == before
    assert Change.objects.count() == changes


def lost_passwords_are_made_again(state: Path) -> None:
    old = passwords(state)["desk"]
    officer = Officer.objects.get(username="desk")
    officer.set_unusable_password()
    officer.save()
    run()
    assert Officer.objects.get(username="desk").check_password(old)
    (state / "demo.json").unlink()
    run()
    new = passwords(state)["desk"]
    assert new != old
    assert Officer.objects.get(username="desk").check_password(new)
