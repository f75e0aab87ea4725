"""The record's pages (工作台、案卷页): the frame every kind of case is shown in."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from cases.docket import access, kinds
from cases.docket.models import Case, Event
from cases.docket.pages.forms import Choices, MoveForm, form_class, hidden
from cases.docket.problems import STATUS
from cases.docket.queries import Filters, case_file, find, why_this_date, worklist
from cases.docket.seal import request_digest
from cases.docket.slip import Slip
from cases.law.moves import Refused, Why
from cases.people.directory import directory
from cases.people.models import UnitKind
from cases.people.queries import Actor, town_day
from cases.rulebook.queries import book, stamp

_DUE = [("late", "已超期"), ("today", "今天到期"), ("week", "七天内到期")]


def actor_of(request: HttpRequest) -> Actor:
    """Whoever is at the page, under the acting post."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """The worklist (工作台), all filters in the address."""
    actor = actor_of(request)
    if actor.role in access.NO_CASES:
        raise PermissionDenied(f"{actor.role.label}岗位不查看具体事项，请切换到相应岗位。")
    asked = {name: str(text).replace("\0", "") for name, text in request.GET.items()}
    filters = Filters(
        view=asked.get("view", "mine"),
        q=asked.get("q", "")[:100],
        kind=asked.get("kind", ""),
        state=asked.get("state", ""),
        due=asked.get("due", ""),
        since=_day(asked.get("from")),
        until=_day(asked.get("to")),
        after=asked.get("after", ""),
    )
    context: dict[str, Any] = {"choices": _choices()}
    status = 200
    try:
        page = worklist(actor, filters, timezone.now())
    except Refused as refused:
        context["filter_error"] = refused.sentence
        page, status = worklist(actor, Filters(), timezone.now()), 400
    shown = {k: v for k, v in vars(filters).items() if v and k not in {"since", "until"}}
    shown |= {"from": asked.get("from", ""), "to": asked.get("to", "")}
    context["page"] = {
        "rows": page.rows,
        "next": page.next,
        "views": page.views,
        "filters": shown,
        "empty": _EMPTY.get(filters.view, ""),
    }
    return render(request, "docket/worklist.html", context, status=status)


@require_GET
def case(request: HttpRequest, number: str) -> HttpResponse:
    """Send the reader to the page of the case's kind."""
    found = find(actor_of(request), number)
    if found is None:
        raise Http404
    return HttpResponseRedirect(f"/{kinds.kind(found.kind).path}/{number}/")


@require_GET
def why(request: HttpRequest, deadline: int) -> HttpResponse:
    """Why a deadline has its date; a fragment for htmx, a page otherwise."""
    told = why_this_date(actor_of(request), deadline, timezone.now())
    if told is None:
        raise Http404
    fragment = getattr(request, "htmx", False)
    template = "docket/why_box.html" if fragment else "docket/why.html"
    return render(
        request, template, {"why": told, "case": {"number": told.number, "url": told.url}}
    )


def case_page(
    request: HttpRequest,
    kind: str,
    number: str,
    *,
    refused: Refused | None = None,
    tried: tuple[str, Any] | None = None,
    template: str = "docket/case.html",
) -> HttpResponse:
    """The page of one case: facts, deadlines, timeline, and the moves open to the acting post.

    After a refusal the page says why, and the form that was sent keeps what was filled in.
    """
    actor = actor_of(request)
    found = find(actor, number, kind)
    if found is None:
        raise Http404
    file = case_file(actor, found, timezone.now())
    choices = choices_for(found.division, timezone.now())
    offered: list[Any] = [_offer(kind, move, found, actor, choices, tried) for move in file.moves]
    status = STATUS[refused.why] if refused else 200
    context = {"file": replace(file, moves=offered), "refused": refused}
    return render(request, template, context, status=status)


def take_from_page(
    request: HttpRequest,
    kind: str,
    number: str,
    verb: str,
    operations: Mapping[str, Callable[..., Any]],
) -> HttpResponse:
    """A move sent by a page's form: made once per key, refused with the page and its reason."""
    found = find(actor_of(request), number, kind)
    operation = operations.get(verb)
    if operation is None or found is None:
        raise Http404
    table = kinds.kind(kind).table
    choices = choices_for(found.division, timezone.now())
    form = form_class(table.moves[verb], table, choices)(request.POST, auto_id=f"{verb}_%s")
    try:
        _make(request, Case(kind=kind, number=number), form, operation)
    except Refused as refused:
        if refused.why is Why.HIDDEN:
            raise Http404 from refused
        for name, words in refused.fields.items():
            if not form.has_error(name):
                form.add_error(name if name in form.fields else None, words)
        return case_page(request, kind, number, refused=refused, tried=(verb, form))
    return HttpResponseRedirect(f"/{kinds.kind(kind).path}/{number}/", status=303)


