"""The addresses of the installation, and what is answered when one goes wrong."""

from django.urls import include, path

urlpatterns = [path("", include("cases.urls"))]

handler400 = "cases.entrance.wrong.bad_request"
handler403 = "cases.entrance.wrong.forbidden"
handler404 = "cases.entrance.wrong.not_found"
handler500 = "cases.entrance.wrong.server_error"
