"""Lists by page (清单页面): kept under a name, taken away as a sheet, the work of a unit."""

from urllib.parse import parse_qsl

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from cases.docket.operations.exporting import MEDIA_TYPE, take_sheet
from cases.docket.operations.saved import drop_view, keep_view
from cases.docket.pages import actor_of
from cases.docket.pages.worklist import caseworker
from cases.docket.queries.filters import filters_of
from cases.docket.queries.load import unit_load, with_unit
from cases.law.moves import Refused, Why


@require_GET
@never_cache
def export(request: HttpRequest) -> HttpResponse | FileResponse:
    """The list as a sheet (导出), under the filters of its address."""
    actor, now = caseworker(request), timezone.now()
    try:
        sheet = take_sheet(filters_of(request.GET.dict()), by=actor, at=now)
    except Refused as refused:
        messages.error(request, refused.sentence)
        return HttpResponseRedirect("/cases/")
    return FileResponse(
        sheet.file, as_attachment=True, filename=sheet.name, content_type=MEDIA_TYPE
    )


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep the list under a name (存为常用筛选); back to the list."""
    query = request.POST.get("query", "")
    try:
        name = request.POST.get("name", "")
        kept = keep_view(name, query, by=actor_of(request), at=timezone.now())
    except Refused as refused:
        if refused.why is Why.ROLE:
            raise PermissionDenied(refused.sentence) from refused
        messages.error(request, refused.sentence)
        back = f"/cases/?{filters_of(_parsed(query)).query}"
    else:
        messages.success(request, f"已存为常用筛选“{kept.name}”。")
        back = f"/cases/?{kept.query}"
    return HttpResponseRedirect(back, status=303)


@require_POST
def drop(request: HttpRequest, view: int) -> HttpResponse:
    """Drop a kept list; back to where it was dropped."""
    try:
        drop_view(view, by=actor_of(request))
    except Refused as refused:
        raise Http404 from refused
    messages.success(request, "已删除这个常用筛选。")
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    return HttpResponseRedirect(target if safe else "/cases/", status=303)


@require_GET
def unit(request: HttpRequest) -> HttpResponse:
    """What my unit has in hand (本单位), by officer; each number opens its rows."""
    actor = actor_of(request)
    if not with_unit(actor):
        raise PermissionDenied(f"{actor.role.label}岗位没有“本单位”页面，请切换到相应岗位。")
    return render(request, "docket/unit.html", {"load": unit_load(actor, timezone.now())})


def _parsed(query: str) -> dict[str, str]:
    return dict(parse_qsl(query[:2000].removeprefix("?")))
