"""Addresses of one's own account and of the directory."""

from django.urls import path

from cases.entrance.account import api, pages

urlpatterns = [
    path("me/", pages.me, name="my_account"),
    path("me/contact/", pages.contact, name="my_contact"),
    path("me/password/", pages.password, name="my_password"),
    path("me/deputies/", pages.appoint, name="my_deputies"),
    path("me/deputies/<int:row>/end/", pages.end_deputy, name="my_deputy_end"),
    path("me/tokens/<int:row>/revoke/", pages.revoke, name="my_token_revoke"),
    path("me/readings/", pages.readings, name="my_readings"),
    path("me/data/", pages.data, name="my_data"),
    path("people/", pages.people, name="people"),
    path("people/<int:row>/", pages.unit, name="people_unit"),
    path("api/v1/me/password/", api.PasswordView.as_view(), name="api_my_password"),
    path("api/v1/me/contact/", api.ContactView.as_view(), name="api_my_contact"),
    path("api/v1/me/deputies/", api.DeputiesView.as_view(), name="api_my_deputies"),
    path(
        "api/v1/me/deputies/<int:row>/end/", api.EndDeputyView.as_view(), name="api_my_deputy_end"
    ),
    path("api/v1/me/tokens/", api.OwnTokensView.as_view(), name="api_my_tokens"),
    path(
        "api/v1/me/tokens/<int:row>/revoke/", api.RevokeView.as_view(), name="api_my_token_revoke"
    ),
    path("api/v1/me/readings/", api.ReadingsView.as_view(), name="api_my_readings"),
    path("api/v1/me/data/", api.DataView.as_view(), name="api_my_data"),
    path("api/v1/people/", api.PeopleView.as_view(), name="api_people"),
    path("api/v1/people/<int:row>/", api.UnitPeopleView.as_view(), name="api_people_unit"),
]
