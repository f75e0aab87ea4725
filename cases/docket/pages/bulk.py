"""Many at once by page (批量办理页面): choose the move, see what it will be made on, see what came
of it. A matter makes its own page of this, with its own operations.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cases.docket.kinds import Kind
from cases.docket.operations.bulk import MOST, Outcome, take_each
from cases.docket.pages import choices_for, filled_in
from cases.docket.pages.forms import form_class, hidden
from cases.docket.pages.worklist import caseworker
from cases.docket.queries.chosen import Chosen, chosen
from cases.docket.queries.rows import Row
from cases.law.moves import Move, Refused, Why
from cases.people.queries import Actor

Operations = Mapping[str, Callable[..., Any]]
_LEFT_OUT = ("version", "files")  # of one case each


def bulk_page(kind: Kind, operations: Operations) -> Callable[..., HttpResponse]:
    """The page on which a matter's moves are made on many of its cases."""

    @require_http_methods(["GET", "HEAD", "POST"])
    def bulk(request: HttpRequest) -> HttpResponse:
        """Choose a move and confirm it (GET), make it on each case (POST)."""
        actor = caseworker(request)
        if request.method == "POST":
            return _take(request, actor, kind, operations)
        numbers = request.GET.getlist("case")
        picked = _chosen(actor, kind, numbers, operations)
        move = _move(picked, request.GET.get("verb", ""))
        form = _form(kind, move, picked, None, actor) if move else None
        said = _counted(numbers, picked)
        return _shown(request, kind, picked, move=move, form=form, said=said)

    return bulk


def _take(
    request: HttpRequest, actor: Actor, kind: Kind, operations: Operations
) -> HttpResponse:
    pairs = [_pair(text) for text in request.POST.getlist("case")]
    versions = dict(pairs)
    picked = _chosen(actor, kind, list(versions), operations)
    verb = request.POST.get("verb", "")
    if not pairs or len(versions) > MOST or verb not in operations:
        said = _counted(list(versions), picked) or "没有这个动作，请重新选择。"
        return _shown(request, kind, picked, said=said, status=400)
    move = kind.table.moves[verb]
    form = _form(kind, move, picked, request, actor)
    try:
        if not form.is_valid():
            raise Refused("请改正表单中标出的内容。", why=Why.FACTS)
        at, slip, facts = filled_in(request, form)
    except Refused as refused:
        for name, words in refused.fields.items():
            form.add_error(name if name in form.fields else None, words)
        return _shown(
            request,
            kind,
            picked,
            move=move,
            form=form,
            rows=[(row, versions.get(row.number)) for row in picked.rows],
            said=refused.sentence,
            status=400,
        )
    outcome = take_each(
        operations[verb],
        kind.code,
        list(versions.items()),
        by=actor,
        at=at,
        slip=slip,
        facts=facts,
    )
    return _told(request, kind, move, outcome, actor, operations)


def _told(
    request: HttpRequest,
    kind: Kind,
    move: Move,
    outcome: Outcome,
    actor: Actor,
    operations: Operations,
) -> HttpResponse:
    left = [item.number for item in outcome.refused]
    picked = _chosen(actor, kind, left, operations)
    rows = {row.number: row for row in picked.rows}
    context = {
        "kind": kind,
        "move": move,
        "done": outcome.done,
        "refused": [(item, rows.get(item.number)) for item in outcome.refused],
    }
    return render(request, "docket/bulk_done.html", context)


def _shown(
    request: HttpRequest,
    kind: Kind,
    picked: Chosen,
    *,
    move: Move | None = None,
    form: Any = None,
    rows: list[tuple[Row, int | None]] | None = None,
    said: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "kind": kind,
        "moves": picked.moves,
        "move": move,
        "form": form,
        "rows": rows or [(row, row.version) for row in picked.rows],
        "said": said,
        "action": f"/{kind.path}/bulk/",
    }
    return render(request, "docket/bulk.html", context, status=status)


def _chosen(actor: Actor, kind: Kind, numbers: list[str], operations: Operations) -> Chosen:
    return chosen(actor, kind.code, numbers[:MOST], operations, timezone.now())


def _form(
    kind: Kind, move: Move, picked: Chosen, request: HttpRequest | None, actor: Actor
) -> Any:
    unit = picked.unit if "officer" in move.asked else None
    choices = choices_for(picked.division, timezone.now(), unit=unit)
    asked = form_class(move, kind.table, choices)
    given = {"data": request.POST} if request else {"initial": hidden(None, actor.post_id)}
    form = asked(**given, auto_id=f"{move.verb}_%s")
    for name in _LEFT_OUT:
        form.fields.pop(name, None)
    return form


def _move(picked: Chosen, verb: str) -> Move | None:
    return next((move for move in picked.moves if move.verb == verb), None)


def _pair(text: str) -> tuple[str, int | None]:
    number, _, version = text.rpartition(":")
    known = version.isascii() and version.isdigit() and len(version) < 10
    return (number, int(version)) if known else (text, None)


def _counted(numbers: list[str], picked: Chosen) -> str:
    if not numbers:
        return "没有选中任何件，请回到办件清单勾选后再办。"
    if len(set(numbers)) > MOST:
        return f"一次最多办 {MOST} 件，现选了 {len(set(numbers))} 件，请分批办理。"
    missing = len(set(numbers)) - len(picked.rows)
    if missing:
        return f"有 {missing} 件不存在，或您的岗位看不到，已略去。"
    return ""
