"""Addresses of whistles: pages under /whistles/, the API under /api/v1/whistles/."""

from django.urls import include, path

from cases.docket.api.bulk import bulk_view
from cases.docket.pages.bulk import bulk_page
from cases.whistle import api, pages
from cases.whistle.operations import VERBS
from cases.whistle.pages import (
    approving,
    blowing,
    board,
    drafting,
    evaluating,
    history,
    inbox,
    printing,
    rates,
    responding,
    ruling,
    visit,
)
from cases.whistle.states import WHISTLE

app_name = "whistle"

# What can be said of several at once.
MANY = {verb: VERBS[verb] for verb in ("approve", "confirm", "close", "note")}

urlpatterns = [
    path("whistles/bulk/", bulk_page(WHISTLE, MANY), name="bulk"),
    path("api/v1/whistles/bulk/", bulk_view(WHISTLE, MANY), name="api_bulk"),
    path("whistles/new/", blowing.new, name="new"),
    path("whistles/preview/", blowing.preview, name="preview"),
    path("whistles/approvals/", approving.approvals, name="approvals"),
    path("whistles/drafts/<int:draft>/", drafting.draft, name="draft"),
    path("whistles/board/", board.whistle_board, name="board"),
    path("whistles/rates/", rates.whistle_rates, name="rates"),
    path("whistles/rates/rows/", rates.behind_rates, name="rates_rows"),
    path("whistles/inbox/", inbox.whistle_inbox, name="inbox"),
    path("whistles/visit/", visit.visit, name="visit"),
    path("whistles/rulings/", ruling.rulings, name="rulings"),
    path("whistles/boundaries/", ruling.fought_over, name="boundaries"),
    path("whistles/precedents/", ruling.list_of_precedents, name="precedents"),
    path("whistles/<str:number>/evaluate/", evaluating.evaluate, name="evaluate"),
    path("whistles/<str:number>/history/", history.matter, name="history"),
    path("whistles/<str:number>/print/", printing.whistle_sheet, name="print"),
    path("whistles/<str:number>/print/file/", printing.whole_file, name="print_file"),
    path(
        "whistles/<str:number>/responses/<int:part>/print/",
        printing.call_sheet,
        name="print_call",
    ),
    path(
        "whistles/<str:number>/responses/<int:part>/objection/print/",
        printing.objection_sheet,
        name="print_objection",
    ),
    path("whistles/<str:number>/", pages.whistle, name="case"),
    path("whistles/<str:number>/responses/<int:part>/", responding.response, name="response"),
    path(
        "whistles/<str:number>/responses/<int:part>/<slug:verb>/",
        responding.answer,
        name="answer",
    ),
    path("whistles/<str:number>/<slug:verb>/", pages.move, name="move"),
    path("api/v1/", include(api.urlpatterns)),
]
