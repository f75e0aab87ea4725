"""Handing over (移交): the open work of a post that ends, of a unit that closes, moves at once.

No deadline changes: what was owed is owed by whoever takes over. Cases somebody is working on at
that moment are passed over and taken by the next round; where nobody is left to work on them, the
supervisor is told. Safe to run twice: what has moved is no longer found.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from cases.docket.access import NO_CASES, OWN_ONLY
from cases.docket.models import Case, Deadline, DeadlineState, Part, WorkItem
from cases.docket.record import Batch, begin, take
from cases.docket.states import HAND_OVER
from cases.law.moves import Refused, Role, Why
from cases.people.models import Officer, Post, Unit
from cases.people.operations import close_unit
from cases.people.queries import SYSTEM, in_force, town_day
from cases.rulebook.operations import note_change

A_TIME: Final = 200  # cases a transaction
ROUNDS: Final = 5  # how often what was locked is looked for again
# How far back a chore looks for posts that ended: what it missed longer ago was handed by hand.
LOOKED_BACK: Final = timedelta(days=400)
# Seats that may take up what a unit holds; the others answer only for what is theirs in person.
HANDS: Final = frozenset(Role) - NO_CASES - OWN_ONLY - {Role.SYSTEM}
_RUNNING: Final = (DeadlineState.RUNNING, DeadlineState.SUSPENDED)


@dataclass
class HandedOver:
    """How much was moved, and how much is left because somebody was working on it just then."""

    cases: int = 0
    parts: int = 0
    left: int = 0

    @property
    def moved(self) -> int:
        """Cases and parts together."""
        return self.cases + self.parts


def hand_over(
    post: Post, to_officer: Officer | None, at: datetime, by_code: str, paper: str = ""
) -> HandedOver:
    """Move all open work of a post's holder in its unit to a colleague, or to the unit (None)."""
    if to_officer is not None:
        must_sit_there(to_officer, post, town_day(at))
    facts: dict[str, Any] = {"unit": post.unit_id, "before": post.officer_id}
    if to_officer is not None:
        facts["officer"] = to_officer.pk
    theirs = Q(officer_id=post.officer_id, unit_id=post.unit_id)
    done = _moved(theirs, facts, at)
    if done.moved:
        _told(post, done, post.unit_id, facts.get("officer"), at, by_code, paper)
    tell_of_empty_units(at, [post.unit_id])
    return done


def hand_over_unit(
    unit: Unit, to_unit: Unit, at: datetime, by_code: str, paper: str = ""
) -> HandedOver:
    """Move everything open that a unit holds, whoever has it there, to another unit."""
    if to_unit.pk == unit.pk or not _seated([to_unit.pk], town_day(at)):
        sentence = f"{to_unit.name} 没有在岗办理人员或就是原单位，请另选承接单位。"
        raise Refused(sentence, why=Why.FACTS, fields={"to_unit": sentence})
    theirs = Q(unit_id=unit.pk)
    beyond = Case.objects.filter(theirs, closed_at=None)
    if secret := beyond.filter(confidential=True).count():
        sentence = f"{unit.name} 有 {secret} 件检举控告在办，不能移交；请先由窗口移送纪检监察机关。"
        raise Refused(sentence, fields={"to_unit": sentence})
    if beyond.exclude(division__startswith=to_unit.division).exists():
        sentence = f"{unit.name} 有其他镇的在办件，{to_unit.name} 不能承接，请另选上级或本级单位。"
        raise Refused(sentence, why=Why.FACTS, fields={"to_unit": sentence})
    done = _moved(theirs, {"unit": to_unit.pk}, at)
    if done.moved:
        _told(unit, done, to_unit.pk, None, at, by_code, paper)
    return done


def close_empty_unit(unit: Unit, on: date, at: datetime, by_code: str, paper: str = "") -> Unit:
    """Close a unit that holds no open work and owes no answer; Refused until it is handed over."""
    held = open_work_of(unit)
    if held:
        raise Refused(f"{unit.name} 还有 {held} 件在办，请先移交给其他单位，再撤销。")
    owed = Deadline.objects.filter(unit=unit, state__in=_RUNNING, case__closed_at=None).count()
    if owed:
        raise Refused(f"{unit.name} 还有 {owed} 项等它答复的申请，请先答复，再撤销单位。")
    return close_unit(unit, on, actor_code=by_code, at=at, paper=paper)


def hand_over_ended(at: datetime) -> HandedOver:
    """Move what ended posts left behind; tell the supervisors of units with nobody in them."""
    day, whole = town_day(at), HandedOver()
    for post in _ended_with_work(day):
        heir = post.successor if post.successor and _may_take(post.successor, post, day) else None
        done = hand_over(post, heir, at, SYSTEM.stamp)
        whole.cases += done.cases
        whole.parts += done.parts
        whole.left += done.left
    tell_of_empty_units(at)
    return whole


def must_sit_there(officer: Officer, post: Post, day: date) -> None:
    """Refused unless an officer sits on a day in the unit of a post whose work they would take."""
    if not _may_take(officer, post, day):
        sentence = f"{officer.name} 届时不是本单位在岗办理人员，请另选接手人或交由单位承接。"
        raise Refused(sentence, why=Why.FACTS, fields={"successor": sentence})


def still_there(post: Post, day: date) -> bool:
    """Whether a post's holder sits in its unit on a day by another post, and may go on there."""
    able = [role.value for role in HANDS | OWN_ONLY]
    others = Post.objects.filter(in_force(day), officer_id=post.officer_id, unit_id=post.unit_id)
    return others.exclude(pk=post.pk).filter(role__in=able).exists()


