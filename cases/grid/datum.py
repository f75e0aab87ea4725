"""Datums (坐标系): phones and Chinese maps speak GCJ-02, the grids are drawn in WGS-84.

GCJ-02 is the shifted datum of maps published in China (国测局坐标); its formula was never published
officially, and the one below is what public map services agree on to about a metre. Around the
town the two lie some 550 m apart. Pure: degrees in, degrees out, longitude first.
"""

from enum import StrEnum
from math import cos, hypot, pi, radians, sin, sqrt

# Krasovsky 1940, the ellipsoid the shift is defined on: half axis in metres, squared eccentricity.
METRES_A_DEGREE = 111_195.0  # on a sphere of the earth's mean radius
_AXIS = 6378245.0
_ECCENTRICITY = 0.00669342162296594323
_CLOSE_ENOUGH = 1e-10


class Datum(StrEnum):
    """In which datum a point was given; an unknown one is read as WGS-84 and stays marked."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    UNKNOWN = "unknown"


def wgs84_to_gcj02(lng: float, lat: float) -> tuple[float, float]:
    """The GCJ-02 place of a WGS-84 point."""
    x, y = lng - 105.0, lat - 35.0
    wave = (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + wave
    north += (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + wave
    east += (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    turn = lat / 180.0 * pi
    bend = 1.0 - _ECCENTRICITY * sin(turn) ** 2
    north *= 180.0 / ((_AXIS * (1.0 - _ECCENTRICITY)) / (bend * sqrt(bend)) * pi)
    east *= 180.0 / (_AXIS / sqrt(bend) * cos(turn) * pi)
    return lng + east, lat + north


def gcj02_to_wgs84(lng: float, lat: float) -> tuple[float, float]:
    """The WGS-84 place of a GCJ-02 point, by iteration to less than 0.1 mm."""
    guess_lng, guess_lat = lng, lat
    for _ in range(30):
        there_lng, there_lat = wgs84_to_gcj02(guess_lng, guess_lat)
        off_lng, off_lat = there_lng - lng, there_lat - lat
        guess_lng, guess_lat = guess_lng - off_lng, guess_lat - off_lat
        if abs(off_lng) < _CLOSE_ENOUGH and abs(off_lat) < _CLOSE_ENOUGH:
            break
    return guess_lng, guess_lat


def metres_apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    """How far two points (longitude, latitude in WGS-84) lie apart, for a town's distances."""
    east = (one[0] - other[0]) * cos(radians(one[1]))
    return hypot(east, one[1] - other[1]) * METRES_A_DEGREE
