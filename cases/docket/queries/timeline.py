"""The timeline of a case (办理过程): each event in words, its facts as people read them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cases.docket import kinds
from cases.docket.models import Event
from cases.docket.seal import unseal_facts
from cases.docket.slip import CHANNELS
from cases.grid.models import Village
from cases.law.moves import Fact, Role, Shape, Table
from cases.people.models import Officer, Unit
from cases.people.queries import TOWN_TIME
from cases.rulebook.queries import Book

# Recorded more than this after it happened is said so (补录).
LATE_RECORD = timedelta(hours=24)
_CHANNELS = dict(CHANNELS)
VEILED = "提出企业（应其要求不公开）"


@dataclass(frozen=True)
class EventView:
    """An event as the timeline shows it; what is sealed shows only while the key exists."""

    seq: int
    verb: str
    label: str
    at: datetime
    recorded_at: datetime
    late_note: str
    actor: str
    unit: str
    role_label: str
    from_label: str
    to_label: str
    facts: list[tuple[str, str]]
    recorded_for: str
    basis: str
    hash8: str
    part: int | None = None
    whose: str = ""  # the part's, where it was made on one


@dataclass(frozen=True)
class Names:
    """What the units and officers named by their ids in a file are called."""

    units: dict[int, str]
    officers: dict[int, str]
    villages: dict[str, str]


def names_in(events: list[Event], table: Table) -> Names:
    """What is named by id or code in the open facts of some events, in at most three queries."""
    asked: dict[Shape, set[int]] = {Shape.UNIT: set(), Shape.OFFICER: set()}
    places: set[str] = set()
    for event in events:
        for name, value in json.loads(event.text)["open"].items():
            shape = table.facts[name].shape if name in table.facts else Shape.LINE
            if name == "village":
                places.add(value)
            if shape in asked:
                asked[shape].add(value)
            elif shape is Shape.UNITS:
                asked[Shape.UNIT] |= set(value)
    units, officers = asked[Shape.UNIT], asked[Shape.OFFICER]
    called = Unit.objects.filter(pk__in=units).values_list("id", "short_name") if units else ()
    known = Officer.objects.filter(pk__in=officers).values_list("id", "name") if officers else ()
    named = Village.objects.filter(code__in=places).values_list("code", "name") if places else ()
    return Names(dict(called), dict(known), dict(named))


def event_view(
    event: Event,
    kind: str,
    key: bytes | None,
    names: Names,
    shown: bool,
    rules: Book,
    *,
    whose: Mapping[int, str] | None = None,
    veil: int | None = None,
) -> EventView:
    """An event in words; `shown`: whoever reads may know who reported; `whose` names the parts;
    `veil` is the unit that is not named (不公开提出人).
    """
    veiled = veil is not None and event.unit_id == veil
    table = kinds.kind(kind).table
    text = json.loads(event.text)
    move = table.moves.get(event.verb)
    known = text["open"] | unseal_facts(key, event.sealed)
    ours = {"paused", "obligation"}  # marks nobody reads
    hidden = ours if shown else ours | {"reporter", "phone"}
    asked = [name for name in move.facts if name in known] if move else list(known)
    facts = [
        (table.facts[name].label, in_words(name, table.facts[name], known[name], names, rules))
        for name in asked
        if name not in hidden and known[name] is not False
    ]
    if known.get("proof"):
        facts.append(("凭据", str(known["proof"])))
    late = event.recorded_at - event.happened_at
    return EventView(
        seq=event.seq,
        verb=event.verb,
        label=move.label if move else event.verb,
        at=event.happened_at,
        recorded_at=event.recorded_at,
        late_note=f"补录：发生后 {late.days} 天记载" if late > LATE_RECORD else "",
        actor=VEILED if veiled else event.officer.name if event.officer else "系统",
        unit="" if veiled or event.unit is None else event.unit.short_name or event.unit.name,
        role_label=Role(event.role).label,
        from_label=table.states.get(event.from_state, ""),
        to_label=table.states.get(event.to_state, ""),
        facts=facts,
        recorded_for=_CHANNELS.get(text["recorded_for"], text["recorded_for"]),
        basis=text["basis"],
        hash8=bytes(event.hash).hex()[:8],
        part=event.part_id,
        whose=(whose or {}).get(event.part_id or 0, ""),
    )


def masked(phone: str) -> str:
    """A telephone number with its middle hidden; short ones are anybody's."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 8 else phone


def in_words(name: str, fact: Fact, value: Any, names: Names, rules: Book) -> str:
    """A fact's value as people read it: a choice by its label, a unit by its name."""
    if name == "phone":
        return masked(str(value))
    if name == "village":
        return names.villages.get(str(value), str(value))
    match fact.shape:
        case Shape.CHOICE:
            return dict(fact.choices).get(str(value), str(value))
        case Shape.UNIT:
            return names.units.get(int(value), str(value))
        case Shape.UNITS:
            return "、".join(names.units.get(int(unit), str(unit)) for unit in value)
        case Shape.OFFICER:
            return names.officers.get(int(value), str(value))
        case Shape.FLAG:
            return "是" if value else "否"
        case Shape.MOMENT:
            return f"{datetime.fromisoformat(value).astimezone(TOWN_TIME):%Y-%m-%d %H:%M}"
        case Shape.CATEGORY:
            code = str(value)
            known = rules.classes.get(("grid", code))
            return f"{known[-1].name}({code})" if known else code
    return str(value)
