"""Erasing (销毁): a case's key is destroyed by a recorded move; nothing readable is left.

个人信息保护法 47. The chain still verifies, because it covers ciphertexts; the destroyed key is
listed in the database and in a file beside it, so that a restored backup destroys it again.
"""

import json
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction

from cases.docket import vault
from cases.docket.chain import digest
from cases.docket.models import Attachment, Case, DestroyedKey, Event, Party
from cases.docket.queries.destroyed import DESTROYED, destroyed_keys
from cases.docket.record import take
from cases.docket.states import ERASE
from cases.law.moves import Refused
from cases.people.models import Identity
from cases.people.queries import SYSTEM


def erase(case: Case, *, at: datetime, paper: str) -> Event:
    """Destroy a closed case's key on a paper; Refused while it runs, or when it was done before."""
    with transaction.atomic():
        event = take(ERASE, case, by=SYSTEM, at=at, paper=paper)
        # Judged on the row under its lock, not on what the caller had read before.
        if case.wrapped_key is None:
            raise Refused(f"{case.number} 已经销毁，不能重复销毁。", verb=ERASE.verb)
        if case.closed_at is None:
            raise Refused(f"{case.number} 还没有办结，不能销毁。", verb=ERASE.verb)
        line = {
            "case": case.pk,
            "number": case.number,
            "key": digest(bytes(case.wrapped_key)),
            "seq": event.seq,
            "at": at.isoformat(),
        }
        _blank(case, event.seq, at)
        transaction.on_commit(lambda: _list(line))
    case.refresh_from_db()
    return event


def destroy_again() -> int:
    """Destroy the listed keys that a restored backup brought back to life; how many there were.

    A key is known by its digest, so that another database in the same place loses nothing.
    """
    listed = destroyed_keys()
    with transaction.atomic():
        named = [line["number"] for line in listed.values()]
        rows = Case.objects.filter(wrapped_key__isnull=False, number__in=named)
        found = rows.order_by("id").select_for_update()
        back = [(case, listed.get(digest(bytes(case.wrapped_key or b"")))) for case in found]
        alive = [(case, line) for case, line in back if line is not None]
        for case, line in alive:
            _blank(case, line["seq"], datetime.fromisoformat(line["at"]))
    return len(alive)


def _blank(case: Case, seq: int, at: datetime) -> None:
    Case.objects.filter(pk=case.pk).update(
        wrapped_key=None, title=b"", words=b"", search=None, lng=None, lat=None, erased_at=at
    )
    known = list(Party.objects.filter(case=case).values_list("identity_id", flat=True))
    Party.objects.filter(case=case).update(sealed=b"", identity=None)
    files = Attachment.objects.filter(case=case)
    names = [name for row in files.values_list("digest", "thumb") for name in row]
    files.update(name=b"")
    transaction.on_commit(partial(vault.delete, *names))
    Identity.objects.filter(pk__in=[i for i in known if i], parties=None).delete()
    DestroyedKey.objects.create(case=case, number=str(case.number), seq=seq, destroyed_at=at)


def _list(line: dict[str, Any]) -> None:
    with (settings.STATE / DESTROYED).open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
