"""Before and around a whistle by API (吹哨前后接口): its types, who would be called, one's own
drafts, what awaits a yes.
"""

from typing import Any

from django.http import Http404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from cases.docket.api import PROBLEMS, READ_PROBLEMS, Door
from cases.docket.models import Case, Event
from cases.docket.queries.casefile import find_draft
from cases.law.moves import Refused, Role, Why
from cases.people.queries import Actor, town_day
from cases.rulebook.queries import book
from cases.rulebook.queries.rules import RuleMissing
from cases.whistle.api.blowing_shapes import (
    ApprovalsOut,
    KeptListOut,
    PreviewIn,
    PreviewOut,
    TypesOut,
    WrittenOut,
)
from cases.whistle.operations import blow_whistle
from cases.whistle.queries.approvals import APPROVING, approvals_of
from cases.whistle.queries.drafts import drafts_of, named_of, written
from cases.whistle.queries.routing import preview_of
from cases.whistle.queries.types import NOWHERE, lies_nowhere, types_for
from cases.whistle.states import WHISTLE
from cases.whistle.states.way import BLOWERS

_NOT_YOURS = "这是吹哨岗位的接口，请换用有权吹哨的岗位。"


def blow_somewhere(*, by: Actor, keep: bool = False, **told: Any) -> tuple[Case, Event]:
    """Blow a whistle by the interface; Refused where an emergency does not say its place."""
    division = str(told.get("division") or by.division)
    on_point = not keep and _rushed(str(told.get("type")), division)
    if lies_nowhere(on_point, told):
        raise Refused(NOWHERE, why=Why.FACTS, fields={"address": NOWHERE})
    return blow_whistle(by=by, keep=keep, **told)


def _rushed(code: str, division: str) -> bool:
    try:
        return book().whistle(code, division, town_day(timezone.now())).on_point
    except RuleMissing:
        return False


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


class DraftView(Door):
    """One draft."""

    @extend_schema(
        operation_id="whistle_draft_read",
        summary="吹哨草稿",
        responses={200: WrittenOut, **READ_PROBLEMS},
        tags=["whistles"],
    )
    def get(self, request: Request, draft: int) -> Response:
        """A draft of one's own, as it was last written."""
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
