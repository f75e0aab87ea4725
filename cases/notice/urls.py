"""Addresses of notices: pages under /notices/, the API under /api/v1/notices/."""

from django.urls import include, path

from cases.notice import api, pages
from cases.notice.pages import reporter, undelivered

app_name = "notice"

urlpatterns = [
    path("notices/", pages.notices, name="notices"),
    path("notices/bell/", pages.bell, name="bell"),
    path("notices/read/", pages.mark_read, name="read"),
    path("notices/preferences/", pages.preferences, name="preferences"),
    path("notices/undelivered/", undelivered.dead_letters, name="undelivered"),
    path("notices/undelivered/resend/", undelivered.resend, name="resend"),
    path("notices/<int:row>/open/", pages.open_notice, name="open"),
    path("cases/<str:number>/told/", reporter.told, name="told"),
    path("api/v1/", include(api.urlpatterns)),
]
