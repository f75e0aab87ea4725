"""Reports by page (上报事件页面): the filing form for the phone, the case page, the moves."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases.docket.access import may_open
from cases.docket.models import Event
from cases.docket.pages import (
    actor_of,
    case_page,
    choices_for,
    done_before,
    filled_in,
    take_from_page,
)
from cases.docket.pages.forms import form_class, hidden
from cases.docket.problems import STATUS
from cases.grid.queries import villages_in
from cases.intake.operations import VERBS, file_report
from cases.intake.states import FILE, REPORT
from cases.law.moves import Refused, Role
from cases.people.models import Unit, UnitKind
from cases.people.queries import Actor


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """File a report (上报事项)."""
    actor = actor_of(request)
    if not may_open(actor.role, REPORT):
        raise PermissionDenied(
            f"您现在的岗位（{actor.role.label}）不能上报事项，请切换到有权上报的岗位。"
        )
    if request.method != "POST":
        return render(request, "intake/file.html", {"form": _form(actor)(initial=_initial(actor))})
    form = _form(actor)(request.POST)
    if not form.is_valid():
        return render(request, "intake/file.html", {"form": form}, status=400)
    return _file(request, actor, form)


@require_GET
def report(request: HttpRequest, number: str) -> HttpResponse:
    """One report's page."""
    return case_page(request, REPORT.code, number)


@require_POST
def move(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """One move of a report, sent by its form."""
    return take_from_page(request, REPORT.code, number, verb, VERBS)


def _file(request: HttpRequest, actor: Actor, form: forms.Form) -> HttpResponse:
    key = form.cleaned_data["key"]
    try:
        if not done_before(actor, key):
            at, slip, facts = filled_in(request, form)
            file_report(by=actor, at=at, slip=slip, **facts)
    except Refused as refused:
        for name, words in refused.fields.items():
            form.add_error(name if name in form.fields else None, words)
        context = {"form": form, "refused": None if refused.fields else refused}
        return render(request, "intake/file.html", context, status=STATUS[refused.why])
    except IntegrityError:
        if not done_before(actor, key):
            raise
    filed = Event.objects.select_related("case").get(Q(officer_id=actor.officer_id), key=key)
    return HttpResponseRedirect(f"/reports/{filed.case.number}/", status=303)


def _form(actor: Actor) -> type[forms.Form]:
    choices = choices_for(actor.division, timezone.now())
    # Another system's sheet comes to the desk; on the grid worker's phone it would be in the way.
    sheet = () if actor.role is Role.DESK else ("external", "external_due")
    asked = form_class(FILE, REPORT.table, choices, skip=("source", *sheet))
    more = {
        "lng": forms.FloatField(required=False, widget=forms.HiddenInput),
        "lat": forms.FloatField(required=False, widget=forms.HiddenInput),
        "datum": forms.ChoiceField(
            choices=[("wgs84", "WGS-84"), ("gcj02", "GCJ-02")],
            required=False,
            widget=forms.HiddenInput,
        ),
        "source": forms.ChoiceField(
            label="来源",
            required=False,
            choices=[("", "按岗位自动填写"), *REPORT.table.facts["source"].choices],
        ),
        "anonymous": forms.BooleanField(label="反映人不愿留名", required=False),
        "village": forms.ChoiceField(
            label="村（社区）", required=False, choices=_villages(actor.division)
        ),
    }
    towns = _towns(actor)
    if len(towns) > 1:
        more["division"] = forms.ChoiceField(
            label="事发镇（街道）", choices=[("", "请选择"), *towns]
        )
    found: type[forms.Form] = type("FileForm", (asked,), more)
    return found


def _villages(division: str) -> list[tuple[str, str]]:
    rows = villages_in(division, timezone.localdate()).values_list("code", "name")
    return [("", "已定位的不用选"), *rows]


def _towns(actor: Actor) -> list[tuple[str, str]]:
    rows = Unit.objects.filter(
        kind=UnitKind.TOWN, division__startswith=actor.division, closed_on=None
    )
    return list(rows.values_list("division", "name").order_by("code"))


def _initial(actor: Actor) -> dict[str, Any]:
    return hidden(None, actor.post_id) | {"datum": "wgs84"}
