"""Who stands before a board (看板岗位): the ground of a page's seat."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone

from cases.board.queries.wanted import Ground, ground_of
from cases.docket.pages import actor_of
from cases.law.moves import Refused, Why


def ground_for(request: HttpRequest) -> Ground:
    """The ground of whoever is at the page; a seat without a board is told why."""
    try:
        return ground_of(actor_of(request), timezone.now())
    except Refused as refused:
        if refused.why is Why.ROLE:
            raise PermissionDenied(refused.sentence) from refused
        raise
