"""The record's tables (案卷): a case, its parts, and everything that hangs on them.

Only `docket.record` writes state, events, deadlines, stakes and the outbox.
"""

from cases.docket.models.case import Attachment, Case, ExternalRef, Link, Part, Party, Series
from cases.docket.models.event import Anchor, DestroyedKey, Event
from cases.docket.models.obligation import FAR, Deadline, DeadlineState, Outbox, Stake, WorkItem

__all__ = [
    "FAR",
    "Anchor",
    "Attachment",
    "Case",
    "Deadline",
    "DeadlineState",
    "DestroyedKey",
    "Event",
    "ExternalRef",
    "Link",
    "Outbox",
    "Part",
    "Party",
    "Series",
    "Stake",
    "WorkItem",
]
