"""What matters today by page (今日要情页面), made for a leader's phone."""

from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cases.board.pages.grounds import ground_for
from cases.board.queries.today import today


@require_GET
def matters_today(request: HttpRequest) -> HttpResponse:
    """The screen; each 批示 is a form to the report's own address, with a key of its own."""
    ground = ground_for(request)
    found = today(ground)
    context = {
        "found": found,
        "now": ground.now,
        "post": ground.actor.post_id,
        "emergencies": [(one, uuid4()) for one in found.emergencies],
        "awaiting": [(one, uuid4()) for one in found.awaiting.rows],
        "above": [(one, uuid4()) for one in found.above.rows],
    }
    return render(request, "board/today.html", context)
