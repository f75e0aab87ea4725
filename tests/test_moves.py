"""Every state × move × role of every kind, as its own table says (办理动作全表).

Nothing here names a verb: a new row, a new state, a new role is tested the moment it is written.
"""

from collections.abc import Callable, Iterator

import pytest
from django.db import transaction

from cases.docket.kinds import Kind, kinds
from cases.docket.models import Case, Event, Part
from cases.docket.record import Opening, begin, open_case, take
from cases.docket.record.draft import check
from cases.docket.slip import NO_SLIP
from cases.law.moves import ANY, NEW, Move, Refused, Role, Why
from cases.people.queries import SYSTEM, Actor
from tests.ledger import facts_for, put, put_part, show, snapshot, unchanged
from tests.town import NOW, XIASHU, Cast

KINDS = list(kinds())
# Restated from the town's rules, so that a slip in the code's own table is seen.
ADMINISTRATORS = {Role.AUDITOR, Role.SYSADMIN, Role.SECADMIN}
WHOLE_TOWN = {
    Role.DESK,
    Role.DUTY,
    Role.LEADER,
    Role.HEAD_OF_ORGAN,
    Role.SUPERVISOR,
    Role.COUNTY_DESK,
}


class _Back(Exception):
    pass


def every_seat(town: Cast) -> Iterator[Actor]:
    yield from (town.actor(role) for role in town.posts)
    yield SYSTEM


def opening_of(kind: Kind, by: Actor) -> Opening:
    return Opening(
        kind=kind.code, division=XIASHU, filer_unit_id=by.unit_id, filer_id=by.officer_id
    )


def opened(kind: Kind, town: Cast) -> Case:
    """A case of a kind, opened by its first opening move whoever may make it."""
    move = next(m for m in kind.table.moves.values() if NEW in m.sources)
    by = SYSTEM if Role.SYSTEM in move.by else town.actor(next(r for r in Role if r in move.by))
    with transaction.atomic():
        opening = opening_of(kind, by)
        facts = facts_for(move, kind.code, town)
        case = open_case(move, opening, by=by, at=NOW, moment=begin(1), **facts)[0]
    if case.number is None:  # a draft is seen by its writer only; here it is put into every state
        Case.objects.filter(pk=case.pk).update(number=f"{XIASHU}-{kind.series}-2026-000000")
    return case


def moves_of(kind: Kind) -> list[Move]:
    """The moves of the case itself, not of its parts."""
    return [m for m in kind.table.moves.values() if m.verb not in kind.of_parts]


def moves_of_parts(kind: Kind) -> list[Move]:
    return [m for m in kind.table.moves.values() if m.verb in kind.of_parts]


def states_of(kind: Kind, moves: list[Move]) -> list[str]:
    """The states such moves start from or lead to, in the table's order."""
    met = {s for m in moves for s in (*m.sources, m.target)}
    return [state for state in kind.table.states if state in met]


def expected(move: Move, state: str, actor: Actor, *, owns: bool) -> Why | None:
    """What the table and the rule of access say of a move; None: it happens."""
    if actor.role in ADMINISTRATORS:
        return Why.HIDDEN
    if state not in move.sources and ANY not in move.sources:
        return Why.STATE
    if actor.role not in move.by:
        return Why.ROLE
    everywhere = actor.role is Role.SYSTEM or actor.role in WHOLE_TOWN or not move.counts
    everywhere = everywhere or (actor.role is Role.ARBITER and bool(move.answers))
    everywhere = everywhere and not move.holders  # what only the unit that holds it may do
    return None if owns or everywhere else Why.ROLE


def attempt(move: Move, case: Case, actor: Actor, town: Cast, want: Why | None) -> None:
    """Try one move: it happens as its row says, or is refused for the right reason."""
    facts = facts_for(move, case.kind, town)
    if want is not None:
        with pytest.raises(Refused) as refusal:
            take(move, Case(pk=case.pk), by=actor, at=NOW, **facts)
        assert refusal.value.why is want
        assert refusal.value.sentence
        return
    before = Case.objects.get(pk=case.pk)
    event = take(move, Case(pk=case.pk), by=actor, at=NOW, **facts)
    after = Case.objects.get(pk=case.pk)
    assert (event.verb, event.from_state) == (move.verb, before.state)
    assert event.to_state == after.state == (move.target or before.state)
    assert event.seq == after.seq == before.seq + 1
    assert after.version == before.version + (1 if move.counts else 0)
    assert (after.closed_at is not None) == (move.ends if move.target else bool(before.closed_at))
    assert Event.objects.filter(case=case).count() == after.seq


