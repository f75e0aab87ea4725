"""The record's tables (案卷): a case, its parts, and everything that hangs on them.

Only `docket.record` writes state, events, deadlines, stakes and the outbox.
"""

from cases.docket.models.case import Case, ExternalRef, Link, Part, Party, Series
from cases.docket.models.event import Anchor, DestroyedKey, Event
from cases.docket.models.files import Attachment, FileKind, Upload
from cases.docket.models.obligation import FAR, Deadline, DeadlineState, Outbox, Stake, WorkItem
from cases.docket.models.reading import Access, AccessLog, SavedView

__all__ = [
    "FAR",
    "Access",
    "AccessLog",
    "Anchor",
    "Attachment",
    "Case",
    "Deadline",
    "DeadlineState",
    "DestroyedKey",
    "Event",
    "ExternalRef",
    "FileKind",
    "Link",
    "Outbox",
    "Part",
    "Party",
    "SavedView",
    "Series",
    "Stake",
    "Upload",
    "WorkItem",
]
