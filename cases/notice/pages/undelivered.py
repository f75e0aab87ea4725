"""What did not arrive by page (通知投递), and sending it again."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from cases.docket.pages import actor_of
from cases.law.moves import Refused, Why
from cases.notice.operations.again import send_again
from cases.notice.queries.undelivered import undelivered


@never_cache
@require_GET
def dead_letters(request: HttpRequest) -> HttpResponse:
    """What did not arrive, by channel, reason and recipient."""
    actor = actor_of(request)
    try:
        groups = undelivered(actor)
    except Refused as refused:
        raise PermissionDenied(refused.sentence) from refused
    context = {"groups": groups, "total": sum(group.count for group in groups)}
    context |= {"mail_on": settings.MAIL_ON, "webhook_on": bool(settings.WEBHOOK_URL)}
    context |= {"post": actor.post_id}
    return render(request, "notice/undelivered.html", context)


@require_POST
def resend(request: HttpRequest) -> HttpResponse:
    """Send one group again, or all of it."""
    try:
        many = send_again(
            request.POST.get("group", ""), by=actor_of(request), at=timezone.now()
        )
        messages.success(request, f"已重新排队 {many} 条，一分钟内发送。")
    except Refused as refused:
        if refused.why is Why.ROLE:
            raise PermissionDenied(refused.sentence) from refused
        messages.error(request, refused.sentence)
    return HttpResponseRedirect("/notices/undelivered/", status=303)
