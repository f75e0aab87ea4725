"""The record's pages (工作台、案卷页): the frame every kind of case is shown in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cases.docket import kinds
from cases.docket.models import Case, Event, Part
from cases.docket.pages.forms import Choices, MoveForm, files_with, form_class, hidden
from cases.docket.problems import STATUS
from cases.docket.queries import case_file, find, why_this_date
from cases.docket.queries.asking import counted_only
from cases.docket.queries.files import files_of
from cases.docket.seal import request_digest
from cases.docket.slip import Slip
from cases.law.moves import Move, Refused, Why
from cases.people.directory import directory
from cases.people.models import Post, UnitKind
from cases.people.queries import Actor, in_force, town_day
from cases.rulebook.queries import book, stamp

# What a kind offers to choose from for some of its moves: units, classes, officers.
ChoicesOf = Callable[[Actor, Case, Sequence[Move]], Choices]
# What the page of a kind shows beside the frame, or how it finds it in what the frame shows.
More = Mapping[str, Any] | Callable[[dict[str, Any]], Mapping[str, Any]]
_ON_FORM = {"recorded_for": "channel"}  # what the interface names otherwise than a form


def actor_of(request: HttpRequest) -> Actor:
    """Whoever is at the page, under the acting post."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


@require_GET
def case(request: HttpRequest, number: str) -> HttpResponse:
    """Send the reader to the page of the case's kind, or to where a reason is asked first."""
    actor = actor_of(request)
    found = find(actor, number)
    if found is None and counted_only(actor, number) is not None:
        return HttpResponseRedirect(f"/cases/{number}/reason/")
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
    more: More | None = None,
    choices: ChoicesOf | None = None,
    given: Mapping[str, Mapping[str, Any]] | None = None,
    elsewhere: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The page of one case: facts, deadlines, timeline, and the moves open to the acting post.

    After a refusal the page says why, and the form that was sent keeps what was filled in. `more`
    is what the page of a kind shows beside the frame, or finds in it, `choices` what a kind offers,
    `given` what is filled in beforehand, by verb; `elsewhere` the moves that have a page of their
    own, whose address it names.
    """
    actor = actor_of(request)
    found = find(actor, number, kind)
    if found is None:
        raise Http404
    file = case_file(actor, found, timezone.now())
    able = (choices or _choices)(actor, found, file.moves)
    offered: list[Any] = [
        _offer(kind, move, found, actor, able, tried, (given or {}).get(move.verb))
        for move in file.moves
    ]
    pages = elsewhere or {}
    offered = [replace(m, page=pages[m.verb]) if m.verb in pages else m for m in offered]
    status = STATUS[refused.why] if refused else 200
    context: dict[str, Any] = {"file": replace(file, moves=offered), "refused": refused}
    context |= {"files": files_of(actor, found)}
    context |= more(context) if callable(more) else more or {}
    return render(request, template, context, status=status)


def take_from_page(
    request: HttpRequest,
    kind: str,
    number: str,
    verb: str,
    operations: Mapping[str, Callable[..., Any]],
    *,
    page: Callable[..., HttpResponse] = case_page,
    choices: ChoicesOf | None = None,
) -> HttpResponse:
    """A move sent by a page's form: made once per key, refused with the page and its reason.

    `page` draws the case page of a kind that shows more than the frame, `choices` what it offers.
    """
    found = find(actor_of(request), number, kind)
    operation = operations.get(verb)
    if operation is None or found is None:
        raise Http404
    table = kinds.kind(kind).table
    able = (choices or _choices)(actor_of(request), found, [table.moves[verb]])
    form = form_class(table.moves[verb], table, able)(request.POST, auto_id=f"{verb}_%s")
    try:
        made_from(request, Case(kind=kind, number=number), form, operation)
    except Refused as refused:
        told_on(form, refused)
        return page(request, kind, number, refused=refused, tried=(verb, form))
    return HttpResponseRedirect(f"/{kinds.kind(kind).path}/{number}/", status=303)


def told_on(form: Any, refused: Refused) -> None:
    """A refusal told at the fields it speaks of; Http404 where there is nothing for this seat."""
    if refused.why is Why.HIDDEN:
        raise Http404 from refused
    for field, words in refused.fields.items():
        name = _ON_FORM.get(field, field)
        if not form.has_error(name):
            form.add_error(name if name in form.fields else None, words)


def made_from(
    request: HttpRequest, subject: Case | Part, form: Any, operation: Callable[..., Any]
) -> None:
    """Make the move a form asks for, unless this very form made it before."""
    if not form.is_valid():
        wrong = {name: str(errors[0]) for name, errors in form.errors.items()}
        raise Refused(" ".join(wrong.values()), why=Why.FACTS, fields=wrong)
    actor, key = actor_of(request), form.cleaned_data["key"]
    if done_before(actor, key):
        return
    try:
        at, slip, facts = filled_in(request, form)
        operation(subject, by=actor, at=at, slip=slip, **facts)
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
    facts.pop("files", None)
    slip = Slip(
        files=files_with(request, form, by=actor_of(request), at=timezone.now()),
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


def choices_for(division: str, now: datetime, *, unit: int | None = None) -> Choices:
    """The units of a town that can be given work, its grid categories, grouped; and who sits in a
    unit, where one is named.
    """
    day = town_day(now)
    groups: dict[str, list[tuple[Any, str]]] = {}
    villages: list[tuple[Any, str]] = []
    for body in directory(stamp("people"), day).handlers(division, day):
        if body.kind == UnitKind.VILLAGE:  # its unit has the village's own code
            villages.append((body.code, body.name))
        groups.setdefault(UnitKind(body.kind).label, []).append((body.id, body.name))
    found = book().categories("grid", day, division)
    heads = {c.code: c.name for c in found if c.level == 1}
    classes: dict[str, list[tuple[Any, str]]] = {}
    for c in found:
        if c.level == 2:
            name = f"{c.name}（先打电话）" if c.phone_now else c.name
            classes.setdefault(heads.get(c.parent_code, "其他"), []).append((c.code, name))
    able = list(groups.items())
    return {
        "unit": able,
        "suggested": able,
        "category": list(classes.items()),
        "village": villages,
        "officer": _sitting(unit, day) if unit else [],
    }


def _choices(actor: Actor, found: Case, moves: Sequence[Move]) -> Choices:
    entrusts = any("officer" in move.asked for move in moves)
    return choices_for(found.division, timezone.now(), unit=found.unit_id if entrusts else None)


def _sitting(unit: int, day: date) -> list[tuple[int, str]]:
    posts = Post.objects.filter(in_force(day), unit_id=unit, officer__is_active=True)
    rows = posts.order_by("officer__pinyin", "officer_id")
    return list(rows.values_list("officer_id", "officer__name").distinct())


def _offer(
    kind: str,
    move: Move,
    found: Case,
    actor: Actor,
    choices: Choices,
    tried: tuple[str, Any] | None,
    given: Mapping[str, Any] | None = None,
) -> MoveForm:
    url = f"/{kinds.kind(kind).path}/{found.number}/{move.verb}/"
    return move_form(kind, move, found.version, actor, choices, tried, url=url, given=given)


def move_form(
    kind: str,
    move: Move,
    version: int,
    actor: Actor,
    choices: Choices,
    tried: tuple[str, Any] | None,
    *,
    url: str,
    given: Mapping[str, Any] | None = None,
    skip: Sequence[str] = (),
    records: bool = False,
) -> MoveForm:
    """A move as a form on a page, with what was filled in where it was `tried`; `given` is filled
    in beforehand, `skip` is not asked, `records` as in `form_class`.
    """
    form = form_class(move, kinds.kind(kind).table, choices, skip=skip, records=records)
    first = dict(given or {}) | hidden(version, actor.post_id)
    shown = form(initial=first, auto_id=f"{move.verb}_%s")
    if tried is not None and tried[0] == move.verb:
        shown = tried[1]
        shown.data = shown.data.copy()
        shown.data["version"] = version
        for name in skip:
            shown.fields.pop(name, None)
    return MoveForm(
        verb=move.verb,
        label=move.label,
        tone=move.tone,
        url=url,
        basis=move.basis,
        form=shown,
    )
