"""Posts, deputies, grid duties (岗位、AB岗、包干): given and ended, open work handed over."""

from dataclasses import dataclass
from datetime import date, datetime

from cases.docket.operations import handing
from cases.docket.operations.handing import HandedOver
from cases.entrance.staff.doing.checks import by_today, named, paper_of
from cases.entrance.staff.scope import (
    grids_kept,
    not_oneself,
    officers_seen,
    one,
    posts_kept,
    trail_of,
    units_kept,
)
from cases.law.moves import Refused, Role
from cases.people import duties
from cases.people import operations as people
from cases.people.dated import wrong
from cases.people.models import Deputy, DutyKind, GridDuty, Post
from cases.people.queries import Actor, town_day


@dataclass(frozen=True)
class Ended:
    """A post that ended, and what became of its open work; None: it stays where it is."""

    post: Post
    handed: HandedOver | None


def give_post(
    actor: Actor,
    _row: None,
    at: datetime,
    *,
    officer: str,
    role: str,
    unit: int | str,
    valid_from: date,
    valid_to: date | None = None,
    title: str = "",
    paper: str = "",
) -> Post:
    """Give a person a post in a unit that is kept."""
    holder = named(officers_seen(actor).filter(is_active=True), officer)
    not_oneself(actor, holder)
    return people.give_post(
        holder,
        Role(role),
        one(units_kept(actor), pk=unit),
        valid_from,
        valid_to,
        title=title,
        **trail_of(actor, at, paper_of(paper)),
    )


def end_post(
    actor: Actor,
    post: Post,
    at: datetime,
    *,
    ends_on: date,
    successor: str = "",
    paper: str = "",
) -> Ended:
    """End a post; its open work goes over at once when the day has come."""
    not_oneself(actor, post.officer)
    today = town_day(at)
    heir = named(officers_seen(actor), successor, "successor") if successor else None
    if heir is not None:
        handing.must_sit_there(heir, post, max(ends_on, today))
    ended = people.end_post(post, ends_on, heir, **trail_of(actor, at, paper_of(paper)))
    if ends_on > today or (heir is None and handing.still_there(ended, today)):
        return Ended(ended, None)
    return Ended(ended, handing.hand_over(ended, heir, at, actor.stamp))


def hand_over_post(
    actor: Actor, post: Post, at: datetime, *, successor: str = "", paper: str = ""
) -> HandedOver:
    """Move a post's open work to a colleague or to the unit, the post going on or not."""
    heir = named(officers_seen(actor), successor, "successor") if successor else None
    return handing.hand_over(post, heir, at, actor.stamp, paper_of(paper))


def retitle_post(
    actor: Actor, post: Post, at: datetime, *, title: str, on: date, paper: str = ""
) -> Post:
    """Change the title of a post."""
    by_today(on, at)
    return people.retitle_post(post, title, on, **trail_of(actor, at, paper_of(paper)))


def appoint_deputy(
    actor: Actor,
    _row: None,
    at: datetime,
    *,
    held_post: int | str,
    officer: str,
    valid_from: date,
    valid_to: date,
    paper: str = "",
) -> Deputy:
    """Name a deputy for a post that is kept, between two days."""
    held = one(posts_kept(actor).select_related("officer"), pk=held_post)
    deputy = named(officers_seen(actor).filter(is_active=True), officer)
    not_oneself(actor, deputy)
    if held.valid_to is not None and held.valid_to <= town_day(at):
        raise Refused(f"该岗位已于 {held.valid_to} 结束，不能再指定代理。")
    trail = trail_of(actor, at, paper_of(paper))
    return people.appoint_deputy(held, deputy, valid_from, valid_to, **trail)


def end_deputy(
    actor: Actor, row: Deputy, at: datetime, *, ends_on: date, paper: str = ""
) -> Deputy:
    """End a deputyship."""
    return people.end_deputy(row, ends_on, **trail_of(actor, at, paper_of(paper)))


def assign_grid(
    actor: Actor,
    _row: None,
    at: datetime,
    *,
    grid: str,
    officer: str,
    duty: str,
    valid_from: date,
    valid_to: date | None = None,
    paper: str = "",
) -> GridDuty:
    """Put a person in charge of a grid that is kept."""
    where = grids_kept(actor, town_day(at)).filter(code=grid).first()
    if where is None:
        raise wrong("grid", f"没有代码为 {grid} 的网格，请核对。")
    worker = named(officers_seen(actor).filter(is_active=True), officer)
    trail = trail_of(actor, at, paper_of(paper))
    return duties.assign_grid(worker, where, DutyKind(duty), valid_from, valid_to, **trail)


def release_grid(
    actor: Actor, row: GridDuty, at: datetime, *, ends_on: date, paper: str = ""
) -> GridDuty:
    """End a person's charge of a grid."""
    return duties.release_grid(row, ends_on, **trail_of(actor, at, paper_of(paper)))
