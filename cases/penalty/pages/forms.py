"""The questions of the what-if page (提问表单), and its answers as facts."""

from datetime import date
from typing import Any, Final

from django import forms

from cases.law.first_offence.items import Item, Limit
from cases.penalty.states import CAPACITIES, HARMS, RELIEFS, SUBJECTS, YES_NO

_DAYS: Final = {
    "act_on": "违法行为哪天发生",
    "act_ended_on": "连续、继续的，哪天结束",
    "found_on": "哪天发现",
    "filed_on": "哪天立案（没有立案的填打算立案之日）",
}
_FLAG: Final = {"yes": True, "no": False}
_SHOWN: Final = "已核对，证据另附"


def _day(label: str) -> forms.DateField:
    picker = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(
        label=label, required=False, widget=picker, error_messages={"invalid": "日期格式不对。"}
    )


def _choice(label: str, choices: Any, text: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, required=False, choices=choices, widget=forms.RadioSelect, help_text=text
    )


class WhatIfForm(forms.Form):
    """What is known of an act under an item; whatever is not known stays open."""

    on = _day("哪天决定")
    kind = _choice("当事人", SUBJECTS)
    age = forms.IntegerField(
        label="公民行为时几周岁", required=False, min_value=0, max_value=150,
        error_messages={"invalid": "年龄应为整岁数。"},
    )  # fmt: skip
    capacity = _choice("公民辨认、控制自己行为的能力", CAPACITIES)
    crime_suspected = _choice("涉嫌犯罪", YES_NO)
    facts_proved = _choice("违法事实清楚、证据确实", YES_NO)
    fault_disproved = _choice("当事人已证明没有主观过错", YES_NO, "由当事人举证。")
    harm = _choice("危害后果", HARMS)
    minor = _choice("违法行为轻微（经办人认定）", YES_NO)
    corrected = _choice("已经改正", YES_NO)
    corrected_on = _day("哪天改正")
    ordered_until = _day("责令改正的期限（没有责令的不填）")
    prior = _choice("口径之内本镇有前案", YES_NO)
    prior_on = _day("前案哪天决定")
    looked_up_outside = _day("哪天向镇外查询（没有查的不填）")
    excluded = _choice("有清单排除的情形", YES_NO)
    undertaken = _choice("当事人已签承诺书", YES_NO)
    rechecked = _choice("改正已复查", YES_NO)
    relieved = _choice("有从轻、减轻情节", YES_NO)
    circumstances = forms.MultipleChoiceField(
        label="哪些情节（须有证据）", required=False, choices=RELIEFS,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, item: Item, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item = item
        for name, label in _DAYS.items():
            self.fields[name] = _day(label)
        self.limits = measures_of(item)
        for limit in self.limits:
            self.fields[f"m_{limit.measure}"] = forms.DecimalField(
                label=f"{limit.label}（{limit.unit}）",
                required=False,
                min_value=0,
                help_text=f"清单或标准：{limit.words}。",
                error_messages={"invalid": f"“{limit.label}”应为数。"},
            )
        if item.minor:
            del self.fields["minor"]
        self._listed(item)

    def _listed(self, item: Item) -> None:
        """Only what the item's list asks is asked."""
        sparing = item.sparing
        asked = {
            "excluded": sparing is not None,
            "undertaken": sparing is not None and sparing.undertaking,
            "rechecked": sparing is not None and sparing.rechecked,
        }
        for name, wanted in asked.items():
            if not wanted:
                del self.fields[name]
        if sparing is not None:
            told = "、".join(sparing.exclusions.values())
            self.fields["excluded"].help_text = f"清单排除：{told}。" if told else ""

    def facts(self, on: date) -> dict[str, Any]:
        """The answers as `Facts.parse` reads them; what was not answered is left out."""
        told = self.cleaned_data
        facts: dict[str, Any] = {"item": self.item.code, "subject": self._subject()}
        facts |= {name: told[name] for name in _DAYS if told.get(name)}
        for name in ("crime_suspected", "facts_proved", "fault_disproved"):
            if told.get(name):
                facts[name] = _FLAG[told[name]]
        if told.get("harm"):
            facts["harm"] = told["harm"]
        facts["severity"] = self._severity()
        return facts | self._corrected() | self._first(on) | self._reliefs()

    def _subject(self) -> dict[str, Any]:
        told = {name: self.cleaned_data.get(name) for name in ("kind", "age", "capacity")}
        return {name: value for name, value in told.items() if value not in (None, "")}

    def _severity(self) -> dict[str, Any]:
        told = self.cleaned_data
        found: dict[str, Any] = {
            limit.measure: {"value": told[f"m_{limit.measure}"], "unit": limit.unit}
            for limit in self.limits
            if told.get(f"m_{limit.measure}") is not None
        }
        return found | ({"minor": _FLAG[told["minor"]]} if told.get("minor") else {})

    def _corrected(self) -> dict[str, Any]:
        told = self.cleaned_data
        facts = {"correction_ordered_until": told.get("ordered_until")}
        if told.get("corrected") == "no":
            return facts | {"corrected_on": None}
        if told.get("corrected_on"):
            return facts | {"corrected_on": told["corrected_on"]}
        return facts

    def _first(self, on: date) -> dict[str, Any]:
        told = self.cleaned_data
        facts: dict[str, Any] = {"looked_up_outside": told.get("looked_up_outside")}
        if told.get("prior") == "no":
            facts["priors"] = []
        elif told.get("prior") == "yes" and told.get("prior_on"):
            prior = {"item": self.item.code, "decided_on": told["prior_on"], "outcome": "punished"}
            facts["priors"] = [prior]
        if told.get("excluded"):
            facts["exclusions"] = ["有"] if told["excluded"] == "yes" else []
        if told.get("undertaken"):
            facts["undertaking_on"] = on if told["undertaken"] == "yes" else None
        if told.get("rechecked") == "yes":
            facts["rechecked_on"] = on
        return facts

    def _reliefs(self) -> dict[str, Any]:
        told = self.cleaned_data
        if told.get("relieved") == "no":
            return {"circumstances": []}
        chosen = [{"code": code, "evidence": _SHOWN} for code in told.get("circumstances") or ()]
        return {"circumstances": chosen} if chosen else {}


def measures_of(item: Item) -> list[Limit]:
    """Every measure an item asks for, once."""
    limits = (*item.minor, *(item.sparing.limits if item.sparing else ()))
    return list({limit.measure: limit for limit in limits}.values())
