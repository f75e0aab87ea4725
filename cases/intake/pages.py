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

from cases.docket.models import Event
from cases.docket.pages import (
    actor_of,
    case_page,
    choices_for,
    done_before,
    sent,
    take_from_page,
)
from cases.docket.pages.forms import form_class, hidden, moment_field
from cases.docket.problems import STATUS
from cases.docket.slip import Slip
from cases.intake.operations import VERBS, file_report
from cases.intake.states import FILE, REPORT
from cases.law.moves import Refused
from cases.people.queries import Actor

CHANNELS = [("", "本人在场或自行发现"), ("phone", "电话"), ("paper", "书面"), ("visit", "当面")]


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """File a report (上报事项)."""
    actor = actor_of(request)
    if actor.role not in FILE.by:
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
    facts: dict[str, Any] = {k: v for k, v in form.cleaned_data.items() if v not in (None, "")}
    key = facts.pop("key")
    facts.pop("post")
    at = facts.pop("happened_at", None)
    slip = Slip(key=key, digest=sent(request), channel=facts.pop("channel", ""))
    if at is not None and at > timezone.now():
        form.add_error("happened_at", "发生时间不能晚于现在，请核对。")
        return render(request, "intake/file.html", {"form": form}, status=400)
    try:
        if not done_before(actor, key):
            file_report(by=actor, at=at or timezone.now(), slip=slip, **facts)
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
    asked = form_class(FILE, REPORT.table, choices, skip=("source",))
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
        "channel": forms.ChoiceField(label="对方以何种方式告知", required=False, choices=CHANNELS),
        "happened_at": moment_field(label="发生时间（不填为现在）", required=False),
    }
    found: type[forms.Form] = type("FileForm", (asked,), more)
    return found


def _initial(actor: Actor) -> dict[str, Any]:
    return hidden(None, actor.post_id) | {"datum": "wgs84"}
