"""The API's doors for files (附件接口): sent ahead in multipart, named by id in a move's `files`,
read back only by whoever may open the case.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from cases.docket import vault
from cases.docket.api import PROBLEMS, READ_PROBLEMS, Door
from cases.docket.api.shapes import StrictSerializer
from cases.docket.operations.attachments import Opened, open_file, open_thumb
from cases.docket.operations.uploads import receive_upload, remove_upload
from cases.docket.problems import ProblemOut
from cases.docket.queries import find
from cases.docket.queries.files import content_of, files_of, own_upload, upload_view
from cases.docket.sniffing import TAKEN
from cases.docket.transfer import begins, handed_out
from cases.law.moves import Refused

RANGE = OpenApiParameter(
    "Range", str, OpenApiParameter.HEADER, description="只取一段，如 bytes=0-1048575（视频、录音）"
)
TOO_LARGE = {(413, "application/problem+json"): ProblemOut}
BYTES = {(200, "*/*"): OpenApiTypes.BINARY, **READ_PROBLEMS}


class UploadIn(StrictSerializer):
    """A file for a move that is still being written."""

    file = serializers.FileField(
        allow_empty_file=True,
        max_length=255,
        error_messages={"required": "没有收到文件，请用 file 字段提交。"},
        help_text=f"一次一个：{TAKEN}",
    )
    seconds = serializers.IntegerField(
        required=False, min_value=0, max_value=600, help_text="录音秒数（文件自身不带时）"
    )


class UploadOut(serializers.Serializer[Any]):
    """A file taken in; its id goes into `files` of a move within a day."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    name = serializers.CharField()
    size = serializers.IntegerField(help_text="字节；照片为清除拍摄信息后的大小")


class AttachmentOut(serializers.Serializer[Any]):
    """A file of a case."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.CharField()
    kind_label = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField(source="length", help_text="字节")
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    seconds = serializers.IntegerField()
    seq = serializers.IntegerField(help_text="随哪一步")
    who = serializers.CharField()
    when = serializers.DateTimeField()
    url = serializers.CharField(help_text="空：说明理由后查阅的岗位不能打开附件")
    thumb_url = serializers.CharField()


class AttachmentsOut(serializers.Serializer[Any]):
    """The files of a case, as they were added."""

    results = AttachmentOut(many=True)


class Bytes(JSONRenderer):
    """Lets a caller ask for any type: what is answered is the file's own, or a problem."""

    media_type = "*/*"
    format = "bytes"


class UploadsView(Door):
    """Files sent ahead."""

    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="upload_send",
        summary="上传文件（随后在办理时用 files 带上）",
        description="未带上的 24 小时后清除。照片会去掉拍摄地点等信息。",
        request={"multipart/form-data": UploadIn},
        responses={
            201: UploadOut,
            **PROBLEMS,
            **TOO_LARGE,
            (415, "application/problem+json"): ProblemOut,
        },
        tags=["files"],
    )
    def post(self, request: Request) -> Response:
        """Take in one file; 201 with its id."""
        form = UploadIn(data=request.data)
        form.is_valid(raise_exception=True)
        sent = form.validated_data["file"]
        kept = receive_upload(
            sent.name,
            sent,
            by=self.actor,
            at=timezone.now(),
            declared=sent.content_type or "",
            seconds=form.validated_data.get("seconds", 0),
        )
        told = upload_view(kept)
        shown = {"id": told.id, "kind": told.kind, "name": told.name, "size": told.length}
        return Response(UploadOut(shown).data, 201)


class RemoveView(Door):
    """A file sent ahead, thrown away."""

    @extend_schema(
        operation_id="upload_remove",
        summary="移除未提交的文件",
        request=None,
        responses={204: None, **PROBLEMS},
        tags=["files"],
    )
    def post(self, request: Request, upload: UUID) -> Response:
        """Throw it away; 404 where it is not one's own, or was submitted."""
        if not remove_upload(upload, by=self.actor):
            raise Http404
        return Response(status=204)


class FileDoor(Door):
    """A door that answers with bytes."""

    renderer_classes = (Bytes, JSONRenderer)

    def handed(self, open_: Callable[[], Opened]) -> HttpResponse:
        """What was opened; 404 where nothing may be."""
        try:
            return handed_out(open_(), self.request.headers)
        except (Refused, vault.Missing) as hidden:
            raise Http404 from hidden


class UploadThumbView(FileDoor):
    """The thumbnail of a file sent ahead."""

    @extend_schema(
        operation_id="upload_thumb", summary="未提交文件的缩略图", responses=BYTES, tags=["files"]
    )
    def get(self, request: Request, upload: UUID) -> HttpResponse:
        """A small JPEG, for whoever sent the photo."""
        found = own_upload(self.actor, upload)
        if found is None or not found.thumb:
            raise Http404

        def small() -> Opened:
            content = content_of(found, thumb=True)
            return Opened(content, "photo", "image/jpeg", "缩略图.jpg", found.thumb, False)

        return self.handed(small)


class AttachmentView(FileDoor):
    """A file of a case."""

    @extend_schema(
        operation_id="attachment_read",
        summary="附件内容",
        parameters=[RANGE],
        responses={
            **BYTES,
            (206, "*/*"): OpenApiTypes.BINARY,
            304: None,
            416: None,
        },
        tags=["files"],
    )
    def get(self, request: Request, attachment: int) -> HttpResponse:
        """Its bytes, or a part of them; opening a protected one leaves a trace."""
        again = not begins(request.headers)
        return self.handed(
            lambda: open_file(attachment, by=self.actor, at=timezone.now(), again=again)
        )


class ThumbView(FileDoor):
    """A file's thumbnail."""

    @extend_schema(
        operation_id="attachment_thumb",
        summary="附件缩略图",
        responses={**BYTES, 304: None},
        tags=["files"],
    )
    def get(self, request: Request, attachment: int) -> HttpResponse:
        """A small JPEG; 404 where there is none."""
        return self.handed(lambda: open_thumb(attachment, by=self.actor))


class AttachmentsView(Door):
    """The files of a case."""

    @extend_schema(
        operation_id="case_attachments",
        summary="案件附件列表",
        responses={200: AttachmentsOut, **READ_PROBLEMS},
        tags=["files"],
    )
    def get(self, request: Request, number: str) -> Response:
        """Every file of the case, as it was added."""
        case = find(self.actor, number)
        if case is None:
            raise Http404
        rows = [_by_interface(asdict(row)) for row in files_of(self.actor, case)]
        return Response(AttachmentsOut({"results": rows}).data)


def _by_interface(row: dict[str, Any]) -> dict[str, Any]:
    return row | {name: f"/api/v1{row[name]}" for name in ("url", "thumb_url") if row[name]}
