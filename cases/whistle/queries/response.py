"""One department's response in words (响应详情): what is asked, where and when to come, who called,
what else holds, who else answers, and how an objection went.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cases.docket.queries.casefile import CaseFile, shows_filer
from cases.docket.queries.obligations import DeadlineView, PartView
from cases.docket.queries.timeline import EventView
from cases.people.directory import directory
from cases.people.models import Unit, UnitKind
from cases.people.queries import Actor, town_day
from cases.rulebook.queries import book, stamp
from cases.whistle.queries.conditions import Condition, conditions
from cases.whistle.queries.inbox import type_rule
from cases.whistle.queries.meeting import Meeting, meetings
from cases.whistle.queries.offered import used_up
from cases.whistle.queries.reached import rooms_of, who_answers
from cases.whistle.states import WHISTLE
from cases.whistle.states.response.answering import LOG_PROGRESS, REPLY, REPORT_IN
from cases.whistle.states.response.disputing import (
    ADMIT,
    ASK_ABOVE,
    COMPLETE,
    RAISE_OBJECTION,
    RULE_ABOVE,
    RULE_ON_DUTIES,
    TAKE_BACK,
)
from cases.whistle.states.way import DISPATCH
from cases.whistle.states.words import TYPES, Calls

# What a reply often says; whoever replies completes it.
PHRASES: Final = (
    "已到现场查看，情况属实，当场处置完毕：",
    "已到现场查看，情况属实，处置方案和完成时间为：",
    "经现场核查，与反映情况不符，具体为：",
    "需要资金或者审批，已列入计划；完成前的临时措施为：",
    "涉及其他部门的部分，已与其沟通，由其同步办理：",
)
_STORY = frozenset(
    move.verb
    for move in (
        RAISE_OBJECTION,
        COMPLETE,
        RULE_ON_DUTIES,
        ASK_ABOVE,
        RULE_ABOVE,
        ADMIT,
        TAKE_BACK,
    )
)
_TOLD = (REPORT_IN.verb, LOG_PROGRESS.verb, REPLY.verb)


@dataclass(frozen=True)
class Answered:
    """How another department called stands: what it last said of each kind."""

    part: PartView
    next: DeadlineView | None
    said: list[EventView]


@dataclass(frozen=True)
class Caller:
    """Who called, and by which telephone to reach them."""

    label: str
    name: str
    phone: str


@dataclass(frozen=True)
class Story:
    """Some of a file's events, in the shape the timeline is drawn from."""

    timeline: list[EventView]
    links: list[tuple[str, str, str]]


@dataclass(frozen=True)
class ResponseView:
    """What the page of a response shows beside the frame of a part."""

    type_name: str
    emergency: bool
    inspects: bool
    on_point: bool
    copied: bool
    resting: bool
    used_up: frozenset[str]
    ask: str
    grounds: str
    meet: Meeting
    callers: list[Caller]
    facts: list[tuple[str, str]]
    next: DeadlineView | None
    own: list[DeadlineView]
    waits: list[DeadlineView]
    conditions: list[Condition]
    others: list[Answered]
    objection: list[EventView]
    mine: Story
    rest: Story

    @property
    def step(self) -> str:
        """What the department does next, in words."""
        return f"待{self.next.term_label}" if self.next else ""


def response_view(actor: Actor, file: CaseFile, part: PartView, now: datetime) -> ResponseView:
    """One department's response as its page shows it; `file` and `part` are what the seat sees."""
    rules = book()
    rule = type_rule(file.case, rules, now)
    running = [d for d in part.deadlines if d.state == "running"]
    owing = part.kind != Calls.COPY and not part.closed
    start = next((d.start_at for d in part.deadlines if d.term == "whistle.sign"), None)
    resting = owing and file.state in WHISTLE.resting
    running = [] if resting else running
    own = [d for d in running if _owes(d, part)]
    ask = _last(file.timeline, "ask") or _fact(file, "ask")
    told = {ask, _fact(file, "address")}  # said already, above and with the place
    return ResponseView(
        type_name=rule.name if rule else dict(TYPES).get(file.case.variant, ""),
        emergency=file.case.variant == "W1",
        inspects=bool(rule and rule.inspects),
        on_point=bool(rule and rule.on_point),
        copied=part.kind == Calls.COPY,
        resting=resting,
        used_up=used_up(file, part, rules, now),
        ask=ask,
        grounds=_last(file.timeline, "grounds"),
        meet=meetings([part.part])[part.id],
        callers=_callers(actor, file, now),
        facts=[(label, said) for label, said in file.facts if said and said not in told],
        next=next(iter(own), None),
        own=own,
        waits=[d for d in running if d not in own],
        conditions=conditions(file.case, rule, start, rules, now) if owing else [],
        others=[_answered(other, file.timeline) for other in file.parts if other.id != part.id],
        objection=[event for event in file.timeline if event.verb in _STORY],
        mine=Story([e for e in file.timeline if e.part == part.id], file.links),
        rest=Story([e for e in file.timeline if e.part != part.id], file.links),
    )


def first_of(file: CaseFile, part: int, verbs: Sequence[str]) -> EventView | None:
    """The first event of a part by one of some verbs."""
    found = (event for event in file.timeline if event.part == part and event.verb in verbs)
    return next(found, None)


def _owes(deadline: DeadlineView, part: PartView) -> bool:
    return deadline.owes.partition(" · ")[0].partition("（")[0] == part.unit


def _answered(part: PartView, timeline: Iterable[EventView]) -> Answered:
    last = {event.verb: event for event in timeline if event.part == part.id}
    said = [last[verb] for verb in _TOLD if verb in last]
    running = [d for d in part.deadlines if d.state == "running"]
    return Answered(part=part, next=next(iter(running), None), said=said)


def _callers(actor: Actor, file: CaseFile, now: datetime) -> list[Caller]:
    case = file.case
    known = directory(stamp("people"), town_day(now))
    desk, rooms = known.desk(case.division), rooms_of(known, case.division)
    found = Unit.objects.filter(pk__in=[pk for pk in (*rooms, case.filer_unit_id) if pk])
    units = {unit.pk: unit for unit in found}
    told = [Caller("吹哨单位", units[desk].name, units[desk].phone)] if desk in units else []
    answers = who_answers(rooms, units)
    if answers is not None and answers.pk != desk:
        told.append(Caller("值班电话", answers.name, answers.phone))
    filer = units.get(case.filer_unit_id or 0)
    open_name = not case.veiled or shows_filer(actor, case)
    if filer is not None and filer.kind == UnitKind.ENTERPRISE and open_name:
        told.append(Caller("提出企业", filer.name, filer.phone))
    return told


def _last(timeline: Sequence[EventView], fact: str) -> str:
    """What was last said of a fact when it was dispatched."""
    label = WHISTLE.table.facts[fact].label
    said = [dict(e.facts).get(label, "") for e in timeline if e.verb == DISPATCH.verb]
    return next((str(words) for words in reversed(said) if words), "")


def _fact(file: CaseFile, fact: str) -> str:
    return dict(file.facts).get(WHISTLE.table.facts[fact].label, "")
