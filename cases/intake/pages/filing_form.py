"""The filing form (上报表单): what the table asks of a report, in the order a phone asks it."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from cases.docket.pages.forms import form_class, hidden
from cases.grid.queries import villages_in
from cases.intake.queries.filing import groups
from cases.intake.states import REPORT
from cases.intake.states.way import FILE, SELF_HANDLE
from cases.intake.states.words import STREAMS
from cases.law.moves import Move, Role
from cases.people.models import Unit, UnitKind
from cases.people.queries import Actor
from cases.rulebook.queries import Book

ON_THE_SPOT = "已当场处理。"
_DATUMS = [("wgs84", "WGS-84"), ("gcj02", "GCJ-02")]
_GONE = "这个分类现在不能用了，请另选一个。"
_CLOSED = "这个村（社区）现在不能选了，请另选一个。"
# What each way means to whoever stands at the counter; the law behind it is with the move.
MEANS = {
    "ordinary": "路灯、垃圾、纠纷等日常事项，由窗口受理后交办。",
    "informer": "举报他人或单位违法。谁反映的只有窗口知道，承办单位看不到姓名和电话。",
    "discipline": "反映党员干部、公职人员违纪违法。",
    "petition": "不服处理或提出诉求、要求书面答复的，同时录入信访系统，按信访期限办。",
}


def filing_form(actor: Actor, move: Move, rules: Book, now: datetime) -> type[forms.Form]:
    """The form of a filing, or of what was put right on the spot, for one seat today."""
    own = move is SELF_HANDLE
    classes = [
        (head, [(c.code, c.name) for c in able])
        for head, able in groups(rules, actor.division, now, own=own)
    ]
    # Another system's sheet comes to the desk; on the grid worker's phone it would be in the way.
    desk = actor.role is Role.DESK and not own
    skip = ("source", "stream", *(() if desk else ("external", "external_due")))
    asked = form_class(move, REPORT.table, {"category": classes}, skip=skip)
    more = _plain(asked) | _place(actor)
    if move is FILE:
        more["stream"] = forms.ChoiceField(label="办理渠道", required=False, choices=STREAMS)
    if desk:
        sources = REPORT.table.facts["source"].choices
        more["source"] = forms.ChoiceField(
            label="来源", required=False, choices=[("", "按岗位自动填写"), *sources]
        )
    found: type[forms.Form] = type("FilingForm", (asked,), more)
    return found


def _place(actor: Actor) -> dict[str, Any]:
    more: dict[str, Any] = {
        "lng": forms.FloatField(required=False, widget=forms.HiddenInput),
        "lat": forms.FloatField(required=False, widget=forms.HiddenInput),
        "datum": forms.ChoiceField(choices=_DATUMS, required=False, widget=forms.HiddenInput),
        "village": forms.ChoiceField(
            label="村（社区）",
            required=False,
            choices=_villages(actor.division),
            error_messages={"invalid_choice": _CLOSED},
        ),
        "anonymous": forms.BooleanField(label="反映人不愿留名", required=False),
        # Ticked once the call was made; it opens the form and is no fact of the report.
        "called": forms.BooleanField(label="已打电话，继续上报", required=False),
    }
    if len(actor.division) < 9:
        more["division"] = forms.ChoiceField(
            label="事发镇（街道）", choices=[("", "请选择"), *_towns(actor)]
        )
    return more


def _plain(asked: type[forms.Form]) -> dict[str, Any]:
    """The fields of the move, dressed for a phone; a title left out is made of class and place."""
    fields = dict(asked.base_fields)
    fields["title"].required = False
    fields["category"].error_messages["invalid_choice"] = _GONE
    fields["phone"].widget.attrs |= {"inputmode": "tel", "autocomplete": "off"}
    fields["reporter"].widget.attrs["autocomplete"] = "off"
    fields["address"].help_text = "门牌、路口、附近的标志物，找得到就行"
    if "result" in fields:
        fields["result"].initial = ON_THE_SPOT
        fields["result"].widget.attrs["rows"] = 2
    return fields


def fresh(actor: Actor) -> dict[str, Any]:
    """What a new form starts with: the acting post, a key of its own, the ordinary way."""
    return hidden(None, actor.post_id) | {"datum": "wgs84", "stream": "ordinary"}


def kept(actor: Actor, sent: dict[str, str], files: list[str]) -> dict[str, Any]:
    """What was typed so far, to go on with; the key stays, for nothing was taken under it."""
    typed = {name: value for name, value in sent.items() if value}
    return fresh(actor) | typed | {"files": files}


def _villages(division: str) -> list[tuple[str, str]]:
    rows = villages_in(division, timezone.localdate()).values_list("code", "name")
    return [("", "请选择"), *rows]


def _towns(actor: Actor) -> list[tuple[str, str]]:
    rows = Unit.objects.filter(
        kind=UnitKind.TOWN, division__startswith=actor.division, closed_on=None
    )
    return list(rows.values_list("division", "name").order_by("code"))
