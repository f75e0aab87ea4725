"""Shapes (字段): a move's facts as serializer fields, so that the table documents its own API."""

from functools import cache
from typing import Any

from rest_framework import serializers

from cases.docket.slip import CHANNELS
from cases.docket.sniffing.limits import A_MOVE
from cases.law.moves import Fact, Move, Shape, Table


class StrictSerializer(serializers.Serializer[Any]):
    """A body with exactly these fields: an unknown one is a slip of the pen, not ignored."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuse fields the move does not know, by name."""
        if isinstance(data, dict):
            unknown = sorted(set(data) - set(self.fields))
            if unknown:
                raise serializers.ValidationError(
                    dict.fromkeys(unknown, "没有这个字段，请核对接口说明。")
                )
        return super().to_internal_value(data)


class EventOut(serializers.Serializer[Any]):
    """An event as answered: open facts only."""

    seq = serializers.IntegerField()
    verb = serializers.CharField()
    # `from` is a word of Python, so it is declared below.
    to = serializers.CharField()
    role = serializers.CharField()
    unit = serializers.IntegerField(allow_null=True)
    happened_at = serializers.CharField()
    recorded_at = serializers.CharField()
    facts = serializers.DictField()
    basis = serializers.CharField()
    hash = serializers.CharField()

    def get_fields(self) -> dict[str, Any]:
        """The declared fields and `from`."""
        return super().get_fields() | {"from": serializers.CharField()}


class MoveOut(serializers.Serializer[Any]):
    """A move now open to whoever asks."""

    verb = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class AnswerOut(serializers.Serializer[Any]):
    """What a move answers: the event, the new state and version, the moves now open."""

    number = serializers.CharField(help_text="草稿没有编号，为空")
    draft = serializers.IntegerField(required=False, help_text="草稿的 id；有了编号就没有它")
    state = serializers.CharField()
    state_label = serializers.CharField()
    version = serializers.IntegerField()
    event = EventOut()
    moves = MoveOut(many=True)


@cache
def form_of(shape: type[StrictSerializer]) -> StrictSerializer:
    """The one form that checks every body of a shape; it keeps nothing of what it checked."""
    return shape()


def serializer_of(name: str, move: Move, table: Table, more: dict[str, Any]) -> type:
    """The body of a move as a serializer class, from its row of the table."""
    fields: dict[str, Any] = {
        fact: field_of(table.facts[fact], required=move.needs(fact)) for fact in move.asked
    }
    fields["happened_at"] = serializers.DateTimeField(
        required=False, help_text="发生时间；不填为现在。晚记的照实填，并说明 proof。"
    )
    fields["claimed_at"] = serializers.DateTimeField(required=False, help_text="手机上的时间")
    fields["recorded_for"] = serializers.ChoiceField(
        CHANNELS, required=False, help_text="代录：对方以何种方式告知"
    )
    fields["proof"] = serializers.CharField(
        required=False, max_length=200, help_text="发生时间的凭据"
    )
    fields["files"] = files_field()
    return type(name, (StrictSerializer,), fields | more | {"__doc__": move.basis})


def files_field() -> serializers.ListField:
    """Files sent ahead that come with a move, by id."""
    wrong = "文件编号不对，请先上传，再填上传后得到的 id。"
    return serializers.ListField(
        child=serializers.UUIDField(error_messages={"invalid": wrong}),
        required=False,
        max_length=A_MOVE,
        error_messages={
            "max_length": f"一次最多附 {A_MOVE} 个文件，请分次提交。",
            "not_a_list": wrong,
            "null": wrong,
        },
        help_text=f"随附文件：上传后得到的 id，最多 {A_MOVE} 个",
    )


def field_of(fact: Fact, *, required: bool) -> serializers.Field[Any, Any, Any, Any]:
    """One fact as a serializer field."""
    told: dict[str, Any] = {"required": required, "help_text": fact.help or fact.label}
    match fact.shape:
        case Shape.LINE | Shape.TEXT | Shape.CATEGORY:
            return serializers.CharField(
                max_length=fact.longest,
                allow_blank=not required,
                error_messages=_words(fact),
                **told,
            )
        case Shape.CHOICE:
            return serializers.ChoiceField(fact.choices, error_messages=_words(fact), **told)
        case Shape.INTEGER | Shape.UNIT | Shape.OFFICER:
            return serializers.IntegerField(
                min_value=0, max_value=2**53, error_messages=_words(fact), **told
            )
        case Shape.UNITS:
            one = serializers.IntegerField(min_value=1, max_value=2**53)
            return serializers.ListField(child=one, max_length=100, **told)
        case Shape.FLAG:
            return serializers.BooleanField(**told)
        case Shape.DATE:
            return serializers.DateField(error_messages=_words(fact), **told)
        case Shape.MOMENT:
            return serializers.DateTimeField(error_messages=_words(fact), **told)


def _words(fact: Fact) -> dict[str, Any]:
    return {
        "required": f"请填写“{fact.label}”。",
        "blank": f"请填写“{fact.label}”。",
        "null": f"请填写“{fact.label}”。",
        "invalid": f"“{fact.label}”格式不对。",
        "invalid_choice": f"“{fact.label}”请从所列选项中选择。",
        "max_length": f"“{fact.label}”最多 {fact.longest} 字，请精简。",
    }
