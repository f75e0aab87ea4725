"""One move, drafted in memory (动作拟稿): all checked, every row ready, nothing written."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from cases.docket import access, chain, kinds
from cases.docket.answers import answer_of
from cases.docket.bigrams import vector
from cases.docket.models import Case, Deadline, Event, Part
from cases.docket.record.drafted import Draft
from cases.docket.record.facts import checked
from cases.docket.record.files import attached
from cases.docket.record.moment import Moment
from cases.docket.record.owed import asked_for, carry, next_due, run_clocks, share_out
from cases.docket.seal import open_key, seal_facts, unseal_facts
from cases.docket.slip import Slip
from cases.law.moves import Move, Owner, Refused, Role, Table, Why
from cases.people.queries import TOWN_TIME, Actor

# What the rules add to a move's open facts, or refuse, once the case is locked and its facts are
# checked: they come last.
Derive = Callable[[Moment, Case, list[Deadline], Mapping[str, Any]], dict[str, Any]]
_UNSAID = Event()  # a draft's until its own is written; to make one each time costs as much again
PROOF = "proof"  # the sealed fact that proves when something happened


def check(move: Move, case: Case, part: Part | None, by: Actor, slip: Slip) -> None:
    """Refuse a stale form, a move of another state, a seat that may not make it."""
    kind = kinds.kind(case.kind)
    if move.verb in kind.of_parts and part is None:
        raise TypeError(f"{move.verb} moves a part, not the case")
    table, subject = kind.table, part or case
    label = table.states.get(subject.state, subject.state)
    if slip.version is not None and slip.version != subject.version:
        raise Refused(
            f"这件事刚才已有人办理，现为“{label}”，请刷新后再办。", why=Why.STALE, verb=move.verb
        )
    if by.role is not Role.SYSTEM and case.wrapped_key is None:
        raise Refused(
            "这件事的内容已依法销毁，不能再办，也不能再添备注。", why=Why.STATE, verb=move.verb
        )
    if part is not None and case.state in kind.resting and _moves_on(move, by):
        raise Refused(
            f"这件事现为“{table.states[case.state]}”，恢复办理以后才能“{move.label}”。",
            why=Why.STATE,
            verb=move.verb,
            citation=move.basis,
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
        makers = kind.made_by(move, case.variant)
        whose = [r.label for r in sorted(makers) if r.value != "system"]
        raise Refused(
            f"您现在的岗位（{by.role.label}）不能对这件事“{move.label}”，"
            f"应由承办的{'、'.join(whose) or '系统'}办理。",
            why=Why.ROLE,
            verb=move.verb,
            whose=whose,
            citation=move.basis,
        )


def _moves_on(move: Move, by: Actor) -> bool:
    return move.counts and by.role is not Role.SYSTEM


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
    climbed: Sequence[Deadline] = (),
    derive: Derive | None = None,
    parts: Sequence[Part] = (),
) -> Draft:
    """Everything a move writes; `case`, `part` and `deadlines` are changed in memory.

    `moved` are deadlines whose date the caller changed; those that `derive` gave another date are
    found by their generation. `climbed` are those whose rung alone changed, by a move that changes
    nothing else. The event speaks of them all. `parts` are those of the case, which decide its
    state after one of them moved.
    """
    check(move, case, part, by, slip)
    asked_for(move, part, deadlines)
    if by.role is not Role.SYSTEM:
        _not_before(case, at, move)
    kind = kinds.kind(case.kind)
    open_facts, sealed = checked(move, kind.table, facts, moment, case.division)
    before = [d.generation for d in deadlines]
    if derive is not None:
        open_facts |= derive(moment, case, deadlines, open_facts | sealed)
    redated = [d for d, was in zip(deadlines, before, strict=True) if d.generation != was]
    made = Draft(case, part, _UNSAID, moved=[*moved, *redated], parts=parts, quiet=slip.quiet)
    made.climbed = list(climbed)
    subject = part or case
    from_state, held = subject.state, (subject.unit_id, subject.officer_id)
    _go_on(move, made, open_facts, moment, by, at)
    if move.carries:
        carry(made, deadlines, held)
    if set(sealed) & set(kind.words):
        reword(case, sealed)
        made.reworded = True
    if not made.still:
        run_clocks(moment, move, made, deadlines, by=by, at=at, slip=slip, facts=open_facts)
        share_out(moment, made, deadlines, at, changed=move.owner is not Owner.KEEPS)
        case.next_due = next_due(deadlines)
    if slip.proof:
        sealed = sealed | {PROOF: slip.proof}
    if slip.files:
        made.files = attached(slip.files, case, by=by, seq=case.seq + 1, now=moment.now)
    made.event = _event(moment, move, made, from_state, sealed, by, at, slip)
    _chain(made.event, case, _told(move, made, by, open_facts, slip))
    if slip.key:
        made.event.answer = chain.canonical(answer_of(made.event, case, part, by, deadlines))
    return made


def _go_on(
    move: Move, made: Draft, facts: Mapping[str, Any], moment: Moment, by: Actor, at: datetime
) -> None:
    case, part = made.case, made.part
    subject = part or case
    subject.state = move.target or subject.state
    if move.target:
        subject.closed_at = at if move.ends else None
    whole = kinds.kind(case.kind).whole
    if part is not None and whole is not None:
        case.state = whole(case.state, [(p.kind, p.state) for p in made.parts])
    _pass_on(move, case, subject, facts, moment, by)
    case.category = facts.get("category", case.category)
    if move.counts:
        subject.version += 1
        case.version += part is not None


def _told(
    move: Move, made: Draft, by: Actor, facts: Mapping[str, Any], slip: Slip
) -> dict[str, Any]:
    clocks = [*made.deadlines, *made.moved, *made.climbed]
    told = {
        "row": chain.row_of(made.case),
        "by": by.stamp,
        "open": dict(facts),
        "recorded_for": slip.channel,
        "basis": move.basis,
        "quiet": slip.quiet,
        "rules": {d.term: d.rule_version for d in made.deadlines},
        "deadlines": {chain.mark_of(d): chain.clock_of(d) for d in clocks},
        "owes": {chain.mark_of(d): [d.unit_id, d.officer_id] for d in clocks},
    }
    if made.part is not None:  # the row is the case's; who holds the part is told beside it
        told["held"] = [made.part.unit_id, made.part.officer_id]
    return told | ({"files": [file.digest for file in made.files]} if made.files else {})


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
        case Owner.LEADER:
            room = moment.directory.room(Role.LEADER, case.division)
            subject.unit_id, subject.officer_id = room, None
        case Owner.NOBODY:
            subject.unit_id = subject.officer_id = None
        case Owner.KEEPS:
            pass


def _hands(table: Table, state: str) -> set[Role]:
    steps = [m for m in table.moves.values() if state in m.sources and m.counts]
    return {role for m in steps for role in m.by}


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
