"""An act as a form (管理表单), from its row: what the interface asks, the page asks too."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from cases.docket.pages.forms import field_of
from cases.entrance.staff.acts import DATED, FACTS, Act
from cases.law.moves import Shape

Choices = Mapping[str, Sequence[Any]]


def form_class(act: Act, choices: Choices) -> type[forms.Form]:
    """The form of an act; `choices` gives what a fact is chosen from on this page."""
    fields: dict[str, Any] = {name: _field(act, name, choices) for name in act.names}
    return type("ActForm", (forms.Form,), fields)


def first_values(act: Act, given: Mapping[str, Any], today: Any) -> dict[str, Any]:
    """What a fresh form holds: what is known already, and today for its days."""
    days = {name: today for name in act.names if name in DATED and act.needs(name)}
    return days | {name: given[name] for name in act.names if given.get(name) not in (None, "")}


def facts_of(form: forms.Form) -> dict[str, Any]:
    """The facts of a form that is valid."""
    return dict(form.cleaned_data)


def _field(act: Act, name: str, choices: Choices) -> forms.Field:
    fact, must = FACTS[name], act.needs(name)
    if name in choices and fact.shape not in {Shape.UNIT, Shape.CHOICE}:
        blank = [("", "请选择" if must else "不填")]
        told = {"required": f"请选择“{fact.label}”。", "invalid_choice": _CHOOSE.format(fact.label)}
        return forms.ChoiceField(
            label=fact.label,
            required=must,
            help_text=fact.help,
            choices=[*blank, *choices[name]],
            error_messages=told,
        )
    field = field_of(name, fact, must, choices)
    if fact.shape is Shape.DATE:  # the browser's picker reads ISO days only
        field.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return field


_CHOOSE = "“{}”请从所列选项中选择。"
