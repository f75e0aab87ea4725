"""One case's file (案卷页): what a seat may read of it, already in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cases.docket import access, kinds
from cases.docket.answers import moves_open
from cases.docket.models import FAR, Case, Event, Link, Party
from cases.docket.queries.countdown import left_in_words
from cases.docket.queries.obligations import (
    DeadlineView,
    PartView,
    deadline_view,
    part_label,
    part_view,
)
from cases.docket.queries.rows import address_of, category_name, title_of
from cases.docket.queries.timeline import EventView, event_view, masked, names_in
from cases.docket.queries.why import earlier_dates
from cases.docket.seal import open_key, unseal_facts
from cases.docket.states import CONTEST
from cases.law.moves import Move, Role
from cases.people.queries import Actor
from cases.rulebook.queries import book

_SYSTEMS = {
    "petition": "来信编号",
    "hotline": "12345 工单",
    "city": "数字城管",
    "letters": "信访信息系统",
    "court": "法院调解平台",
    "enforcement": "行政执法平台",
    "province": "省网格平台",
}
_PARTIES = {"reporter": "反映人"}  # other rows only help to find a case again
# why → how the child, how the parent is called
_TIES = {
    "merged": ("并入本件", "已并入"),
    "again": ("再次吹哨", "前次吹哨"),
    "supervised": ("督办单", "所督办事项"),
}
_TOLD = frozenset({"supervised"})  # children whose standing the parent's page says


@dataclass(frozen=True)
class CaseFile:
    """The whole file of one case, for one seat."""

    case: Case
    number: str
    kind_label: str
    state: str
    state_label: str
    title: str
    version: int
    erased: bool
    urgent: bool
    owner: str
    facts: list[tuple[str, str]]
    place: dict[str, Any] | None
    parties: list[tuple[str, str, str]]
    deadlines: list[DeadlineView]
    timeline: list[EventView]
    moves: list[Move]
    links: list[tuple[str, str, str]]
    external: list[tuple[str, str, datetime | None]] = field(default_factory=list)
    parts: list[PartView] = field(default_factory=list)

    @property
    def closed(self) -> bool:
        """Whether the case has ended."""
        return self.case.closed_at is not None


def find(actor: Actor, number: str, kind: str = "") -> Case | None:
    """The case of a number, if this seat may see it."""
    if "\0" in number:
        return None  # no column can hold it, so no case has it
    rows = access.readable(actor).filter(number=number)
    rows = rows.filter(kind=kind) if kind else rows
    return rows.select_related("unit", "officer", "grid", "village").first()


def find_draft(actor: Actor, pk: int, kind: str) -> Case | None:
    """The draft of an id, if it is this seat's own."""
    rows = access.visible(actor).filter(pk=pk, kind=kind, number=None)
    return rows.select_related("unit", "officer", "grid", "village").first()


def case_file(actor: Actor, case: Case, now: datetime) -> CaseFile:
    """Everything the page of a case shows; `case` comes from `find`."""
    rules = book()
    kind = kinds.kind(case.kind)
    key = open_key(case.wrapped_key, case.key_id)
    words = unseal_facts(key, case.words)
    facts = [(kind.table.facts[n].label, str(words[n])) for n in kind.words[1:] if words.get(n)]
    category = category_name(case, rules)
    if category:
        facts.insert(0, ("分类", f"{category}({case.category})"))
    events = list(Event.objects.filter(case=case).select_related("officer", "unit").order_by("seq"))
    shown = shows_reporter(actor, case)
    names = names_in(events, kind.table)
    deadlines = list(
        case.deadlines.select_related("unit", "officer").order_by("due_at", "id")
    )
    external = list(case.external.all())
    veil = case.filer_unit_id if case.veiled and not shows_filer(actor, case) else None
    parts = list(case.parts.select_related("unit", "officer").order_by("id")) if kind.parts else []
    whose = {part.pk: part_label(kind, part) for part in parts}
    timeline = [
        event_view(e, kind.code, key, names, shown, rules, whose=whose, veil=veil) for e in events
    ]
    dates = [deadline_view(d, now, rules, earlier_dates(d, events)) for d in deadlines]
    reads = access.only_reads(actor, case)
    return CaseFile(
        case=case,
        number=str(case),
        kind_label=kind.label,
        state=case.state,
        state_label=kind.table.states.get(case.state, case.state),
        title=title_of(case),
        version=case.version,
        erased=case.wrapped_key is None,
        urgent=case.urgent,
        owner=_owner(case),
        facts=facts,
        place=_place(case, words),
        parties=[(p, name, masked(phone)) for p, name, phone in parties_of(actor, case)],
        deadlines=dates,
        timeline=timeline,
        moves=[]
        if reads
        else _offered(
            moves_open(case, None, actor, deadlines),
            timeline,
            kind.needs_sheet,
            {ref.system for ref in external},
        ),
        links=_links(actor, case, now),
        external=[
            (_SYSTEMS.get(ref.system, ref.system), ref.number, ref.due)
            for ref in external
        ],
        parts=[
            part_view(kind, part, actor, case, dates, [] if reads else deadlines, whose)
            for part in parts
        ],
    )


