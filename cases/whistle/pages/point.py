"""Where a phone is (手机定位): read from a form that asked for it, and only for an emergency."""

from django.http import HttpRequest

_BOUNDS = {"lng": 180.0, "lat": 90.0}


def point_of(request: HttpRequest) -> tuple[float | None, float | None]:
    """The point a form sent, in degrees (WGS-84); none where one half is missing or is no place."""
    lng, lat = (_degrees(request.POST.get(name, ""), most) for name, most in _BOUNDS.items())
    return (lng, lat) if lng is not None and lat is not None else (None, None)


def _degrees(text: str, most: float) -> float | None:
    try:
        degrees = float(text)
    except ValueError:
        return None
    return degrees if abs(degrees) <= most else None  # nan compares false
