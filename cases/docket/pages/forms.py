"""A move as a form (办理表单), from its row of the table: what the API asks, a page asks too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest

from cases.docket.operations.uploads import receive_uploads
from cases.docket.slip import CHANNELS
from cases.docket.sniffing.limits import A_MOVE
from cases.law.moves import Fact, Move, Refused, Shape, Table, Why
from cases.people.queries import Actor

Choices = Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class MoveForm:
    """A move a page offers: its label, where it is sent, its fields, its basis; `page` where it has
    a page of its own.
    """

    verb: str
    label: str
    tone: str
    url: str
    basis: str
    form: forms.Form
    page: str = ""


def form_class(
    move: Move,
    table: Table,
    choices: Choices,
    *,
    skip: Sequence[str] = (),
    records: bool = False,
) -> type:
    """The form of a move; `choices` gives the units and categories to choose from.

    The last fields, folded away on the page, record late or for somebody else (补录、代录); a note
    has them only where the page `records`.
    """
    fields: dict[str, Any] = {
        name: field_of(name, table.facts[name], move.needs(name), choices)
        for name in move.asked
        if name not in skip
    }
    if move.counts or records:
        fields["happened_at"] = moment_field(label="发生时间（不填为现在）", required=False)
        fields["channel"] = forms.ChoiceField(
            label="代录：对方以何种方式告知", required=False, choices=[("", "非代录"), *CHANNELS]
        )
        fields["proof"] = forms.CharField(label="凭据", required=False, max_length=200)
    fields["files"] = FilesField(label="附件", required=False)
    fields["version"] = forms.IntegerField(widget=forms.HiddenInput, required=False)
    fields["post"] = forms.IntegerField(widget=forms.HiddenInput)
    fields["key"] = forms.UUIDField(widget=forms.HiddenInput)
    return type(f"{move.verb.title()}Form", (forms.Form,), fields)


class FilesField(forms.Field):
    """Files sent ahead, by id: one hidden input each."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> tuple[UUID, ...]:
        """The ids, each once; refused where they are none, or more than a move takes."""
        try:
            files = tuple(dict.fromkeys(UUID(text) for text in value or ()))
        except (ValueError, TypeError, AttributeError):
            raise forms.ValidationError("附件已失效，请移除后重新添加。") from None
        if len(files) > A_MOVE:
            raise forms.ValidationError(_too_many(len(files)))
        return files


def files_with(
    request: HttpRequest, form: forms.Form, *, by: Actor, at: datetime
) -> tuple[UUID, ...]:
    """Every file that comes with a valid form: those sent ahead, and those in the form itself,
    where the browser runs no script.

    The latter are taken in here, and stay on the form should the move be refused.
    """
    ahead: tuple[UUID, ...] = form.cleaned_data.get("files") or ()
    sent = request.FILES.getlist("file_upload")
    if not sent:
        return ahead
    if len(ahead) + len(sent) > A_MOVE:
        words = _too_many(len(ahead) + len(sent))
        raise Refused(words, why=Why.FACTS, fields={"files": words})
    told = [(file.name or "", file, file.content_type or "") for file in sent]
    files = (*ahead, *(row.pk for row in receive_uploads(told, by=by, at=at)))
    shown = request.POST.copy()
    shown.setlist("files", [str(file) for file in files])
    form.data = shown
    return files


def _too_many(how_many: int) -> str:
    return f"一次最多附 {A_MOVE} 个文件，现有 {how_many} 个，请分次提交。"


def hidden(version: int | None, post: int | None) -> dict[str, Any]:
    """The hidden fields of a fresh form: the version seen, the acting post, a new key."""
    return {"version": version, "post": post, "key": uuid4()}


def field_of(name: str, fact: Fact, required: bool, choices: Choices) -> forms.Field:
    """One fact as a form field, labelled in the town's words."""
    words = f"请选择“{fact.label}”。" if fact.shape in _CHOSEN else f"请填写“{fact.label}”。"
    told: dict[str, Any] = {
        "label": fact.label,
        "required": required,
        "help_text": fact.help,
        "error_messages": {"required": words, "invalid": f"“{fact.label}”格式不对。"},
    }
    if fact.shape is Shape.LINE and name in choices:
        return _chosen(choices[name], told)
    match fact.shape:
        case Shape.TEXT:
            area = forms.Textarea(attrs={"rows": 4})
            return forms.CharField(max_length=fact.longest, widget=area, **told)
        case Shape.FLAG:
            return forms.BooleanField(**(told | {"required": False}))
        case Shape.INTEGER:
            return forms.IntegerField(**told)
        case Shape.DATE:
            return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **told)
        case Shape.MOMENT:
            return moment_field(**told)
        case Shape.CHOICE:
            return _chosen(choices.get(name, fact.choices), told)
        case Shape.UNITS:
            boxes = forms.CheckboxSelectMultiple
            return forms.MultipleChoiceField(choices=choices.get(name, ()), widget=boxes, **told)
        case Shape.UNIT | Shape.OFFICER | Shape.CATEGORY:
            return _chosen(choices.get(name, ()), told)
    return forms.CharField(max_length=fact.longest, **told)


def moment_field(**told: Any) -> forms.DateTimeField:
    """A local date and time."""
    picker = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(
        widget=picker, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **told
    )


_CHOSEN = {Shape.CHOICE, Shape.UNIT, Shape.OFFICER, Shape.CATEGORY}


def _chosen(options: Sequence[Any], told: dict[str, Any]) -> forms.ChoiceField:
    blank = [("", "请选择" if told["required"] else "不填")]
    words = told["error_messages"] | {"invalid_choice": f"“{told['label']}”请从所列选项中选择。"}
    return forms.ChoiceField(choices=[*blank, *options], **(told | {"error_messages": words}))
