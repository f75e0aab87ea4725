"""Whom to call before anything is written (先打电话): the common numbers, the town's duty room,
water, power and gas.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from cases.law.moves import Role
from cases.people.directory import directory
from cases.people.models import Unit, UnitKind
from cases.people.queries import town_day
from cases.rulebook.queries import stamp


@dataclass(frozen=True)
class Call:
    """Whom to call first (先打电话): its label and its number, as dialled."""

    label: str
    number: str


# Common to the whole country; the units' own numbers come from the directory.
COMMON = (
    Call("火警、救援", "119"),
    Call("报警", "110"),
    Call("急救", "120"),
    Call("交通事故", "122"),
)


def call_first(division: str, now: datetime) -> list[Call]:
    """The duty room's number and those of water, power and gas, where they were entered."""
    day = town_day(now)
    room = directory(stamp("people"), day).room(Role.DUTY, division)
    over = [division[:n] for n in range(2, len(division) + 1)]
    utilities = Q(kind=UnitKind.UTILITY, division__in=over, closed_on=None)
    rows = Unit.objects.filter(Q(pk=room) | utilities).exclude(phone="").order_by("code")
    found = [
        (pk != room, Call(name, phone.strip()))
        for pk, name, phone in rows.values_list("pk", "short_name", "phone")
    ]
    return [call for _, call in sorted(found, key=lambda pair: pair[0])]