def _make(request: HttpRequest, case: Case, form: Any, operation: Callable[..., Any]) -> None:
    """Make the move a form asks for, unless this very form made it before."""
    if not form.is_valid():
        wrong = {name: str(errors[0]) for name, errors in form.errors.items()}
        raise Refused(" ".join(wrong.values()), why=Why.FACTS, fields=wrong)
    actor, key = actor_of(request), form.cleaned_data["key"]
    if done_before(actor, key):
        return
    try:
        at, slip, facts = filled_in(request, form)
        operation(case, by=actor, at=at, slip=slip, **facts)
    except (Refused, IntegrityError):
        # Sent twice at once: the other one was taken first.
        if not done_before(actor, key):
            raise


def filled_in(request: HttpRequest, form: Any) -> tuple[datetime, Slip, dict[str, Any]]:
    """When it happened, how it came, and the facts of a form that is valid.

    Refused when the time lies in the future.
    """
    facts = {k: v for k, v in form.cleaned_data.items() if v not in (None, "")}
    facts.pop("post")
    at = facts.pop("happened_at", None) or timezone.now()
    if at > timezone.now():
        words = "发生时间不能晚于现在，请核对。"
        raise Refused(words, why=Why.FACTS, fields={"happened_at": words})
    slip = Slip(
        version=facts.pop("version", None),
        key=facts.pop("key"),
        digest=sent(request),
        channel=facts.pop("channel", ""),
        proof=facts.pop("proof", ""),
    )
    return at, slip, facts


def sent(request: HttpRequest) -> str:
    """What a form asked for, as a digest: its address and its fields, the CSRF token apart."""
    fields = {name: request.POST.getlist(name) for name in sorted(request.POST)}
    fields.pop("csrfmiddlewaretoken", None)
    return request_digest({"path": request.path, "fields": fields})


def done_before(actor: Actor, key: UUID) -> bool:
    """Whether this form was sent already: a second click shows what the first one did."""
    return Event.objects.filter(Q(officer_id=actor.officer_id), key=key).exists()


def choices_for(division: str, now: datetime) -> Choices:
    """The units of a town that can be given work, and its grid categories, grouped."""
    day = town_day(now)
    groups: dict[str, list[tuple[Any, str]]] = {}
    for unit in directory(stamp("people"), day).handlers(division, day):
        groups.setdefault(UnitKind(unit.kind).label, []).append((unit.id, unit.name))
    found = book().categories("grid", day, division)
    heads = {c.code: c.name for c in found if c.level == 1}
    classes: dict[str, list[tuple[Any, str]]] = {}
    for c in found:
        if c.level == 2:
            name = f"{c.name}（先打电话）" if c.phone_now else c.name
            classes.setdefault(heads.get(c.parent_code, "其他"), []).append((c.code, name))
    return {"unit": list(groups.items()), "category": list(classes.items())}


def _offer(
    kind: str,
    move: Any,
    found: Case,
    actor: Actor,
    choices: Choices,
    tried: tuple[str, Any] | None,
) -> MoveForm:
    form = form_class(move, kinds.kind(kind).table, choices)
    shown = form(initial=hidden(found.version, actor.post_id), auto_id=f"{move.verb}_%s")
    if tried is not None and tried[0] == move.verb:
        shown = tried[1]
        shown.data = shown.data.copy()
        shown.data["version"] = found.version
    return MoveForm(
        verb=move.verb,
        label=move.label,
        tone=move.tone,
        url=f"/{kinds.kind(kind).path}/{found.number}/{move.verb}/",
        basis=move.basis,
        form=shown,
    )


def _choices() -> dict[str, list[tuple[str, str]]]:
    states: dict[str, str] = {}
    for kind in kinds.kinds():
        states |= kind.table.states
    return {
        "state": list(states.items()),
        "kind": [(k.code, k.label) for k in kinds.kinds()],
        "due": _DUE,
    }


_EMPTY = {
    "mine": "没有待您办理的事。",
    "unit": "本单位没有在办的事。",
    "all": "还没有办件。",
    "closed": "还没有办结的事。",
}


def _day(text: str | None) -> Any:
    try:
        return parse_date(text) if text else None
    except ValueError:
        return None
