"""Addresses of reports: pages under /reports/, the API under /api/v1/reports/."""

from django.urls import include, path

from cases.docket.api.bulk import bulk_view
from cases.docket.pages.bulk import bulk_page
from cases.intake import api, pages
from cases.intake.operations import VERBS
from cases.intake.pages import filing, sheet, triage, whistling
from cases.intake.states import REPORT

app_name = "report"

# What these say is true of one case only.
_ONE_BY_ONE = ("correct", "contact", "disclose", "contest", "call_back", "enter_external")
MANY = {verb: operation for verb, operation in VERBS.items() if verb not in _ONE_BY_ONE}

urlpatterns = [
    path("reports/new/", filing.new, name="new"),
    path("reports/self/", filing.on_the_spot, name="self"),
    path("reports/nearby/", filing.near, name="nearby"),
    path("reports/bulk/", bulk_page(REPORT, MANY), name="bulk"),
    path("api/v1/reports/bulk/", bulk_view(REPORT, MANY), name="api_bulk"),
    path("reports/import/", sheet.send, name="import"),
    path("reports/import/answers/", sheet.answered, name="answers"),
    path("reports/import/<uuid:upload>/", sheet.sheet, name="sheet"),
    path("reports/<str:number>/compare/<str:other>/", triage.compare, name="compare"),
    path("reports/<str:number>/whistle/", whistling.whistle, name="whistle"),
    path("reports/<str:number>/filed/", filing.filed, name="filed"),
    path("reports/<str:number>/", pages.report, name="case"),
    path("reports/<str:number>/<slug:verb>/", pages.move, name="move"),
    path("api/v1/", include(api.urlpatterns)),
]
