"""Files as they are read (查阅附件): of a case for who may open it, of an upload for its sender.

A name is sealed under the case's key; what was destroyed has neither name nor content. A protected
case shows no thumbnails: each of its files is opened by itself, and the opening leaves a trace. Of
a case that keeps its filer to itself (不公开提出人) the filer's files go by neutral names.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from cases.docket import access, kinds, vault
from cases.docket.models import Attachment, Case, Event, FileKind, Upload
from cases.docket.queries.casefile import shows_filer
from cases.docket.queries.timeline import VEILED
from cases.docket.seal import open_key, unseal_facts
from cases.people.queries import Actor

_KB = 1024


@dataclass(frozen=True)
class FileView:
    """A file of a case as its page and the interface show it; without `url` it may not be opened.

    `size` in words, `length` in bytes; `who` added it and `when`, with the step `seq`.
    """

    id: int
    name: str
    kind: str
    kind_label: str
    url: str
    thumb_url: str
    media_type: str
    size: str
    length: int
    width: int
    height: int
    seconds: int
    seq: int
    who: str
    when: datetime


@dataclass(frozen=True)
class UploadView:
    """A file sent ahead, as its form shows it."""

    id: UUID
    name: str
    kind: str
    thumb_url: str
    size: str
    length: int


def files_of(actor: Actor, case: Case) -> list[FileView]:
    """The files of a case this seat has before it, as they were added; none of an erased one."""
    key = open_key(case.wrapped_key, case.key_id)
    if key is None:
        return []
    guarded, reads_only = is_protected(case), access.only_reads(actor, case)
    known = Attachment.objects.filter(case=case).select_related("added_by")
    rows = list(known.order_by("seq", "id"))
    files = [_view(row, key, guarded or row.protected, reads_only) for row in rows]
    theirs = _veiled_steps(actor, case)
    return [
        replace(file, who=VEILED, name=neutral_name(file.name, place))
        if file.seq in theirs
        else file
        for place, file in enumerate(files, 1)
    ]


def attachment_of(actor: Actor, attachment: int) -> Attachment | None:
    """A file of a case this seat may open; None for another, and once the case was erased."""
    if attachment > 2**63 - 1:
        return None
    seen = access.visible(actor).filter(wrapped_key__isnull=False)
    rows = Attachment.objects.select_related("case").defer("case__search", "case__words")
    return rows.filter(pk=attachment, case__in=seen).first()


def is_protected(case: Case) -> bool:
    """Whether opening a file of a case leaves a trace."""
    return case.confidential or kinds.kind(case.kind).protected


def own_upload(actor: Actor, upload: UUID) -> Upload | None:
    """A file this officer sent ahead; None for anybody else's."""
    return Upload.objects.filter(Q(officer_id=actor.officer_id), pk=upload).first()


def upload_view(upload: Upload) -> UploadView:
    """A file sent ahead, with its name."""
    key = open_key(upload.wrapped_key, upload.key_id)
    return UploadView(
        id=upload.pk,
        name=str(unseal_facts(key, upload.name).get("name", "")),
        kind=upload.kind,
        thumb_url=f"/uploads/{upload.pk}/thumb/" if upload.thumb else "",
        size=in_bytes(upload.size),
        length=upload.size,
    )


def content_of(upload: Upload, *, thumb: bool = False) -> bytes:
    """The bytes of a file sent ahead, or of its thumbnail; `vault.Missing` where there are none."""
    key = open_key(upload.wrapped_key, upload.key_id) or b""
    return vault.read(upload.thumb if thumb else upload.digest, key)


def name_of(file: Attachment, key: bytes | None) -> str:
    """The name a file was given by whoever added it, or what it is."""
    name = str(unseal_facts(key, file.name).get("name", ""))
    return name or FileKind(file.kind).label


def shown_name(actor: Actor, file: Attachment, key: bytes | None) -> str:
    """The name of a file as a seat may read it."""
    name = name_of(file, key)
    if file.seq not in _veiled_steps(actor, file.case):
        return name
    until = Q(seq__lt=file.seq) | Q(seq=file.seq, pk__lte=file.pk)
    return neutral_name(name, Attachment.objects.filter(until, case=file.case).count())


def neutral_name(name: str, place: int) -> str:
    """A name that says nothing of who gave it: the file's place among others, and its ending."""
    dot, ending = name.rpartition(".")[1:]
    return f"附件 {place}{dot}{ending}" if dot else f"附件 {place}"


def _veiled_steps(actor: Actor, case: Case) -> frozenset[int]:
    """The steps of the filer's own unit, whoever sat there, where it is kept from this seat."""
    if not case.veiled or shows_filer(actor, case):
        return frozenset()
    steps = Event.objects.filter(Q(unit_id=case.filer_unit_id), case=case)
    return frozenset(steps.values_list("seq", flat=True))


def in_bytes(size: int) -> str:
    """A size as people read it: 820 字节, 312 KB, 4.5 MB."""
    if size < _KB:
        return f"{size} 字节"
    if size < _KB * _KB:
        return f"{size / _KB:.0f} KB"
    return f"{size / _KB / _KB:.1f} MB"


def _view(row: Attachment, key: bytes, guarded: bool, reads_only: bool) -> FileView:
    url = "" if reads_only else f"/attachments/{row.pk}/"
    return FileView(
        id=row.pk,
        name=name_of(row, key),
        kind=row.kind,
        kind_label=FileKind(row.kind).label,
        url=url,
        thumb_url=f"{url}thumb/" if url and row.thumb and not guarded else "",
        media_type=row.media_type,
        size=in_bytes(row.size),
        length=row.size,
        width=row.width,
        height=row.height,
        seconds=row.seconds,
        seq=row.seq,
        who=row.added_by.name if row.added_by else "系统",
        when=row.added_at,
    )
