"""Supervision sheets by page (督办单页面): the list, new ones for what was chosen, one sheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases.docket.models import Deadline
from cases.docket.operations.bulk import MOST
from cases.docket.pages import actor_of, case_page, done_before, filled_in, take_from_page
from cases.docket.pages.forms import form_class, hidden
from cases.docket.pages.worklist import caseworker
from cases.docket.problems import STATUS
from cases.docket.queries import find
from cases.docket.queries.countdown import DueView, due_view
from cases.docket.queries.rows import shown as number_of
from cases.docket.queries.rows import title_of
from cases.law.moves import Refused, Why
from cases.oversight.operations.sheets import VERBS, each, supervise
from cases.oversight.queries.sheets import Wanted, sheets_of, wanted_of
from cases.oversight.queries.shown import row_address, shown, words_of
from cases.oversight.queries.supervising import Way, obligations, open_sheets, way_of
from cases.oversight.states.sheets import ISSUE, REQUEST, SHEET
from cases.people.queries import Actor
from cases.rulebook.queries import book

DEMAND: Final = (
    "请立即办理所列超期事项，并在回复期限内书面回复：做了什么、为何迟延、何时完成。"
)


@dataclass(frozen=True)
class Chosen:
    """One obligation that was chosen: what it is, who owes it, what may be done about it."""

    id: int
    number: str
    title: str
    url: str
    term: str
    owes: str
    due: DueView
    way: Way
    sheet: str


@require_GET
def sheets(request: HttpRequest) -> HttpResponse:
    """The sheets a seat sees (督办单), what waits for it first."""
    actor, now = caseworker(request), timezone.now()
    said, status = "", 200
    try:
        found = sheets_of(actor, wanted_of(request.GET.dict()), now)
    except Refused as refused:
        said, status = refused.sentence, 400
        found = sheets_of(actor, Wanted(), now)
    context = {"list": found, "error": said}
    return render(request, "oversight/sheets.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask for sheets, or issue them, for the obligations chosen (提请督办、签发督办单)."""
    actor = caseworker(request)
    told = request.POST if request.method == "POST" else request.GET
    chosen = chosen_of(told.getlist("obligation"))
    if request.method != "POST" or "demand" not in request.POST:
        return _form(request, actor, chosen)
    form = _class(len(chosen))(request.POST, auto_id="sheet_%s")
    try:
        return _sent(request, actor, chosen, form)
    except Refused as refused:
        if refused.why is Why.HIDDEN:
            raise Http404 from refused
        for name, words in refused.fields.items():
            if not form.has_error(name):
                form.add_error(name if name in form.fields else None, words)
        return _form(request, actor, chosen, form=form, refused=refused)


def _sent(
    request: HttpRequest, actor: Actor, chosen: list[int], form: Any
) -> HttpResponse:
    if not form.is_valid():
        raise Refused("请改正表单中标出的内容。", why=Why.FACTS)
    back = HttpResponseRedirect("/supervisions/?view=open", status=303)
    if len(chosen) == 1 and done_before(actor, form.cleaned_data["key"]):
        return back
    at, slip, facts = filled_in(request, form)
    if len(chosen) == 1:
        case, _ = supervise(chosen[0], by=actor, at=at, slip=slip, **facts)
        messages.success(request, f"已办：{case}，{SHEET.table.states[case.state]}。")
        return HttpResponseRedirect(f"/{SHEET.path}/{case.number}/", status=303)
    outcome = each(chosen, by=actor, at=at, slip=slip, **facts)
    if outcome.done:
        messages.success(request, f"已办 {len(outcome.done)} 张督办单。")
    named = {row.pk: number_of(row.case) for row in obligations(actor, chosen)}
    for obligation, refused in outcome.refused:
        messages.error(request, f"{named.get(obligation, '有一项')}：{refused.sentence}")
    return back


def _form(
    request: HttpRequest,
    actor: Actor,
    chosen: list[int],
    *,
    form: Any = None,
    refused: Refused | None = None,
) -> HttpResponse:
    counted = 0 < len(chosen) <= MOST
    rows = _rows(actor, chosen) if counted else []
    if counted and not rows:
        raise Http404
    first = hidden(None, actor.post_id) | {"demand": DEMAND}
    able = [row for row in rows if row.way.verb and not row.sheet]
    verbs = {row.way.verb for row in able}
    labels = [move.label for move in (REQUEST, ISSUE) if move.verb in verbs]
    context = {
        "rows": rows,
        "able": able,
        "label": "、".join(labels),
        "asks": verbs == {REQUEST.verb},
        "basis": REQUEST.basis if REQUEST.verb in verbs else ISSUE.basis,
        "form": form or _class(len(able))(initial=first, auto_id="sheet_%s"),
        "refused": refused,
        "said": "" if counted else f"请在超期看板上勾选要督办的事项，一次最多 {MOST} 项。",
    }
    status = STATUS[refused.why] if refused else 200 if counted or not chosen else 400
    return render(request, "oversight/new.html", context, status=status)


def _class(how_many: int) -> type:
    """The form of a sheet; of several, what is true of one only is left out."""
    several = how_many > 1
    form = form_class(ISSUE, SHEET.table, {}, skip=("title",) if several else ())
    if several:
        del form.base_fields["files"]  # type: ignore[attr-defined]
    return form


def chosen_of(texts: Sequence[str]) -> list[int]:
    """The ids of obligations that were chosen, each once; what is no id is left out."""
    able = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19]
    return list(dict.fromkeys(able))


def _rows(actor: Actor, chosen: list[int]) -> list[Chosen]:
    now, calendar = timezone.now(), book().calendar
    found = obligations(actor, chosen)
    sheets_open = open_sheets(actor, [row.pk for row in found])

    def row_of(row: Deadline) -> Chosen:
        case = row.case
        sheet = sheets_open.get(row.pk)
        return Chosen(
            id=row.pk,
            number=number_of(case),
            title=title_of(case),
            url=row_address(case, row),
            term=str(row.snapshot.get("name", row.term)),
            owes=row.unit.name if row.unit else "尚未落实",
            due=due_view(row, now, calendar),
            way=way_of(actor, row, case.kind, case.division, now),
            sheet=str(sheet.case) if sheet else "",
        )

    return [row_of(row) for row in found]


@require_GET
def sheet(request: HttpRequest, number: str) -> HttpResponse:
    """One sheet's page."""
    return _case(request, SHEET.code, number)


@require_POST
def move(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """One move of a sheet, sent by its form."""
    return take_from_page(request, SHEET.code, number, verb, VERBS, page=_case)


def _case(request: HttpRequest, kind: str, number: str, **told: Any) -> HttpResponse:
    actor = actor_of(request)
    found = find(actor, number, kind)
    if found is None:
        raise Http404
    words = words_of(found)
    # The county issues what the town asked for as it stands, or says it in its own words.
    given = {ISSUE.verb: {name: words.get(name, "") for name in ISSUE.sealed}}
    told["more"] = partial(_more, actor, told.get("more", {}))
    return case_page(
        request, kind, number, template="oversight/sheet.html", given=given, **told
    )


def _more(actor: Actor, told: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    return told | {"sheet": shown(actor, context["file"].case, timezone.now())}
