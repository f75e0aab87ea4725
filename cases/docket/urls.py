"""Addresses of the record: the worklist, any case by its number, why a date stands."""

from django.urls import path

from cases.docket import pages
from cases.docket.api import reading, workitems

app_name = "docket"

urlpatterns = [
    path("cases/", pages.cases, name="cases"),
    path("cases/<str:number>/", pages.case, name="case"),
    path("deadlines/<int:deadline>/why/", pages.why, name="why"),
    path("api/v1/worklist/", reading.WorklistView.as_view(), name="api_worklist"),
    path("api/v1/cases/", reading.CasesView.as_view(), name="api_cases"),
    path("api/v1/cases/<str:number>/", reading.CaseView.as_view(), name="api_case"),
    path("api/v1/deadlines/<int:deadline>/why/", reading.WhyView.as_view(), name="api_why"),
    path("api/v1/work-items/", workitems.WorkItemsView.as_view(), name="api_work_items"),
    path(
        "api/v1/work-items/<int:item>/settle/",
        workitems.SettleView.as_view(),
        name="api_settle",
    ),
]
