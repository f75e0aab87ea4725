"""Addresses of the boards, pages and API alike."""

from django.urls import path

from cases.board import pages

app_name = "board"

urlpatterns = [
    path("board/", pages.supervisor_board, name="board"),
    path("board/rows/", pages.board_rows, name="rows"),
]
