"""Every slice's addresses, pages and API alike."""

from django.urls import include, path

urlpatterns = [
    path("", include("cases.entrance.urls")),
    path("", include("cases.board.urls")),
    path("", include("cases.docket.urls")),
    path("", include("cases.oversight.urls")),
    path("", include("cases.penalty.urls")),
    path("", include("cases.notice.urls")),
    path("", include("cases.whistle.urls")),
    path("", include("cases.intake.urls")),
]
