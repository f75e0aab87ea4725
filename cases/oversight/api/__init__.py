"""What is late by API (超期接口), and chasing by hand."""

from typing import Any

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.docket import kinds
from cases.docket.api import READ_PROBLEMS, Door
from cases.docket.api.moving import move_urls
from cases.docket.api.worklist import DueOut
from cases.oversight.api import sheets
from cases.oversight.operations.urging import urge
from cases.oversight.queries.overdue import WHATS, overdue, wanted_of
from cases.oversight.states.chasing import URGE


class OverdueIn(serializers.Serializer[Any]):
    """How the list is narrowed."""

    what = serializers.ChoiceField(list(WHATS.items()), required=False)
    kind = serializers.CharField(required=False, allow_blank=True, max_length=16)
    unit = serializers.CharField(
        required=False, allow_blank=True, max_length=32, help_text="单位代码"
    )
    after = serializers.CharField(required=False, allow_blank=True, max_length=200)


class LateOut(serializers.Serializer[Any]):
    """One obligation that is late, or soon will be."""

    number = serializers.CharField()
    kind_label = serializers.CharField()
    url = serializers.CharField()
    title = serializers.CharField()
    term = serializers.CharField()
    whose = serializers.CharField()
    owes = serializers.CharField()
    due = DueOut()
    colour = serializers.CharField()
    colour_label = serializers.CharField()
    rung = serializers.IntegerField()
    obligation = serializers.IntegerField(help_text="督办时用它指明是哪一项时限")
    way = serializers.CharField(help_text="可办：request 提请督办，issue 签发督办单，空为不可")
    way_label = serializers.CharField()
    sheet = serializers.CharField(help_text="已有的督办单编号")
    sheet_label = serializers.CharField()


class OfUnitOut(serializers.Serializer[Any]):
    """How many obligations of a unit are late."""

    code = serializers.CharField()
    name = serializers.CharField()
    late = serializers.IntegerField()
    red = serializers.IntegerField()
    yellow = serializers.IntegerField()


class OverdueOut(serializers.Serializer[Any]):
    """A page of what is late, the longest late first; `next` goes into `after`."""

    counts = serializers.DictField(child=serializers.IntegerField())
    units = OfUnitOut(many=True)
    results = LateOut(many=True)
    next = serializers.CharField()


class OverdueView(Door):
    """What is late in a seat's territory."""

    @extend_schema(
        operation_id="overdue",
        summary="超期看板",
        parameters=[OverdueIn],
        responses={200: OverdueOut, **READ_PROBLEMS},
        tags=["oversight"],
    )
    def get(self, request: Request) -> Response:
        """A page, with how many there are of each colour and of each unit."""
        asked = OverdueIn(data=request.query_params)
        asked.is_valid(raise_exception=True)
        told = {name: str(value) for name, value in asked.validated_data.items()}
        found = overdue(self.actor, wanted_of(told), timezone.now())
        page = {"counts": found.counts, "units": found.units, "next": found.next}
        return Response(OverdueOut(page | {"results": found.rows}).data)


def move_addresses() -> list[Any]:
    """Chasing by hand, for every kind of matter."""
    able = [kind for kind in kinds.kinds() if URGE.verb in kind.table.moves]
    return [url for kind in able for url in move_urls(kind, {URGE.verb: urge})]


urlpatterns = [
    path("overdue/", OverdueView.as_view()),
    *sheets.urlpatterns,
    *move_addresses(),
]
