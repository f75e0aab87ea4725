"""The API's door to lists (清单接口): kept filters, a list as a sheet, the work of a unit."""

from typing import Any

from django.http import FileResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import negotiation, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.docket.api import KEY, PROBLEMS, READ_PROBLEMS, Door, key_of
from cases.docket.api.shapes import StrictSerializer
from cases.docket.api.workitems import NothingIn
from cases.docket.api.worklist import FiltersIn, filters_in
from cases.docket.operations.exporting import MEDIA_TYPE, take_sheet
from cases.docket.operations.saved import LONGEST, drop_view, keep_view
from cases.docket.queries.load import unit_load, with_unit
from cases.docket.queries.saved import saved_views
from cases.law.moves import Refused, Why


class ViewOut(serializers.Serializer[Any]):
    """A kept list."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    query = serializers.CharField(help_text="筛选，如地址中问号之后的部分")
    url = serializers.CharField()


class ViewsOut(serializers.Serializer[Any]):
    """The lists an officer keeps, in the order they were kept."""

    results = ViewOut(many=True)


class ViewIn(StrictSerializer):
    """A list to be kept; a name that stands is given the new filters."""

    name = serializers.CharField(max_length=LONGEST)
    query = serializers.CharField(max_length=2000, allow_blank=True)


class LoadOut(serializers.Serializer[Any]):
    """What lies with one officer, with nobody yet, or with a unit below."""

    name = serializers.CharField()
    running = serializers.IntegerField()
    week = serializers.IntegerField(help_text="七天内到期")
    late = serializers.IntegerField(help_text="已超期")
    url = serializers.CharField(help_text="这些件的清单")


class UnitLoadOut(serializers.Serializer[Any]):
    """A unit's work: by officer in the order of names, and by the units below."""

    unit = serializers.CharField()
    officers = LoadOut(many=True)
    below = LoadOut(many=True)


class SavedView(Door):
    """The lists one keeps."""

    @extend_schema(
        operation_id="saved_views",
        summary="常用筛选",
        responses={200: ViewsOut, **READ_PROBLEMS},
        tags=["worklist"],
    )
    def get(self, _request: Request) -> Response:
        """The kept lists of the officer, whatever the post."""
        return Response(ViewsOut({"results": saved_views(self.actor)}).data)

    @extend_schema(
        operation_id="saved_view_keep",
        summary="存为常用筛选",
        parameters=[KEY],
        request=ViewIn,
        responses={200: ViewsOut, **PROBLEMS},
        tags=["worklist"],
    )
    def post(self, request: Request) -> Response:
        """Keep one; sent again it changes nothing, and answers what is kept now."""
        key_of(request)
        asked = ViewIn(data=request.data)
        asked.is_valid(raise_exception=True)
        keep_view(**asked.validated_data, by=self.actor, at=timezone.now())
        return Response(ViewsOut({"results": saved_views(self.actor)}).data)


class DropView(Door):
    """That a list is no longer kept."""

    @extend_schema(
        operation_id="saved_view_remove",
        summary="删除常用筛选",
        parameters=[KEY],
        request=NothingIn,
        responses={200: ViewsOut, **PROBLEMS},
        tags=["worklist"],
    )
    def post(self, request: Request, view: int) -> Response:
        """Drop one of one's own; 404 where it is not there any more."""
        key_of(request)
        NothingIn(data=request.data).is_valid(raise_exception=True)
        drop_view(view, by=self.actor)
        return Response(ViewsOut({"results": saved_views(self.actor)}).data)


class _AnySheet(negotiation.DefaultContentNegotiation):
    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        # A sheet is a sheet, whatever the caller says it would accept; problems stay JSON.
        return renderers[0], renderers[0].media_type


class ExportView(Door):
    """A list as a sheet."""

    content_negotiation_class = _AnySheet

    @extend_schema(
        operation_id="cases_export",
        summary="导出",
        description="按同样的筛选和权限导出为 xlsx，最多 100000 行；响应头 Export-Rows 为行数。"
        "每次导出留痕。",
        parameters=[FiltersIn],
        responses={(200, MEDIA_TYPE): OpenApiTypes.BINARY, **READ_PROBLEMS},
        tags=["cases"],
    )
    def get(self, request: Request) -> FileResponse:
        """The sheet; `after` and `size` are left aside."""
        filters = filters_in(request, "all", "")
        sheet = take_sheet(filters, by=self.actor, at=timezone.now())
        return FileResponse(
            sheet.file,
            as_attachment=True,
            filename=sheet.name,
            content_type=MEDIA_TYPE,
            headers={"Export-Rows": str(sheet.rows)},
        )


class UnitView(Door):
    """What my unit has in hand."""

    @extend_schema(
        operation_id="unit_load",
        summary="本单位在办",
        responses={200: UnitLoadOut, **READ_PROBLEMS},
        tags=["worklist"],
    )
    def get(self, _request: Request) -> Response:
        """Running, due this week, late: by officer and by unit below; for seats of a unit."""
        if not with_unit(self.actor):
            words = f"{self.actor.role.label}岗位没有“本单位”，请切换到相应岗位。"
            raise Refused(words, why=Why.ROLE)
        return Response(UnitLoadOut(unit_load(self.actor, timezone.now())).data)
