"""Would this be spared? by page (能不能不罚): usable on a phone beside the haulier, printable."""

from collections import defaultdict
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cases.docket.pages import actor_of
from cases.law.first_offence.items import Item
from cases.law.moves import Refused, Why
from cases.penalty.pages.forms import WhatIfForm, measures_of
from cases.penalty.queries.whatif import Said, item_on, items_on, may_ask, what_if
from cases.people.queries import Actor, town_day

# The questions in the order in which an officer can answer them on the spot.
GROUPS: Final = (
    ("当事人", ("kind", "age", "capacity")),
    ("日期", ("act_on", "act_ended_on", "found_on", "filed_on", "on")),
    ("事实", ("facts_proved", "crime_suspected", "fault_disproved")),
    ("轻重与改正", ("harm", "minor", "*", "corrected", "corrected_on", "ordered_until")),
    ("是不是初次", ("prior", "prior_on", "looked_up_outside")),
    ("清单要求", ("excluded", "undertaken", "rechecked")),
    ("从轻、减轻", ("relieved", "circumstances")),
)


@require_GET
def what_if_page(request: HttpRequest) -> HttpResponse:
    """The items to choose from; with one chosen its questions, with answers the finding."""
    actor, today = actor_of(request), town_day(timezone.now())
    try:
        may_ask(actor)
    except Refused as refused:
        raise PermissionDenied(refused.sentence) from refused
    code, context = request.GET.get("item", "").replace("\0", ""), {}
    status = 200
    if code:
        try:
            item = item_on(code, actor.division, today)
            context = _asked(request, actor, item)
        except Refused as refused:
            context, status = {"error": refused.sentence}, 400
    if "item" not in context:
        context["fields"] = _by_field(items_on(actor.division, today), request.GET.get("q", ""))
    status = 400 if context.get("error") else status
    return render(request, "penalty/what_if.html", context, status=status)


def _asked(request: HttpRequest, actor: Actor, item: Item) -> dict[str, Any]:
    """The questions of an item, and what is found once they were sent."""
    today = town_day(timezone.now())
    answered = "asked" in request.GET
    form = WhatIfForm(
        item, request.GET if answered else None, initial={"on": today, "filed_on": today}
    )
    said: Said | None = None
    error = ""
    if answered and form.is_valid():
        on = form.cleaned_data.get("on") or today
        try:
            said = what_if(actor, form.facts(on), actor.division, on)
        except Refused as refused:
            if refused.why is Why.ROLE:
                raise
            error = refused.sentence
    elif answered:
        error = "有些回答看不懂，请看标红的地方。"
    return {"item": item, "form": form, "groups": _groups(form), "said": said, "error": error}


def _groups(form: WhatIfForm) -> list[tuple[str, list[Any]]]:
    measures = [f"m_{limit.measure}" for limit in measures_of(form.item)]
    shown = []
    for title, names in GROUPS:
        every = [one for name in names for one in (measures if name == "*" else [name])]
        fields = [form[name] for name in every if name in form.fields]
        if fields:
            shown.append((title, fields))
    return shown


def _by_field(items: list[Item], wanted: str) -> list[tuple[str, list[Item]]]:
    found: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        if wanted.strip() in f"{item.code} {item.name} {item.field}":
            found[item.field].append(item)
    return list(found.items())
