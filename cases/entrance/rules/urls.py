"""Addresses of the rulebook: /rules/ for everybody, /rules/manage/ for its keeper, and the API."""

from django.urls import path

from cases.entrance.rules.api import keeping as keeping_api
from cases.entrance.rules.api import reading as reading_api
from cases.entrance.rules.api import sheets as sheets_api
from cases.entrance.rules.pages import keeping, reading, sheets

_API = "api/v1/rules/"
_ONE = f"{_API}<slug:table>/<int:row>/"

urlpatterns = [
    path("rules/", reading.index, name="rules"),
    path("rules/calendar/", reading.calendar, name="rules_calendar"),
    path("rules/changes/", reading.changes, name="rules_changes"),
    path("rules/manage/", keeping.manage, name="rules_manage"),
    path("rules/manage/<slug:table>/new/", keeping.new, name="rules_new"),
    path("rules/manage/<slug:table>/sheet/", sheets.send, name="rules_send"),
    path(
        "rules/manage/<slug:table>/sheet/<uuid:upload>/", sheets.confirm, name="rules_confirm"
    ),
    path("rules/manage/<slug:table>/<int:row>/succeed/", keeping.succeed, name="rules_succeed"),
    path("rules/manage/<slug:table>/<int:row>/end/", keeping.end, name="rules_end"),
    path("rules/manage/<slug:table>/<int:row>/void/", keeping.void, name="rules_void"),
    path("rules/<slug:table>/", reading.table, name="rules_table"),
    path("rules/<slug:table>/sheet/", reading.sheet, name="rules_sheet"),
    path("rules/<slug:table>/<int:row>/", reading.row, name="rules_row"),
    path(_API, reading_api.TablesView.as_view(), name="api_rules"),
    path(f"{_API}calendar/", reading_api.CalendarView.as_view(), name="api_rules_calendar"),
    path(f"{_API}count/", reading_api.CountView.as_view(), name="api_rules_count"),
    path(f"{_API}changes/", reading_api.ChangesView.as_view(), name="api_rules_changes"),
    path(f"{_API}<slug:table>/", keeping_api.RulesView.as_view(), name="api_rules_table"),
    path(f"{_API}<slug:table>/check/", keeping_api.CheckView.as_view(), name="api_rules_check"),
    path(f"{_API}<slug:table>/sheet/", reading_api.SheetView.as_view(), name="api_rules_sheet"),
    path(f"{_API}<slug:table>/sheets/", sheets_api.SendView.as_view(), name="api_rules_send"),
    path(
        f"{_API}<slug:table>/sheets/<uuid:upload>/check/",
        sheets_api.SheetCheckView.as_view(),
        name="api_rules_sheet_check",
    ),
    path(
        f"{_API}<slug:table>/sheets/<uuid:upload>/confirm/",
        sheets_api.SheetConfirmView.as_view(),
        name="api_rules_sheet_confirm",
    ),
    path(_ONE, reading_api.RuleView.as_view(), name="api_rule"),
    path(f"{_ONE}succeed/", keeping_api.SucceedView.as_view(), name="api_rule_succeed"),
    path(f"{_ONE}end/", keeping_api.EndView.as_view(), name="api_rule_end"),
    path(f"{_ONE}void/", keeping_api.VoidView.as_view(), name="api_rule_void"),
]
