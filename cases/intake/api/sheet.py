"""The hotline's sheets by API (12345 工单接口): send one, look it through, file it, take answers
out. What its pages do, under the same rules.
"""

from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from cases.docket.api import KEY, PROBLEMS, READ_PROBLEMS, Door, key_of
from cases.docket.api.shapes import StrictSerializer
from cases.docket.operations.reading import note_reading
from cases.docket.problems import ProblemOut
from cases.intake.operations.sheets import Preview, import_sheet, look_through, send_sheet
from cases.intake.queries.answers import HEADS, answers, between
from cases.law.moves import Refused, Role, Why

_MULTIPART = {(code, "application/problem+json"): ProblemOut for code in (413, 415)}


class SheetIn(StrictSerializer):
    """A table of the hotline."""

    file = serializers.FileField(
        allow_empty_file=True,
        max_length=255,
        error_messages={"required": "没有收到表格，请用 file 字段提交。"},
        help_text="12345 系统导出的 xlsx 表格，最多 2,000 行",
    )


class SheetRowOut(serializers.Serializer[Any]):
    """What would become of one row."""

    row = serializers.IntegerField()
    number = serializers.CharField()
    title = serializers.CharField()
    state = serializers.ChoiceField(["new", "known", "repeated", "wrong"])
    words = serializers.CharField()
    report = serializers.CharField(help_text="已登记的，登记编号")
    dispatched = serializers.DateTimeField(allow_null=True)
    due = serializers.DateTimeField(allow_null=True)
    category = serializers.CharField(help_text="空：登记为“其他”")
    village = serializers.CharField()


class SheetOut(serializers.Serializer[Any]):
    """What a table holds; nothing is entered yet."""

    id = serializers.UUIDField()
    counts = serializers.DictField(child=serializers.IntegerField())
    unclassed = serializers.IntegerField(help_text="将登记为“其他”的件数")
    rows = SheetRowOut(many=True)


class BadRowOut(serializers.Serializer[Any]):
    """A row that was not entered."""

    row = serializers.IntegerField()
    number = serializers.CharField()
    reason = serializers.CharField()


class FiledOut(serializers.Serializer[Any]):
    """What an import did."""

    created = serializers.IntegerField()
    existing = serializers.IntegerField()
    unclassed = serializers.IntegerField()
    rejected = BadRowOut(many=True)
    numbers = serializers.ListField(child=serializers.CharField())


class SpanIn(StrictSerializer):
    """Two days, both of them within the span."""

    since = serializers.DateField()
    until = serializers.DateField()


class AnswersOut(serializers.Serializer[Any]):
    """The answers in the columns of the hotline's sheet, texts only."""

    heads = serializers.ListField(child=serializers.CharField())
    rows = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))


class SheetsView(Door):
    """Tables sent."""

    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="sheet_send",
        summary="上传 12345 工单表并预览",
        description="只预览，不登记；表格保留一天，供随后导入。",
        request={"multipart/form-data": SheetIn},
        responses={201: SheetOut, **PROBLEMS, **_MULTIPART},
        tags=["sheets"],
    )
    def post(self, request: Request) -> Response:
        """Take in a table; 201 with what would become of each row."""
        _desk(self)
        form = SheetIn(data=request.data)
        form.is_valid(raise_exception=True)
        sent = form.validated_data["file"]
        told = send_sheet(sent.name or "", sent, by=self.actor, at=timezone.now())
        return Response(_told(told), 201)


class SheetView(Door):
    """One table sent."""

    @extend_schema(
        operation_id="sheet_preview",
        summary="预览已上传的工单表",
        responses={200: SheetOut, **READ_PROBLEMS},
        tags=["sheets"],
    )
    def get(self, request: Request, upload: UUID) -> Response:
        """What would become of each row now."""
        _desk(self)
        return Response(_told(look_through(upload, by=self.actor, at=timezone.now())))


class ImportView(Door):
    """One table filed."""

    @extend_schema(
        operation_id="sheet_import",
        summary="登记工单表中可登记的行",
        description="可重复调用：已登记的工单编号不会再登记，计入 existing。",
        parameters=[KEY],
        request=None,
        responses={200: FiledOut, **PROBLEMS},
        tags=["sheets"],
    )
    def post(self, request: Request, upload: UUID) -> Response:
        """File every good row; bad ones are named and stop no other."""
        _desk(self)
        key_of(request)
        done = import_sheet(upload, by=self.actor, at=timezone.now())
        return Response(FiledOut(done).data)


class AnswersView(Door):
    """The answers of a span of days."""

    @extend_schema(
        operation_id="sheet_answers",
        summary="导出 12345 办理结果",
        description="按办结日期；导出留痕，不作任何标记。",
        parameters=[KEY],
        request=SpanIn,
        responses={200: AnswersOut, **PROBLEMS},
        tags=["sheets"],
    )
    def post(self, request: Request) -> Response:
        """What was closed between two days, as rows of the hotline's sheet."""
        _desk(self)
        key_of(request)
        form = SpanIn(data=request.data)
        form.is_valid(raise_exception=True)
        since: date = form.validated_data["since"]
        until: date = form.validated_data["until"]
        rows = list(answers(self.actor, *between(since, until)))
        words = f"12345 办理结果 {since} 至 {until}"
        note_reading(self.actor, "export", rows=len(rows), words=words, at=timezone.now())
        return Response(AnswersOut({"heads": HEADS, "rows": rows}).data)


def _told(preview: Preview) -> dict[str, Any]:
    return dict(SheetOut(preview).data)


def _desk(door: Door) -> None:
    if door.actor.role is not Role.DESK:
        raise Refused(
            f"您现在的岗位（{door.actor.role.label}）不办理工单导入导出，请由综合受理窗口办理。",
            why=Why.ROLE,
            whose=[Role.DESK.label],
        )
