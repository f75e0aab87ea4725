"""What a draft says (草稿): every fact of its last writing, to fill its form again; and whom it
proposes to call, to fill the dispatch.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from cases.docket import access
from cases.docket.models import Case, Event
from cases.docket.queries.rows import address_of, title_of
from cases.docket.seal import open_key, unseal_facts
from cases.people.queries import Actor
from cases.whistle.models import Whistle
from cases.whistle.states import WHISTLE
from cases.whistle.states.way import DRAW_UP, REVISE
from cases.whistle.states.words import DRAFT, TYPES

SHOWN = 20
_TYPES = dict(TYPES)


@dataclass(frozen=True)
class Kept:
    """A draft of the seat's own, as it is listed."""

    id: int
    title: str
    type_label: str
    opened_at: datetime
    url: str


def drafts_of(actor: Actor) -> list[Kept]:
    """The seat's own drafts, the newest first."""
    rows = access.visible(actor).filter(kind=WHISTLE.code, state=DRAFT, number=None)
    rows = rows.filter(filer_id=actor.holder_id).order_by("-opened_at", "-id")[:SHOWN]
    return [
        Kept(
            case.pk,
            title_of(case),
            _TYPES.get(case.variant, ""),
            case.opened_at,
            address_of(case),
        )
        for case in rows
    ]


def written(case: Case) -> dict[str, Any]:
    """What the form of a whistle said when it was last written, the point included."""
    verbs = (DRAW_UP.verb, REVISE.verb)
    event = Event.objects.filter(case=case, verb__in=verbs).order_by("-seq").first()
    if event is None:
        return {}
    key = open_key(case.wrapped_key, case.key_id)
    told = dict(json.loads(event.text)["open"]) | unseal_facts(key, event.sealed)
    told = {name: value for name, value in told.items() if name in WHISTLE.table.facts}
    if isinstance(told.get("meet_at"), str):
        told["meet_at"] = parse_datetime(told["meet_at"])
    return told | {"lng": case.lng, "lat": case.lat}


def proposal_of(case: Case) -> dict[str, Any]:
    """Whom a whistle's draft proposes to call, when and where; what the dispatch starts from."""
    drawn = Whistle.objects.filter(case=case).first()
    if drawn is None:
        return {}
    told = written(case)
    found: dict[str, Any] = {
        "lead": drawn.lead_id,
        "assisting": drawn.assisting,
        "copied": drawn.copied,
        "meet_at": drawn.meet_at,
    }
    found |= {name: told.get(name) for name in ("meet_place", "ask", "inspection")}
    return {name: value for name, value in found.items() if value}


def named_of(facts: dict[str, Any]) -> list[tuple[str, int]]:
    """The departments a form names, (capacity, unit) each; what is no number is left out."""
    found: list[tuple[str, int]] = []
    for capacity, fact in (("lead", "lead"), ("assist", "assisting"), ("copy", "copied")):
        units = facts.get(fact) or []
        each = units if isinstance(units, list | tuple) else [units]
        found += [(capacity, int(u)) for u in each if str(u).isascii() and str(u).isdigit()]
    return found


def village_of(case: Case) -> str:
    """The code of the village a case lies in, "" for none."""
    return case.village.code if case.village else ""