def open_work(post: Post) -> int:
    """How many open cases and parts a post's holder has in its unit; a number only."""
    theirs = Q(officer_id=post.officer_id, unit_id=post.unit_id, closed_at=None)
    return Case.objects.filter(theirs).count() + Part.objects.filter(theirs).count()


def open_work_of(unit: Unit) -> int:
    """How many open cases and parts a unit holds; a number only."""
    theirs = Q(unit_id=unit.pk, closed_at=None)
    return Case.objects.filter(theirs).count() + Part.objects.filter(theirs).count()


def tell_of_empty_units(at: datetime, units: list[int] | None = None) -> int:
    """Tell the supervisors of units that hold open work and have nobody to do it; how many."""
    day = town_day(at)
    held = Case.objects.filter(unit=OuterRef("pk"), closed_at=None)
    rows = Unit.objects.filter(Exists(held))
    if units is not None:
        rows = rows.filter(pk__in=units)
    names = dict(rows.values_list("pk", "name"))
    empty = set(names) - _seated(list(names), day)
    if not empty:
        return 0
    cases = Case.objects.filter(_nobodys(day), closed_at=None, unit_id__in=empty)
    counted = cases.values_list("unit_id", "division").annotate(n=Count("pk")).order_by("unit_id")
    items = [_item(unit, names[unit], division, n, at) for unit, division, n in counted]
    WorkItem.objects.bulk_create(items, ignore_conflicts=True)
    return len(items)


def _moved(theirs: Q, facts: Mapping[str, Any], at: datetime) -> HandedOver:
    done = HandedOver()
    waiting = Case.objects.filter(theirs, closed_at=None).order_by("pk")
    for _ in range(ROUNDS):
        before = done.cases
        while claimed := _batch(waiting, facts, at):
            done.cases += claimed
        if done.cases == before:
            break
    parts = Part.objects.filter(theirs, closed_at=None, case__closed_at=None).order_by("case", "pk")
    for part in parts:
        take(HAND_OVER, part, by=SYSTEM, at=at, **facts)
        done.parts += 1
    done.left = waiting.count()
    return done


@transaction.atomic
def _batch(waiting: QuerySet[Case], facts: Mapping[str, Any], at: datetime) -> int:
    held = waiting.defer("search").select_for_update(of=("self",), skip_locked=True)
    cases = list(held[:A_TIME])
    if not cases:
        return 0
    batch = Batch(begin())
    for case in cases:
        mine = dict(facts)
        if "before" not in mine and case.officer_id is not None:
            mine["before"] = case.officer_id
        batch.take(HAND_OVER, case, by=SYSTEM, at=at, **mine)
    batch.write()
    return len(cases)


def _ended_with_work(day: date) -> list[Post]:
    """Posts that ended with open work, whose holder sits in that unit in no other way."""
    theirs = {"officer": OuterRef("officer"), "unit": OuterRef("unit")}
    ended = Post.objects.filter(valid_to__lte=day, valid_to__gt=day - LOOKED_BACK)
    work = Exists(Case.objects.filter(**theirs, closed_at=None))
    parts = Exists(Part.objects.filter(**theirs, closed_at=None))
    able = [role.value for role in HANDS | OWN_ONLY]
    still = Exists(Post.objects.filter(in_force(day), **theirs, role__in=able))
    open_units = Q(unit__closed_on=None) | Q(unit__closed_on__gt=day)
    rows = ended.filter(work | parts, ~still, open_units).select_related("successor")
    rows = rows.order_by("officer_id", "unit_id", "-valid_to", "-pk")
    return list(rows.distinct("officer_id", "unit_id"))


def _may_take(officer: Officer, post: Post, day: date) -> bool:
    sits = Post.objects.filter(
        in_force(day), officer=officer, unit_id=post.unit_id, officer__is_active=True
    )
    able = [role.value for role in HANDS | OWN_ONLY]
    return officer.pk != post.officer_id and sits.filter(role__in=able).exists()


def _seated(units: list[int], day: date) -> set[int]:
    """The units, of some, in which somebody sits who may take up what the unit holds."""
    stands = Q(unit__closed_on=None) | Q(unit__closed_on__gt=day)
    able = [role.value for role in HANDS]
    rows = Post.objects.filter(in_force(day), stands, unit_id__in=units, role__in=able)
    return set(rows.filter(officer__is_active=True).values_list("unit_id", flat=True))


def _nobodys(day: date) -> Q:
    """Cases whose own officer, if any, no longer sits in the unit that holds them."""
    sits = Post.objects.filter(
        in_force(day), officer=OuterRef("officer"), unit=OuterRef("unit"), officer__is_active=True
    )
    return Q(officer=None) | ~Q(Exists(sits))


def _item(unit: int, name: str, division: str, cases: int, at: datetime) -> WorkItem:
    return WorkItem(
        kind="no_holder",
        division=division,
        unit_id=unit,
        words=f"{name} 没有在岗办理人员，名下 {cases} 件在办无人承接，请督查指定承接单位。",
        key=f"no_holder:unit:{unit}:{division}",
        since=at,
    )


def _told(
    row: Post | Unit,
    done: HandedOver,
    unit: int,
    officer: int | None,
    at: datetime,
    by_code: str,
    paper: str,
) -> None:
    key = row.code if isinstance(row, Unit) else str(row.pk)
    after = {"unit_id": unit, "officer_id": officer, "cases": done.cases, "parts": done.parts}
    trail = {"actor_code": by_code, "paper": paper}
    note_change(row._meta.db_table, key, "hand_over", None, after, at=at, **trail)
