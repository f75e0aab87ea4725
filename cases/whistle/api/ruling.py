"""Rulings on duties by API (职责界定接口): the arbitration desk, the boundaries fought over, the
precedents, what lies beside an objection.
"""

from collections.abc import Iterable
from typing import Any

from django.http import Http404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from cases.docket.api import READ_PROBLEMS, Door
from cases.docket.api.shapes import form_of
from cases.docket.queries import case_file, find
from cases.docket.queries.files import files_of
from cases.docket.queries.timeline import EventView
from cases.law.moves import Refused, Role, Why
from cases.people.queries import town_day
from cases.whistle.api.ruling_shapes import (
    BesideOut,
    BoundariesIn,
    BoundariesOut,
    DeskOut,
    PrecedentsIn,
    RulingPrecedentsOut,
    RulingsIn,
)
from cases.whistle.queries.beside import Beside, beside
from cases.whistle.queries.boundaries import OUTCOMES, SEATS, Boundary, boundaries, year_to
from cases.whistle.queries.precedents import NOT_THEIRS, Asked, precedents
from cases.whistle.queries.ruling import RULERS, desk
from cases.whistle.states import WHISTLE


class RulingsView(Door):
    """The arbitration desk."""

    @extend_schema(
        operation_id="whistle_rulings",
        summary="职责界定：待界定、等待上级、最近界定",
        parameters=[RulingsIn],
        responses={200: DeskOut, **READ_PROBLEMS},
        tags=["whistles"],
    )
    def get(self, request: Request) -> Response:
        """What waits for a ruling, by what is due next."""
        if self.actor.role not in RULERS:
            raise _not_yours("职责界定由机构编制部门和县专班办理。", RULERS)
        asked = dict(form_of(RulingsIn).run_validation(request.query_params.dict()))
        return Response(DeskOut(desk(self.actor, timezone.now(), **asked)).data)


class BoundariesView(Door):
    """Which boundaries are fought over."""

    @extend_schema(
        operation_id="whistle_boundaries",
        summary="边界争议：分类、提出单位、结果",
        description="一件异议按提出日期计入，按最后结果计一次；只列单位，不排名。",
        parameters=[BoundariesIn],
        responses={200: BoundariesOut, **READ_PROBLEMS},
        tags=["whistles"],
    )
    def get(self, request: Request) -> Response:
        """The table of a period."""
        if self.actor.role not in SEATS:
            raise _not_yours("边界争议统计由职责界定、县专班、督查和镇里查看。", SEATS)
        asked = dict(form_of(BoundariesIn).run_validation(request.query_params.dict()))
        told = boundaries(self.actor, year_to(asked, town_day(timezone.now())))
        rows = [_counted(row) for row in told.rows]
        period = {"since": told.period.since, "until": told.period.until}
        return Response(BoundariesOut(period | {"total": told.total, "results": rows}).data)


class PrecedentsView(Door):
    """The precedents of the county."""

    @extend_schema(
        operation_id="whistle_precedents",
        summary="职责界定先例",
        parameters=[PrecedentsIn],
        responses={200: RulingPrecedentsOut, **READ_PROBLEMS},
        tags=["whistles"],
    )
    def get(self, request: Request) -> Response:
        """A page of them."""
        if self.actor.role in NOT_THEIRS:
            raise _not_yours("职责界定先例供吹哨和承办单位查看。", ())
        asked = dict(form_of(PrecedentsIn).run_validation(request.query_params.dict()))
        page = precedents(self.actor, Asked(**asked), town_day(timezone.now()))
        return Response(RulingPrecedentsOut(page).data)


class BesideView(Door):
    """What lies beside an objection."""

    @extend_schema(
        operation_id="whistle_part_beside",
        summary="职责界定参考：双方依据、清单、目录、先例",
        description="没有提出过派单异议的，或岗位不办理职责界定的，404。",
        responses={200: BesideOut, **READ_PROBLEMS},
        tags=["whistles"],
    )
    def get(self, request: Request, number: str, part: int) -> Response:
        """Both sides, the lists, the routes, the precedents."""
        found, now = find(self.actor, number, WHISTLE.code), timezone.now()
        if found is None:
            raise Http404
        file = case_file(self.actor, found, now)
        mine = next((view for view in file.parts if view.id == part), None)
        files = files_of(self.actor, found)
        told = beside(self.actor, found, file, mine, files, now) if mine else None
        if told is None:
            raise Http404
        return Response(BesideOut(_sides(told)).data)


def _sides(told: Beside) -> dict[str, Any]:
    return {
        **vars(told),
        "objection": _step(told.objection),
        "answers": [_step(event) for event in told.answers],
        "dispatched": [_step(event) for event in told.dispatched],
    }


def _counted(row: Boundary) -> dict[str, Any]:
    named = zip(OUTCOMES, row.outcomes, strict=True)
    return {
        **vars(row),
        "outcomes": [_count(code, label, count) for (code, label), count in named if count],
        "grounds": [_count(*ground) for ground in row.grounds],
        "passed_to": [_count("", name, count) for name, count in row.passed_to],
    }


def _count(code: str, label: str, count: int) -> dict[str, Any]:
    return {"code": code, "label": label, "count": count}


def _step(event: EventView) -> dict[str, Any]:
    facts = [{"label": label, "value": value} for label, value in event.facts]
    return {**vars(event), "facts": facts}


def _not_yours(words: str, whose: Iterable[Role]) -> Refused:
    return Refused(words, why=Why.ROLE, whose=sorted(role.label for role in whose))


urlpatterns = [
    path("whistles/rulings/", RulingsView.as_view()),
    path("whistles/boundaries/", BoundariesView.as_view()),
    path("whistles/precedents/", PrecedentsView.as_view()),
    path("whistles/<str:number>/responses/<int:part>/beside/", BesideView.as_view()),
]
