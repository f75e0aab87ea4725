"""Files by page (附件页面): sent ahead while the form is still being filled in, and looked at."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from cases.docket import vault
from cases.docket.operations.attachments import Opened, open_file, open_thumb
from cases.docket.operations.uploads import receive_upload, remove_upload
from cases.docket.pages import actor_of
from cases.docket.problems import body, of_refusal
from cases.docket.queries.files import content_of, own_upload, upload_view
from cases.docket.transfer import begins, handed_out
from cases.law.moves import Refused

_PROBLEM = "application/problem+json"


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Take in one file for a form still open (上传); its id goes into the form."""
    sent = request.FILES.get("file")
    if sent is None:
        return _problem(body(400, "没有收到文件，请重新选择。"))
    said = request.POST.get("seconds", "")
    try:
        kept = receive_upload(
            sent.name or "",
            sent,
            by=actor_of(request),
            at=timezone.now(),
            declared=sent.content_type or "",
            seconds=int(said) if said.isascii() and said.isdigit() and len(said) < 6 else 0,
        )
    except Refused as refused:
        return _problem(of_refusal(refused))
    told = upload_view(kept)
    shown = {"id": str(told.id), "name": told.name, "kind": told.kind, "size": told.size}
    return JsonResponse(shown | {"thumb_url": told.thumb_url}, status=201)


@require_POST
def remove(request: HttpRequest, upload: UUID) -> HttpResponse:
    """Throw away a file of one's own that was not submitted (移除)."""
    if not remove_upload(upload, by=actor_of(request)):
        return _problem(body(404, "没有这个文件，可能已经提交或清除。"))
    return HttpResponse(status=204)


@require_safe
def upload_thumb(request: HttpRequest, upload: UUID) -> HttpResponse:
    """The thumbnail of a file of one's own that was not submitted yet."""
    found = own_upload(actor_of(request), upload)
    if found is None or not found.thumb:
        raise Http404
    try:
        content = content_of(found, thumb=True)
    except vault.Missing as gone:
        raise Http404 from gone
    small = Opened(content, "photo", "image/jpeg", "缩略图.jpg", found.thumb, protected=False)
    return handed_out(small, request.headers)


@require_safe
def attachment(request: HttpRequest, attachment: int) -> HttpResponse:
    """A file of a case (附件)."""
    again = not begins(request.headers)
    try:
        opened = open_file(attachment, by=actor_of(request), at=timezone.now(), again=again)
    except Refused as hidden:
        raise Http404 from hidden
    return handed_out(opened, request.headers)


@require_safe
def thumb(request: HttpRequest, attachment: int) -> HttpResponse:
    """A file's thumbnail (缩略图)."""
    try:
        return handed_out(open_thumb(attachment, by=actor_of(request)), request.headers)
    except Refused as hidden:
        raise Http404 from hidden


def _problem(told: dict[str, Any]) -> JsonResponse:
    return JsonResponse(told, status=told["status"], content_type=_PROBLEM)
