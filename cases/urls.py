"""Every slice's addresses, pages and API alike."""

from importlib.util import find_spec

from django.urls import include, path

SLICES = ("cases.entrance.urls", "cases.docket.urls", "cases.intake.urls")

urlpatterns = [path("", include(name)) for name in SLICES if find_spec(name)]
