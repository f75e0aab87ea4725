"""What people read of the record (查阅): the worklist, one case's file, why a date stands."""

from cases.docket.queries.casefile import CaseFile, case_file, find
from cases.docket.queries.countdown import DueView, due_view
from cases.docket.queries.filters import Filters
from cases.docket.queries.home import home
from cases.docket.queries.obligations import DeadlineView
from cases.docket.queries.rows import Row
from cases.docket.queries.timeline import EventView
from cases.docket.queries.why import Why, why_this_date
from cases.docket.queries.worklist import Page, worklist

__all__ = [
    "CaseFile",
    "DeadlineView",
    "DueView",
    "EventView",
    "Filters",
    "Page",
    "Row",
    "Why",
    "case_file",
    "due_view",
    "find",
    "home",
    "why_this_date",
    "worklist",
]
