"""Files that come with a move (随附材料): sealed anew under the case's own key.

What was sent ahead is taken once: its row is locked and deleted with the move, so of two moves that
race for one file exactly one has it. Its name is sealed as its bytes are.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from cases.docket import vault
from cases.docket.models import Attachment, Case, Upload
from cases.docket.seal import open_key, seal_facts, unseal_facts
from cases.docket.sniffing import refused
from cases.docket.sniffing.limits import A_MOVE
from cases.people.queries import Actor


def attached(
    uploads: Sequence[UUID], case: Case, *, by: Actor, seq: int, now: datetime
) -> list[Attachment]:
    """The attachments a move brings, from what was uploaded before; Refused for an unknown one."""
    wanted = list(dict.fromkeys(uploads))
    if len(wanted) > A_MOVE:
        raise refused(f"一次最多附 {A_MOVE} 个文件，现有 {len(wanted)} 个，请分次提交。")
    mine = Upload.objects.filter(Q(officer_id=by.officer_id), pk__in=wanted)
    held = {row.pk: row for row in mine.order_by("pk").select_for_update()}
    if lost := len(wanted) - len(held):
        raise _lost(lost)
    key = open_key(case.wrapped_key, case.key_id)
    if key is None:
        raise refused("这件事的内容已依法销毁，不能再附文件。")
    rows = [_sealed_anew(held[pk], case, key, by, seq, now) for pk in wanted]
    mine.delete()
    gone = [name for row in held.values() for name in (row.digest, row.thumb)]
    transaction.on_commit(partial(vault.delete, *gone))
    return rows


def _sealed_anew(
    upload: Upload, case: Case, key: bytes, by: Actor, seq: int, now: datetime
) -> Attachment:
    own = open_key(upload.wrapped_key, upload.key_id) or b""
    try:
        digest = vault.keep(vault.read(upload.digest, own), key)
        thumb = vault.keep(vault.read(upload.thumb, own), key) if upload.thumb else ""
    except vault.Missing as gone:
        raise _lost(1) from gone
    return Attachment(
        case_id=case.pk,
        seq=seq,
        digest=digest,
        thumb=thumb,
        name=seal_facts(key, unseal_facts(own, upload.name)),
        kind=upload.kind,
        media_type=upload.media_type,
        size=upload.size,
        width=upload.width,
        height=upload.height,
        seconds=upload.seconds,
        protected=case.confidential,
        added_at=now,
        added_by_id=by.officer_id,
    )


def _lost(how_many: int) -> Exception:
    return refused(
        f"有 {how_many} 个文件已失效（不是您上传的、超过 24 小时，或已随别的办理提交），"
        "请移除后重新添加。"
    )
