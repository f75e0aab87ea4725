"""The form of a whistle (吹哨单): what the table asks, in the order a clerk thinks of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict

from cases.docket.pages import choices_for
from cases.docket.pages.forms import form_class, hidden
from cases.law.moves import Role
from cases.people.models import Unit, UnitKind
from cases.people.queries import Actor
from cases.whistle.pages.choices import departments
from cases.whistle.queries.types import NOWHERE, TypeCard, lies_nowhere
from cases.whistle.states import WHISTLE
from cases.whistle.states.way import DRAW_UP

MANY = ("assisting", "copied", "files")
# An enterprise says what it needs; whom to call is the desk's to decide.
_NOT_ITS = ("lead", "assisting", "copied", "earlier", "inspection", "urgent")
_WORDS_HELP = {
    "title": "一句话说清什么事、在哪里",
    "ask": "要求部门做什么、做到什么程度",
    "meet_place": "找得到的地方：门牌、路口、集合点",
    "earlier": "同一件事以前吹过哨的，填那次的编号，两次合并计一件",
}


def blow_form(
    actor: Actor, division: str, types: list[TypeCard], now: datetime
) -> type[forms.Form]:
    """The form of a whistle of a town, for one seat today."""
    alone = actor.role is Role.ENTERPRISE
    offered = _choices(division, types, now)
    asked: type[forms.Form] = form_class(DRAW_UP, WHISTLE.table, offered, skip=_skip(actor))
    fields: dict[str, Any] = dict(asked.base_fields) | _point()
    for name, words in _WORDS_HELP.items():
        if name in fields:
            fields[name].help_text = words
    if alone:
        fields["type"].widget = forms.HiddenInput()
        fields["ask"].help_text = "希望政府帮助解决什么"
        fields["meet_at"].label, fields["meet_place"].label = "方便上门的时间", "上门地点"
    if not alone and len(division) < 9:
        fields["division"] = forms.ChoiceField(
            label="哪个镇（街道）的事", choices=[("", "请选择"), *_towns(division)]
        )
    on_point = frozenset(card.code for card in types if card.on_point)
    return type("BlowForm", (_Somewhere, asked), fields | {"on_point": on_point})


class _Somewhere(forms.Form):
    """A form that is sent with a place, where departments must rush to it; a draft may wait."""

    on_point: frozenset[str] = frozenset()

    def clean(self) -> dict[str, Any]:
        """The fields, with the address refused where nothing says the place."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        rushed = told.get("type") in self.on_point and "keep" not in self.data
        if lies_nowhere(rushed, told) and "address" in self.fields:
            self.add_error("address", NOWHERE)
        return told


def _point() -> dict[str, Any]:
    unseen: dict[str, Any] = {"required": False, "widget": forms.HiddenInput}
    return {
        "lng": forms.FloatField(min_value=-180, max_value=180, **unseen),
        "lat": forms.FloatField(min_value=-90, max_value=90, **unseen),
        "datum": forms.CharField(max_length=8, **unseen),
    }


def _skip(actor: Actor) -> tuple[str, ...]:
    return _NOT_ITS if actor.role is Role.ENTERPRISE else ("hides",)


def _choices(division: str, types: list[TypeCard], now: datetime) -> dict[str, Any]:
    able = departments(division)
    found: dict[str, Any] = dict(choices_for(division, now))
    found["type"] = [(card.code, card.name) for card in types]
    return found | dict.fromkeys(("lead", "assisting", "copied"), able)


def _towns(division: str) -> list[tuple[str, str]]:
    rows = Unit.objects.filter(
        kind=UnitKind.TOWN, division__startswith=division, closed_on=None
    )
    return list(rows.values_list("division", "name").order_by("code"))


def fresh(actor: Actor, types: list[TypeCard], version: int | None = None) -> dict[str, Any]:
    """What a new form starts with: the acting post, a key of its own, the only type there is."""
    only = {"type": types[0].code} if len(types) == 1 else {}
    return hidden(version, actor.post_id) | only


def typed(sent: QueryDict) -> dict[str, Any]:
    """What was filled in so far, to go on with; nothing was taken under its key."""
    one = {name: sent.get(name, "").replace("\0", "") for name in sent if name not in MANY}
    many = {name: sent.getlist(name) for name in MANY if name in sent}
    return {name: value for name, value in (one | many).items() if value}


def facts_of(facts: Mapping[str, Any]) -> dict[str, Any]:
    """A valid form as an operation takes it: units as numbers, the point without its datum."""
    found = {name: value for name, value in facts.items() if name != "datum"}
    for name in ("assisting", "copied"):
        if name in found:
            found[name] = [int(unit) for unit in found[name]]
    if found.get("lead"):
        found["lead"] = int(found["lead"])
    return found
