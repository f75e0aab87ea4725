"""Before and around a whistle by API (吹哨前后接口): its types, who would be called, drafts of one's
own, what awaits a yes.
"""

from typing import Any

from django.http import Http404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from cases.docket.api import PROBLEMS, READ_PROBLEMS, Door
from cases.docket.api.shapes import StrictSerializer
from cases.docket.api.worklist import DueOut
from cases.docket.queries.casefile import find_draft
from cases.law.moves import Role
from cases.whistle.queries.approvals import APPROVING, approvals_of
from cases.whistle.queries.drafts import drafts_of, named_of, written
from cases.whistle.queries.routing import preview_of
from cases.whistle.queries.types import types_for
from cases.whistle.states import WHISTLE
from cases.whistle.states.way import BLOWERS

_NOT_YOURS = "这是吹哨岗位的接口，请换用有权吹哨的岗位。"


class TermOut(serializers.Serializer[Any]):
    """How long a step may take."""

    name = serializers.CharField()
    words = serializers.CharField()

    def to_representation(self, instance: tuple[str, str]) -> dict[str, str]:
        """The pair as an object."""
        return {"name": instance[0], "words": instance[1]}


class TypeOut(serializers.Serializer[Any]):
    """A type this seat may blow."""

    code = serializers.CharField()
    name = serializers.CharField()
    use = serializers.CharField()
    gate = serializers.CharField(help_text="谁批准、何时确认")
    terms = TermOut(many=True)
    inspects = serializers.BooleanField(help_text="派哨时须填行政检查审批号")
    citation = serializers.CharField()
    quality_label = serializers.CharField()


class BarredOut(serializers.Serializer[Any]):
    """A type that is not this seat's."""

    name = serializers.CharField()
    why = serializers.CharField()


class TypesOut(serializers.Serializer[Any]):
    """The types of whistle for a seat."""

    types = TypeOut(many=True)
    barred = BarredOut(many=True)


class ProposedOut(serializers.Serializer[Any]):
    """A department, in which capacity, and on what that rests."""

    unit = serializers.IntegerField()
    name = serializers.CharField()
    capacity = serializers.CharField()
    capacity_label = serializers.CharField()
    why = serializers.CharField()
    paper = serializers.CharField()
    quality_label = serializers.CharField()


class GuideOut(serializers.Serializer[Any]):
    """A ruling on duties in force."""

    number = serializers.CharField()
    ruling = serializers.CharField()
    ruling_label = serializers.CharField()
    words = serializers.CharField()
    paper = serializers.CharField()
    ruled_on = serializers.DateField()
    last_day = serializers.DateField(allow_null=True)


class ListedOut(serializers.Serializer[Any]):
    """A line of the duty lists that reads like the class."""

    list_label = serializers.CharField()
    number = serializers.CharField()
    name = serializers.CharField()
    lead = serializers.CharField()
    department_duty = serializers.CharField()
    town_duty = serializers.CharField()
    paper = serializers.CharField()
    quality_label = serializers.CharField()


class EarlierOut(serializers.Serializer[Any]):
    """A whistle that may be about the same matter."""

    number = serializers.CharField()
    title = serializers.CharField()
    state_label = serializers.CharField()
    opened_at = serializers.DateTimeField()


class PreviewOut(serializers.Serializer[Any]):
    """Who would be called, and why."""

    category = serializers.CharField()
    category_name = serializers.CharField()
    handler = serializers.CharField(help_text="分类默认承办")
    proposed = ProposedOut(many=True)
    nothing = serializers.CharField(help_text="没有依据时的说明；有推荐的为空")
    chosen = ProposedOut(many=True)
    notes = serializers.ListField(child=serializers.CharField())
    guides = GuideOut(many=True)
    duties = ListedOut(many=True)
    earlier = EarlierOut(many=True)
    listed = serializers.IntegerField(help_text="现行履职事项清单的项数")
    principle = serializers.CharField()


class PreviewIn(StrictSerializer):
    """What is known so far of a whistle."""

    category = serializers.CharField(max_length=12, help_text="网格事件分类代码")
    village = serializers.CharField(max_length=12, required=False, help_text="村（社区）代码")
    division = serializers.RegexField(
        r"^\d{6,12}$", required=False, help_text="镇（街道）区划代码；不填为本镇"
    )
    lead = serializers.IntegerField(required=False, min_value=1, max_value=2**53)
    assisting = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**53), required=False, max_length=100
    )
    copied = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**53), required=False, max_length=100
    )


class CalledOut(serializers.Serializer[Any]):
    """A department that would be called."""

    name = serializers.CharField()
    capacity = serializers.CharField()


class ApprovalOut(serializers.Serializer[Any]):
    """A whistle that awaits a yes."""

    number = serializers.CharField()
    verb = serializers.CharField(help_text="approve 或 confirm：送往哪个动作的地址")
    label = serializers.CharField()  # type: ignore[assignment]
    version = serializers.IntegerField()
    type_label = serializers.CharField()
    title = serializers.CharField()
    ask = serializers.CharField()
    description = serializers.CharField()
    category = serializers.CharField()
    where = serializers.CharField()
    blower = serializers.CharField()
    called = CalledOut(many=True)
    meet_at = serializers.DateTimeField(allow_null=True)
    urgent = serializers.BooleanField()
    mine = serializers.BooleanField()
    whose = serializers.CharField()
    opened_at = serializers.DateTimeField()
    due = DueOut(allow_null=True)


