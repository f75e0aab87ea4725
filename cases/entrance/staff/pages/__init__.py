"""Pages of the house (管理页面): an overview, a list of each thing, a page of each row."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cases.docket.operations.handing import open_work, open_work_of, still_there
from cases.entrance.staff.acts import ROLES
from cases.entrance.staff.queries import changes as log
from cases.entrance.staff.queries import lists
from cases.entrance.staff.scope import (
    actor_of,
    deputies_kept,
    keeper,
    officers_kept,
    officers_seen,
    one,
    posts_kept,
    units_kept,
    units_seen,
)
from cases.entrance.staff.things import OFFICERS, POSTS, UNITS
from cases.grid.models import GridKind
from cases.law.moves import Refused, Role
from cases.people.models import GridDuty, UnitKind
from cases.people.queries import in_force

SOON: Final = timedelta(days=30)
_STATES: Final = {
    "active": "在用",
    "stopped": "已停用",
    "no_post": "没有在任岗位",
    "must_change": "待改初始密码",
}


@require_GET
@keeper
def overview(request: HttpRequest) -> HttpResponse:
    """What to look at this morning (管理首页)."""
    today = timezone.localdate()
    found = lists.overview(actor_of(request), today, today + SOON)
    return _show(request, "overview", {"found": found}, "")


@require_GET
@keeper
def units(request: HttpRequest) -> HttpResponse:
    """The tree of units (单位)."""
    asked = lists.asked_of(request.GET)
    page = lists.units(actor_of(request), asked, timezone.localdate())
    choices = {"kind": UnitKind.choices}
    return _show(request, "units", {"page": page, "asked": asdict(asked), "choices": choices})


@require_GET
@keeper
def unit(request: HttpRequest, row: int) -> HttpResponse:
    """One unit: who sits in it, what lies under it, how much it holds."""
    actor, today = actor_of(request), timezone.localdate()
    found = _seen(units_seen(actor).select_related("parent"), row)
    kept = units_kept(actor).filter(pk=found.pk).exists()
    posts = found.posts.filter(in_force(today)).select_related("officer").order_by("pk")
    held = open_work_of(found)
    offered = [a for v, a in UNITS.acts.items() if held or v != "hand_over"]
    context = {
        "unit": found,
        "base": f"/staff/units/{found.pk}/",
        "posts": posts[: lists.LONGEST],
        "children": lists.depth_first(found, today)[: lists.LONGEST],
        "open_work": held,
        "acts": offered if kept and not found.closed_on else (),
        "kept": kept,
        "history": log.history("people_unit", found.code) if kept else [],
    }
    return _show(request, "unit", context, "units")


@require_GET
@keeper
def officers(request: HttpRequest) -> HttpResponse:
    """The people (人员)."""
    asked = lists.asked_of(request.GET)
    page = lists.officers(actor_of(request), asked, timezone.localdate())
    choices = {"role": ROLES, "state": list(_STATES.items())}
    return _show(request, "officers", {"page": page, "asked": asdict(asked), "choices": choices})


@require_GET
@keeper
def officer(request: HttpRequest, row: int) -> HttpResponse:
    """One person: account, posts, deputyships, certificates, grids."""
    actor, today = actor_of(request), timezone.localdate()
    found = _seen(officers_seen(actor), row)
    kept = officers_kept(actor, today).filter(pk=found.pk).exists()
    own = found.pk == actor.officer_id
    barred = {"stop", "reset_password"} if own else set()
    barred |= {"restart"} if found.is_active else {"stop", "reset_password"}
    context = {
        "officer": found,
        "base": f"/staff/officers/{found.pk}/",
        "acts": [a for v, a in OFFICERS.acts.items() if v not in barred] if kept else (),
        "kept": kept,
        "own": own,
        "posts": found.posts.select_related("unit").order_by("-pk")[: lists.LONGEST],
        "lent": found.deputised.select_related("post__unit", "post__officer").order_by("-pk")[:20],
        "certificates": found.certificates.order_by("-pk")[:20],
        "grids": _grids(found.pk, today),
        "history": log.history("people_officer", found.username) if kept else [],
        "has_password": found.has_usable_password(),
    }
    return _show(request, "officer", context, "officers")


@require_GET
@keeper
def posts(request: HttpRequest) -> HttpResponse:
    """The posts (岗位)."""
    asked = lists.asked_of(request.GET)
    page = lists.posts(actor_of(request), asked, timezone.localdate())
    choices = {"role": ROLES, "when": list(lists.WHEN.items())}
    return _show(request, "posts", {"page": page, "asked": asdict(asked), "choices": choices})


@require_GET
@keeper
def post(request: HttpRequest, row: int) -> HttpResponse:
    """One post: its days, its deputies, how much of its work is open."""
    actor, today = actor_of(request), timezone.localdate()
    held = posts_kept(actor).select_related("officer", "unit", "successor")
    found = _seen(held, row)
    over = found.valid_to is not None and found.valid_to <= today
    own = found.officer_id == actor.officer_id
    barred = {"end", "change"} if over else set()
    barred |= {"end"} if own else set()
    waiting = open_work(found)
    barred |= set() if waiting else {"hand_over"}
    context = {
        "held": found,
        "base": f"/staff/posts/{found.pk}/",
        "over": over,
        "acts": [a for v, a in POSTS.acts.items() if v not in barred],
        "open_work": waiting,
        "still": still_there(found, today),
        "deputies": deputies_kept(actor).filter(post=found).select_related("officer")[:50],
        "history": log.history("people_post", str(found.pk)),
    }
    return _show(request, "post", context, "posts")


@require_GET
@keeper
def deputies(request: HttpRequest) -> HttpResponse:
    """The deputies (AB岗)."""
    asked = lists.asked_of(request.GET)
    page = lists.deputies(actor_of(request), asked, timezone.localdate())
    choices = {"when": list(lists.WHEN.items())}
    return _show(request, "deputies", {"page": page, "asked": asdict(asked), "choices": choices})


@require_GET
@keeper
def duties(request: HttpRequest) -> HttpResponse:
    """The grids and who looks after them (网格包干)."""
    asked = lists.asked_of(request.GET)
    page = lists.grids(actor_of(request), asked, timezone.localdate())
    choices = {"kind": GridKind.choices}
    return _show(request, "duties", {"page": page, "asked": asdict(asked), "choices": choices})


@require_GET
@keeper
def changes(request: HttpRequest) -> HttpResponse:
    """What was changed, by whom, on which paper (修改记录)."""
    asked = lists.asked_of(request.GET)
    page = log.changes(actor_of(request), asked, request.GET)
    days = {name: str(log.day_of(request.GET.get(name)) or "") for name in ("from", "to")}
    choices = {"kind": list(log.TABLES.items())}
    context = {"page": page, "asked": asdict(asked) | days, "choices": choices}
    return _show(request, "changes", context)


_TABS: Final = (
    ("", "概览"),
    ("units", "单位"),
    ("officers", "人员"),
    ("posts", "岗位"),
    ("deputies", "代理（AB岗）"),
    ("duties", "网格包干"),
    ("sheet", "表格导入导出"),
    ("changes", "修改记录"),
)


def tabs_for(here: str) -> list[dict[str, Any]]:
    """The chapters of the house, the present one marked."""
    return [
        {"url": f"/staff/{path}/" if path else "/staff/", "label": label, "active": path == here}
        for path, label in _TABS
    ]


def _show(
    request: HttpRequest, name: str, context: dict[str, Any], tab: str | None = None
) -> HttpResponse:
    told = {"tabs": tabs_for(name if tab is None else tab), "roles": dict(ROLES)} | context
    return render(request, f"entrance/staff/{name}.html", told)


def _seen(rows: Any, key: int) -> Any:
    try:
        return one(rows, pk=key)
    except Refused as refused:
        raise Http404 from refused


def _grids(officer: int, today: Any) -> Any:
    rows = GridDuty.objects.filter(in_force(today), officer=officer).select_related("grid")
    return rows.defer("grid__boundary").order_by("grid__code")[: lists.LONGEST]


def role_label(role: str) -> str:
    """A role as people read it."""
    return Role(role).label
