"""Addresses of reports: pages under /reports/, the API under /api/v1/reports/."""

from django.urls import include, path

from cases.intake import api, pages

app_name = "report"

urlpatterns = [
    path("reports/new/", pages.new, name="new"),
    path("reports/<str:number>/", pages.report, name="case"),
    path("reports/<str:number>/<slug:verb>/", pages.move, name="move"),
    path("api/v1/", include(api.urlpatterns)),
]
