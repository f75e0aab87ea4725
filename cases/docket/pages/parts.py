"""The page of one part of a case (分办页): what is asked of whoever holds it, and its moves."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone

from cases.docket import kinds
from cases.docket.models import Case, Part
from cases.docket.pages import ChoicesOf, More, actor_of, made_from, move_form, told_on
from cases.docket.pages.forms import form_class
from cases.docket.problems import STATUS
from cases.docket.queries import case_file, find
from cases.docket.queries.casefile import CaseFile
from cases.docket.queries.files import files_of
from cases.docket.queries.obligations import PartView
from cases.law.moves import Move, Refused

# What the forms of a part know already, by verb; what they leave out.
Given = Callable[[CaseFile, PartView], Mapping[str, Mapping[str, Any]]]
Skip = Callable[[Case, Move], Sequence[str]]


def part_page(
    request: HttpRequest,
    kind: str,
    number: str,
    part: int,
    *,
    choices: ChoicesOf,
    template: str,
    refused: Refused | None = None,
    tried: tuple[str, Any] | None = None,
    more: More | None = None,
    given: Given | None = None,
    skip: Skip | None = None,
) -> HttpResponse:
    """The page of one part; `given` is filled in beforehand, by verb, `skip` not asked. `more` is
    what the page of a kind shows beside the frame, or finds it in what the frame shows.
    """
    actor = actor_of(request)
    found = find(actor, number, kind)
    if found is None:
        raise Http404
    file = case_file(actor, found, timezone.now())
    mine = next((view for view in file.parts if view.id == part), None)
    if mine is None:
        raise Http404
    able = choices(actor, found, mine.moves)
    known = given(file, mine) if given else {}
    offered: list[Any] = [
        move_form(
            kind,
            move,
            mine.version,
            actor,
            able,
            tried,
            url=f"{mine.url}{move.verb}/",
            given=known.get(move.verb),
            skip=skip(found, move) if skip else (),
            records=True,
        )
        for move in mine.moves
    ]
    context: dict[str, Any] = {"file": file, "part": replace(mine, moves=offered)}
    context |= {"refused": refused, "files": files_of(actor, found)}
    context |= more(context) if callable(more) else more or {}
    return render(request, template, context, status=STATUS[refused.why] if refused else 200)


def take_part_from_page(
    request: HttpRequest,
    kind: str,
    number: str,
    part: int,
    verb: str,
    operations: Mapping[str, Callable[..., Any]],
    *,
    choices: ChoicesOf,
    page: Callable[..., HttpResponse],
) -> HttpResponse:
    """A move of a part sent by its form: made once per key, refused with the page and its reason.

    `page` is called with the request, number, part, and `refused` and `tried` by name.
    """
    actor = actor_of(request)
    found = find(actor, number, kind)
    operation = operations.get(verb)
    there = Part.objects.filter(pk=part, case=found).first() if found else None
    if operation is None or found is None or there is None:
        raise Http404
    table = kinds.kind(kind).table
    able = choices(actor, found, [table.moves[verb]])
    shape = form_class(table.moves[verb], table, able, records=True)
    form = shape(request.POST, auto_id=f"{verb}_%s")
    try:
        made_from(request, there, form, operation)
    except Refused as refused:
        told_on(form, refused)
        return page(request, number, part, refused=refused, tried=(verb, form))
    path = kinds.kind(kind)
    return HttpResponseRedirect(f"/{path.path}/{number}/{path.parts}/{part}/", status=303)
