"""Addresses of penalties (处罚地址)."""

from django.urls import include, path

from cases.penalty import api, pages

app_name = "penalty"

urlpatterns = [
    path("penalties/what-if/", pages.what_if_page, name="what_if"),
    path("api/v1/", include(api.urlpatterns)),
]
