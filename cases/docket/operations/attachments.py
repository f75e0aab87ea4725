"""Opening a file of a case (打开附件): unsealed for a seat that may see the case.

Of a protected case the opening is written down.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q

from cases.docket import vault
from cases.docket.models import Access, AccessLog, Attachment, Case, Upload
from cases.docket.operations.reading import note_reading
from cases.docket.queries.files import (
    attachment_of,
    is_protected,
    name_of,
    neutral_name,
    shown_name,
)
from cases.docket.seal import make_key, open_key, seal_facts, unseal_facts
from cases.docket.sniffing import refused
from cases.law.moves import Refused, Why
from cases.people.queries import Actor
from cases.people.seal import SealBroken

GOES_ON: Final = timedelta(minutes=10)  # how long pieces of a file are one reading


@dataclass(frozen=True)
class Opened:
    """A file, unsealed: what it holds, and what is told about it at the door."""

    content: bytes
    kind: str
    media_type: str
    name: str
    digest: str
    protected: bool


def open_file(attachment: int, *, by: Actor, at: datetime, again: bool = False) -> Opened:
    """A file of a case; Refused (hidden) where this seat may not open it or it is gone.

    `again`: a player asks for a further piece; within ten minutes of a reading that was written
    down, that leaves no second trace.
    """
    row = _found(attachment, by)
    protected = row.protected or is_protected(row.case)
    opened = _opened(row, row.digest, protected, by)
    words = f"附件 {row.pk}"
    if protected and not (again and _lately(by, row, words, at)):
        note_reading(by, Access.FILE, case=row.case, rows=1, words=words, at=at)
    return opened


def sent_ahead(
    case: Case, attachments: Sequence[int], *, by: Actor, at: datetime, named: bool = True
) -> tuple[UUID, ...]:
    """Files of a case as uploads of whoever acts, to come with a move of another case (随件转送);
    Refused where the case has no such file. Inside a transaction.

    Not `named`, they leave their own names behind, which may say who gave them.
    """
    rows = {row.pk: row for row in case.attachments.filter(pk__in=attachments)}
    if set(attachments) - set(rows):
        raise refused("选中的照片或文件已不在这件事里，请刷新后重新选择。")
    copied = enumerate(dict.fromkeys(attachments), 1)
    return tuple(_copied(rows[pk], by, at, 0 if named else n).pk for n, pk in copied)


def _copied(row: Attachment, by: Actor, at: datetime, place: int) -> Upload:
    old = open_key(row.case.wrapped_key, row.case.key_id) or b""
    key, wrapped, key_id = make_key()
    told = unseal_facts(old, row.name)
    if place:
        told = {"name": neutral_name(name_of(row, old), place)}
    try:
        digest = vault.keep(vault.read(row.digest, old), key)
        thumb = vault.keep(vault.read(row.thumb, old), key) if row.thumb else ""
    except (vault.Missing, SealBroken, ValueError) as gone:
        raise refused("有一个文件打不开，请不选它，另行附上。") from gone
    return Upload.objects.create(
        officer_id=by.officer_id or 0,
        sent_at=at,
        digest=digest,
        thumb=thumb,
        name=seal_facts(key, told),
        kind=row.kind,
        media_type=row.media_type,
        size=row.size,
        width=row.width,
        height=row.height,
        seconds=row.seconds,
        key_id=key_id,
        wrapped_key=wrapped,
    )


def _lately(by: Actor, row: Attachment, words: str, at: datetime) -> bool:
    seat = Q(officer_id=by.officer_id, unit_id=by.unit_id, case=row.case)
    read = AccessLog.objects.filter(seat, what=Access.FILE, words=words, at__gt=at - GOES_ON)
    return read.exists()


def open_thumb(attachment: int, *, by: Actor) -> Opened:
    """A file's thumbnail; a protected case has none."""
    row = _found(attachment, by)
    if not row.thumb or row.protected or is_protected(row.case):
        raise _hidden()
    return _opened(row, row.thumb, False, by)


def _found(attachment: int, by: Actor) -> Attachment:
    row = attachment_of(by, attachment)
    if row is None:
        raise _hidden()
    return row


def _opened(row: Attachment, name: str, protected: bool, by: Actor) -> Opened:
    key = open_key(row.case.wrapped_key, row.case.key_id)
    try:
        content = vault.read(name, key or b"")
    except (vault.Missing, SealBroken, ValueError) as gone:
        raise _hidden() from gone
    small = name == row.thumb
    return Opened(
        content=content,
        kind=row.kind,
        media_type="image/jpeg" if small else row.media_type,
        name=shown_name(by, row, key),
        digest=name,
        protected=protected,
    )


def _hidden() -> Refused:
    return Refused("没有这个附件，或您的岗位看不到它。", why=Why.HIDDEN)
