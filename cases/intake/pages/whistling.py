"""A report's whistle by page (上报事件转吹哨): the whistle's form, filled in from the report."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from cases.docket.access import may
from cases.docket.models import Case, Event
from cases.docket.pages import actor_of
from cases.docket.queries import find
from cases.docket.queries.files import files_of
from cases.intake.operations.whistling import as_reported, blow_for, is_guarded
from cases.intake.states import REPORT
from cases.intake.states.aside.whistled import REFER
from cases.people.queries import Actor
from cases.whistle.pages.blowing import Sheet, show


@require_http_methods(["GET", "HEAD", "POST"])
def whistle(request: HttpRequest, number: str) -> HttpResponse:
    """Blow a whistle for a report: what it says already need not be written again."""
    actor = actor_of(request)
    case = find(actor, number, REPORT.code)
    if case is None:
        raise Http404
    if not may(actor, REFER, case):
        whose = "、".join(role.label for role in sorted(REFER.by))
        words = f"上报事件转吹哨由{whose}办理，您现在的岗位（{actor.role.label}）不能转。"
        raise PermissionDenied(words)
    # A form sent twice finds the report gone on: what the first one made is shown.
    if request.method != "POST" and (words := _not_now(case)):
        context = {"sentence": words, "steps": [_STEP], "back": f"/{REPORT.path}/{number}/"}
        return render(request, "409.html", context, status=409)
    return show(request, _sheet(request, actor, case))


def _not_now(case: Case) -> str:
    if case.confidential:
        return "检举控告件不吹哨，应移送纪检监察机关。"
    if case.wrapped_key is None or not REFER.goes_from(case.state):
        label = REPORT.table.states.get(case.state, case.state)
        return f"这件事现在是“{label}”，不能转吹哨；已受理、还没办完的才能转。"
    return ""


_STEP = "返回该件，看清现在在谁手里、下一步是什么。"


def _sheet(request: HttpRequest, actor: Actor, case: Case) -> Sheet:
    files, guarded = files_of(actor, case), is_guarded(case)
    # Of a 举报 nothing goes along unless it was chosen by hand.
    chosen = [] if guarded else [str(row.id) for row in files]
    sent = request.POST.getlist("photos") if request.method == "POST" else chosen
    picked = [row.id for row in files if str(row.id) in sent]
    more = {"report": case, "files": files, "picked": picked, "guarded": guarded}
    first = as_reported(case) | {"lng": case.lng, "lat": case.lat}
    act = partial(_blow, case.pk, picked)
    return Sheet(
        actor,
        case.division,
        act,
        template="intake/whistle.html",
        first=first,
        version=case.version,
        more=more,
    )


def _blow(pk: int, photos: Sequence[int], *, keep: bool, **told: Any) -> tuple[Case, Event]:
    """A report that is referred waits for its whistle: no draft of it is kept."""
    return blow_for(Case(pk=pk, kind=REPORT.code), photos=photos, **told)
