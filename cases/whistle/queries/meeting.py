"""When and where a department is asked to report in (报到时间地点), from what the record says.

The time is that of the call, or the one agreed on later (改约); the place is what was last said
when it was dispatched, or when the whistle was drawn up.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from cases.docket.models import Case, Event, Part
from cases.docket.seal import open_key, unseal_facts
from cases.whistle.states.response.answering import AGREE_TIME, CALL
from cases.whistle.states.way import DISPATCH, DRAW_UP, REVISE

_PLACED = (DRAW_UP.verb, REVISE.verb, DISPATCH.verb)
_TIMED = (CALL.verb, AGREE_TIME.verb)


@dataclass(frozen=True)
class Meeting:
    """When and where to report in; None and "" where nobody said."""

    at: datetime | None = None
    place: str = ""


def meetings(parts: Sequence[Part]) -> dict[int, Meeting]:
    """When and where each of some parts is asked to come, by its id; one query."""
    cases = {part.case_id: part.case for part in parts}
    named = Q(verb__in=_PLACED) | Q(verb__in=_TIMED, part__in=[part.pk for part in parts])
    rows = Event.objects.filter(named, case__in=list(cases)).order_by("case_id", "seq")
    times: dict[int, datetime] = {}
    places: dict[int, str] = {}
    for case, part, verb, text, sealed in rows.values_list(
        "case_id", "part_id", "verb", "text", "sealed"
    ):
        if verb in _PLACED:
            said = _sealed(cases[case], sealed).get("meet_place")
            places[case] = str(said) if said else places.get(case, "")
        elif at := json.loads(text)["open"].get("meet_at"):
            times[part] = datetime.fromisoformat(at)
    return {
        part.pk: Meeting(times.get(part.pk), places.get(part.case_id, "")) for part in parts
    }


def place_of(case: Case) -> str:
    """Where a whistle asks departments to come, by what was last said; "" where nobody did."""
    return places_of([case])[case.pk]


def places_of(cases: Sequence[Case]) -> dict[int, str]:
    """The same of several whistles, by id; one query."""
    known = {case.pk: case for case in cases}
    rows = Event.objects.filter(case__in=known, verb__in=_PLACED).order_by("case_id", "seq")
    found = dict.fromkeys(known, "")
    for case, sealed in rows.values_list("case_id", "sealed"):
        said = _sealed(known[case], sealed).get("meet_place")
        found[case] = str(said) if said else found[case]
    return found


def _sealed(case: Case, sealed: bytes | memoryview | None) -> dict[str, Any]:
    return unseal_facts(open_key(case.wrapped_key, case.key_id), sealed)