def judge(move: Move, case: Case, actor: Actor, want: Why) -> None:
    """The engine's own check of a move, which reads nothing; who sees no case never comes here."""
    if want is Why.HIDDEN:
        return
    with pytest.raises(Refused) as refusal:
        check(move, case, None, actor, NO_SLIP)
    assert refusal.value.why is want
    assert refusal.value.sentence


@pytest.mark.parametrize("owns", [True, False], ids=["owner", "onlooker"])
@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.code)
def test_every_state_move_and_role_is_as_the_table_says(
    kind: Kind, owns: bool, town: Cast
) -> None:
    case = opened(kind, town)
    seats = list(every_seat(town))
    idle = town.actor(Role.COUNSEL)
    met: set[tuple[str, Role]] = set()
    for actor in seats:
        other = idle if actor.unit_id != idle.unit_id else town.actor(Role.AGENT)
        holder = actor if owns else other
        for state in states_of(kind, moves_of(kind)):
            lawful: list[Move] = []
            try:
                with transaction.atomic():
                    put(case, state, holder)
                    show(case, actor)
                    before = snapshot()
                    refused: list[tuple[Move, Why]] = []
                    for move in moves_of(kind):
                        want = expected(move, state, actor, owns=owns)
                        if want is None:
                            lawful.append(move)
                            continue
                        refused.append((move, want))
                        judge(move, case, actor, want)
                    # Each seat in each state really tries one of them, another one every time.
                    turn = len(met) + len(state) + len(actor.role)
                    move, want = refused[turn % len(refused)]
                    attempt(move, case, actor, town, want)
                    assert snapshot() == before, (actor.role, state)
                    for move in lawful:
                        with transaction.atomic():
                            attempt_once(move, case, actor, town)
                    raise _Back
            except _Back:
                met |= {(move.verb, actor.role) for move in lawful}
    if owns:
        goes = [m for m in moves_of(kind) if set(m.sources) - {NEW}]
        assert met == {(m.verb, role) for m in goes for role in m.by}


def attempt_once(move: Move, case: Case, actor: Actor, town: Cast) -> None:
    """A lawful move, undone afterwards."""
    try:
        with transaction.atomic():
            attempt(move, case, actor, town, None)
            raise _Back
    except _Back:
        return


def part_of(kind: Kind, town: Cast) -> Part:
    """A part of a running case of a kind, for which nothing is asked yet."""
    case = opened(kind, town)
    into = next(m.target for m in moves_of_parts(kind) if NEW in m.sources)
    whole = kind.whole or (lambda state, parts: state)
    states = states_of(kind, moves_of(kind))
    running = next(s for s in states if whole(s, [("lead", into)]) != s)
    put(case, running, town.actor(Role.DESK))
    return Part.objects.create(case=case, kind="lead", state=into, opened_at=NOW)


def attempt_part(move: Move, part: Part, actor: Actor, town: Cast) -> None:
    """A lawful move of a part: it happens as its row says, and the case says how it stands."""
    before = Part.objects.get(pk=part.pk)
    case = Case.objects.get(pk=part.case_id)
    facts = facts_for(move, case.kind, town)
    event = take(move, Part.objects.get(pk=part.pk), by=actor, at=NOW, **facts)
    after = Part.objects.get(pk=part.pk)
    assert (event.verb, event.from_state, event.part_id) == (move.verb, before.state, part.pk)
    assert event.to_state == after.state == (move.target or before.state)
    assert after.version == before.version + (1 if move.counts else 0)
    assert (after.closed_at is not None) == (move.ends if move.target else bool(before.closed_at))


