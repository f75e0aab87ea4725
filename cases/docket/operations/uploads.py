"""Files sent ahead of their form (暂存文件): checked, cleaned, sealed, and thrown away when nobody
took them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import IO
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from cases.docket import access, images, vault
from cases.docket.models import Attachment, Upload
from cases.docket.scanning import scan
from cases.docket.seal import make_key, seal_facts
from cases.docket.sniffing import LABELS, Sniffed, refused, sniff
from cases.docket.sniffing.boxes import without_place
from cases.docket.sniffing.limits import LARGEST_OF_ALL, NAME, VOICE_SECONDS, WAITING
from cases.law.moves import Refused, Why
from cases.law.texts import visible
from cases.people.queries import Actor

KEPT = timedelta(hours=24)  # how long what was sent waits for its move
ORPHANED = timedelta(hours=48)  # a file in no row for so long belongs to a move that failed
_A_TIME = 500
_ENDINGS = {"photo": "jpg", "video": "mp4", "document": "pdf", "sheet": "xlsx"}


@dataclass(frozen=True)
class _Kept:
    """What of a file is kept: its bytes, its thumbnail's, and what it is."""

    content: bytes
    thumb: bytes
    media_type: str
    width: int = 0
    height: int = 0


def receive_upload(
    name: str,
    content: bytes | IO[bytes],
    *,
    by: Actor,
    at: datetime,
    purpose: str = "file",
    declared: str = "",
    seconds: int = 0,
) -> Upload:
    """Take in a file of an officer; Refused, at the field `files`, for what is not taken.

    `purpose` "sheet" takes a spreadsheet. `seconds` is what the phone says of a recording that does
    not say itself.
    """
    if purpose == "file" and by.role in access.NO_CASES:
        raise Refused(f"{by.role.label}岗位不办理具体事项，不能上传文件。", why=Why.ROLE)
    if Upload.objects.filter(Q(officer_id=by.officer_id)).count() >= WAITING:
        raise refused(
            f"您已上传 {WAITING} 个文件还没有提交，请先提交或移除；未提交的 24 小时后自动清除。"
        )
    data = content if isinstance(content, bytes) else content.read(LARGEST_OF_ALL + 1)
    found = sniff(data, name, declared, purpose)
    scan(data)
    return _entered(_cleaned_name(name, found), found, _kept(data, found), seconds, by, at)


def receive_uploads(
    files: Iterable[tuple[str, IO[bytes], str]], *, by: Actor, at: datetime
) -> list[Upload]:
    """Take in several files (name, content, declared type), all of them or none."""
    taken: list[Upload] = []
    try:
        with transaction.atomic():
            for name, content, declared in files:
                taken.append(receive_upload(name, content, by=by, at=at, declared=declared))
    except Refused:
        vault.delete(*_names(taken))
        raise
    return taken


def remove_upload(upload: UUID, *, by: Actor) -> bool:
    """Throw away a file of one's own that no move took; False where there is none."""
    with transaction.atomic():
        rows = Upload.objects.filter(Q(officer_id=by.officer_id), pk=upload)
        return _discard(list(rows.select_for_update())) > 0


def sweep_uploads(at: datetime) -> int:
    """Delete what nobody took within a day, and files that are in no row; how many."""
    gone = 0
    while True:
        with transaction.atomic():
            old = Upload.objects.filter(sent_at__lt=at - KEPT).order_by("sent_at")
            rows = list(old.select_for_update(skip_locked=True)[:_A_TIME])
            gone += _discard(rows)
        if len(rows) < _A_TIME:
            break
    before = (at - ORPHANED).timestamp()
    gone += vault.sweep_half(before)
    old_names = (name for name, written in vault.every() if written < before)
    while names := set(islice(old_names, _A_TIME)):
        lost = names - _named(names)
        vault.delete(*lost)
        gone += len(lost)
    return gone


def forget_lost() -> int:
    """Forget what was sent ahead and whose file a backup did not bring back; how many."""
    rows = Upload.objects.values_list("pk", "digest")
    lost = [pk for pk, digest in rows if not vault.exists(digest)]
    return Upload.objects.filter(pk__in=lost).delete()[0]


def _entered(
    name: str, found: Sniffed, kept: _Kept, seconds: int, by: Actor, at: datetime
) -> Upload:
    key, wrapped, key_id = make_key()
    timed = found.kind in {"voice", "video"}
    return Upload.objects.create(
        officer_id=by.officer_id or 0,
        digest=vault.keep(kept.content, key),
        thumb=vault.keep(kept.thumb, key) if kept.thumb else "",
        name=seal_facts(key, {"name": name}),
        kind=found.kind,
        media_type=kept.media_type,
        size=len(kept.content),
        width=kept.width,
        height=kept.height,
        seconds=min(found.seconds or max(min(seconds, VOICE_SECONDS), 0), 32_000) if timed else 0,
        key_id=key_id,
        wrapped_key=wrapped,
        sent_at=at,
    )


def _kept(data: bytes, found: Sniffed) -> _Kept:
    if found.kind == "photo":
        photo = images.cleaned(data)
        return _Kept(photo.content, photo.thumb, "image/jpeg", photo.width, photo.height)
    if found.media_type in {"video/mp4", "video/quicktime", "audio/mp4"}:
        return _Kept(without_place(data), b"", found.media_type)
    return _Kept(data, b"", found.media_type)


def _cleaned_name(name: str, found: Sniffed) -> str:
    """A file's own name without its folders and without marks nobody sees."""
    base = visible(name.replace("\\", "/").rpartition("/")[2])
    base = " ".join(base.split()).rstrip(". ")
    stem, dot, ending = base.rpartition(".")
    if not dot:
        stem, ending = base, ""
    if found.kind == "photo" or not ending:
        ending = _ENDINGS.get(found.kind, "")
    stem = (stem.strip(". ") or LABELS[found.kind])[: NAME - len(ending) - 1]
    return f"{stem}.{ending}" if ending else stem


def _discard(rows: list[Upload]) -> int:
    Upload.objects.filter(pk__in=[row.pk for row in rows]).delete()
    transaction.on_commit(partial(vault.delete, *_names(rows)))
    return len(rows)


def _names(rows: list[Upload]) -> list[str]:
    return [name for row in rows for name in (row.digest, row.thumb)]


def _named(names: set[str]) -> set[str]:
    """Those that a row speaks for; of an erased case none does."""
    alive = Attachment.objects.filter(case__wrapped_key__isnull=False)
    found: set[str] = set()
    for rows in (alive, Upload.objects.all()):
        for column in ("digest", "thumb"):
            found |= set(rows.filter(**{f"{column}__in": names}).values_list(column, flat=True))
    return found
