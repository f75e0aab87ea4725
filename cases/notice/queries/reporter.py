"""What whoever reported is told (告知反映人): in plain words, without internal names.

Shown to those who may call them, to be said by telephone or in person: no message leaves by itself
until the town has a gateway for short messages. What was written for the reporter (the reply, the
right place to go) is read from the event; of an erased case nothing is left to read.
"""

from dataclasses import dataclass
from datetime import datetime

from cases.docket.models import Attachment, Case, Event, FileKind
from cases.docket.queries.casefile import parties_of
from cases.docket.seal import open_key, unseal_facts
from cases.notice.models import Notice
from cases.notice.states import FOR_REPORTER, Channel
from cases.people.queries import Actor

_DONE = ("handle", "check", "close")  # whose photographs show that it is done


@dataclass(frozen=True)
class Told:
    """One thing to tell: the words, the reply that was written, the date promised, photographs."""

    words: str
    said: str
    due_at: datetime | None
    at: datetime
    photos: list[int]


def told_reporter(actor: Actor, case: Case) -> list[Told] | None:
    """What the reporter of a case is told, the newest first.

    None where nobody is named, or this seat may not know who.
    """
    if not parties_of(actor, case):
        return None
    rows = Notice.objects.filter(case=case, channel=Channel.PAGE).select_related("event")
    key = open_key(case.wrapped_key, case.key_id)
    photos = _photos(case)
    found = []
    for notice in rows.order_by("-seq"):
        rule = FOR_REPORTER.get((case.kind, notice.verb))
        if rule is None:
            continue
        sealed = unseal_facts(key, notice.event.sealed) if key and rule.says else {}
        found.append(
            Told(
                words=rule.words,
                said=str(sealed.get(rule.says, "")),
                due_at=notice.due_at,
                at=notice.event.happened_at,
                photos=photos if notice.verb == "close" else [],
            )
        )
    return found


def _photos(case: Case) -> list[int]:
    done = Event.objects.filter(case=case, verb__in=_DONE).values("seq")
    rows = Attachment.objects.filter(case=case, seq__in=done, kind=FileKind.PHOTO)
    return list(rows.order_by("id").values_list("pk", flat=True))