@pytest.mark.parametrize("owns", [True, False], ids=["owner", "onlooker"])
@pytest.mark.parametrize("kind", [k for k in KINDS if k.of_parts], ids=lambda k: k.code)
def test_every_state_move_and_role_of_a_part_is_as_the_table_says(
    kind: Kind, owns: bool, town: Cast
) -> None:
    part = part_of(kind, town)
    case, moves = part.case, moves_of_parts(kind)
    idle = town.actor(Role.COUNSEL)
    met: set[tuple[str, Role]] = set()
    for actor in every_seat(town):
        other = idle if actor.unit_id != idle.unit_id else town.actor(Role.AGENT)
        holder = actor if owns else other
        for state in states_of(kind, moves):
            try:
                with transaction.atomic():
                    put_part(part, state, holder)
                    show(case, actor)
                    wanted = {m.verb: expected(m, state, actor, owns=owns) for m in moves}
                    with unchanged():
                        for move in (m for m in moves if wanted[m.verb] is not None):
                            why = wanted[move.verb]
                            if why is Why.HIDDEN:
                                continue
                            with pytest.raises(Refused) as refusal:
                                check(move, case, part, actor, NO_SLIP)
                            assert refusal.value.why is why, (move.verb, state, actor.role)
                    for move in (m for m in moves if wanted[m.verb] is None):
                        met.add((move.verb, actor.role))
                        part_once(move, part, actor, town)
                    raise _Back
            except _Back:
                continue
    if owns:
        goes = [m for m in moves if set(m.sources) - {NEW}]
        assert met == {(m.verb, role) for m in goes for role in m.by}


def part_once(move: Move, part: Part, actor: Actor, town: Cast) -> None:
    try:
        with transaction.atomic():
            attempt_part(move, part, actor, town)
            raise _Back
    except _Back:
        return


@pytest.mark.parametrize("kind", [k for k in KINDS if k.of_parts], ids=lambda k: k.code)
def test_a_fact_of_a_part_that_must_be_given_is_asked_for_by_name(kind: Kind, town: Cast) -> None:
    part = part_of(kind, town)
    for move in moves_of_parts(kind):
        state = next((s for s in kind.table.states if move.goes_from(s)), None)
        if state is None:
            continue
        role = next(r for r in sorted(move.by) if r not in ADMINISTRATORS)
        actor = SYSTEM if role is Role.SYSTEM else town.actor(role)
        put_part(part, state, actor)
        for name in (n for n in move.facts if move.needs(n)):
            facts = facts_for(move, kind.code, town) | {name: ""}
            with unchanged(), pytest.raises(Refused) as refusal:
                take(move, Part.objects.get(pk=part.pk), by=actor, at=NOW, **facts)
            assert refusal.value.why is Why.FACTS
            assert list(refusal.value.fields) == [name]


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.code)
def test_a_move_that_opens_a_case_is_made_by_its_roles_only(kind: Kind, town: Cast) -> None:
    for move in (m for m in moves_of(kind) if NEW in m.sources):
        facts = facts_for(move, kind.code, town)
        for actor in every_seat(town):
            opening = opening_of(kind, actor)
            told = {"by": actor, "at": NOW, "moment": begin(1), **facts}
            if actor.role in move.by:
                case, event = open_case(move, opening, **told)
                assert (case.state, event.from_state, event.seq) == (move.target, "", 1)
                assert (case.number is None) == (case.state in kind.drafts)
                continue
            with unchanged(), pytest.raises(Refused) as refusal:
                open_case(move, opening, **told)
            assert refusal.value.why is Why.ROLE


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.code)
def test_another_towns_seat_moves_nothing(kind: Kind, town: Cast) -> None:
    case = opened(kind, town)
    for state in states_of(kind, moves_of(kind)):
        put(case, state, town.actor(Role.DESK))
        before = snapshot()
        moves = moves_of(kind)
        for turn, role in enumerate(town.other_posts):
            for move in moves[turn :: len(town.other_posts)]:
                attempt(move, case, town.other_actor(role), town, Why.HIDDEN)
        assert snapshot() == before


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.code)
def test_a_fact_that_must_be_given_is_asked_for_by_name(kind: Kind, town: Cast) -> None:
    case = opened(kind, town)
    for move in moves_of(kind):
        state = next((s for s in kind.table.states if move.goes_from(s)), None)
        if state is None:
            continue
        role = next(r for r in sorted(move.by) if r not in ADMINISTRATORS)
        actor = SYSTEM if role is Role.SYSTEM else town.actor(role)
        put(case, state, actor)
        for name in (n for n in move.facts if move.needs(n)):
            facts = facts_for(move, kind.code, town) | {name: ""}
            with unchanged(), pytest.raises(Refused) as refusal:
                take(move, Case(pk=case.pk), by=actor, at=NOW, **facts)
            assert refusal.value.why is Why.FACTS
            assert list(refusal.value.fields) == [name]


def test_a_fact_the_move_does_not_know_is_a_programming_error(
    filed: Callable[..., Case], town: Cast
) -> None:
    case = filed()
    move = KINDS[0].table.moves["accept"]
    with unchanged(), pytest.raises(TypeError):
        take(move, case, by=town.actor(Role.DESK), at=NOW, colour="red")
