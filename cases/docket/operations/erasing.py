"""Erasing (销毁): a case's key is destroyed by a recorded move; nothing readable is left.

个人信息保护法 47. The chain still verifies, because it covers ciphertexts; the destroyed key is
listed in the database and in a file beside it, so that a restored backup destroys it again.
"""

import json
from datetime import datetime

from django.conf import settings
from django.db import transaction

from cases.docket.models import Attachment, Case, DestroyedKey, Event, Party
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
        Case.objects.filter(pk=case.pk).update(
            wrapped_key=None, title=b"", words=b"", search=None, lng=None, lat=None, erased_at=at
        )
        known = list(Party.objects.filter(case=case).values_list("identity_id", flat=True))
        Party.objects.filter(case=case).update(sealed=b"", identity=None)
        Attachment.objects.filter(case=case).update(name=b"")
        Identity.objects.filter(pk__in=[i for i in known if i], parties=None).delete()
        DestroyedKey.objects.create(
            case=case, number=str(case.number), seq=event.seq, destroyed_at=at
        )
        transaction.on_commit(lambda: _list(case, event, at))
    case.refresh_from_db()
    return event


def _list(case: Case, event: Event, at: datetime) -> None:
    line = {"case": case.pk, "number": case.number, "seq": event.seq, "at": at.isoformat()}
    path = settings.STATE / "destroyed_keys.jsonl"
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
