"""Where a notice leads (办理入口): the page of the very move that is asked."""

from cases.docket import kinds
from cases.docket.models import Case
from cases.docket.queries.rows import address_of
from cases.notice.models import Notice


def link_of(notice: Notice, case: Case) -> str:
    """The address of the case, or of one's part in it, and there of the move that is asked."""
    kind = kinds.kind(case.kind)
    here = address_of(case)
    if notice.part and case.number and kind.parts:
        here = f"{here}{kind.parts}/{notice.part}/"
    return f"{here}#move-{notice.asked}" if notice.asked else here
