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


def _page_of(name: str, row: Any) -> Any:
    """A page of a list; `next` goes into `after`, "" at the end."""
    fields = {"results": row(many=True), "next": serializers.CharField()}
    return inline_serializer(name, fields)


class ChangesView(KeeperDoor):
    """The log of changes."""

    @extend_schema(
        operation_id="staff_changes",
        summary="修改记录",
        parameters=[shapes.ChangesQuery],
        responses={200: _page_of("StaffChangesPage", shapes.StaffChangeOut), **READ_PROBLEMS},
        tags=["staff"],
    )
    def get(self, request: Request) -> Response:
        """A page of what was changed, the newest first, in words."""
        actor = self.actor
        asked = _asked(shapes.ChangesQuery, request)
        page = changes.changes(actor, lists.asked_of(asked), asked)
        rows = shapes.StaffChangeOut(page.rows, many=True).data
        return Response({"results": rows, "next": page.next})


def api_urls() -> list[URLPattern]:
    """The addresses of every thing by the interface."""
    found = [path("api/v1/staff/changes/", ChangesView.as_view(), name="api_staff_changes")]
    for thing in THINGS:
        base, name = f"api/v1/staff/{thing.path}/", f"api_staff_{thing.path}"
        found.append(path(base, _list_view(thing), name=name))
        if thing.path in {"units", "officers", "posts"}:
            found.append(path(f"{base}<int:row>/", _one_view(thing), name=f"{name}_one"))
        found += [
            path(f"{base}<int:row>/{verb}/", _act_view(thing, act), name=f"{name}_{verb}")
            for verb, act in thing.acts.items()
        ]
    return found


def _list_view(thing: Thing) -> Callable[..., Any]:
    listed, row_out = _LISTS[thing.path]
    title, one_out = thing.path.title(), _OUT[thing.path]
    asked_in = shapes.body_of(f"Staff{title}In", thing.make)

    @extend_schema(
        operation_id=f"staff_{thing.path}",
        summary=f"{thing.label}名单",
        parameters=[shapes.ListQuery],
        responses={200: _page_of(f"Staff{title}Page", row_out), **READ_PROBLEMS},
        tags=["staff"],
    )
    def get(self: KeeperDoor, request: Request) -> Response:
        actor = self.actor
        asked = lists.asked_of(_asked(shapes.ListQuery, request))
        page = listed(actor, asked, timezone.localdate())
        return Response({"results": row_out(page.rows, many=True).data, "next": page.next})

    @extend_schema(
        operation_id=f"staff_{thing.path}_{thing.make.verb}",
        summary=thing.make.label,
        description="同一内容重复提交，第二次答 409。",
        request=asked_in,
        responses={201: one_out, **PROBLEMS},
        tags=["staff"],
    )
    def post(self: KeeperDoor, request: Request) -> Response:
        actor = self.actor
        facts = form_of(asked_in).run_validation(request.data)
        return Response(one_out(_done(thing.make, actor, None, facts)).data, 201)

    return _view(f"Staff{title}View", {"get": get, "post": post})


def _one_view(thing: Thing) -> Callable[..., Any]:
    one_out = _OUT[thing.path]

    @extend_schema(
        operation_id=f"staff_{thing.path}_one",
        summary=f"{thing.label}一条",
        responses={200: one_out, **READ_PROBLEMS},
        tags=["staff"],
    )
    def get(self: KeeperDoor, request: Request, row: int) -> Response:
        found = _row(thing, self.actor, row)
        told = dict(one_out(found).data)
        if thing.path in _WORK:
            told["open_work"] = _WORK[thing.path](found)
        return Response(told)

    return _view(f"Staff{thing.path.title()}OneView", {"get": get})


def _act_view(thing: Thing, act: Act) -> Callable[..., Any]:
    name = f"Staff{thing.path.title()}{act.verb.title().replace('_', '')}"
    asked_in = shapes.body_of(f"{name}In", act)
    out = _SPECIAL.get((thing.path, act.verb), _OUT[thing.path])

    @extend_schema(
        operation_id=f"staff_{thing.path}_{act.verb}",
        summary=f"{thing.label}：{act.label}",
        description=act.about,
        request=asked_in,
        responses={200: out, **PROBLEMS},
        tags=["staff"],
    )
    def post(self: KeeperDoor, request: Request, row: int) -> Response:
        actor = self.actor
        found = _row(thing, actor, row)
        facts = form_of(asked_in).run_validation(request.data)
        made = _done(act, actor, found, facts)
        answer = Response(out(made).data)
        if isinstance(made, NewPassword):
            answer["Cache-Control"] = "no-store"
        return answer

    return _view(f"{name}View", {"post": post})


def _view(name: str, members: dict[str, Any]) -> Callable[..., Any]:
    return type(name, (KeeperDoor,), members).as_view()  # type: ignore[attr-defined,no-any-return]


def _row(thing: Thing, actor: Actor, row: int) -> Any:
    return scope.one(thing.kept(actor, timezone.localdate()), pk=row)


def _done(act: Act, actor: Actor, row: Any, facts: Any) -> Ended | HandedOver | NewPassword | Any:
    return act.do(actor, row, timezone.now(), facts)


def _asked(shape: Any, request: Request) -> dict[str, Any]:
    form = shape(data=request.query_params)
    form.is_valid(raise_exception=True)
    return dict(form.validated_data)
