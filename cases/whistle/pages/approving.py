"""The approval page (待我审批), made for a leader's phone: what, why, whom it calls, yes or no."""

from typing import Final
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cases.docket.pages import actor_of
from cases.whistle.queries.approvals import APPROVING, approvals_of
from cases.whistle.states.way import APPROVE, CONFIRM, REFUSE

BACK: Final = "approvals"  # what a form says that was sent from here
_SAID: Final = {
    APPROVE.verb: "{} 已同意吹哨，转窗口派哨。",
    REFUSE.verb: "{} 已记为不同意，理由已告知拟稿人和窗口。",
    CONFIRM.verb: "{} 已确认。",
}


def said_of(verb: str, number: str) -> str:
    """What the page says after a yes or a no; "" for a move that is not made here."""
    return _SAID.get(verb, "").format(number)


@require_GET
def approvals(request: HttpRequest) -> HttpResponse:
    """Everything that awaits my yes; each yes or no goes to the whistle's own address."""
    actor = actor_of(request)
    if actor.role not in APPROVING:
        raise PermissionDenied("审批吹哨是镇领导、行政机关负责人的事，请切换到相应岗位。")
    told = approvals_of(actor, timezone.now())
    # One key a form: yes and no are two different moves.
    cards = [(card, uuid4(), uuid4()) for card in told.mine]
    context = {"told": told, "cards": cards, "post": actor.post_id}
    return render(request, "whistle/approvals.html", context)
