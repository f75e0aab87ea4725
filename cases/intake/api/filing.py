"""Filing by API (上报、自办接口): what was put right on the spot, and what lies nearby already."""

from typing import Any

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.docket.api import KEY, PROBLEMS, READ_PROBLEMS, Door, OpenView
from cases.docket.api.shapes import AnswerOut, field_of, serializer_of
from cases.docket.queries.calling import COMMON, call_first
from cases.intake.operations.filing import self_handle
from cases.intake.queries.filing import groups, usual
from cases.intake.queries.nearby import Spot, nearby
from cases.intake.states import REPORT
from cases.intake.states.way import FILE, SELF_HANDLE
from cases.intake.states.words import FACTS
from cases.law.moves import Refused, Why
from cases.rulebook.queries import book

_DATUM = serializers.ChoiceField(
    [("wgs84", "WGS-84"), ("gcj02", "GCJ-02")], required=False, default="wgs84"
)


def place_fields() -> dict[str, Any]:
    """Where it happened and where it came from, as every way of filing takes them."""
    return {
        "source": field_of(FACTS["source"], required=False),
        "lng": serializers.FloatField(required=False, min_value=-180, max_value=180),
        "lat": serializers.FloatField(required=False, min_value=-90, max_value=90),
        "datum": _DATUM,
        "division": serializers.RegexField(
            r"^\d{6,12}$", required=False, help_text="事发镇（街道）区划代码；不填为本镇"
        ),
        "anonymous": serializers.BooleanField(required=False, default=False),
    }


SelfReportIn = serializer_of("SelfReportIn", SELF_HANDLE, REPORT.table, place_fields())


class SelfReportsView(OpenView):
    """Enter what was put right on the spot."""

    kind = REPORT.code
    serializer: Any = SelfReportIn
    operation = staticmethod(self_handle)

    @extend_schema(
        operation_id="report_self_handle",
        summary="自办：当场办好的登记",
        description=f"依据：{SELF_HANDLE.basis}",
        parameters=[KEY],
        request=SelfReportIn,
        responses={201: AnswerOut, **PROBLEMS},
        tags=["reports"],
    )
    def post(self, request: Request) -> Response:
        """Enter it; 201 with its number."""
        return self.open(request)


class SpotIn(serializers.Serializer[Any]):
    """Where and what is about to be filed: a point or a village, and a class."""

    category = serializers.CharField(max_length=12)
    lng = serializers.FloatField(required=False, min_value=-180, max_value=180)
    lat = serializers.FloatField(required=False, min_value=-90, max_value=90)
    datum = serializers.ChoiceField(["wgs84", "gcj02"], required=False, default="wgs84")
    village = serializers.CharField(required=False, max_length=12, help_text="村（社区）代码")


class NearOut(serializers.Serializer[Any]):
    """A report nearby; only number and state where this seat may not open it."""

    number = serializers.CharField()
    state_label = serializers.CharField()
    closed = serializers.BooleanField()
    title = serializers.CharField()
    category_name = serializers.CharField()
    where = serializers.CharField(help_text="距离，如 约 60 米")
    opened_at = serializers.DateTimeField(allow_null=True)
    url = serializers.CharField()


class NearbyOut(serializers.Serializer[Any]):
    """What was filed nearby, the nearest first."""

    results = NearOut(many=True)


class FilingDoor(Door):
    """A door for those who file."""

    def check_filer(self) -> None:
        """403 for a seat that files nothing."""
        if self.actor.role not in FILE.by:
            label = self.actor.role.label
            words = f"您现在的岗位（{label}）不能上报事项，请切换到有权上报的岗位。"
            raise Refused(words, why=Why.ROLE)


class NearbyView(FilingDoor):
    """What was filed nearby already."""

    @extend_schema(
        operation_id="report_nearby",
        summary="附近 30 天内已有人报过的同类事项",
        parameters=[SpotIn],
        responses={200: NearbyOut, **READ_PROBLEMS},
        tags=["reports"],
    )
    def get(self, request: Request) -> Response:
        """The nearest first; empty where neither point nor village is given."""
        self.check_filer()
        form = SpotIn(data=request.query_params)
        form.is_valid(raise_exception=True)
        rows = nearby(self.actor, Spot(**form.validated_data), timezone.now())
        return Response(NearbyOut({"results": rows}).data)


class CallOut(serializers.Serializer[Any]):
    """Whom to call first."""

    label = serializers.CharField()  # type: ignore[assignment]
    number = serializers.CharField()


class UsualOut(serializers.Serializer[Any]):
    """A class this seat files often."""

    code = serializers.CharField()
    name = serializers.CharField()
    phone_now = serializers.BooleanField()
    self_handled = serializers.SerializerMethodField()

    def get_self_handled(self, rule: Any) -> bool:
        """Whether it may be put right on the spot (自办)."""
        return "S" in rule.flags


class BeforeOut(serializers.Serializer[Any]):
    """What whoever files sees first."""

    calls = CallOut(many=True)
    usual = UsualOut(many=True)


class BeforeView(FilingDoor):
    """Whom to call first, and what this seat files often."""

    @extend_schema(
        operation_id="report_before_filing",
        summary="上报前：先打的电话、常用分类",
        responses={200: BeforeOut, **READ_PROBLEMS},
        tags=["reports"],
    )
    def get(self, request: Request) -> Response:
        """Numbers in the order to be called; six classes, the most frequent first."""
        self.check_filer()
        now, division = timezone.now(), self.actor.division
        able = {c.code: c for _, found in groups(book(), division, now) for c in found}
        calls = [*COMMON, *call_first(division, now)]
        return Response(BeforeOut({"calls": calls, "usual": usual(self.actor, able)}).data)


urlpatterns = [
    path("self-reports/", SelfReportsView.as_view()),
    path("reports/nearby/", NearbyView.as_view()),
    path("reports/before-filing/", BeforeView.as_view()),
]
