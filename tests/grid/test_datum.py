"""GCJ-02 and WGS-84: against published pairs, and there and back again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.grid.datum import gcj02_to_wgs84, wgs84_to_gcj02

# WGS-84 → GCJ-02 as several public map libraries give it in their own tests.
PAIRS = [
    ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
    ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
]


@pytest.mark.parametrize(("wgs84", "gcj02"), PAIRS)
def test_published_pairs(wgs84: tuple[float, float], gcj02: tuple[float, float]) -> None:
    assert wgs84_to_gcj02(*wgs84) == pytest.approx(gcj02, abs=1e-9)
    assert gcj02_to_wgs84(*gcj02) == pytest.approx(wgs84, abs=1e-7)


@given(st.floats(73.0, 136.0), st.floats(3.0, 54.0))
def test_there_and_back_again(lng: float, lat: float) -> None:
    assert gcj02_to_wgs84(*wgs84_to_gcj02(lng, lat)) == pytest.approx((lng, lat), abs=1e-7)


def test_the_two_lie_half_a_kilometre_apart_at_the_town() -> None:
    lng, lat = wgs84_to_gcj02(119.17, 32.17)
    east, north = (lng - 119.17) * 94_200, (lat - 32.17) * 111_200
    assert 540 < (east**2 + north**2) ** 0.5 < 565
