"""One move, drafted in memory (动作拟稿): all checked, every row ready, nothing written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cases.docket import access, chain, kinds
from cases.docket.answers import answer_of
from cases.docket.bigrams import vector
from cases.docket.models import FAR, Case, Deadline, DeadlineState, Event, Part, Stake, WorkItem
from cases.docket.record.clocks import arm, close, open_deadline
from cases.docket.record.facts import checked
from cases.docket.record.moment import Moment
from cases.docket.seal import open_key, seal_facts, unseal_facts
from cases.docket.slip import Slip
from cases.law.moves import ANY, Move, Owner, Refused, Role, Table, Why
from cases.people.queries import TOWN_TIME, Actor

# What the rules add to a move's open facts, or refuse, once the case is locked and its facts are
# checked: they come last.
Derive = Callable[[Moment, Case, list[Deadline], Mapping[str, Any]], dict[str, Any]]
_RUNNING = (DeadlineState.RUNNING, DeadlineState.SUSPENDED)
OWNER = "owner"
PROOF = "proof"  # the sealed fact that proves when something happened
FILER = "filer"


@dataclass
class Draft:
    """What one move will write; `deadlines` are those opened or changed by it."""

    case: Case
    part: Part | None
    event: Event
    deadlines: list[Deadline] = field(default_factory=list)
    stakes: list[Stake] = field(default_factory=list)
    trouble: list[WorkItem] = field(default_factory=list)
    quiet: bool = False
    reworded: bool = False


def check(move: Move, case: Case, part: Part | None, by: Actor, slip: Slip) -> None:
    """Refuse a stale form, a move of another state, a seat that may not make it."""
    table = kinds.kind(case.kind).table
    subject = part or case
    label = table.states.get(subject.state, subject.state)
    if slip.version is not None and slip.version != subject.version:
        raise Refused(
            f"这件事刚才已有人办理，现为“{label}”，请刷新后再办。", why=Why.STALE, verb=move.verb
        )
    if case.wrapped_key is None and by.role is not Role.SYSTEM:
        raise Refused(
            "这件事的内容已依法销毁，不能再办，也不能再添备注。", why=Why.STATE, verb=move.verb
        )
    if not move.goes_from(subject.state):
        lawful = [table.states[s] for s in move.sources if s in table.states]
        raise Refused(
            f"现为“{label}”，不能“{move.label}”；只有{'、'.join(lawful) or '新登记'}时可以。",
            why=Why.STATE,
            verb=move.verb,
            lawful_from=move.sources,
            whose=[role.label for role in sorted(move.by)],
            citation=move.basis,
        )
    if not access.may(by, move, case, part):
        whose = [r.label for r in sorted(move.by) if r.value != "system"]
        raise Refused(
            f"您现在的岗位（{by.role.label}）不能对这件事“{move.label}”，"
            f"应由承办的{'、'.join(whose) or '系统'}办理。",
            why=Why.ROLE,
            verb=move.verb,
            whose=whose,
            citation=move.basis,
        )


def draft(
    moment: Moment,
    move: Move,
    case: Case,
    part: Part | None,
    deadlines: list[Deadline],
    *,
    by: Actor,
    at: datetime,
    slip: Slip,
    facts: Mapping[str, Any],
    moved: Sequence[Deadline] = (),
    derive: Derive | None = None,
) -> Draft:
    """Everything a move writes; `case`, `part` and `deadlines` are changed in memory.

    `moved` are deadlines whose date the caller changed: the event speaks of them too.
    """
    check(move, case, part, by, slip)
    if by.role is not Role.SYSTEM:
        _not_before(case, at, move)
    kind = kinds.kind(case.kind)
    open_facts, sealed = checked(move, kind.table, facts, moment, case.division)
    if derive is not None:
        open_facts |= derive(moment, case, deadlines, open_facts | sealed)
    subject = part or case
    from_state = subject.state
    subject.state = move.target or subject.state
    if move.target and part is None:
        case.closed_at = at if move.ends else None
    _pass_on(move, case, subject, open_facts, moment, by)
    if "category" in open_facts:
        case.category = open_facts["category"]
    made = Draft(case=case, part=part, event=Event(), quiet=slip.quiet)
    if set(sealed) & set(kind.words):
        reword(case, sealed)
        made.reworded = True
    _clocks(moment, move, made, deadlines, by=by, at=at, slip=slip)
    if move.counts:
        subject.version += 1
        if part is not None:
            case.version += 1
    _stakes(moment, made, deadlines, at, changed=move.owner is not Owner.KEEPS)
    case.next_due = _next(deadlines)
    if slip.proof:
        sealed = sealed | {PROOF: slip.proof}
    made.event = _event(moment, move, made, from_state, sealed, by, at, slip)
    told = {
        "row": chain.row_of(case),
        "by": by.stamp,
        "open": dict(open_facts),
        "recorded_for": slip.channel,
        "basis": move.basis,
        "quiet": slip.quiet,
        "rules": {d.term: d.rule_version for d in made.deadlines},
        "deadlines": {chain.mark_of(d): chain.clock_of(d) for d in [*made.deadlines, *moved]},
    }
    _chain(made.event, case, told)
    if slip.key:
        made.event.answer = chain.canonical(answer_of(made.event, case, part, by))
    return made


def _not_before(case: Case, at: datetime, move: Move) -> None:
    if case.seq and at < case.opened_at:
        opened = f"{case.opened_at.astimezone(TOWN_TIME):%Y-%m-%d %H:%M}"
        words = f"发生时间不能早于这件事的登记时间（{opened}），请核对。"
        raise Refused(words, why=Why.FACTS, verb=move.verb, fields={"happened_at": words})


def reword(case: Case, sealed: Mapping[str, Any]) -> None:
    """Write the case's current words and their index anew, under the case's key."""
    names = kinds.kind(case.kind).words
    key = open_key(case.wrapped_key, case.key_id)
    if key is None:
        return
    words = unseal_facts(key, case.words) | {n: sealed[n] for n in names if n in sealed}
    case.title = seal_facts(key, {"title": str(words.get(names[0], ""))})
    case.words = seal_facts(key, words)
    case.search = vector(*(str(v) for v in words.values()))


def _pass_on(
    move: Move,
    case: Case,
    subject: Case | Part,
    facts: Mapping[str, Any],
    moment: Moment,
    by: Actor,
) -> None:
    match move.owner:
        case Owner.DESK:
            subject.unit_id, subject.officer_id = moment.directory.desk(case.division), None
        case Owner.UNIT:
            subject.unit_id, subject.officer_id = facts["unit"], facts.get("officer")
        case Owner.FILER:
            next_ones = _hands(kinds.kind(case.kind).table, subject.state)
            other = case.filer_id not in {by.officer_id, by.holder_id}
            if other and moment.directory.sits(case.filer_id, case.filer_unit_id, next_ones):
                subject.unit_id, subject.officer_id = case.filer_unit_id, case.filer_id
            else:  # nobody, gone from that seat, cannot take the next step, or did this one
                subject.unit_id, subject.officer_id = moment.directory.desk(case.division), None
        case Owner.NOBODY:
            subject.unit_id = subject.officer_id = None
        case Owner.KEEPS:
            pass


def _hands(table: Table, state: str) -> set[Role]:
    steps = [m for m in table.moves.values() if state in m.sources and m.counts]
    return {role for m in steps for role in m.by}


def _clocks(
    moment: Moment,
    move: Move,
    made: Draft,
    deadlines: list[Deadline],
    *,
    by: Actor,
    at: datetime,
    slip: Slip,
) -> None:
    here = made.part.pk if made.part else None
    counted_at = at if slip.by_event else max(at, moment.now)
    for deadline in deadlines:
        running = deadline.state in _RUNNING
        ended = move.ends and made.part is None
        named = deadline.term in move.closes or ANY in move.closes
        if running and ((named and deadline.part_id == here) or ended):
            close(deadline, counted_at, by=by.officer_id, cancelled=not named)
            made.deadlines.append(deadline)
    for key in move.opens:
        times = 1 + sum(d.term == key and d.part_id == here for d in deadlines)
        # A date set back must not make others late: their time runs from when they could know.
        opened = open_deadline(moment, made.case, made.part, key, counted_at, times)
        if isinstance(opened, WorkItem):
            made.trouble.append(opened)
            continue
        opened.by_record = not slip.by_event
        arm(moment, opened, made.case, after=moment.now if slip.quiet else None)
        deadlines.append(opened)
        made.deadlines.append(opened)


def _next(deadlines: list[Deadline]) -> datetime:
    return min((d.due_at for d in deadlines if d.state == DeadlineState.RUNNING), default=FAR)


def _stakes(
    moment: Moment, made: Draft, deadlines: list[Deadline], at: datetime, *, changed: bool
) -> None:
    subject = made.part or made.case
    if made.part is not None:
        made.part.next_due = _next([d for d in deadlines if d.part_id == made.part.pk])
    if subject.unit_id is None:
        if changed and made.case.closed_at is None:
            words = f"{made.case.number or '新登记'}：没有可承接的单位，请督查指定。"
            made.trouble.append(
                WorkItem(
                    kind="no_holder",
                    case_id=made.case.pk,
                    division=made.case.division,
                    words=words,
                    key=f"no_holder:{made.case.pk}:{made.case.seq}",
                    since=moment.now,
                )
            )
        return
    owed = [
        d for d in deadlines if d.unit_id == subject.unit_id and d.state == DeadlineState.RUNNING
    ]
    made.stakes.append(
        Stake(
            case_id=made.case.pk,
            part_id=made.part.pk if made.part else None,
            unit_id=subject.unit_id,
            officer_id=subject.officer_id,
            why=OWNER,
            since=at,
            next_due=_next(owed),
        )
    )


def _event(
    moment: Moment,
    move: Move,
    made: Draft,
    from_state: str,
    sealed: Mapping[str, Any],
    by: Actor,
    at: datetime,
    slip: Slip,
) -> Event:
    case, part = made.case, made.part
    case.seq += 1
    key = open_key(case.wrapped_key, case.key_id) if sealed else None
    secret = seal_facts(key, sealed) if key else None
    return Event(
        case_id=case.pk,
        part_id=part.pk if part else None,
        seq=case.seq,
        verb=move.verb,
        from_state=from_state,
        to_state=(part or case).state,
        officer_id=by.officer_id,
        unit_id=by.unit_id,
        role=by.role.value,
        happened_at=at,
        recorded_at=moment.now,
        claimed_at=slip.claimed_at,
        sealed=secret,
        previous=bytes(case.head),
        key=slip.key,
        digest=slip.digest,
    )


def _chain(event: Event, case: Case, told: dict[str, Any]) -> None:
    event.text = chain.canonical(chain.heads(event) | told)
    event.hash = case.head = chain.link(bytes(event.previous), event.text)
