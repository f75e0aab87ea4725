"""Files on their way (收发文件): in, they stay in memory; out, they harm nobody who opens them.

Nothing unsealed is ever put on a disk, as the framework would do with a large file. What goes out
carries the type its row names, from a fixed list, and a policy that lets nothing in it run.
"""

import re
from collections.abc import Mapping
from io import BytesIO
from typing import Any, Final

from django.contrib.auth import SESSION_KEY
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from cases.docket.operations.attachments import Opened
from cases.docket.sniffing.limits import LARGEST_OF_ALL, MB

LARGEST_REQUEST: Final = 100 * MB
INLINE: Final = {
    "photo": frozenset({"image/jpeg"}),
    "video": frozenset({"video/mp4", "video/quicktime"}),
    "voice": frozenset(
        {"audio/webm", "audio/ogg", "audio/mp4", "audio/mpeg", "audio/amr", "audio/wav"}
    ),
}
OPAQUE: Final = "application/octet-stream"
DOCUMENTS: Final = frozenset(
    {
        "application/pdf",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
)
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


class FilesInMemory(FileUploadHandler):
    """Holds sent files in memory, each up to one byte over the limit: more is counted as too large.

    Of whoever is not logged in nothing is held at all.
    """

    _held: BytesIO

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        """Refuse a body that no form sends before reading it (413)."""
        if content_length > LARGEST_REQUEST:
            raise RequestDataTooBig("files")

    def new_file(self, *told: Any, **more: Any) -> None:
        """A file begins."""
        super().new_file(*told, **more)
        if not _known(self.request):
            raise SkipFile
        self._held = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """A piece of it."""
        room = LARGEST_OF_ALL + 1 - self._held.tell()
        self._held.write(raw_data[: max(room, 0)])
        return None

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """The whole of it."""
        self._held.seek(0)
        return InMemoryUploadedFile(
            file=self._held,
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )


def handed_out(opened: Opened, headers: Mapping[str, str]) -> HttpResponse:
    """A file as the answer to a request, a part of it where a player asks for one (206, 416)."""
    known = opened.media_type in INLINE.get(opened.kind, frozenset())
    typed = opened.media_type if known or opened.media_type in DOCUMENTS else OPAQUE
    tag = f'"{opened.digest[:32]}"'
    if tag in headers.get("If-None-Match", "") and not opened.protected:
        return _guarded(HttpResponse(status=304, headers={"ETag": tag}), opened)
    whole = len(opened.content)
    answer = HttpResponse(opened.content, content_type=typed)
    if opened.kind in {"video", "voice"}:
        answer = _part(opened, typed, headers, tag) or answer
        answer["Accept-Ranges"] = "bytes"
    answer["ETag"] = tag
    answer["Content-Disposition"] = str(
        content_disposition_header(as_attachment=not known, filename=opened.name) or "attachment"
    )
    if answer.status_code == 416:
        answer["Content-Range"] = f"bytes */{whole}"
    return _guarded(answer, opened)


def begins(headers: Mapping[str, str]) -> bool:
    """Whether a request opens a file, rather than asking for a further piece of it."""
    found = _RANGE.fullmatch(headers.get("Range", "").strip())
    return found is None or found[1] in {"", "0"}


def _part(
    opened: Opened, typed: str, headers: Mapping[str, str], tag: str
) -> HttpResponse | None:
    found = _RANGE.fullmatch(headers.get("Range", "").strip())
    if found is None or (found[1], found[2]) == ("", "") or headers.get("If-Range", tag) != tag:
        return None  # not asked, not understood, or asked of another file: all of it
    whole = len(opened.content)
    first = int(found[1]) if found[1] else max(whole - int(found[2]), 0)
    last = min(int(found[2]), whole - 1) if found[1] and found[2] else whole - 1
    if first >= whole or (found[1] == "" and int(found[2]) == 0):
        return HttpResponse(status=416, content_type=typed)
    if last < first:
        return None
    part = HttpResponse(opened.content[first : last + 1], status=206, content_type=typed)
    part["Content-Range"] = f"bytes {first}-{last}/{whole}"
    return part


def _guarded(answer: HttpResponse, opened: Opened) -> HttpResponse:
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    # Asked for again each time, so that a seat that lost the case loses its files at once.
    answer["Cache-Control"] = "private, no-store" if opened.protected else "private, no-cache"
    return answer


def _known(request: Any) -> bool:
    if getattr(request, "actor", None) is not None:
        return True
    session = getattr(request, "session", None)
    return session is not None and SESSION_KEY in session