class ApprovalsOut(serializers.Serializer[Any]):
    """Everything that awaits this seat's yes."""

    mine = ApprovalOut(many=True)
    others = ApprovalOut(many=True)
    more = serializers.BooleanField()


class KeptOut(serializers.Serializer[Any]):
    """A draft of the seat's own."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    type_label = serializers.CharField()
    opened_at = serializers.DateTimeField()


class KeptListOut(serializers.Serializer[Any]):
    """The seat's drafts, the newest first."""

    rows = KeptOut(many=True)


class WrittenOut(serializers.Serializer[Any]):
    """A draft as it was last written."""

    id = serializers.IntegerField()
    state = serializers.CharField()
    version = serializers.IntegerField()
    facts = serializers.DictField(help_text="各字段，与改稿接口同名")


class BlowerDoor(Door):
    """A door for seats that may blow."""

    roles = frozenset(BLOWERS)

    def let_in(self) -> None:
        """403 for every other seat."""
        if self.actor.role not in self.roles:
            raise PermissionDenied(_NOT_YOURS)


class TypesView(BlowerDoor):
    """The types of whistle."""

    @extend_schema(
        operation_id="whistle_types",
        summary="可吹的哨种：何时用、谁批准、各环节时限",
        responses={200: TypesOut, **READ_PROBLEMS},
        tags=["whistles"],
    )
    def get(self, request: Request) -> Response:
        """What this seat may blow today, and what it may not."""
        self.let_in()
        able, barred = types_for(self.actor, self.actor.division, timezone.now())
        return Response(TypesOut({"types": able, "barred": barred}).data)


class PreviewView(BlowerDoor):
    """Who would be called."""

    roles = frozenset(BLOWERS) - {Role.ENTERPRISE}

    @extend_schema(
        operation_id="whistle_preview",
        summary="派哨依据：会叫谁、凭哪份文件；没有依据的不作推荐",
        parameters=[PreviewIn],
        responses={200: PreviewOut, **PROBLEMS},
        tags=["whistles"],
    )
    def get(self, request: Request) -> Response:
        """The preview of a class of matter; it advises and decides nothing."""
        self.let_in()
        asked = PreviewIn(data=_listed(request))
        asked.is_valid(raise_exception=True)
        told: dict[str, Any] = dict(asked.validated_data)
        division = told.get("division", "")
        if not division.startswith(self.actor.division):
            division = self.actor.division
        found = preview_of(
            self.actor,
            division,
            told["category"],
            timezone.now(),
            village=told.get("village", ""),
            named=named_of(told),
        )
        return Response(PreviewOut(found).data)


class ApprovalsView(BlowerDoor):
    """What awaits my yes."""

    roles = frozenset(APPROVING)

    @extend_schema(
        operation_id="whistle_approvals",
        summary="待我审批：待批的吹哨、待事后确认的应急哨",
        responses={200: ApprovalsOut, **READ_PROBLEMS},
        tags=["whistles"],
    )
    def get(self, request: Request) -> Response:
        """Emergencies first, then what is due next."""
        self.let_in()
        return Response(ApprovalsOut(approvals_of(self.actor, timezone.now())).data)


class DraftsView(BlowerDoor):
    """My drafts."""

    @extend_schema(
        operation_id="whistle_drafts",
        summary="本人的吹哨草稿",
        responses={200: KeptListOut, **READ_PROBLEMS},
        tags=["whistles"],
    )
    def get(self, request: Request) -> Response:
        """The newest first."""
        self.let_in()
        return Response(KeptListOut({"rows": drafts_of(self.actor)}).data)


class DraftView(BlowerDoor):
    """One draft."""

    @extend_schema(
        operation_id="whistle_draft_read",
        summary="吹哨草稿",
        responses={200: WrittenOut, **READ_PROBLEMS},
        tags=["whistles"],
    )
    def get(self, request: Request, draft: int) -> Response:
        """A draft of one's own, as it was last written."""
        self.let_in()
        case = find_draft(self.actor, draft, WHISTLE.code) if draft < 2**63 else None
        if case is None:
            raise Http404
        told = {name: value for name, value in written(case).items() if value is not None}
        body = {"id": case.pk, "state": case.state, "version": case.version, "facts": told}
        return Response(WrittenOut(body).data, headers={"ETag": f'"{case.version}"'})


def _listed(request: Request) -> dict[str, Any]:
    """The address's parameters; those that name several units as lists."""
    several = ("assisting", "copied")
    given = request.query_params
    return {n: given.getlist(n) if n in several else given[n] for n in given}


urlpatterns = [
    path("whistles/types/", TypesView.as_view()),
    path("whistles/preview/", PreviewView.as_view()),
    path("whistles/approvals/", ApprovalsView.as_view()),
    path("whistles/drafts/", DraftsView.as_view()),
    path("whistles/drafts/<int:draft>/", DraftView.as_view()),
]
