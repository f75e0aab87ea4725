"""Addresses of chasing and supervision; what every kind of matter knows stands before its own."""

from django.urls import include, path

from cases.docket import kinds
from cases.docket.api.bulk import bulk_view
from cases.docket.pages.bulk import bulk_page
from cases.oversight import api, pages
from cases.oversight.operations.sheets import VERBS
from cases.oversight.pages import printing, sheets
from cases.oversight.states.sheets import SHEET

app_name = "oversight"

# What is said alike of several sheets at once.
MANY = {verb: VERBS[verb] for verb in ("decline", "settle", "withdraw", "revoke", "note")}

urlpatterns = [
    path("overdue/", pages.board, name="board"),
    path("overdue/urge/", pages.urge_many, name="urge_many"),
    *[
        path(f"{kind.path}/<str:number>/urge/", pages.urge_one, {"kind": kind.code})
        for kind in kinds.kinds()
    ],
    path("supervisions/", sheets.sheets, name="sheets"),
    path("supervisions/new/", sheets.new, name="new"),
    path("supervisions/bulk/", bulk_page(SHEET, MANY), name="bulk"),
    path("api/v1/supervisions/bulk/", bulk_view(SHEET, MANY), name="api_bulk"),
    path("supervisions/<str:number>/print/", printing.sheet_paper, name="print"),
    path("supervisions/<str:number>/request/print/", printing.request_paper, name="print_request"),
    path("supervisions/<str:number>/", sheets.sheet, name="case"),
    path("supervisions/<str:number>/<slug:verb>/", sheets.move, name="move"),
    path("api/v1/", include(api.urlpatterns)),
]
