"""The doors of the house's interface: a list and a making for each thing, one address an act.

No idempotency key is asked for: what is made twice is refused the second time with 409, because the
rows are unique by person, unit, role, grid and day; only moves of cases carry keys.
"""

from collections.abc import Callable
from typing import Any, Final

from django.urls import URLPattern, path
from django.utils import timezone
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.docket.api import PROBLEMS, READ_PROBLEMS, Door
from cases.docket.api.shapes import form_of
from cases.docket.operations.handing import HandedOver, open_work, open_work_of
from cases.entrance.staff import scope
from cases.entrance.staff.acts import Act
from cases.entrance.staff.api import shapes
from cases.entrance.staff.doing.officers import NewPassword
from cases.entrance.staff.doing.posts import Ended
from cases.entrance.staff.queries import changes, lists
from cases.entrance.staff.things import THINGS, Thing
from cases.law.moves import Refused, Why
from cases.people.queries import Actor

_OUT: Final[dict[str, Any]] = {
    "units": shapes.StaffUnitOut,
    "officers": shapes.StaffOfficerOut,
    "posts": shapes.StaffPostOut,
    "deputies": shapes.StaffDeputyOut,
    "certificates": shapes.StaffCertificateOut,
    "duties": shapes.StaffDutyOut,
}
_LISTS: Final[dict[str, tuple[Callable[..., Any], Any]]] = {
    "units": (lists.units, shapes.StaffUnitOut),
    "officers": (lists.officers, shapes.StaffOfficerOut),
    "posts": (lists.posts, shapes.StaffPostOut),
    "deputies": (lists.deputies, shapes.StaffDeputyOut),
    "certificates": (lists.certificates, shapes.StaffCertificateOut),
    "duties": (lists.grids, shapes.StaffGridOut),
}
_WORK: Final[dict[str, Callable[[Any], int]]] = {"units": open_work_of, "posts": open_work}
_SPECIAL: Final[dict[tuple[str, str], Any]] = {
    ("posts", "end"): shapes.PostEndedOut,
    ("posts", "hand_over"): shapes.HandedOut,
    ("units", "hand_over"): shapes.HandedOut,
    ("officers", "reset_password"): shapes.NewPasswordOut,
}


class KeeperDoor(Door):
    """A door for the system administrator only; everybody else is told so (403)."""

    @property
    def actor(self) -> Actor:
        """Whoever is at the door, an administrator."""
        actor = super().actor
        scope.must_keep(actor)
        return actor


class ChangesView(KeeperDoor):
    """The log of changes."""

    @extend_schema(
        operation_id="staff_changes",
        summary="修改记录",
        parameters=[shapes.ChangesQuery],
        responses={200: inline_serializer("ChangesOut", _page(shapes.ChangeOut)), **READ_PROBLEMS}
        if False
        else None,
        tags=["staff"],
    )
    def get(self, request: Request) -> Response:
        """A page of what was changed, the newest first, in words."""
        return Response()
