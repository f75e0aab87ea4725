"""Entering grids: each with its recorded change, and what cannot be is refused without a trace."""

from typing import Any

import pytest

from cases.grid.models import Grid, GridKind, Village
from cases.grid.operations import (
    GridRefused,
    checked,
    close,
    correct_pinyin,
    enter_grid,
    enter_village,
    redraw_grid,
)
from cases.rulebook.models import Change
from tests.town import NOW, TODAY, XIASHU, Cast, settle, square

EAST = f"{XIASHU}201"
TRAIL: dict[str, Any] = {"actor_code": "o1.p1", "at": NOW, "paper": "示范〔2026〕1号"}
GROUND = square(119.19, 32.16, 119.2, 32.18)


@pytest.fixture
def cast(db: None) -> Cast:
    return settle()


def test_entering_writes_the_row_and_its_change(cast: Cast) -> None:
    village = enter_village(f"{XIASHU}203", "示范南村", XIASHU, GROUND, TODAY, **TRAIL)
    grid = enter_grid(f"{village.code}N01", GridKind.NATURAL, "格", village, GROUND, TODAY, **TRAIL)
    micro = enter_grid(
        f"{grid.code}M01", GridKind.MICRO, "微格", village, GROUND, TODAY, parent=grid, **TRAIL
    )
    assert (village.pinyin, grid.division, micro.parent) == ("shifannancun", XIASHU, grid)
    change = Change.objects.get(table="grid_village", key=village.code)
    assert (change.what, change.before, change.actor_code) == ("enter", None, "o1.p1")
    assert (change.paper, (change.after or {})["name"]) == ("示范〔2026〕1号", "示范南村")
    assert Change.objects.filter(table="grid_grid", what="enter").count() == 2


@pytest.mark.parametrize(
    "boundary",
    [
        {},
        {"type": "Point", "coordinates": [119.1, 32.1]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[["a", "b"]]]},
        {"type": "Polygon", "coordinates": [[[9, 3], [10, 4], [9, 4], [10, 3], [9, 3]]]},
        square(32.1, 119.1, 32.2, 119.2),
        "POLYGON",
        None,
    ],
)
def test_a_boundary_that_encloses_nothing_is_refused(boundary: Any) -> None:
    with pytest.raises(GridRefused, match="边界"):
        checked(boundary)


def test_what_cannot_be_leaves_no_trace(cast: Cast) -> None:
    village, natural = cast.villages[EAST], cast.grids[f"{EAST}N01"]
    counts = (Village.objects.count(), Grid.objects.count(), Change.objects.count())
    with pytest.raises(GridRefused, match="所在的自然网格"):
        enter_grid("x", GridKind.MICRO, "微格", village, GROUND, TODAY, **TRAIL)
    with pytest.raises(GridRefused, match="只有微网格"):
        enter_grid("x", GridKind.NATURAL, "格", village, GROUND, TODAY, parent=natural, **TRAIL)
    with pytest.raises(GridRefused, match="区划"):
        enter_village("320000000001", "外村", XIASHU, GROUND, TODAY, **TRAIL)
    with pytest.raises(GridRefused, match="早于启用日期"):
        close(natural, natural.valid_from.replace(year=2000), **TRAIL)
    with pytest.raises(GridRefused, match="边界"):
        redraw_grid(natural, {"type": "Point", "coordinates": [1, 1]}, TODAY, **TRAIL)
    assert counts == (Village.objects.count(), Grid.objects.count(), Change.objects.count())
    assert Grid.objects.get(pk=natural.pk).valid_to is None


def test_a_grid_ends_once(cast: Cast) -> None:
    grid = close(cast.grids[f"{EAST}D01"], TODAY, **TRAIL)
    with pytest.raises(GridRefused, match="已于"):
        close(grid, TODAY, **TRAIL)
    change = Change.objects.get(table="grid_grid", what="close")
    assert (change.before or {})["valid_to"] is None
    assert (change.after or {})["valid_to"] == "2026-11-20"


def test_micro_grids_follow_their_redrawn_grid(cast: Cast) -> None:
    old = cast.grids[f"{EAST}N01"]
    new = redraw_grid(old, square(119.17, 32.16, 119.18, 32.18), TODAY, **TRAIL)
    assert Grid.objects.filter(parent=new).count() == 2


def test_pinyin_can_be_corrected(cast: Cast) -> None:
    village = correct_pinyin(cast.villages[EAST], "Shifan Dongcun ", **TRAIL)
    assert Village.objects.get(pk=village.pk).pinyin == "shifan dongcun"
