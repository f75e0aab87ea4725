"""Addresses of chasing and supervision; what every kind of matter knows stands before its own."""

from django.urls import include, path

from cases.docket import kinds
from cases.oversight import api, pages

app_name = "oversight"

urlpatterns = [
    path("overdue/", pages.board, name="board"),
    path("overdue/urge/", pages.urge_many, name="urge_many"),
    *[
        path(f"{kind.path}/<str:number>/urge/", pages.urge_one, {"kind": kind.code})
        for kind in kinds.kinds()
    ],
    path("api/v1/", include(api.urlpatterns)),
]
