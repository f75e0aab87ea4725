"""Would this be spared? by API (能不能不罚接口): the facts go in, the finding comes out."""

import json
from datetime import date
from typing import Any

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.docket.api import READ_PROBLEMS, Door
from cases.law.moves import Refused, Why
from cases.penalty.queries.whatif import may_ask, what_if
from cases.people.queries import town_day


class WhatIfIn(serializers.Serializer[Any]):
    """What is known, as the facts file of `assess` has it, and the day of decision."""

    facts = serializers.CharField(max_length=20_000, help_text="事实，JSON 文本，字段同 assess")
    on = serializers.DateField(required=False, help_text="决定日，默认今天")


class ReasonOut(serializers.Serializer[Any]):
    """One condition: the value seen, whether it holds (null: not known), its source."""

    condition = serializers.CharField()
    value = serializers.CharField()
    holds = serializers.BooleanField(allow_null=True)
    citation = serializers.CharField()
    evidence_needed = serializers.ListField(child=serializers.CharField())


class PowerHeldOut(serializers.Serializer[Any]):
    """Whether the town holds the power (null: not known), and by which paper."""

    held = serializers.BooleanField(allow_null=True)
    paper = serializers.CharField(allow_null=True)


class FindingOut(serializers.Serializer[Any]):
    """A finding: the outcome, its ground, the conditions in the order of the statute."""

    outcome = serializers.CharField()
    ground = serializers.CharField()
    says = serializers.CharField()
    reasons = ReasonOut(many=True)
    missing = serializers.ListField(child=serializers.CharField())
    ranges = serializers.DictField(child=serializers.CharField())
    educate = serializers.BooleanField()
    rule_version = serializers.CharField()
    power = PowerHeldOut()


class WhatIfView(Door):
    """A finding without a case."""

    @extend_schema(
        operation_id="penalties_what_if",
        summary="能不能不罚",
        description="按行政处罚法逐项认定，不立案、不留痕。",
        parameters=[WhatIfIn],
        responses={200: FindingOut, **READ_PROBLEMS},
        tags=["penalties"],
    )
    def get(self, request: Request) -> Response:
        """The finding of these facts on that day."""
        may_ask(self.actor)
        asked = WhatIfIn(data=request.query_params)
        asked.is_valid(raise_exception=True)
        on: date = asked.validated_data.get("on") or town_day(timezone.now())
        facts = _facts(asked.validated_data["facts"])
        said = what_if(self.actor, facts, self.actor.division, on)
        return Response(FindingOut(said.found.as_dict()).data)


def _facts(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as wrong:
        words = "“facts”应为 JSON 文本。"
        raise Refused(words, why=Why.FACTS, fields={"facts": words}) from wrong


urlpatterns = [path("penalties/what-if/", WhatIfView.as_view())]
