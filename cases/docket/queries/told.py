"""What was told before (前次要素): the open facts of the last move of a kind."""

import json
from typing import Any

from cases.docket.models import Case, Event, Part


def last_facts(subject: Case | Part, verb: str) -> dict[str, Any]:
    """The open facts of the last such move of a case or part; empty when it was never made."""
    mine = {"part_id": subject.pk} if isinstance(subject, Part) else {"case_id": subject.pk}
    rows = Event.objects.filter(verb=verb, **mine).order_by("-seq")
    text = rows.values_list("text", flat=True).first()
    facts: dict[str, Any] = json.loads(text)["open"] if text else {}
    return facts
