"""Addresses of the house (管理): its pages, and the same things by the interface."""

from django.urls import path

from cases.entrance.staff import pages
from cases.entrance.staff.api.views import api_urls
from cases.entrance.staff.pages import sheet
from cases.entrance.staff.pages.acting import act_urls

urlpatterns = [
    path("staff/", pages.overview, name="staff"),
    path("staff/changes/", pages.changes, name="staff_changes"),
    path("staff/sheet/", sheet.sheet, name="staff_sheet"),
    path("staff/sheet/roster.xlsx", sheet.roster, name="staff_roster"),
    path("staff/sheet/blank.xlsx", sheet.blank, name="staff_blank"),
    path("staff/sheet/<uuid:upload>/", sheet.preview, name="staff_preview"),
    *act_urls(),
    *api_urls(),
]
