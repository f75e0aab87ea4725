"""The boards' interface (看板接口), by address."""

from django.urls import path

from cases.board.api import boards, months

urlpatterns = [
    path("board/", boards.BoardView.as_view()),
    path("board/rows/", boards.RowsView.as_view()),
    path("today/", boards.TodayView.as_view()),
    path("months/", months.MonthsView.as_view()),
    path("months/<int:month>/", months.MonthView.as_view()),
    path("months/<int:month>/correct/", months.CorrectView.as_view()),
]
