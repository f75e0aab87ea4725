"""Addresses of whistles: pages under /whistles/, the API under /api/v1/whistles/."""

from django.urls import include, path

from cases.whistle import api, pages
from cases.whistle.pages import evaluating, history, ruling

app_name = "whistle"

urlpatterns = [
    path("whistles/rulings/", ruling.rulings, name="rulings"),
    path("whistles/boundaries/", ruling.fought_over, name="boundaries"),
    path("whistles/precedents/", ruling.list_of_precedents, name="precedents"),
    path("whistles/<str:number>/evaluate/", evaluating.evaluate, name="evaluate"),
    path("whistles/<str:number>/history/", history.matter, name="history"),
    path("whistles/<str:number>/", pages.whistle, name="case"),
    path("whistles/<str:number>/responses/<int:part>/", pages.response, name="response"),
    path(
        "whistles/<str:number>/responses/<int:part>/<slug:verb>/", pages.answer, name="answer"
    ),
    path("whistles/<str:number>/<slug:verb>/", pages.move, name="move"),
    path("api/v1/", include(api.urlpatterns)),
]
