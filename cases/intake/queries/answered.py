"""What became of a report's whistle (部门办理情况): what each department did, told to those who
have the report before them, also where they cannot open the whistle itself.

A department's words are read under the whistle's key. An enterprise that is kept from departments
is not named here either; photos are opened by who may open the whistle, others learn how many.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from cases.docket import access
from cases.docket.models import Attachment, Case, Event, Link, Part
from cases.docket.queries.casefile import CaseFile, shows_filer
from cases.docket.queries.files import FileView, files_of
from cases.docket.queries.timeline import VEILED
from cases.docket.seal import open_key, unseal_facts
from cases.intake.states.aside.whistled import REFER
from cases.people.models import Unit
from cases.people.queries import Actor
from cases.whistle.states import WHISTLE
from cases.whistle.states.response.answering import REPLY
from cases.whistle.states.words import RELEASED, Calls

_WHISTLED = "whistled"  # why of the tie between a report and its whistle


@dataclass(frozen=True)
class DepartmentAnswer:
    """What one department did: its measures and by when, once it replied; `shut` counts the files
    of the reply this seat may not open.
    """

    unit: str
    capacity: str
    state: str
    measures: str = ""
    solved_by: date | None = None
    replied_at: datetime | None = None
    files: Sequence[FileView] = ()
    shut: int = 0


@dataclass(frozen=True)
class AnsweredWhistle:
    """A report's whistle as the report's page tells of it; no `url` where it may not be opened."""

    number: str
    url: str
    state: str
    answers: list[DepartmentAnswer]


def answered_whistles(actor: Actor, file: CaseFile) -> list[AnsweredWhistle]:
    """The whistles blown for a report that departments were called by, the newest first."""
    referred = any(event.verb == REFER.verb for event in file.timeline)
    if file.erased or file.case.confidential or not referred:
        return []
    rows = Link.objects.filter(parent=file.case, why=_WHISTLED).select_related("child")
    return [told for link in rows.order_by("-id") if (told := _told(actor, link.child)).answers]


def _told(actor: Actor, case: Case) -> AnsweredWhistle:
    opens = access.visible(actor).filter(pk=case.pk).exists()
    parts = Part.objects.filter(case=case).exclude(kind=Calls.COPY).exclude(state=RELEASED)
    replies = _replies(case)
    files = files_of(actor, case) if opens else []
    kept = Attachment.objects.filter(case=case).values_list("seq", flat=True)
    shut = [] if opens else list(kept)
    veil = _veil(actor, case)
    return AnsweredWhistle(
        number=str(case),
        url=f"/{WHISTLE.path}/{case.number}/" if opens else "",
        state=WHISTLE.table.states.get(case.state, case.state),
        answers=[
            _answer(part, replies.get(part.pk), case, veil, files, shut)
            for part in parts.select_related("unit").order_by("id")
        ],
    )


def _answer(
    part: Part,
    reply: Event | None,
    case: Case,
    veil: Sequence[str],
    files: Sequence[FileView],
    shut: Sequence[int],
) -> DepartmentAnswer:
    unit = _name(part.unit)
    name = VEILED if unit in veil else unit
    capacity = WHISTLE.capacities.get(part.kind, "")
    state = WHISTLE.table.states.get(part.state, part.state)
    if reply is None:
        return DepartmentAnswer(name, capacity, state)
    told: dict[str, Any] = json.loads(reply.text)["open"]
    said = unseal_facts(open_key(case.wrapped_key, case.key_id), reply.sealed)
    return DepartmentAnswer(
        unit=name,
        capacity=capacity,
        state=state,
        measures=_unnamed(str(said.get("measures", "")), veil),
        solved_by=date.fromisoformat(told["solved_by"]) if told.get("solved_by") else None,
        replied_at=reply.happened_at,
        files=[file for file in files if file.seq == reply.seq],
        shut=shut.count(reply.seq),
    )


def _replies(case: Case) -> dict[int, Event]:
    """The last reply of each part."""
    rows = Event.objects.filter(case=case, verb=REPLY.verb).order_by("seq")
    return {event.part_id or 0: event for event in rows}


def _veil(actor: Actor, case: Case) -> list[str]:
    """The names of an enterprise that is kept from this seat, the longest first."""
    if not case.veiled or shows_filer(actor, case):
        return []
    unit = Unit.objects.filter(Q(pk=case.filer_unit_id)).first()
    names = {unit.name, unit.short_name} - {""} if unit else set()
    return sorted(names, key=len, reverse=True)


def _unnamed(words: str, veil: Sequence[str]) -> str:
    for name in veil:
        words = words.replace(name, VEILED)
    return words


def _name(unit: Unit | None) -> str:
    return unit.short_name or unit.name if unit else ""
