"""One visit answers several whistles by page (一次到场、多件报到): choose the calls, say once
where, when and who.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cases.docket.pages import done_before, filled_in, told_on
from cases.docket.pages.forms import form_class, hidden
from cases.docket.pages.worklist import caseworker
from cases.docket.problems import STATUS
from cases.docket.queries.filters import LARGEST
from cases.law.moves import Refused, Why
from cases.people.queries import Actor
from cases.whistle.operations.visiting import MOST, Visited, report_in_together
from cases.whistle.pages.point import point_of
from cases.whistle.queries.inbox import Call, inbox
from cases.whistle.queries.reach import Narrowing
from cases.whistle.states import WHISTLE
from cases.whistle.states.response.answering import REPORT_IN

_INBOX = "/whistles/inbox/"
_ALONE = ("inspection", "site_code")  # asked of one whistle, not of the visit


@dataclass(frozen=True)
class Line:
    """A call that may be chosen, with what was filled in for it alone."""

    call: Call
    picked: bool
    inspection: str = ""
    site_code: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
def visit(request: HttpRequest) -> HttpResponse:
    """Choose the calls and report in on all of them (GET, POST)."""
    actor = caseworker(request)
    if request.method == "POST":
        return _arrive(request, actor)
    form = _form(initial=hidden(None, actor.post_id))
    return _shown(request, actor, form, request.GET.getlist("part"))


def _arrive(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = _form(data=request.POST)
    picked = request.POST.getlist("part")
    visited = [_visited(request, part) for part in picked if _number(part) is not None]
    try:
        if not form.is_valid():
            wrong = {name: str(errors[0]) for name, errors in form.errors.items()}
            raise Refused(" ".join(wrong.values()), why=Why.FACTS, fields=wrong)
        if not done_before(actor, form.cleaned_data["key"]):
            at, slip, facts = filled_in(request, form)
            lng, lat = point_of(request)
            report_in_together(visited, by=actor, at=at, slip=slip, lng=lng, lat=lat, **facts)
    except Refused as refused:
        if refused.why is not Why.HIDDEN:
            told_on(form, Refused("", fields=_on_form(form, refused)))
        return _shown(request, actor, form, picked, refused=refused)
    words = f"已报到 {len(visited)} 件。到场情况由各吹哨单位确认。"
    messages.success(request, words)
    return HttpResponseRedirect(_INBOX, status=303)


def _shown(
    request: HttpRequest,
    actor: Actor,
    form: Any,
    picked: Iterable[str],
    *,
    refused: Refused | None = None,
) -> HttpResponse:
    page = inbox(actor, Narrowing(size=LARGEST), timezone.now())
    able = [call for call in page.rows if call.may_visit]
    chosen = {part for part in map(_number, picked) if part is not None}
    lines = [_line(request, call, call.part in chosen) for call in able]
    missing = len(chosen - {call.part for call in able})
    context = {
        "form": form,
        "picked": [line for line in lines if line.picked],
        "others": [line for line in lines if not line.picked],
        "missing": 0 if refused else missing,
        "on_point": any(line.call.on_point for line in lines),
        "refused": refused,
        "most": MOST,
        "basis": REPORT_IN.basis,
    }
    status = STATUS[refused.why] if refused else 200
    return render(request, "whistle/visit.html", context, status=status)


def _form(**given: Any) -> Any:
    """What one visit says of all its whistles: no file and no version of one case."""
    asked = form_class(REPORT_IN, WHISTLE.table, {}, skip=_ALONE)
    form = asked(**given, auto_id="visit_%s")
    for name in ("files", "version"):
        form.fields.pop(name, None)
    return form


def _visited(request: HttpRequest, part: str) -> Visited:
    told = {name: request.POST.get(f"{name}-{part}", "").strip() for name in _ALONE}
    return Visited(
        number=request.POST.get(f"number-{part}", "")[:40],
        part=_number(part) or 0,
        version=_number(request.POST.get(f"version-{part}", "")),
        **told,
    )


def _line(request: HttpRequest, call: Call, picked: bool) -> Line:
    told = {name: request.POST.get(f"{name}-{call.part}", "")[:80] for name in _ALONE}
    return Line(call, picked, **told)


def _on_form(form: Any, refused: Refused) -> dict[str, str]:
    return {name: said for name, said in refused.fields.items() if name in form.fields}


def _number(text: str) -> int | None:
    known = text.isascii() and text.isdigit() and len(text) < 16
    return int(text) if known else None
