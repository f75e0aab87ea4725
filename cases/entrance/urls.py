"""Addresses of the doors: pages, health, and the API that has no matter."""

from django.urls import include, path

from cases.entrance import api, pages, schema
from cases.entrance.account import urls as account_urls
from cases.entrance.security import api as security_api
from cases.entrance.security import pages as security_pages
from cases.entrance.staff import urls as staff_urls

app_name = "entrance"

urlpatterns = [
    path("", pages.home, name="home"),
    path("login/", pages.log_in, name="login"),
    path("logout/", pages.log_out, name="logout"),
    path("post/", pages.choose_post, name="post"),
    path("work-items/<int:item>/settle/", pages.settle_item, name="settle"),
    path("security/", security_pages.security, name="security"),
    path("security/unlock/", security_pages.unlocking, name="unlock"),
    path("security/tokens/revoke/", security_pages.taking_back, name="token_revoke"),
    path("security/sessions/end/", security_pages.ending, name="sessions_end"),
    path("api/v1/security/", security_api.SecurityView.as_view(), name="api_security"),
    path("api/v1/security/unlock/", security_api.UnlockView.as_view(), name="api_unlock"),
    path(
        "api/v1/security/tokens/revoke/",
        security_api.TakeBackView.as_view(),
        name="api_token_revoke",
    ),
    path(
        "api/v1/security/sessions/end/", security_api.EndView.as_view(), name="api_sessions_end"
    ),
    path("health/", pages.health, name="health"),
    path("healthz/live", pages.live, name="live"),
    path("healthz/ready", pages.ready, name="ready"),
    path("api/v1/tokens/", api.TokensView.as_view(), name="tokens"),
    path("api/v1/me/", api.MeView.as_view(), name="me"),
    path("api/v1/units/", api.UnitsView.as_view(), name="units"),
    path("api/v1/grids/", api.GridsView.as_view(), name="grids"),
    path("api/v1/grids/locate/", api.LocateView.as_view(), name="locate"),
    path("api/v1/categories/", api.CategoriesView.as_view(), name="categories"),
    path("", include("cases.entrance.rules.urls")),
    path("api/schema/", schema.SchemaView.as_view(), name="schema"),
    path("api/docs/", schema.DocsView.as_view(url_name="entrance:schema"), name="docs"),
    *account_urls.urlpatterns,
    *staff_urls.urlpatterns,
]
