"""What the papers of a whistle say (吹哨单、派哨单、派单异议单), read from its record.

A paper shows what the seat that prints it may see: an enterprise that asked for it is not named to
departments, and the site code stands on the whistling unit's own paper only.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q

from cases.docket.queries.casefile import CaseFile, shows_filer
from cases.docket.queries.obligations import DeadlineView, PartView
from cases.docket.queries.timeline import VEILED, EventView
from cases.law.moves import Move, Role
from cases.people.directory import directory
from cases.people.models import Unit, UnitKind
from cases.people.queries import Actor, town_day
from cases.rulebook.queries import book, stamp
from cases.rulebook.queries.whistling import RuleWhistle
from cases.whistle.queries.conditions import Condition, conditions
from cases.whistle.queries.inbox import type_rule
from cases.whistle.queries.reached import rooms_of, who_answers
from cases.whistle.queries.site import site_code
from cases.whistle.states import WHISTLE
from cases.whistle.states.course import ESCALATE, TAKE_UP
from cases.whistle.states.response.answering import AGREE_TIME, REPLY, REPORT_IN
from cases.whistle.states.response.disputing import (
    ADMIT,
    ASK_ABOVE,
    COMPLETE,
    RAISE_OBJECTION,
    RULE_ABOVE,
    RULE_ON_DUTIES,
    TAKE_BACK,
)
from cases.whistle.states.response.judging import (
    ANSWER_EVALUATION,
    EVALUATE,
    EVALUATE_BY_DEFAULT,
    RETURN_FOR_REWORK,
)
from cases.whistle.states.way import (
    APPROVE,
    BLOW,
    CONFIRM,
    DISPATCH,
    DRAW_UP,
    REFUSE,
    REVISE,
    SUBMIT,
)
from cases.whistle.states.words import AWAITING_APPROVAL, TYPES, Calls

# Who holds the whistling unit's own paper, with the site code on it.
WHISTLING_SIDE: Final = frozenset({Role.DESK, Role.DUTY, Role.LEADER, Role.HEAD_OF_ORGAN})
_TERMS: Final = ("whistle.sign", "whistle.contact", "whistle.report_in", "whistle.handle")
_SAID_IN: Final = (DRAW_UP, REVISE, DISPATCH)
_OUTCOMES: Final = (RULE_ON_DUTIES, ASK_ABOVE, RULE_ABOVE, COMPLETE, ADMIT, TAKE_BACK)
_WORK: Final = (REPORT_IN, REPLY, RETURN_FOR_REWORK)
_JUDGED: Final = (EVALUATE, EVALUATE_BY_DEFAULT, ANSWER_EVALUATION)


@dataclass(frozen=True)
class Round:
    """An objection and what was said to it until it ended."""

    raised: EventView
    said: list[EventView]


@dataclass(frozen=True)
class Called:
    """One department on paper: its full name, its terms, what it did, what it objected to."""

    part: PartView
    name: str
    terms: list[DeadlineView]
    work: list[EventView]
    judged: list[EventView]
    rounds: list[Round]

    @property
    def copied(self) -> bool:
        """Whether it is only told (抄送)."""
        return self.part.kind == Calls.COPY


@dataclass(frozen=True)
class WhistlePaper:
    """What every paper of a whistle says: the head, the matter, who asked, who agreed, who is
    called; `site_code` is "" for whoever may not read it.
    """

    file: CaseFile
    town: str
    desk: str
    reached: tuple[str, str] | None
    filer: str
    type_name: str
    description: str
    address: str
    ask: str
    meet_at: str
    meet_place: str
    grounds: str
    proposed: list[tuple[str, str]]
    drawn_up: EventView | None
    blown: EventView | None
    gate: str
    agreed: list[EventView]
    dispatched: list[EventView]
    raised: list[EventView]
    called: list[Called]
    site_code: str


def whistle_paper(actor: Actor, file: CaseFile, now: datetime) -> WhistlePaper:
    """A whistle on paper for the seat that prints it; `file` is what the seat may read."""
    case = file.case
    known = directory(stamp("people"), town_day(now))
    desk_id, rooms = known.desk(case.division), rooms_of(known, case.division)
    asked = Q(pk__in=[pk for pk in (*rooms, case.filer_unit_id) if pk])
    of_town = Q(kind=UnitKind.TOWN, division=case.division)
    rows = list(Unit.objects.filter(asked | of_town).order_by("pk"))
    units = {unit.pk: unit for unit in rows}
    town = next((u.name for u in rows if u.kind == UnitKind.TOWN), "")
    desk = units.get(desk_id or 0)
    reached = who_answers(rooms, units)
    rule = type_rule(case, book(), now)
    sent = _of(file.timeline, (BLOW, SUBMIT))
    blown = _of(file.timeline, (BLOW, APPROVE))
    return WhistlePaper(
        file=file,
        town=town,
        desk=desk.name if desk else "",
        reached=(reached.name, reached.phone) if reached else None,
        filer=_filer(actor, file, units),
        type_name=rule.name if rule else dict(TYPES).get(case.variant, ""),
        description=_fact(file, "description"),
        address=_fact(file, "address"),
        ask=last_said(file.timeline, "ask") or _fact(file, "ask"),
        meet_at=last_said(file.timeline, "meet_at"),
        meet_place=last_said(file.timeline, "meet_place"),
        grounds=last_said(file.timeline, "grounds"),
        proposed=_proposed(file.timeline),
        drawn_up=next(iter(sent), None),
        blown=next(iter(blown), None),
        gate=_gate(file, rule),
        agreed=_of(file.timeline, (APPROVE, REFUSE, CONFIRM)),
        dispatched=_of(file.timeline, (DISPATCH,)),
        raised=_of(file.timeline, (ESCALATE, TAKE_UP)),
        called=[_called(part, file.timeline) for part in file.parts],
        site_code=site_code(case) if _may_show_code(actor, file, rule) else "",
    )


def terms_of_call(file: CaseFile, part: PartView, now: datetime) -> list[Condition]:
    """What else holds for a call, as the paper that calls says it; nothing for who is only told."""
    if part.kind == Calls.COPY:
        return []
    start = next((d.start_at for d in part.deadlines if d.term == _TERMS[0]), None)
    rules = book()
    return conditions(file.case, type_rule(file.case, rules, now), start, rules, now)


def meeting_of(part: PartView, paper: WhistlePaper) -> str:
    """When a department is to report in: what was agreed with it last, else what was called."""
    return last_said(paper.file.timeline, "meet_at", (AGREE_TIME,), part.id) or paper.meet_at


def last_said(
    timeline: Sequence[EventView],
    fact: str,
    moves: Sequence[Move] = _SAID_IN,
    part: int | None = None,
) -> str:
    """What was last said of a fact by some moves, "" where nobody did."""
    label = WHISTLE.table.facts[fact].label
    rows = [e for e in _of(timeline, moves) if part in {None, e.part}]
    said = (dict(event.facts).get(label, "") for event in reversed(rows))
    return next((words for words in said if words), "")


def _may_show_code(actor: Actor, file: CaseFile, rule: RuleWhistle | None) -> bool:
    case = file.case
    if rule is None or not rule.on_point or file.erased:
        return False
    own = actor.holder_id is not None and case.filer_id == actor.holder_id
    return own or (actor.role in WHISTLING_SIDE and actor.division == case.division)


def _gate(file: CaseFile, rule: RuleWhistle | None) -> str:
    if file.state == AWAITING_APPROVAL:
        return "待批"
    if rule is not None and rule.confirmed:
        return "先吹后补，待事后确认"
    return "本哨种不需事前审批"


def _filer(actor: Actor, file: CaseFile, units: dict[int, Unit]) -> str:
    case = file.case
    if case.veiled and not shows_filer(actor, case):
        return VEILED
    unit = units.get(case.filer_unit_id or 0)
    return unit.name if unit else ""


def _called(part: PartView, timeline: Iterable[EventView]) -> Called:
    mine = [event for event in timeline if event.part == part.id]
    unit = part.part.unit
    return Called(
        part=part,
        name=unit.name if unit else part.unit,
        terms=[d for term in _TERMS for d in part.deadlines if d.term == term],
        work=_of(mine, _WORK),
        judged=_of(mine, _JUDGED),
        rounds=_rounds(mine),
    )


def _rounds(mine: Sequence[EventView]) -> list[Round]:
    found: list[Round] = []
    for event in _of(mine, (RAISE_OBJECTION, *_OUTCOMES)):
        if event.verb == RAISE_OBJECTION.verb:
            found.append(Round(event, []))
        elif found:
            found[-1].said.append(event)
    return found


def _proposed(timeline: Sequence[EventView]) -> list[tuple[str, str]]:
    drawn = _of(timeline, (DRAW_UP, REVISE))
    facts = dict(drawn[-1].facts) if drawn else {}
    labels = [WHISTLE.table.facts[name].label for name in ("lead", "assisting", "copied")]
    return [(label, facts[label]) for label in labels if facts.get(label)]


def _of(timeline: Iterable[EventView], moves: Sequence[Move]) -> list[EventView]:
    verbs = {move.verb for move in moves}
    return [event for event in timeline if event.verb in verbs]


def _fact(file: CaseFile, name: str) -> str:
    label = WHISTLE.table.facts[name].label
    found = dict(file.facts).get(label, "")
    return found or (str(file.place.get(name, "")) if file.place else "")
