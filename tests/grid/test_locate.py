"""Point → grid: inside, on a border, outside, in the sea, in another datum, in another town."""

from typing import Any

import pytest

from cases.grid.datum import Datum, wgs84_to_gcj02
from cases.grid.models import Grid
from cases.grid.operations import close, redraw_grid
from cases.grid.queries import PointRefused, grids_in, locate, stamp, villages_in
from tests.town import BAOHUA, COUNTY, NOW, TODAY, XIASHU, Cast, settle, square

EAST, WEST = f"{XIASHU}201", f"{XIASHU}202"
TRAIL: dict[str, Any] = {"actor_code": "tests", "at": NOW}


@pytest.fixture
def cast(db: None) -> Cast:
    return settle()


def test_inside_a_natural_and_a_micro_grid(cast: Cast) -> None:
    found = locate(119.176, 32.178, Datum.WGS84, XIASHU, on=TODAY)
    assert found.village_code == EAST
    assert found.grid_id == found.natural_id == cast.grids[f"{EAST}N01"].pk
    assert found.micro_code == f"{EAST}N01M02"
    assert (found.dedicated_id, found.outside, found.metres) == (None, False, 0)


def test_a_dedicated_grid_lies_over_the_natural_one(cast: Cast) -> None:
    found = locate(119.173, 32.163, "wgs84", XIASHU, on=TODAY)
    assert found.grid_code == f"{EAST}D01"
    assert found.natural_id == cast.grids[f"{EAST}N01"].pk


@pytest.mark.parametrize(
    ("lng", "lat", "code"),
    [
        (119.17, 32.175, f"{EAST}N01"),  # two villages: 201 before 202
        (119.18, 32.165, f"{EAST}N01"),  # two grids of one village
        (119.17, 32.16, f"{EAST}N01"),  # a corner of both villages
        (119.15, 32.17, f"{WEST}N01"),  # the edge of the town is inside
    ],
)
def test_on_a_border_the_lowest_code_wins(cast: Cast, lng: float, lat: float, code: str) -> None:
    found = locate(lng, lat, "wgs84", XIASHU, on=TODAY)
    assert found.grid_code == code
    assert found.village_code == code[:12]


def test_on_a_border_of_micro_grids_the_lowest_code_of_its_own_grid_wins(cast: Cast) -> None:
    assert locate(119.176, 32.17, "wgs84", XIASHU).micro_code == f"{EAST}N01M01"


def test_outside_every_village_the_nearest_is_named_with_a_flag(cast: Cast) -> None:
    found = locate(119.20, 32.17, "wgs84", XIASHU, on=TODAY)
    assert (found.village_code, found.grid_id, found.outside) == (EAST, None, True)
    assert found.metres == pytest.approx(941, abs=3)


def test_gcj02_is_converted_and_said(cast: Cast) -> None:
    lng, lat = wgs84_to_gcj02(119.1799, 32.165)
    found = locate(lng, lat, "gcj02", XIASHU, on=TODAY)
    assert (found.lng, found.lat) == pytest.approx((119.1799, 32.165), abs=1e-7)
    assert (found.grid_code, found.datum) == (f"{EAST}N01", Datum.GCJ02)
    # Taken for WGS-84 the same numbers lie in the next grid: the datum matters.
    unknown = locate(lng, lat, "unknown", XIASHU, on=TODAY)
    assert (unknown.grid_code, unknown.datum) == (f"{EAST}N02", Datum.UNKNOWN)


@pytest.mark.parametrize(
    ("lng", "lat", "says"),
    [
        (122.8, 31.5, "不在辖区内"),  # the East China Sea
        (116.39, 39.9, "不在辖区内"),  # Beijing
        (0.0, 0.0, "不在中国境内"),
        (140.0, 35.0, "不在中国境内"),
        (32.17, 119.17, "填反"),
        (float("nan"), 32.17, "不是数字"),
        (float("inf"), 32.17, "不是数字"),
    ],
)
def test_a_point_that_cannot_be_is_refused(cast: Cast, lng: float, lat: float, says: str) -> None:
    with pytest.raises(PointRefused, match=says) as refused:
        locate(lng, lat, "wgs84", XIASHU, on=TODAY)
    assert refused.value.fields == {"place": refused.value.sentence}


def test_an_unheard_of_datum_is_refused(cast: Cast) -> None:
    with pytest.raises(ValueError, match="bd09"):
        locate(119.17, 32.17, "bd09", XIASHU)


def test_a_place_without_villages_is_outside_without_a_name(cast: Cast) -> None:
    found = locate(119.17, 32.17, "wgs84", "321183106")
    assert (found.village_id, found.grid_id, found.outside) == (None, None, True)


def test_a_town_sees_its_own_grids_and_the_county_both(cast: Cast) -> None:
    assert locate(119.06, 32.13, "wgs84", XIASHU).outside
    assert locate(119.06, 32.13, "wgs84", BAOHUA).grid_code == f"{BAOHUA}201N01"
    assert locate(119.06, 32.13, "wgs84", COUNTY).grid_code == f"{BAOHUA}201N01"
    assert locate(119.176, 32.178, "wgs84", COUNTY).grid_code == f"{EAST}N01"
    assert {g.division for g in grids_in(XIASHU, TODAY)} == {XIASHU}
    assert {g.division for g in grids_in(COUNTY, TODAY)} == {XIASHU, BAOHUA}
    assert villages_in(BAOHUA, TODAY).count() == 1


def test_one_query_when_nothing_changed_none_when_the_stamp_is_known(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    locate(119.176, 32.178, "wgs84", XIASHU)
    with django_assert_num_queries(1):
        locate(119.176, 32.178, "wgs84", XIASHU)
    known = stamp()
    with django_assert_num_queries(0):
        locate(119.176, 32.178, "wgs84", XIASHU, known=known)


def test_a_redrawn_grid_counts_from_its_day(cast: Cast) -> None:
    old = cast.grids[f"{EAST}N02"]
    before = locate(119.185, 32.17, "wgs84", XIASHU, on=TODAY)
    new = redraw_grid(old, square(119.18, 32.16, 119.2, 32.18), TODAY, **TRAIL)
    assert before.grid_id == old.pk
    yesterday = TODAY.replace(day=TODAY.day - 1)
    assert locate(119.185, 32.17, "wgs84", XIASHU, on=yesterday).grid_id == old.pk
    assert locate(119.185, 32.17, "wgs84", XIASHU, on=TODAY).grid_id == new.pk
    assert locate(119.195, 32.17, "wgs84", XIASHU, on=TODAY).grid_id == new.pk
    assert locate(119.195, 32.17, "wgs84", XIASHU, on=yesterday).outside


def test_a_closed_grid_no_longer_takes_points(cast: Cast) -> None:
    close(cast.grids[f"{EAST}D01"], TODAY, **TRAIL)
    assert locate(119.173, 32.163, "wgs84", XIASHU, on=TODAY).grid_code == f"{EAST}N01"
    assert Grid.objects.filter(code=f"{EAST}D01").count() == 1
