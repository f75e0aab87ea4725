"""Forms of the rulebook (规则表单), drawn from the same facts as the interface and the sheet."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django import forms

from cases.docket.pages.forms import field_of, moment_field
from cases.law.moves import Fact, Shape
from cases.rulebook.models import Quality
from cases.rulebook.operations.planning import Basis
from cases.rulebook.queries.tables import COMMON_NEEDED, Table, value_of

CONFIRM: Final = "seen"
_XLSX: Final = ".xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class CountForm(forms.Form):
    """From when, and how long: a time limit of the rulebook, or written out."""

    start = moment_field(label="起算时刻", error_messages={"required": "请填写起算时刻。"})
    key = forms.ChoiceField(label="规则库里的时限", required=False)
    term = forms.CharField(
        label="或自己写期限",
        required=False,
        max_length=40,
        help_text="如 3 个工作日、4 个工作小时、24 小时、1 个月。",
    )

    def __init__(self, *args: Any, terms: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].choices = [("", "不选"), *terms]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        told: dict[str, Any] = super().clean() or {}
        if not told.get("key") and not (told.get("term") or "").strip():
            self.add_error("term", "请选一个时限，或写出期限。")
        return told


def row_form(table: Table, *, skip: tuple[str, ...] = ()) -> type[forms.Form]:
    """The form of a new row, or of a row that follows another: its name is then not asked."""
    fields: dict[str, Any] = {
        name: _field(name, fact, name in table.needed)
        for name, fact in table.facts.items()
        if name not in skip
    }
    return _form(f"{table.slug}Row", fields | basis_fields(table))


def close_form(table: Table, *, dated: bool) -> type[forms.Form]:
    """The form that ends a row from a day, or voids it: on which day, on what ground."""
    names = ["citation", "paper"] if not dated else ["valid_from", "citation", "paper"]
    fields = {name: f for name, f in basis_fields(table).items() if name in names}
    if dated:
        fields["valid_from"].label = "自何日起不再适用"
        fields["valid_from"].help_text = "这一天起不再适用，前一天仍适用。"
    fields["citation"].label = "理由或依据"
    return _form(f"{table.slug}Close", fields)


def sheet_form(table: Table) -> type[forms.Form]:
    """The form a sheet comes with: the file, and what all its rows rest on."""
    fields: dict[str, Any] = {
        "file": forms.FileField(
            label="xlsx 表格",
            allow_empty_file=True,
            widget=forms.ClearableFileInput(attrs={"accept": _XLSX}),
            error_messages={"required": "请选择表格文件。", "invalid": "没有收到文件，请重选。"},
        )
    }
    return _form(f"{table.slug}Sheet", fields | _more(table) | basis_fields(table))


def again_form(table: Table) -> type[forms.Form]:
    """What a confirmed sheet brings along: what all its rows rest on."""
    return _form(f"{table.slug}Again", _more(table) | basis_fields(table))


def basis_fields(table: Table) -> dict[str, Any]:
    """What every change says of itself."""
    return {
        name: _field(name, fact, name in COMMON_NEEDED) for name, fact in table.common.items()
    }


def basis_of(table: Table, told: Mapping[str, Any], today: date) -> Basis:
    """What a change rests on, from a form or a body; a notice holds from today."""
    texts = {
        name: value_of(fact, told.get(name), needed=False)
        for name, fact in table.common.items()
        if fact.shape is not Shape.DATE
    }
    # What only ends a row has no value to be trusted or not.
    texts["quality"] = texts["quality"] or Quality.TOWN_DEFAULT.value
    return Basis(valid_from=told.get("valid_from") or today, **texts)


def more_of(table: Table, told: Mapping[str, Any]) -> dict[str, Any]:
    """The facts a notice's sheet does not hold: its year, and when it was issued."""
    return {} if table.dated_by_hand else {name: told.get(name) for name in ("year", "issued_on")}


def _more(table: Table) -> dict[str, Any]:
    if table.dated_by_hand:
        return {}
    return {name: _field(name, table.facts[name], name == "year") for name in ("year", "issued_on")}


def _field(name: str, fact: Fact, needed: bool) -> forms.Field:
    field = field_of(name, fact, needed, {})
    if isinstance(field.widget, forms.DateInput):
        # A picker of dates understands one order only, whatever the page's language writes.
        field.widget.format = "%Y-%m-%d"
    return field


def _form(name: str, fields: dict[str, Any]) -> type[forms.Form]:
    found: type[forms.Form] = type(name, (forms.Form,), fields)
    return found
