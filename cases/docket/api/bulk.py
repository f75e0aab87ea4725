"""The API's door to many cases at once (批量办理接口): one move, up to a hundred cases, each taken
or refused on its own. Sent again under the same key, nothing is done twice.
"""

from collections.abc import Callable, Mapping
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.docket.api import KEY, PROBLEMS, Door, happened, slip_of
from cases.docket.api.shapes import StrictSerializer, form_of, serializer_of
from cases.docket.kinds import Kind
from cases.docket.operations.bulk import MOST, take_each
from cases.docket.problems import STATUS
from cases.law.moves import Refused, Why

_OF_ONE = ("files",)  # what belongs to one case only


class ChosenIn(StrictSerializer):
    """One of the cases, and the version of it that was seen."""

    number = serializers.CharField(max_length=40)
    version = serializers.IntegerField(min_value=0, max_value=2**31 - 1)


class DoneOut(serializers.Serializer[Any]):
    """A case the move was made on."""

    number = serializers.CharField()
    version = serializers.IntegerField()
    state = serializers.CharField()


class NotDoneOut(serializers.Serializer[Any]):
    """A case the move was refused on: the status it would have had alone, and the sentence."""

    number = serializers.CharField()
    status = serializers.IntegerField()
    sentence = serializers.CharField()


class BulkOut(serializers.Serializer[Any]):
    """What became of every case, in the order sent."""

    done = DoneOut(many=True)
    refused = NotDoneOut(many=True)


def bulk_view(kind: Kind, operations: Mapping[str, Callable[..., Any]]) -> Callable[..., Any]:
    """`POST /api/v1/<kinds>/bulk/` of a matter, documented from its table."""
    verbs = [(verb, kind.table.moves[verb].label) for verb in operations]
    name = kind.code.title()
    asked = type(
        f"{name}BulkIn",
        (StrictSerializer,),
        {
            "__doc__": "One move on many cases; `facts` are those of the move alone.",
            "verb": serializers.ChoiceField(verbs),
            "cases": serializers.ListField(
                child=ChosenIn(), min_length=1, max_length=MOST, help_text=f"最多 {MOST} 件"
            ),
            "facts": serializers.DictField(required=False, help_text="与单件办理的字段相同"),
        },
    )

    @extend_schema(
        operation_id=f"{kind.code}_bulk",
        summary=f"{kind.label}:批量办理",
        description="逐件办理：每件各自成功或被拒，互不影响；同一个键重发不会重复办理。",
        tags=[kind.path],
        parameters=[KEY],
        request=asked,
        responses={200: BulkOut, **PROBLEMS},
    )
    def post(self: Door, request: Request) -> Response:
        given = form_of(asked).run_validation(request.data)
        move = kind.table.moves[given["verb"]]
        shape = serializer_of(f"{name}{move.verb}In", move, kind.table, {})
        facts = dict(_checked(shape, given.get("facts", {})))
        slip = slip_of(request, facts)
        outcome = take_each(
            operations[move.verb],
            kind.code,
            _once(given["cases"]),
            by=self.actor,
            at=happened(facts.pop("happened_at", None)),
            slip=slip,
            facts=facts,
            strict=True,
        )
        refused = [
            {
                "number": item.number,
                "status": STATUS[item.refused.why],
                "sentence": item.refused.sentence,
            }
            for item in outcome.refused
        ]
        replayed = bool(outcome.done) and all(item.again for item in outcome.done)
        headers = {"Idempotent-Replayed": "true"} if replayed else {}
        return Response(BulkOut({"done": outcome.done, "refused": refused}).data, headers=headers)

    return type(f"{name}BulkView", (Door,), {"post": post}).as_view()  # type: ignore[attr-defined,no-any-return]


def _checked(shape: type[StrictSerializer], facts: Any) -> Any:
    unfit = sorted(set(facts) & set(_OF_ONE))
    if unfit:
        raise Refused("附件只能随单件办理，请去掉后再提交。", why=Why.FACTS)
    return shape().run_validation(facts)


def _once(cases: list[dict[str, Any]]) -> list[tuple[str, int | None]]:
    numbers = [case["number"] for case in cases]
    if len(set(numbers)) < len(numbers):
        words = "同一件不能重复选，请核对 cases。"
        raise Refused(words, why=Why.FACTS, fields={"cases": words})
    return [(case["number"], case["version"]) for case in cases]
