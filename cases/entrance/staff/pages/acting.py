"""The forms of the house (管理表单): one to make each thing, one for each act on a row.

A refused form comes back with the reason where it is wrong; what was done says so and leads to the
row. A password made anew is shown on the answer itself and nowhere else.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cases.docket.operations.handing import HandedOver
from cases.docket.problems import STATUS
from cases.entrance.staff import pages
from cases.entrance.staff.acts import Act
from cases.entrance.staff.doing.officers import NewPassword
from cases.entrance.staff.doing.posts import Ended
from cases.entrance.staff.forms import facts_of, first_values, form_class
from cases.entrance.staff.pages.choosing import choices_for, hints_for, known_of
from cases.entrance.staff.scope import actor_of, keeper, one
from cases.entrance.staff.things import THINGS, Thing
from cases.law.moves import Refused, Why

_LISTS: Final[Mapping[str, Callable[..., HttpResponse]]] = {
    "units": pages.units,
    "officers": pages.officers,
    "posts": pages.posts,
    "deputies": pages.deputies,
    "duties": pages.duties,
}
_DETAILS: Final[Mapping[str, Callable[..., HttpResponse]]] = {
    "units": pages.unit,
    "officers": pages.officer,
    "posts": pages.post,
}


def act_urls() -> list[URLPattern]:
    """The addresses of every thing: its list, its making, its page, the acts on a row."""
    found = []
    for thing in THINGS:
        base = f"staff/{thing.path}/"
        found.append(path(base, _list(thing), name=f"staff_{thing.path}"))
        found.append(path(f"{base}new/", _new(thing), name=f"staff_{thing.path}_new"))
        if thing.path in _DETAILS:
            shown = _DETAILS[thing.path]
            found.append(path(f"{base}<int:row>/", shown, name=f"staff_{thing.path}_one"))
        found += [
            path(f"{base}<int:row>/{verb}/", _act(thing, act), name=f"staff_{thing.path}_{verb}")
            for verb, act in thing.acts.items()
        ]
    return found


def _list(thing: Thing) -> Callable[..., HttpResponse]:
    shown = _LISTS.get(thing.path)

    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"] if shown else ["POST"])
    @keeper
    def listed(request: HttpRequest) -> HttpResponse:
        if request.method != "POST" and shown is not None:
            return shown(request)
        return _sent(request, thing, thing.make, None)

    return listed


def _new(thing: Thing) -> Callable[..., HttpResponse]:
    @require_http_methods(["GET", "HEAD"])
    @keeper
    def new(request: HttpRequest) -> HttpResponse:
        return _form(request, thing, thing.make, None)

    return new


def _act(thing: Thing, act: Act) -> Callable[..., HttpResponse]:
    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    @keeper
    def acted(request: HttpRequest, row: int) -> HttpResponse:
        today = timezone.localdate()
        try:
            found = one(thing.kept(actor_of(request), today), pk=row)
        except Refused as refused:
            raise Http404 from refused
        if request.method == "POST":
            return _sent(request, thing, act, found)
        return _form(request, thing, act, found)

    return acted


def _sent(request: HttpRequest, thing: Thing, act: Act, row: Any) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    choices = choices_for(act, actor, row, request.POST, timezone.localdate())
    form = form_class(act, choices)(request.POST)
    if not form.is_valid():
        return _shown(request, thing, act, row, form, 400)
    try:
        made = act.do(actor, row, now, facts_of(form))
    except Refused as refused:
        if refused.why is Why.HIDDEN:
            form.add_error(None, refused.sentence)
            return _shown(request, thing, act, row, form, 400)
        _say_where(form, refused)
        return _shown(request, thing, act, row, form, STATUS[refused.why])
    if isinstance(made, NewPassword):
        context = {"made": made, "tabs": pages.tabs_for("officers")}
        return render(request, "entrance/staff/password.html", context)
    messages.success(request, _said(act, made))
    target = made.post if isinstance(made, Ended) else made
    target = row if isinstance(made, HandedOver) else target
    return HttpResponseRedirect(thing.url(target), status=303)


def _form(request: HttpRequest, thing: Thing, act: Act, row: Any) -> HttpResponse:
    actor, today = actor_of(request), timezone.localdate()
    known = known_of(act, row, request.GET)
    choices = choices_for(act, actor, row, known, today)
    form = form_class(act, choices)(initial=first_values(act, known, today))
    return _shown(request, thing, act, row, form, 200)


def _shown(
    request: HttpRequest, thing: Thing, act: Act, row: Any, form: forms.Form, status: int
) -> HttpResponse:
    base = f"/staff/{thing.path}/"
    actor, known = actor_of(request), request.POST or request.GET
    hints = hints_for(act, actor, known, timezone.localdate())
    if hints:
        form.fields["officer"].widget.attrs["list"] = "people"
    context = {
        "hints": hints,
        "form": form,
        "act": act,
        "thing": thing,
        "row": row,
        "tabs": pages.tabs_for("officers" if thing.path == "certificates" else thing.path),
        "url": f"{base}{row.pk}/{act.verb}/" if row is not None else base,
        "back": thing.url(row) if row is not None else base,
        "label": _label(row),
    }
    if thing.path == "certificates" and row is None:
        context["back"] = "/staff/officers/"
    return render(request, "entrance/staff/form.html", context, status=status)


def _say_where(form: forms.Form, refused: Refused) -> None:
    placed = {n: words for n, words in refused.fields.items() if n in form.fields}
    for name, words in placed.items():
        form.add_error(name, words)
    if not placed:
        form.add_error(None, refused.sentence)


def _said(act: Act, made: Any) -> str:
    if isinstance(made, Ended):
        return act.done + (_moved(made.handed) if made.handed else "在办件未变。")
    return _moved(made) if isinstance(made, HandedOver) else act.done


def _moved(done: HandedOver) -> str:
    words = f"已移交在办 {done.moved} 件。" if done.moved else "没有需要移交的在办件。"
    return words + (f"另有 {done.left} 件正在办理，稍后自动移交。" if done.left else "")


def _label(row: Any) -> str:
    if row is None:
        return ""
    names = (getattr(row, n, None) for n in ("unit", "grid", "officer", "number"))
    told = [str(name) for name in names if name is not None]
    role = pages.role_label(row.role) if getattr(row, "role", "") else ""
    return " ".join([*told, role]).strip() or str(row)
