"""Addresses of the boards, pages and API alike."""

from django.urls import include, path

from cases.board import api, pages
from cases.board.pages import months, today

app_name = "board"

urlpatterns = [
    path("board/", pages.supervisor_board, name="board"),
    path("board/rows/", pages.board_rows, name="rows"),
    path("today/", today.matters_today, name="today"),
    path("months/", months.month_list, name="months"),
    path("months/<int:month>/", months.one_month, name="month"),
    path("months/<int:month>/print/", months.printed_month, name="month_print"),
    path("months/<int:month>/sheet/", months.sheet_of_month, name="month_sheet"),
    path("months/<int:month>/correct/", months.correct_month, name="month_correct"),
    path("api/v1/", include(api.urlpatterns)),
]
