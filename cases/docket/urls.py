"""Addresses of the record: the worklist, any case by its number, why a date stands."""

from django.urls import path

from cases.docket import pages
from cases.docket.api import accesslog, events, files, lists, reading, reporter, workitems
from cases.docket.api import worklist as worklist_api
from cases.docket.pages import files as file_pages
from cases.docket.pages import lists as lists_pages
from cases.docket.pages import reading as reading_pages
from cases.docket.pages import reporter as reporter_page
from cases.docket.pages import worklist

app_name = "docket"

urlpatterns = [
    path("cases/", worklist.cases, name="cases"),
    path("cases/export/", lists_pages.export, name="export"),
    path("cases/saved/", lists_pages.keep, name="keep"),
    path("cases/saved/<int:view>/remove/", lists_pages.drop, name="drop"),
    path("unit/", lists_pages.unit, name="unit"),
    path("api/v1/cases/export/", lists.ExportView.as_view(), name="api_export"),
    path("api/v1/saved-views/", lists.SavedView.as_view(), name="api_saved"),
    path(
        "api/v1/saved-views/<int:view>/remove/", lists.DropView.as_view(), name="api_drop"
    ),
    path("api/v1/unit/", lists.UnitView.as_view(), name="api_unit"),
    path("cases/<str:number>/", pages.case, name="case"),
    path("cases/<str:number>/reporter/", reporter_page.reporter, name="reporter"),
    path(
        "api/v1/cases/<str:number>/reporter/",
        reporter.ReporterView.as_view(),
        name="api_reporter",
    ),
    path("cases/<str:number>/reason/", reading_pages.reason, name="reason"),
    path("access-log/", reading_pages.log, name="access_log"),
    path("access-log/sheet/", reading_pages.sheet, name="access_log_sheet"),
    path("api/v1/events/", events.EventsView.as_view(), name="api_events"),
    path("api/v1/access-log/", accesslog.AccessLogView.as_view(), name="api_access_log"),
    path(
        "api/v1/cases/<str:number>/reason/",
        accesslog.ReasonView.as_view(),
        name="api_reason",
    ),
    path("uploads/", file_pages.upload, name="upload"),
    path("uploads/<uuid:upload>/remove/", file_pages.remove, name="upload_remove"),
    path("uploads/<uuid:upload>/thumb/", file_pages.upload_thumb, name="upload_thumb"),
    path("attachments/<int:attachment>/", file_pages.attachment, name="attachment"),
    path("attachments/<int:attachment>/thumb/", file_pages.thumb, name="thumb"),
    path("api/v1/uploads/", files.UploadsView.as_view(), name="api_uploads"),
    path("api/v1/uploads/<uuid:upload>/remove/", files.RemoveView.as_view(), name="api_remove"),
    path(
        "api/v1/uploads/<uuid:upload>/thumb/",
        files.UploadThumbView.as_view(),
        name="api_upload_thumb",
    ),
    path(
        "api/v1/cases/<str:number>/attachments/",
        files.AttachmentsView.as_view(),
        name="api_attachments",
    ),
    path(
        "api/v1/attachments/<int:attachment>/",
        files.AttachmentView.as_view(),
        name="api_attachment",
    ),
    path(
        "api/v1/attachments/<int:attachment>/thumb/",
        files.ThumbView.as_view(),
        name="api_thumb",
    ),
    path("deadlines/<int:deadline>/why/", pages.why, name="why"),
    path("api/v1/worklist/", worklist_api.WorklistView.as_view(), name="api_worklist"),
    path("api/v1/cases/", worklist_api.CasesView.as_view(), name="api_cases"),
    path("api/v1/cases/<str:number>/", reading.CaseView.as_view(), name="api_case"),
    path("api/v1/deadlines/<int:deadline>/why/", reading.WhyView.as_view(), name="api_why"),
    path("api/v1/work-items/", workitems.WorkItemsView.as_view(), name="api_work_items"),
    path(
        "api/v1/work-items/<int:item>/settle/",
        workitems.SettleView.as_view(),
        name="api_settle",
    ),
]
