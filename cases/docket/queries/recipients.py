"""Who is told of a rung (告知对象): the words of a ladder, as the posts of the day."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol

from cases.docket import access
from cases.docket.models import Case, Event, Stake
from cases.law.moves import Audience, Role
from cases.people.directory import Directory

Seat = tuple[int, int, str]  # officer, unit, role
# Who answers for a unit of the town, and for a department.
_LEADS = frozenset({Role.DEPT_LEAD, Role.VILLAGE, Role.CENTRE_DIRECTOR})
_HANDS = frozenset({Role.DEPT_OFFICER, Role.DEPT_LEAD, Role.VILLAGE, Role.DESK, Role.DUTY})
_HELD = "owner"  # why whoever holds a case has a stake in it
NOT_POSTS = frozenset({"reporter", "party"})  # they have no post: they are told in another way


class Owing(Protocol):
    """Who owes what a rung is about: a deadline, or what its event says of it."""

    @property
    def unit_id(self) -> int | None:
        """The unit."""

    @property
    def officer_id(self) -> int | None:
        """The person, None where the whole unit owes it."""


def told_to(
    told: Iterable[str], deadline: Owing, case: Case, on: date, directory: Directory
) -> list[Seat]:
    """The seats a rung is told to, each once; empty where nobody sits there.

    Of a confidential case nobody hears who could not open it, whatever a ladder says: there `case`
    is asked for who holds it.
    """
    found: dict[Seat, None] = {}
    for code in told:
        for seat in _seats(code, deadline, case.division, directory):
            found.setdefault(seat)
    if not found or not case.confidential:
        return list(found)
    able = {
        (post.officer_id, post.unit_id, post.role)
        for audience in (Audience.OWNER, Audience.DESK)
        for post in access.who(audience, case, on)
    }
    return [seat for seat in found if seat in able]


def holders_of(event: Event) -> list[tuple[int | None, int | None]]:
    """Unit and person of whoever held a case, or its part, up to an event; the first one first."""
    stakes = Stake.objects.filter(case=event.case_id, part=event.part_id, why=_HELD)
    stakes = stakes.filter(since__lte=event.happened_at).order_by("since", "id")
    return list(stakes.values_list("unit_id", "officer_id"))


def _seats(
    code: str, deadline: Owing, division: str, directory: Directory
) -> Iterable[Seat]:
    if code in NOT_POSTS:
        return ()
    own = [seat for seat in directory.seats if seat[1] == deadline.unit_id]
    if code == "handler":
        mine = [seat for seat in own if seat[0] == deadline.officer_id]
        return sorted(mine or [seat for seat in own if seat[2] in _HANDS] or own)
    if code in {"unit_lead", "dept_lead"}:
        return sorted(seat for seat in own if seat[2] in _LEADS)
    unit = directory.nearest_room(Role(code), division) if code in set(Role) else None
    return sorted(seat for seat in directory.seats if seat[1] == unit and seat[2] == code)