def _offered(
    moves: list[Move], timeline: list[EventView], needs: Mapping[str, str], systems: set[str]
) -> list[Move]:
    """Without what a move is about (a record for another, a sheet), it is not offered."""
    recorded = any(event.recorded_for for event in timeline)
    able = [move for move in moves if recorded or move.verb != CONTEST.verb]
    return [move for move in able if needs.get(move.verb, "") in {"", *systems}]


def shows_reporter(actor: Actor, case: Case) -> bool:
    """Whether a seat may read who reported: the desk's seats and the filer, not the handlers."""
    if case.filer_id is not None and case.filer_id == actor.holder_id:
        return True
    return actor.role in access.TOWN_WIDE - {Role.SUPERVISOR}


def shows_filer(actor: Actor, case: Case) -> bool:
    """Whether a seat may read who opened a case that keeps it to itself (不公开提出人)."""
    if case.filer_id is not None and case.filer_id == actor.holder_id:
        return True
    return actor.role in access.TOWN_WIDE


def _owner(case: Case) -> str:
    names = [case.unit.short_name or case.unit.name if case.unit else ""]
    names.append(case.officer.name if case.officer else "")
    return " · ".join(name for name in names if name)


def _place(case: Case, words: dict[str, Any]) -> dict[str, Any] | None:
    if case.lng is None and case.village is None and not words.get("address"):
        return None
    return {
        "lng": round(case.lng, 6) if case.lng is not None else None,
        "lat": round(case.lat, 6) if case.lat is not None else None,
        "grid_name": case.grid.name if case.grid else "",
        "village_name": case.village.name if case.village else "",
        "address": words.get("address", ""),
        "outside": case.outside,
    }


def parties_of(actor: Actor, case: Case) -> list[tuple[str, str, str]]:
    """Who reported, in full, for a seat that may read it: label, name, telephone number.

    Reading it leaves a trace, which the door writes.
    """
    key = open_key(case.wrapped_key, case.key_id)
    found = []
    for party in Party.objects.filter(case=case, role__in=_PARTIES):
        told = party.disclosed_to_id is not None and party.disclosed_to_id == actor.unit_id
        if not (shows_reporter(actor, case) or (told and not party.hidden)):
            continue
        who = unseal_facts(key, party.sealed)
        found.append((_PARTIES[party.role], str(who.get("name", "")), str(who.get("phone", ""))))
    return found


def _links(actor: Actor, case: Case, now: datetime) -> list[tuple[str, str, str]]:
    seen = access.visible(actor)
    children = case.children.filter(child__in=seen).select_related("child").order_by("id")
    parents = case.parents.filter(parent__in=seen).select_related("parent").order_by("id")
    tied = [(_tie(link, 0, now), link.child) for link in children]
    tied += [(_tie(link, 1, now), link.parent) for link in parents]
    return [(label, str(c), address_of(c)) for label, c in tied]


def _standing(case: Case, now: datetime) -> str:
    """How a child stands that its parent does not wait for: its state, and what is left."""
    state = kinds.kind(case.kind).table.states.get(case.state, case.state)
    if case.closed_at is not None or case.next_due >= FAR:
        return f"（{state}）"
    return f"（{state}，{left_in_words(case.next_due, now, book().calendar, None)[1]}）"


def _tie(link: Link, side: int, now: datetime) -> str:
    label = _TIES.get(link.why, ("子案", "来自"))[side]
    if link.why in _TOLD and side == 0:
        label += _standing(link.child, now)
    return f"{label}（已分开）" if link.ended_at and link.why == "merged" else label
