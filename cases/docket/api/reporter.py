"""Who reported, by API (查看反映人); the reading leaves a trace."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.docket.api import READ_PROBLEMS, Door
from cases.docket.models import Access
from cases.docket.operations.reading import note_reading
from cases.docket.queries import find
from cases.docket.queries.casefile import parties_of


class PartyOut(serializers.Serializer[Any]):
    """A person named in a case, in full."""

    role = serializers.CharField()
    name = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)


class ReporterView(Door):
    """The reporter of a case."""

    @extend_schema(
        operation_id="case_reporter",
        summary="查看反映人",
        description="反映人的姓名和完整电话；查看留痕。无权查看或没有登记反映人的为 404。",
        responses={200: PartyOut(many=True), **READ_PROBLEMS},
        tags=["cases"],
    )
    def get(self, request: Request, number: str) -> Response:
        """Name and number in full."""
        case = find(self.actor, number)
        parties = parties_of(self.actor, case) if case else []
        if case is None or not parties:
            raise Http404
        note_reading(self.actor, Access.REPORTER, case=case, at=timezone.now())
        told = [dict(zip(("role", "name", "phone"), row, strict=True)) for row in parties]
        return Response(PartyOut(told, many=True).data)
