"""Addresses of reports: pages under /reports/, the API under /api/v1/reports/."""

from django.urls import include, path

from cases.intake import api, pages
from cases.intake.pages import filing

app_name = "report"

urlpatterns = [
    path("reports/new/", filing.new, name="new"),
    path("reports/self/", filing.on_the_spot, name="self"),
    path("reports/nearby/", filing.near, name="nearby"),
    path("reports/<str:number>/filed/", filing.filed, name="filed"),
    path("reports/<str:number>/", pages.report, name="case"),
    path("reports/<str:number>/<slug:verb>/", pages.move, name="move"),
    path("api/v1/", include(api.urlpatterns)),
]
