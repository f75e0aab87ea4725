"""What is late by page (超期看板页面), and chasing by hand, one or many."""

from typing import Any
from uuid import UUID, uuid4, uuid5

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from cases.docket import kinds
from cases.docket.models import Case
from cases.docket.pages import actor_of, done_before, sent, take_from_page
from cases.docket.queries import find
from cases.docket.slip import Slip
from cases.law.moves import Refused, Why
from cases.oversight.operations.urging import urge
from cases.oversight.pages.sheets import chosen_of
from cases.oversight.queries.overdue import WHATS, Wanted, overdue, wanted_of
from cases.oversight.queries.supervising import obligations
from cases.people.queries import Actor

MANY = 100  # at one time


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """What is late, everything it is narrowed to in the address."""
    actor, now = actor_of(request), timezone.now()
    said, status = "", 200
    try:
        found = overdue(actor, wanted_of(request.GET.dict()), now)
    except Refused as refused:
        if refused.why is Why.ROLE:
            raise PermissionDenied(refused.sentence) from refused
        said, status = refused.sentence, 400
        found = overdue(actor, Wanted(), now)
    context: dict[str, Any] = {"board": found, "error": said, "key": uuid4()}
    context["tabs"] = [
        (what, label, found.counts[what], what == found.wanted.what)
        for what, label in WHATS.items()
    ]
    context["kinds"] = [(known.code, known.label) for known in kinds.kinds()]
    return render(request, "oversight/overdue.html", context, status=status)


@require_POST
def urge_one(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """One case chased by hand, from its page."""
    return take_from_page(request, kind, number, "urge", {"urge": urge})


@require_POST
def urge_many(request: HttpRequest) -> HttpResponse:
    """Chosen cases chased by hand with one word; what was refused is said by its number."""
    actor, now = actor_of(request), timezone.now()
    numbers = _numbers(request, actor)
    words = request.POST.get("words", "").strip()
    back = HttpResponseRedirect(f"/overdue/?{_query(request)}", status=303)
    if not words or not numbers or len(numbers) > MANY:
        said = "请填写催办的话。" if not words else f"请勾选要催的事项，一次最多 {MANY} 件。"
        messages.error(request, said)
        return back
    form, digest, wrong = _key(request), sent(request), []
    for number in numbers:
        key = uuid5(form, number)
        if done_before(actor, key):
            continue
        found = find(actor, number)
        try:
            case = Case(kind=found.kind if found else "", number=number)
            urge(case, by=actor, at=now, slip=Slip(key=key, digest=digest), words=words)
        except (Refused, IntegrityError) as error:
            # Sent twice at once: the other one was taken first.
            if done_before(actor, key):
                continue
            if not isinstance(error, Refused):
                raise
            wrong.append(f"{number}：{error.sentence}")
    if len(numbers) > len(wrong):
        messages.success(request, f"已催办 {len(numbers) - len(wrong)} 件。")
    for line in wrong:
        messages.error(request, line)
    return back


def _numbers(request: HttpRequest, actor: Actor) -> list[str]:
    """The cases that were chosen: by number, or by an obligation of theirs."""
    rows = obligations(actor, chosen_of(request.POST.getlist("obligation")))
    numbers = [*request.POST.getlist("case"), *(str(row.case) for row in rows)]
    return list(dict.fromkeys(numbers))


def _query(request: HttpRequest) -> str:
    try:
        return wanted_of(request.POST.dict()).query
    except Refused:
        return ""


def _key(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()
