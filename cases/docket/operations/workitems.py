"""Settling what a person had to look at (处理待办): who looked, and when."""

from datetime import datetime

from cases.docket.models import WorkItem
from cases.docket.queries.workitems import theirs
from cases.law.moves import Refused, Why
from cases.people.queries import Actor


def settle(item_id: int, *, by: Actor, at: datetime) -> WorkItem:
    """Mark a work item as done; Refused where it is not theirs.

    Whoever was first stays: settling it again changes nothing.
    """
    mine = theirs(by).filter(pk=item_id)
    mine.filter(done_at=None).update(done_at=at, done_by_id=by.officer_id)
    item = mine.select_related("done_by").first()
    if item is None:
        raise Refused("没有这件要处理的事，或它不归您的岗位处理。", why=Why.HIDDEN)
    return item
