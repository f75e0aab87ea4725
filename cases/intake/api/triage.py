"""Triage by API (研判接口): what the desk's page shows beside a report it decides on."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.docket.api import READ_PROBLEMS, Door
from cases.docket.queries import find
from cases.intake.queries.triage import triage_of
from cases.intake.states import REPORT


class CandidateOut(serializers.Serializer[Any]):
    """A report that may be about the same matter."""

    number = serializers.CharField()
    title = serializers.CharField()
    state_label = serializers.CharField()
    opened_at = serializers.DateTimeField()
    closed = serializers.BooleanField()
    alike = serializers.IntegerField(help_text="文字相近，百分数")
    metres = serializers.IntegerField(allow_null=True)
    same_category = serializers.BooleanField()
    same_phone = serializers.BooleanField()
    reasons = serializers.ListField(child=serializers.CharField())


class FoundOut(serializers.Serializer[Any]):
    """The candidates, best first, and within what was looked."""

    candidates = CandidateOut(many=True)
    metres = serializers.IntegerField()
    days = serializers.IntegerField()
    missing = serializers.CharField(help_text="没有查找的原因")


class DutyOut(serializers.Serializer[Any]):
    """A line of the duty lists."""

    list_label = serializers.CharField()
    number = serializers.CharField()
    name = serializers.CharField()
    lead = serializers.CharField()
    department_duty = serializers.CharField()
    town_duty = serializers.CharField()
    way_back = serializers.CharField()
    paper = serializers.CharField()
    quality_label = serializers.CharField()
    own = serializers.BooleanField(help_text="属本镇基本履职")
    ground = serializers.CharField(help_text="派单异议的理由代码")
    clause = serializers.CharField(help_text="派单异议可用的依据文字")


class PrecedentOut(serializers.Serializer[Any]):
    """A unit that was given matters of this class."""

    unit_id = serializers.IntegerField()
    name = serializers.CharField()
    count = serializers.IntegerField()
    percent = serializers.IntegerField()
    newest = serializers.CharField()


class PrecedentsOut(serializers.Serializer[Any]):
    """Where the last matters of the class went."""

    total = serializers.IntegerField()
    units = PrecedentOut(many=True)


class SuggestionOut(serializers.Serializer[Any]):
    """A unit to begin with; nobody is given anything by it."""

    unit_id = serializers.IntegerField()
    name = serializers.CharField()
    reason = serializers.CharField()


class FlagOut(serializers.Serializer[Any]):
    """A mark of the class."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    words = serializers.CharField()


class ChronicOut(serializers.Serializer[Any]):
    """How often this class was reported at this spot within a year."""

    count = serializers.IntegerField()
    where = serializers.CharField()
    newest = serializers.CharField()


class TriageBodyOut(serializers.Serializer[Any]):
    """What helps the desk decide."""

    category = serializers.CharField()
    handler = serializers.CharField(help_text="分类默认承办")
    found = FoundOut()
    duties = DutyOut(many=True)
    listed = serializers.IntegerField(help_text="现行履职事项清单的项数")
    precedents = PrecedentsOut()
    suggestion = SuggestionOut(allow_null=True)
    flags = FlagOut(many=True)
    chronic = ChronicOut(allow_null=True)
    objects = serializers.BooleanField(help_text="有 12345 工单号，可提派单异议")


class TriageOut(serializers.Serializer[Any]):
    """The triage of a report; null for seats that do not decide, and once it is decided."""

    number = serializers.CharField()
    triage = TriageBodyOut(allow_null=True)


class TriageView(Door):
    """What stands beside a report the desk decides on."""

    @extend_schema(
        operation_id="report_triage",
        summary="受理研判：疑似重复、履职清单、先例、建议",
        responses={200: TriageOut, **READ_PROBLEMS},
        tags=["reports"],
    )
    def get(self, request: Request, number: str) -> Response:
        """The triage of a report; it advises and decides nothing."""
        found = find(self.actor, number, REPORT.code)
        if found is None:
            raise Http404
        told = triage_of(self.actor, found, timezone.now())
        return Response(TriageOut({"number": str(found.number), "triage": told}).data)
