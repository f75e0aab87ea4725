"""Reading the rulebook (规则查阅): what holds today, what it rests on, what is to come, why today
is a working day, and a term counted day by day.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from cases.entrance.rules import showing
from cases.entrance.rules.counting import count
from cases.entrance.rules.forms import CountForm
from cases.entrance.rules.keepers import table_of
from cases.entrance.rules.pages import actor_of, day_asked, gone, shown_page, today
from cases.entrance.rules.sheets import handed, sheet_out
from cases.law.moves import Refused
from cases.law.rule import LawError
from cases.rulebook.models import DutyList, Quality
from cases.rulebook.queries import book
from cases.rulebook.queries.rules import term_of
from cases.rulebook.queries.standing import Told
from cases.rulebook.queries.tables.catalogue import YEARS
from cases.rulebook.queries.tables.every import EVERY
from cases.rulebook.queries.words import RUNG_PARTS, end_words, flag_words, rung_words, start_words


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The rulebook's first page: its tables, what today is, and a term counted."""
    actor, day = actor_of(request), today()
    rows = showing.shown(actor, EVERY["terms"], day).rows
    terms = [(told.row.key, f"{told.row.name}（{told.facts['时限']}）") for told in rows]
    asked = "start" in request.GET
    now = timezone.localtime()
    form = CountForm(
        request.GET if asked else None, terms=terms, initial={"start": f"{now:%Y-%m-%dT%H:%M}"}
    )
    context: dict[str, Any] = {"form": form, "counted": None, "here": "index"}
    if asked and form.is_valid():
        told = form.cleaned_data
        try:
            context["counted"] = count(
                told["start"], told["key"] or told["term"].strip(), actor.division
            )
        except LawError as wrong:
            form.add_error("start" if wrong.field == "from" else "term", wrong.sentence)
    context |= {"overview": showing.overview(actor, day), "why": book().calendar.why(day)}
    return shown_page(request, "index", context, 400 if form.errors else 200)


@require_GET
def table(request: HttpRequest, table: str) -> HttpResponse:
    """One table as it stands on a day (时限、数值、督促阶梯、分类、履职清单、工作时间)."""
    found, actor = table_of(table), actor_of(request)
    if found.slug == "notices":
        return calendar(request)
    on, words = day_asked(request, today()), request.GET.get("q", "").replace("\0", "")[:100]
    held = showing.shown(actor, found, on, words)
    heads = showing.shown(actor, found, on).rows if found.slug == "categories" and words else []
    context = {"shown": held, "q": words, "on": on, "here": found.slug, "table": found}
    return shown_page(request, found.slug, context | _more(held, heads, request))


@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """A year's calendar (放假安排): working days, days off, make-up days, and its notice."""
    actor, day = actor_of(request), today()
    text = request.GET.get("year", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else day.year
    number = number if number in YEARS else day.year
    context = {
        "year": showing.year(actor, number, day),
        "years": showing.years(actor, day),
        "why": book().calendar.why(day),
        "here": "notices",
        "table": EVERY["notices"],
    }
    return shown_page(request, "notices", context)


@require_GET
def row(request: HttpRequest, table: str, row: int) -> HttpResponse:
    """One row with the earlier and coming ones of its name, and its changes (沿革)."""
    found = table_of(table)
    try:
        told = showing.history(actor_of(request), found, row, today())
    except Refused as refused:
        gone(refused)
        raise
    context = {"history": told, "table": found, "here": found.slug}
    return shown_page(request, "row", context)


@require_GET
def sheet(request: HttpRequest, table: str) -> HttpResponse:
    """The table of a day as a sheet (导出), in the columns an import takes."""
    found, on = table_of(table), day_asked(request, today())
    text = request.GET.get("year", "")
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else on.year
    return handed(found, sheet_out(found, actor_of(request).division, on, year), on)


@require_GET
def changes(request: HttpRequest) -> HttpResponse:
    """The latest changes of the rulebook (修改留痕)."""
    text = request.GET.get("after", "")
    after = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
    rows, more = showing.changes(actor_of(request), after)
    return shown_page(request, "changes", {"changes": rows, "more": more, "here": "changes"})


def _more(held: showing.Shown, heads: list[Told], request: HttpRequest) -> dict[str, Any]:
    """What a table shows beside its facts."""
    match held.table.slug:
        case "terms":
            return {"rows": [_term(told) for told in held.rows]}
        case "ladders":
            return {"rows": [_ladder(told) for told in held.rows], "parts": RUNG_PARTS}
        case "categories":
            return {"heads": _tree(held.rows, heads)}
        case "duties":
            return _duties(held.rows, request.GET)
    return {}


def _term(told: Told) -> dict[str, Any]:
    term = term_of(told.row).term
    return {"told": told, "start": start_words(term), "end": end_words(term)}


def _ladder(told: Told) -> dict[str, Any]:
    rungs = [dict(zip(RUNG_PARTS, rung_words(r), strict=True)) | r for r in told.row.rungs]
    return {"told": told, "rungs": [_rung(rung) for rung in rungs]}


def _rung(rung: dict[str, Any]) -> dict[str, Any]:
    return {
        "no": rung["no"],
        "when": rung["触发时间"],
        "colour": rung.get("colour") or "",
        "colour_word": rung["颜色"],
        "paper": rung["文书"],
        "issuer": rung["出具单位"],
        "told": rung["告知"],
        "night": rung["夜间"],
    }


def _tree(rows: list[Told], every: list[Told]) -> list[dict[str, Any]]:
    """Level-1 classes with theirs below; of a search only what was found, under its head."""
    heads = {t.row.code: t for t in [*every, *rows] if t.row.level == 1}
    found = {t.row.code for t in rows if t.row.level == 1}
    below: dict[str, list[dict[str, Any]]] = {}
    for told in rows:
        if told.row.level != 1:
            one = {"told": told, "flags": flag_words(told.row.flags)}
            below.setdefault(told.row.parent_code, []).append(one)
    codes = sorted({*found, *below})
    return [{"head": heads.get(code), "below": below.get(code, [])} for code in codes]


def _duties(rows: list[Told], asked: Any) -> dict[str, Any]:
    kinds = [(code, label, sum(t.row.list_kind == code for t in rows)) for code, label in _LISTS]
    lead = str(asked.get("lead", ""))[:80]
    kind = asked.get("list", "") if asked.get("list") in dict(_LISTS) else ""
    leads = sorted({told.row.lead_department for told in rows if told.row.lead_department})
    kept = [
        told
        for told in rows
        if kind in {"", told.row.list_kind} and lead in {"", told.row.lead_department}
    ]
    demonstration = any(told.row.quality == Quality.DEMONSTRATION for told in kept)
    more = {"rows": kept, "kinds": kinds, "kind": kind, "lead": lead, "leads": leads}
    return more | {"demonstration": demonstration}


_LISTS: list[tuple[str, str]] = [(str(c), str(label)) for c, label in DutyList.choices]
