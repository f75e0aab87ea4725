"""A draft's page (草稿): the same form filled in; saved, sent on its way, or discarded."""

from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from cases.docket.models import Case, Event
from cases.docket.pages import actor_of, made_from, told_on
from cases.docket.pages.forms import form_class, hidden
from cases.docket.problems import STATUS
from cases.docket.queries.casefile import find_draft
from cases.docket.queries.rows import title_of
from cases.law.moves import Refused
from cases.people.queries import Actor
from cases.whistle.operations import DRAFT_VERBS
from cases.whistle.operations.drafting import rewrite
from cases.whistle.pages.blowing import Sheet, show
from cases.whistle.queries.drafts import written
from cases.whistle.states import WHISTLE
from cases.whistle.states.way import DISCARD
from cases.whistle.states.words import DRAFT


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, draft: int) -> HttpResponse:
    """A draft of the seat's own; one that was sent meanwhile shows as the whistle it became."""
    actor = actor_of(request)
    case = find_draft(actor, draft, WHISTLE.code) if draft < 2**63 else None
    if case is None:
        return _sent_meanwhile(actor, draft)
    if "discard" in request.POST:
        return _discard(request, actor, case)
    return show(request, _sheet(actor, case))


def _sheet(actor: Actor, case: Case, refused: Refused | None = None) -> Sheet:
    first = {} if case.state != DRAFT else written(case)
    more: dict[str, Any] = {
        "draft": case,
        "draft_title": title_of(case),
        "gone": case.state != DRAFT,
        "away": hidden(case.version, actor.post_id),
    }
    if refused:
        more["refused"] = refused
    return Sheet(
        actor,
        case.division,
        partial(_rewrite, case.pk),
        template="whistle/draft.html",
        first=first,
        version=case.version,
        more=more,
    )


def _rewrite(pk: int, **told: Any) -> tuple[Case, Event]:
    return rewrite(Case(pk=pk, kind=WHISTLE.code), **told)


def _discard(request: HttpRequest, actor: Actor, case: Case) -> HttpResponse:
    form = form_class(DISCARD, WHISTLE.table, {})(request.POST)
    try:
        made_from(request, Case(pk=case.pk, kind=WHISTLE.code), form, DRAFT_VERBS["discard"])
    except Refused as refused:
        told_on(form, refused)
        request.method = "GET"
        told = show(request, _sheet(actor, case, refused))
        told.status_code = STATUS[refused.why]
        return told
    return HttpResponseRedirect("/whistles/new/", status=303)


def _sent_meanwhile(actor: Actor, pk: int) -> HttpResponse:
    if pk >= 2**63:
        raise Http404
    rows = Case.objects.filter(pk=pk, kind=WHISTLE.code, filer_id=actor.holder_id)
    number = rows.exclude(number=None).values_list("number", flat=True).first()
    if number is None or actor.holder_id is None:
        raise Http404
    return HttpResponseRedirect(f"/{WHISTLE.path}/{number}/", status=303)
